"""Bonds by command: who is known by a lasting name, and who is to be bound anew."""

from __future__ import annotations

from engine.bonds import Vouched, name_of
from tests.cli.driver import MANAGER, Home
from workflows.wiring import enter

SUBJECT = "canary-0815"


def signed_in(house: Home, subject: str = SUBJECT) -> bool:
    """Bind the business manager as signing in by way of an organisation does."""
    with enter(house.folder) as premises, premises.store.begin() as work:
        who = Vouched(MANAGER, "https://login.example.org", subject)
        name = name_of(premises.store.secret, who)
        bound = work.bonds.bind(MANAGER, name, premises.house.clock.now())
        work.commit()
    return bound


def test_somebody_is_bound_anew_once_and_who_let_them_is_kept(house: Home) -> None:
    """The address counts in any letters; a second time there is nothing to let go of."""
    assert house.do("people", "bonds")["bonds"] == []
    assert signed_in(house)
    assert not signed_in(house, "somebody new")
    told = house.say("people", "unbind", MANAGER.upper())
    assert told.startswith(f"{MANAGER} is bound anew")
    again = house.run("people", "unbind", MANAGER, "--json")
    assert (again.code, again.json["refused"]) == (1, True)
    assert "is not bound to a name" in again.json["reasons"][0]
    assert signed_in(house, "somebody new")
    first, second = house.do("people", "bonds")["bonds"]
    assert first["email"] == second["email"] == MANAGER
    assert (bool(first["released_at"]), bool(first["released_by"])) == (True, True)
    assert (second["released_at"], second["released_by"]) == (None, "")


def test_the_name_at_the_organisation_is_not_printed(house: Home) -> None:
    """Neither it nor what is kept of it: the list says who is bound, since when."""
    assert signed_in(house)
    with enter(house.folder) as premises, premises.store.begin() as work:
        (kept,) = work.bonds.list()
    said = house.say("people", "bonds") + house.run("people", "bonds", "--json").out
    said += house.run("people", "unbind", MANAGER, "--json").out
    assert MANAGER in said
    assert SUBJECT not in said
    assert kept.name not in said


def test_an_address_that_is_none_or_bound_to_nothing_is_refused_in_words(house: Home) -> None:
    for typed in ("nobody", "nobody@away.example", "two\nlines@away.example", MANAGER):
        said = house.run("people", "unbind", typed, "--json")
        assert (said.code, said.json["refused"]) == (1, True)
