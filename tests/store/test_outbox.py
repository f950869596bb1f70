"""A message is owed once, carried by one courier at a time, and tried until there is an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine import outbox
from engine.case import Owed
from engine.errors import Absent, Refused
from engine.outbox import PATIENCE, Attempt, Message, State, Verdict
from engine.ports import Store
from tests.store.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Pins,
    a_message,
    further,
    keep,
    opening,
)

ME, OTHER = "courier-1", "courier-2"


def owe(store: Store, pins: Pins, *owed: Owed) -> None:
    keep(store, opening(pins, owed=owed))


def claim(store: Store, now: datetime = NOW, courier: str = ME, limit: int = 99) -> list[Message]:
    with store.begin() as work:
        claimed = work.outbox.claim(now, now + HOUR, courier, limit)
        work.commit()
    return list(claimed)


def a_try(verdict: Verdict, at: datetime = NOW, courier: str = ME) -> Attempt:
    return Attempt(at, courier, verdict, 451, "4.3.0 try again later", "RCPT")


def settle(store: Store, message: Message, attempt: Attempt) -> bool:
    with store.begin() as work:
        kept = work.outbox.settle(message, attempt)
        work.commit()
    return kept


def get(store: Store, number: int) -> Message:
    with store.begin() as work:
        return work.outbox.get(number)


def only(store: Store) -> Message:
    with store.begin() as work:
        (message,) = work.outbox.list()
    return message


def park(store: Store, number: int, reason: str = "By hand.") -> None:
    with store.begin() as work:
        work.outbox.park(number, reason)
        work.commit()


def release(store: Store, number: int, now: datetime) -> None:
    with store.begin() as work:
        work.outbox.release(number, now)
        work.commit()


def test_a_message_comes_back_as_it_was_owed(store: Store, pins: Pins) -> None:
    owed = replace(a_message(), urgent=True, about={"title": "Überfällig “late”", "asks": ""})
    owe(store, pins, owed)
    message = only(store)
    known = (message.case, message.anchor, message.kind, message.recipient, message.role)
    assert known == ("PL-2026-0001", owed.anchor, owed.kind, owed.recipient, owed.role)
    assert (message.urgent, dict(message.about)) == (True, dict(owed.about))
    assert (message.state, message.tries, message.next_at, message.last_words) == (
        State.OWED, 0, None, "",
    )  # fmt: skip
    assert message.owed_at == NOW
    assert message.message_id == outbox.message_id(
        message.case, owed.anchor, owed.recipient, store.mail_domain
    )


def test_one_anchor_and_one_person_make_one_message(store: Store, pins: Pins) -> None:
    """However often a step owes it again, a person gets it once; the first words stand."""
    owe(store, pins, a_message(), a_message(recipient="b@agency.example"))
    with store.begin() as work:
        first = work.outbox.list()
    for hour in range(1, 4):
        again = replace(a_message(), about={"title": "Other words"})
        with store.begin() as work:
            case = work.cases.open("PL-2026-0001")
            work.keep(further(case, NOW + hour * HOUR, owed=[again]))
            work.commit()
    with store.begin() as work:
        assert work.outbox.list() == first


def test_a_role_nobody_holds_makes_a_parked_message_that_says_so(store: Store, pins: Pins) -> None:
    """Nothing owed is lost: a person can see what could not be addressed, and why."""
    owe(store, pins, replace(a_message(recipient=""), role="review_chair@parties"))
    message = only(store)
    assert message.state is State.PARKED
    assert "Nobody holds the role: Case Review Panel chair." in message.last_words
    assert claim(store) == []
    with pytest.raises(Refused, match="has nobody to go to"):
        release(store, message.id, NOW)


def test_urgent_ones_first_then_the_oldest(store: Store, pins: Pins) -> None:
    keep(store, opening(pins, owed=[a_message("a"), replace(a_message("b"), urgent=True)]))
    earlier = opening(pins, "PL-2026-0002", NOW - DAY, owed=[a_message("c"), a_message("d")])
    keep(store, earlier)
    keep(store, opening(pins, "PL-2026-0003", owed=[replace(a_message("e"), urgent=True)]))
    assert [m.anchor for m in claim(store, limit=2)] == ["b", "e"]
    assert [m.anchor for m in claim(store, limit=2)] == ["c", "d"]
    assert [m.anchor for m in claim(store, limit=2)] == ["a"]
    assert claim(store, limit=0) == []


def test_a_leased_message_is_nobody_elses_until_the_lease_ends(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    (mine,) = claim(store)
    assert claim(store, NOW + HOUR - MINUTE, OTHER) == []
    (theirs,) = claim(store, NOW + HOUR, OTHER)
    assert theirs.id == mine.id


def test_a_lost_lease_never_settles(store: Store, pins: Pins) -> None:
    """R6: whoever lost the lease writes nothing, whatever the mail server told them."""
    owe(store, pins, a_message())
    (mine,) = claim(store)
    (theirs,) = claim(store, NOW + 2 * HOUR, OTHER)
    assert not settle(store, mine, a_try(Verdict.ACCEPTED))
    with store.begin() as work:
        assert work.outbox.attempts(mine.id) == ()
    assert get(store, mine.id).state is State.OWED
    assert settle(store, theirs, a_try(Verdict.ACCEPTED, NOW + 2 * HOUR, OTHER))
    assert not settle(store, theirs, a_try(Verdict.REFUSED, NOW + 2 * HOUR, OTHER))
    assert get(store, mine.id).state is State.ACCEPTED


def test_an_unclaimed_message_cannot_be_settled(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    assert not settle(store, only(store), a_try(Verdict.ACCEPTED))


def test_every_try_is_on_the_record(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    tries = [a_try(Verdict.DEFERRED), a_try(Verdict.UNSURE, NOW + 2 * HOUR)]
    tries.append(replace(a_try(Verdict.ACCEPTED, NOW + 9 * HOUR), code=250, words="2.0.0 ok"))
    for attempt in tries:
        (message,) = claim(store, attempt.at)
        assert settle(store, message, attempt)
    with store.begin() as work:
        assert list(work.outbox.attempts(message.id)) == tries
    settled = get(store, message.id)
    assert (settled.state, settled.tries, settled.last_words) == (State.ACCEPTED, 3, "2.0.0 ok")
    assert settled.next_at is None
    assert claim(store, NOW + 99 * DAY) == []


def test_a_refused_message_is_not_tried_again(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    (message,) = claim(store)
    settle(store, message, a_try(Verdict.REFUSED))
    assert get(store, message.id).state is State.REFUSED
    assert claim(store, NOW + 99 * DAY) == []


def test_the_schedule_of_tries_until_it_is_parked(store: Store, pins: Pins) -> None:
    """R7: 1, 5, 15, 60 minutes, then hourly, each a fifth more or less; parked after 72 hours."""
    owe(store, pins, a_message())
    now, waits = NOW, list[float]()
    while True:
        (leased,) = claim(store, now)
        assert settle(store, leased, a_try(Verdict.DEFERRED, now))
        message = get(store, leased.id)
        if message.next_at is None:
            break
        assert claim(store, message.next_at - timedelta(seconds=1)) == []
        waits.append((message.next_at - now) / MINUTE)
        now = message.next_at
    planned = [1, 5, 15, 60] + [60] * (len(waits) - 4)
    assert all(0.8 * p <= wait <= 1.2 * p for wait, p in zip(waits, planned, strict=True))
    assert message.state is State.PARKED
    assert PATIENCE - 1.2 * HOUR <= now - NOW <= PATIENCE


def test_a_released_message_has_fresh_patience(store: Store, pins: Pins) -> None:
    """Released a week later it is tried at once and for three days more; its own date stands."""
    owe(store, pins, a_message())
    (message,) = claim(store)
    settle(store, message, a_try(Verdict.REFUSED))
    later = NOW + 7 * DAY
    release(store, message.id, later)
    again = get(store, message.id)
    assert (again.state, again.tries, again.next_at) == (State.OWED, 0, None)
    assert again.owed_at == NOW
    (leased,) = claim(store, later)
    assert leased.owed_at == later
    settle(store, leased, a_try(Verdict.DEFERRED, later))
    tried = get(store, message.id)
    assert tried.state is State.OWED
    assert tried.next_at is not None
    assert tried.next_at - later <= 2 * MINUTE
    with store.begin() as work:
        assert len(work.outbox.attempts(message.id)) == 2


def test_a_person_parks_what_is_owed_and_nothing_else(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    number = only(store).id
    park(store, number, "The address has gone.")
    parked = get(store, number)
    assert (parked.state, parked.last_words) == (State.PARKED, "The address has gone.")
    assert claim(store) == []
    with pytest.raises(Refused, match="is parked; only an owed one"):
        park(store, number)
    release(store, number, NOW)
    with pytest.raises(Refused, match="is owed; only a parked or refused one"):
        release(store, number, NOW)
    assert len(claim(store)) == 1


def test_a_message_parked_under_way_is_not_settled(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message())
    (message,) = claim(store)
    park(store, message.id)
    assert not settle(store, message, a_try(Verdict.DEFERRED))
    assert get(store, message.id).state is State.PARKED


@pytest.mark.parametrize("ask", ["get", "park", "release"])
def test_a_message_that_is_not_there(store: Store, pins: Pins, ask: str) -> None:
    rest = {"get": (), "park": ("x",), "release": (NOW,)}[ask]
    with store.begin() as work, pytest.raises(Absent, match="There is no message 41"):
        getattr(work.outbox, ask)(41, *rest)


def test_untried_messages_are_given_back(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"))
    first, second = claim(store)
    with store.begin() as work:
        work.outbox.let_go(first, OTHER)
        work.outbox.let_go(second, ME)
        work.commit()
    assert claim(store, courier=OTHER) == [second]


def test_a_dead_couriers_messages_are_given_back(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"), a_message("c"))
    claim(store, limit=2)
    claim(store, courier=OTHER)
    with store.begin() as work:
        assert (work.outbox.free(ME), work.outbox.free("nobody")) == (2, 0)
        work.commit()
    assert [m.anchor for m in claim(store, courier=OTHER)] == ["a", "b"]


def test_nothing_leaves_a_house_on_hold(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message(), replace(a_message("u"), urgent=True))
    store.set_hold(True)
    assert store.on_hold
    assert claim(store) == []
    store.set_hold(False)
    assert not store.on_hold
    assert len(claim(store)) == 2


def test_lists_and_counts(store: Store, pins: Pins) -> None:
    owe(store, pins, a_message("a"), a_message("b"), a_message("c"))
    keep(store, opening(pins, "PL-2026-0002", owed=[a_message("d")]))
    settle(store, claim(store, limit=1)[0], a_try(Verdict.ACCEPTED))
    with store.begin() as work:
        assert work.outbox.counts() == {"owed": 3, "accepted": 1, "refused": 0, "parked": 0}
        assert [m.anchor for m in work.outbox.list()] == ["a", "b", "c", "d"]
        assert [m.anchor for m in work.outbox.list(State.OWED)] == ["b", "c", "d"]
        assert [m.anchor for m in work.outbox.list(case="PL-2026-0001")] == ["a", "b", "c"]
        assert [m.anchor for m in work.outbox.list(State.OWED, "PL-2026-0001")] == ["b", "c"]
        assert work.outbox.list(State.PARKED) == ()
