"""Whoever runs the house sees where somebody is signed in, and ends it."""

from __future__ import annotations

from datetime import timedelta

from engine.visits import Visit
from tests.cli.driver import MANAGER, Home
from workflows.wiring import enter


def begin(house: Home, *letters: str) -> None:
    """The business manager signs in, once for each letter, a second apart."""
    with enter(house.folder) as premises, premises.store.begin() as work:
        now = premises.house.clock.now()
        for number, letter in enumerate(letters):
            at = now + timedelta(seconds=number)
            work.visits.begin(Visit(letter * 64, MANAGER, at, at))
        work.commit()


def test_visits_are_listed_and_ended_and_their_roles_stay(house: Home) -> None:
    """The newest first; once ended there are none, and the person is still in the directory."""
    assert house.do("people", "visits", MANAGER)["visits"] == []
    begin(house, "a", "b")
    known = house.do("people", "visits", MANAGER.upper())
    assert [row["waits_for_app"] for row in known["visits"]] == [False, False]
    assert known["visits"][0]["began"] > known["visits"][1]["began"]
    assert "last used" in house.say("people", "visits", MANAGER)
    people = house.do("people", "list")
    assert house.say("people", "visits", MANAGER, "--end").endswith("2 ended.\n")
    assert house.do("people", "visits", MANAGER)["visits"] == []
    assert house.do("people", "list") == people


def test_nothing_that_opens_a_visit_is_printed(house: Home) -> None:
    begin(house, "a")
    said = house.say("people", "visits", MANAGER)
    said += house.run("people", "visits", MANAGER, "--json").out
    assert "aaaa" not in said


def test_an_address_that_is_none_is_refused_in_words(house: Home) -> None:
    for typed in ("nobody", "two\nlines@away.example"):
        said = house.run("people", "visits", typed, "--end", "--json")
        assert (said.code, said.json["refused"]) == (1, True)
