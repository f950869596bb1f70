"""Nothing that could tell who a child was leaves the house, or lies where it does not belong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from email.header import decode_header, make_header

import pytest

from notifications.catcher import Catcher, Caught
from tests.cli.canaries import BIRTH, OPENERS, Canaries, Play
from tests.cli.driver import Home, given

DAYS = 20
# Where a text typed by a person may be kept: in the record, and in what is shown of it.
OF_THE_CASE = {"event", "case", "identity"}


def leaks(text: str, words: Iterable[str]) -> list[str]:
    low = text.lower()
    return [word for word in words if word.lower() in low]


def whole(caught: Caught) -> str:
    """A mail as it was sent and as it is read: headers, text, HTML, names of parts."""
    mail = caught.mail
    parts = [caught.content.decode("ascii", "replace"), caught.sender, *caught.recipients]
    parts += [f"{name}: {make_header(decode_header(str(value)))}" for name, value in mail.items()]
    for part in mail.walk():
        parts += [str(part.get_filename() or ""), str(part.get_boundary() or "")]
        if not part.is_multipart():
            parts.append(str(part.get_content()))
    return "\n".join(parts)


def tables(house: Home) -> dict[str, str]:
    """Every table as text, its bytes read as they are."""
    with closing(sqlite3.connect(house.folder / "waymark.db")) as wire:
        wire.text_factory = bytes
        names = [
            n.decode() for (n,) in wire.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {
            name: "\n".join(
                (cell if isinstance(cell, bytes) else str(cell).encode()).decode("utf-8", "replace")
                for row in wire.execute(f'SELECT * FROM "{name}"')
                for cell in row
            )
            for name in names
        }


@pytest.fixture(params=list(OPENERS))
def played(request: pytest.FixtureRequest, house: Home, catcher: Catcher) -> Play:
    """A case of each process, worked for some weeks with a canary in every text."""
    house.mail_to(catcher.port)
    play = Play(house, request.param, seed=11)
    play.open()
    for _ in range(DAYS):
        play.day()
    # One more is opened, and then nobody does anything for a long time.
    play.open()
    house.do("clock", "forward", "200d")
    house.do("sweep")
    house.do("digest")
    house.do("deliver")
    return play


def test_no_canary_leaves_the_house(played: Play, house: Home, catcher: Catcher) -> None:
    """Not in a mail, a log, a refusal or a list; identifying values only where they are kept."""
    canaries = played.canaries
    kinds = {str(caught.mail["X-Waymark-Template"]).partition("/")[0] for caught in catcher.caught}
    assert {"asked", "late", "digest"} <= kinds
    assert len(kinds) >= 6
    assert house.do("outbox", "list")["counts"]["parked"] == 0
    for caught in catcher.caught:
        assert leaks(whole(caught), canaries.words) == []

    refused = [said for said in played.said if said.code]
    assert refused
    for said in played.said:
        assert leaks(said.err, canaries.words) == []
        assert leaks(said.out, canaries.words) == []
    log = house.folder / "waymark.log"
    assert not log.exists() or leaks(log.read_text(), canaries.words) == []

    found = tables(house)
    assert leaks(found["event"], canaries.words)
    for name, content in found.items():
        allowed = {"identity"} if name not in OF_THE_CASE else OF_THE_CASE
        words = canaries.identifying.values() if name in allowed else canaries.words
        assert name == "identity" or leaks(content, words) == [], name
    for reference in played.references:
        shown = house.run("show", reference, "--json")
        assert leaks(shown.out, canaries.identifying.values()) == []
        known = shown.json["facts"]
        assert {known[fact] for fact in canaries.identifying if fact in known} <= {"(kept apart)"}
    known_apart = house.rows("SELECT DISTINCT fact, value FROM identity")
    assert set(known_apart) <= set(canaries.identifying.items())
    assert bool(known_apart) is bool(canaries.identifying)
    assert house.do("verify")["ok"] is True


@pytest.mark.parametrize("key", OPENERS)
def test_no_refusal_repeats_what_a_person_typed(house: Home, key: str) -> None:
    """A value in the wrong place, of the wrong kind, twice, or without a right to give it."""
    canaries, who = Canaries(key), OPENERS[key]
    name, texts = "Quillfeather-Xylander", canaries.texts
    every = given({fact.key: f"{name} {fact.key}" for fact in canaries.process.facts})
    said = [
        house.run(*words, *options)
        for options in ((), ("--json",))
        for words in (
            ["open", key, "--as", who, *every],
            ["open", key, "--as", "who@nowhere.example", *given(canaries.facts)],
            ["open", key, "--as", who, "--fact", f"reason={name}", "--fact", f"reason={name} 2"],
            ["open", key, "--as", who, "--fact", f"childname={name}", "--pseudonym", name],
            ["do", "close", "RR-2024-0009", "--as", who, *every[2:], "--reason", texts["reason"]],
            ["record", "RR-2024-0009", "--as", who, *every, "--reason", f"{name}\x07"],
            ["note", "RR-2024-0009", texts["note"], "--as", who],
            ["extend", "RR-2024-0009", "x", "--to", name, "--reason", name, "--as", who],
            ["hold", "RR-2024-0009", "other", "--from", name, "--reason", name, "--as", who],
            ["open", key, "--as", who, "--fact", "child_name=A", name],
            ["due", "--by", name],
        )
    ]
    assert {one.code for one in said} == {1, 2}
    for one in said:
        assert leaks(one.out + one.err, (*canaries.words, name, BIRTH)) == []
