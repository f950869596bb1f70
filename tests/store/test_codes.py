"""One-time codes, feeds and links taken back: the same in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from engine.case import Owed
from engine.casework import House
from engine.codes import Code
from engine.errors import Absent, HouseDown
from engine.keys import FIRST_SERIAL, key_of
from engine.links import message_of
from engine.outbox import SIGN_IN
from engine.ports import Store
from tests.store.courier import only, owe
from tests.store.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Pins,
    a_message,
    an_event,
    further,
    keep,
    read,
)

LEAD, OTHER = "lead@agency.example", "other@agency.example"


@pytest.fixture
def number(store: Store, pins: Pins) -> int:
    """The number of a message whose link a browser holds."""
    owe(store, pins, a_message())
    return only(store).id


def a_code(message: int, browser: str = "b1", **changes: object) -> Code:
    return replace(Code(0, message, LEAD, browser, "digest", NOW), **changes)  # type: ignore[arg-type]


def add(store: Store, *codes: Code) -> None:
    with store.begin() as work:
        for code in codes:
            work.codes.add(code)
        work.commit()


def newest(store: Store, message: int, browser: str = "b1") -> Code | None:
    with store.begin() as work:
        return work.codes.newest(message, browser)


def test_a_code_comes_back_as_it_was_asked_for(store: Store, number: int) -> None:
    """The newest of one browser through one link; another browser or link has none."""
    add(store, a_code(number), a_code(number, digest="second", asked_at=NOW + MINUTE))
    add(store, a_code(number, "b2", digest="third"))
    found = newest(store, number)
    assert found == a_code(number, id=2, digest="second", asked_at=NOW + MINUTE)
    assert newest(store, number, "b3") is None
    assert newest(store, number + 1) is None


def test_what_is_not_committed_is_not_asked_for(store: Store, number: int) -> None:
    with store.begin() as work:
        work.codes.add(a_code(number))
        assert work.codes.newest(number, "b1") is not None
    assert newest(store, number) is None


def test_a_code_of_no_message_is_none(store: Store, number: int) -> None:
    with pytest.raises(HouseDown):
        add(store, a_code(number + 100))
    assert newest(store, number + 100) is None


def test_those_a_person_asked_for_since_an_instant(store: Store, number: int) -> None:
    """With links, or to sign in: neither counts for the other. The instant itself is before."""
    with store.begin() as work:
        about = {"reference": "", "title": "your code", "because": "", "due": "", "urgent": ""}
        mail = work.outbox.owe_apart(Owed("sign_in/1", SIGN_IN, LEAD, "", True, about), NOW)
        work.commit()
    linked, later = a_code(number), a_code(number, asked_at=NOW + HOUR)
    add(store, linked, later, a_code(number, recipient=OTHER), a_code(mail, "b2"))
    with store.begin() as work:
        found = work.codes.asked(NOW - DAY, LEAD, to_sign_in=False)
        assert [replace(code, id=0) for code in found] == [linked, later]
        assert len(work.codes.asked(NOW, LEAD, to_sign_in=False)) == 1
        assert len(work.codes.asked(NOW + HOUR, LEAD, to_sign_in=False)) == 0
        assert [c.browser for c in work.codes.asked(NOW - DAY, LEAD, to_sign_in=True)] == ["b2"]
        assert not work.codes.asked(NOW - DAY, OTHER, to_sign_in=True)


def test_tries_are_counted_to_the_last_and_no_further(store: Store, number: int) -> None:
    add(store, a_code(number))
    with store.begin() as work:
        assert [work.codes.tried(1, 3) for _ in range(5)] == [True, True, True, False, False]
        assert work.codes.tried(9, 3) is False
        work.commit()
    found = newest(store, number)
    assert found is not None
    assert found.tries == 3


def test_a_code_opens_one_page_and_the_page_decides_once(store: Store, number: int) -> None:
    """Used once, with another token of the browser; finished once, and not before it was used."""
    add(store, a_code(number))
    with store.begin() as work:
        assert work.codes.finish(1, NOW) is False
        assert work.codes.use(1, NOW + MINUTE, "fresh") is True
        assert work.codes.use(1, NOW + HOUR, "another") is False
        assert work.codes.finish(1, NOW + HOUR) is True
        assert work.codes.finish(1, NOW + DAY) is False
        assert (work.codes.use(9, NOW, "x"), work.codes.finish(9, NOW)) == (False, False)
        work.commit()
    assert newest(store, number) is None
    assert newest(store, number, "fresh") == a_code(
        number, "fresh", id=1, used_at=NOW + MINUTE, done_at=NOW + HOUR
    )


def test_a_feed_begins_once_and_renewing_changes_its_serial_alone(store: Store, pins: Pins) -> None:
    """One a person: its number stays, its serial counts; nobody has a feed that was never begun."""
    with store.begin() as work:
        assert work.feeds.get(1) is None
        first = work.feeds.of(LEAD)
        assert work.feeds.of(LEAD) == first == (1, FIRST_SERIAL)
        work.commit()
    with store.begin() as work:
        assert work.feeds.renew(LEAD) == (1, FIRST_SERIAL + 1)
        assert work.feeds.of(LEAD) == (1, FIRST_SERIAL + 1)
        assert work.feeds.get(1) == (LEAD, FIRST_SERIAL + 1)
        assert work.feeds.renew(OTHER)[1] == FIRST_SERIAL
        number = work.feeds.of(OTHER)[0]
        assert work.feeds.get(number) == (OTHER, FIRST_SERIAL)
        assert [work.feeds.get(wrong) for wrong in (0, -1, number + 1)] == [None, None, None]
    with store.begin() as work:
        assert work.feeds.get(1) == (LEAD, FIRST_SERIAL)


def test_a_link_that_was_taken_back_is_none_for_good(store: Store, number: int) -> None:
    """It stands in the record; until that is committed the link is one."""
    house = House(store, Stopped())
    key = key_of(store.secret, only(store))
    event = an_event(0, NOW + HOUR, kind="revoked", data={"message": number, "reason": "sent on"})
    with store.begin() as work:
        assert message_of(house, work, key).id == number
        work.keep(further(work.cases.open("PL-2026-0001"), events=[event]))
    with store.begin() as work:
        assert message_of(house, work, key).id == number
    keep(store, further(read(store), events=[event]))
    with store.begin() as work, pytest.raises(Absent):
        message_of(house, work, key)


class Stopped:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW
