"""Authenticator apps by command: who has one, and a lost telephone that locks nobody out."""

from __future__ import annotations

from engine.authenticators import Authenticator
from tests.cli.driver import MANAGER, Home
from workflows.wiring import enter


def with_app(house: Home, on: bool = True) -> None:
    """Give the business manager an app, as the page does."""
    with enter(house.folder) as premises, premises.store.begin() as work:
        now = premises.house.clock.now()
        work.authenticators.begin(Authenticator(0, MANAGER, "canary chance", now))
        found = work.authenticators.of(MANAGER)
        assert found
        if on:
            work.authenticators.confirm(found.id, now)
        work.commit()


def states(house: Home) -> list[tuple[str, str]]:
    rows = house.do("people", "authenticators")["authenticators"]
    return [(row["email"], row["state"]) for row in rows]


def test_an_app_is_removed_once_and_who_did_it_is_kept(house: Home) -> None:
    """The address counts in any letters; a second time there is nothing to remove."""
    assert states(house) == []
    with_app(house, on=False)
    assert states(house) == [(MANAGER, "waits to be confirmed")]
    with_app(house)
    assert states(house) == [(MANAGER, "on")]
    told = house.say("people", "unlock", MANAGER.upper())
    assert told == f"{MANAGER} signs in without an authenticator app from now on.\n"
    (row,) = house.do("people", "authenticators")["authenticators"]
    assert (row["state"], bool(row["removed_at"]), bool(row["removed_by"])) == (
        "removed",
        True,
        True,
    )
    again = house.run("people", "unlock", MANAGER, "--json")
    assert (again.code, again.json["refused"]) == (1, True)
    assert "has no authenticator app" in again.json["reasons"][0]
    with_app(house)
    assert states(house) == [(MANAGER, "removed"), (MANAGER, "on")]


def test_nothing_that_makes_a_code_is_printed(house: Home) -> None:
    """The list is for whoever looks after the house, and no way in for them."""
    with_app(house)
    said = (
        house.say("people", "authenticators") + house.run("people", "authenticators", "--json").out
    )
    said += house.say("people", "unlock", MANAGER)
    assert MANAGER in said
    assert "canary" not in said


def test_an_address_that_is_none_is_refused_in_words(house: Home) -> None:
    for typed in ("nobody", "nobody@away.example", "two\nlines@away.example"):
        said = house.run("people", "unlock", typed, "--json")
        assert (said.code, said.json["refused"]) == (1, True)
