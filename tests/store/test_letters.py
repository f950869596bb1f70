"""Letters that came in are kept once, as they came, and one person at a time settles one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from config.mail import Mail
from config.settings import Settings
from engine.casework import House
from engine.errors import Absent, Stale
from engine.letters import Incoming, Kind, Letter, Status, arrived
from engine.outbox import State, Verdict
from engine.ports import Store
from tests.store.courier import a_try, claim, get, only, owe, settle
from tests.store.samples import HOUR, NOW, Pins, a_message
from workflows.mailing import collect_letters

RAW = b"From: lead@agency.example\r\n\r\nReceived. \x00\xff\r\n"


def a_letter(name: str = "<1@agency.example>", raw: bytes = RAW) -> Letter:
    told = Incoming(name, (), (), "lead@agency.example", Kind.ANSWER, "Received.", "received")
    return arrived(told, raw, NOW)


def keep(store: Store, letter: Letter, raw: bytes = RAW) -> int | None:
    with store.begin() as work:
        number = work.letters.keep(letter, raw)
        work.commit()
    return number


def letters(store: Store, status: Status | None = None) -> list[Letter]:
    with store.begin() as work:
        return list(work.letters.list(status))


def test_a_letter_comes_back_as_it_was_kept(store: Store, pins: Pins) -> None:
    """Every byte, matched or not, whatever a database thinks of such bytes."""
    owe(store, pins, a_message())
    message = only(store)
    full = replace(
        a_letter(), outbox=message.id, case=message.case, proposed="received", reason="Änd “so”",
        status=Status.PROPOSED, back_on=date(2027, 1, 4), words="Received.\n\nZoë",
    )  # fmt: skip
    bare = a_letter("<2@agency.example>", b"")
    assert keep(store, full) == 1
    assert keep(store, bare, b"") == 2
    assert letters(store) == [replace(full, id=1), replace(bare, id=2)]
    with store.begin() as work:
        assert (work.letters.raw(1), work.letters.raw(2)) == (RAW, b"")
        assert work.letters.get(2) == replace(bare, id=2)
        assert [letter.id for letter in work.letters.list(case=message.case)] == [1]
        assert work.letters.list(Status.UNMATCHED, message.case) == ()
        assert work.letters.list(case="PL-1999-0001") == ()
    assert [letter.id for letter in letters(store, Status.UNMATCHED)] == [2]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("<1@agency.example>", RAW),
        ("<1@agency.example>", b"Received: by another server\r\n" + RAW),
        ("", RAW),
    ],
    ids=["the same again", "the same by another way", "the same bytes, its name unread"],
)
def test_the_same_letter_twice_is_one(store: Store, name: str, raw: bytes) -> None:
    """S8: by its Message-ID or by its bytes; the first copy stands."""
    assert keep(store, a_letter()) == 1
    assert keep(store, a_letter(name, raw), raw) is None
    assert [letter.id for letter in letters(store)] == [1]
    with store.begin() as work:
        assert work.letters.raw(1) == RAW


def test_two_letters_without_a_name_are_two_where_their_bytes_differ(store: Store) -> None:
    assert keep(store, a_letter("", b"a"), b"a") == 1
    assert keep(store, a_letter("", b"b"), b"b") == 2
    assert keep(store, a_letter("", b"a"), b"a") is None


@pytest.mark.parametrize(
    "name", ["<\x00@a.example>", "<" + 990 * "ü" + "@a.example>", "<\ud800@a>"]
)
def test_no_name_is_too_odd_to_be_kept(store: Store, name: str) -> None:
    """A Message-ID is whatever its sender wrote."""
    assert keep(store, a_letter(name, name.encode("utf-8", "surrogatepass"))) is not None
    assert keep(store, a_letter(name, b"other bytes")) is None


def test_one_person_settles_a_letter(store: Store) -> None:
    """Whoever looked before somebody else dealt with it is told so, and changes nothing."""
    keep(store, a_letter())
    (seen,) = letters(store)
    done = replace(
        seen, status=Status.DISMISSED, reason="No.", settled_by="m@x.example", settled_at=NOW
    )
    with store.begin() as work:
        work.letters.settle(done, seen.status)
        work.commit()
    with store.begin() as work, pytest.raises(Stale, match="Somebody else dealt with letter 1"):
        work.letters.settle(replace(seen, status=Status.KEPT), seen.status)
    assert letters(store) == [done]


def test_the_failures_of_an_address_are_counted_within_a_time(store: Store, pins: Pins) -> None:
    """By the address of the message, not by who wrote; what is no failure is not counted."""
    owe(store, pins, a_message("a"), a_message("b"))
    with store.begin() as work:
        first, second = work.outbox.list()
    for number, (failure, hours) in enumerate((("hard", 0), ("soft", 2), ("", 3))):
        letter = replace(
            a_letter(f"<{number}@x>", bytes([number])), outbox=first.id, case=first.case,
            received_at=NOW + hours * HOUR, failure=failure, status=Status.KEPT, shape="abc",
        )  # fmt: skip
        assert keep(store, letter, bytes([number]))
    with store.begin() as work:
        told = [x.failure for x in work.letters.failures(first.recipient, NOW)]
        assert told == ["hard", "soft"]
        late = work.letters.failures(first.recipient, NOW + HOUR)
        assert [x.failure for x in late] == ["soft"]
        assert work.letters.failures("nobody@x.example", NOW) == ()
        assert second.recipient == first.recipient


def test_what_a_person_assigned_is_remembered(store: Store, pins: Pins) -> None:
    """A letter that was matched by itself, or that only has a suggestion, taught nothing."""
    owe(store, pins, a_message())
    message = only(store)
    own = {"outbox": message.id, "case": message.case}
    for number, more in enumerate((own, {"suggested": message.id}, {})):
        raw = bytes([number])
        assert keep(store, replace(a_letter(f"<{number}@x>", raw), **more), raw)  # type: ignore[arg-type]
    with store.begin() as work:
        assert work.letters.assigned() == ()
        third = work.letters.get(3)
        work.letters.settle(replace(third, **own, suggested=message.id), third.status)  # type: ignore[arg-type]
        work.commit()
    with store.begin() as work:
        assert [letter.id for letter in work.letters.assigned()] == [3]


def test_a_letter_that_is_not_there(store: Store) -> None:
    with store.begin() as work:
        for ask in (work.letters.get, work.letters.raw):
            with pytest.raises(Absent, match="There is no letter 41"):
                ask(41)


def test_what_is_not_committed_is_not_kept(store: Store) -> None:
    with store.begin() as work:
        work.letters.keep(a_letter(), RAW)
    assert letters(store) == []
    assert keep(store, a_letter()) is not None


def test_a_bounce_refuses_an_accepted_message_and_no_other(store: Store, pins: Pins) -> None:
    """The evidence has the server's words beside those of the try that was accepted."""
    owe(store, pins, a_message("a"), a_message("b"))
    first, second = claim(store)
    settle(store, first, a_try(Verdict.ACCEPTED))
    told = replace(a_try(Verdict.REFUSED, NOW + HOUR, "mailbox"), words="550 No such user")
    with store.begin() as work:
        assert work.outbox.bounce(first.id, told)
        assert not work.outbox.bounce(first.id, told)
        assert not work.outbox.bounce(second.id, told)
        assert not work.outbox.bounce(41, told)
        work.commit()
    refused = get(store, first.id)
    assert (refused.state, refused.last_words, refused.tries) == (
        State.REFUSED, "550 No such user", 2,
    )  # fmt: skip
    assert get(store, second.id).state is State.OWED
    with store.begin() as work:
        assert work.outbox.attempts(first.id)[1:] == (told,)
        assert work.outbox.attempts(second.id) == ()


def test_a_message_is_found_by_its_message_id(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"))
    with store.begin() as work:
        first, second = work.outbox.list()
        assert work.outbox.find(second.message_id) == second
        assert work.outbox.find(first.message_id.upper()) is None


HUGE = "9" * 18 + "." + "a" * 20
NASTY = (
    b"To: replies+" + HUGE.encode() + b"@mail.example\r\n\r\nNil return.\r\n",
    b"Message-ID: <a\x00b@x.example>\nIn-Reply-To: <\x00@y>\n\nYes\x00\xff",
    b"From: a\x00b@x.example\nDate: never\n\n" + "ü\u2028\x85".encode() * 9,
    b"Subject: =?utf-8?b?/9j/?=\nTo: replies+0.x@mail.example\n\n\xed\xa0\x80",
    b"\x00" * 50,
    b"Return-Path: <>\nFrom: mailer-daemon@x.example\nSubject: failure notice\n\n"
    b"<p@x.example>:\n550 \x00",
)


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_no_letter_can_keep_the_next_one_from_being_read(store: Store, raw: bytes) -> None:
    """Whatever stands in it, it is stored: one that were not would be read again for ever."""
    settings = Settings(home=Path(), mail=Mail(replies="replies@mail.example"))
    house = House(store, StoppedClock())
    assert collect_letters(settings, house, [raw, raw]).known == 1
    with store.begin() as work:
        assert work.letters.raw(1) == raw
        assert work.letters.get(1).status is Status.UNMATCHED


class StoppedClock:
    """It is always now."""

    def now(self) -> datetime:
        return NOW
