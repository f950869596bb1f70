"""A message is tried until it is accepted, refused or parked; a person can begin again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.errors import Refused
from engine.outbox import PATIENCE, State, Verdict
from engine.ports import Store
from tests.store.courier import ME, a_try, claim, get, only, owe, park, release, settle
from tests.store.samples import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Pins,
    a_message,
)


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


def test_those_that_found_no_server_wait_no_longer_once_it_is_there(
    store: Store, pins: Pins
) -> None:
    """R8: a server that answers at last is not made to wait for the hour that was drawn; one that
    was asked to come back later, a leased one and one never tried keep their own time."""
    owe(store, pins, *(a_message(f"m{n}") for n in range(5)))
    first, second, third, _, _ = claim(store)
    settle(store, first, replace(a_try(Verdict.DEFERRED), moment="connect"))
    settle(store, second, replace(a_try(Verdict.DEFERRED), moment="rcpt"))
    settle(store, third, replace(a_try(Verdict.DEFERRED), moment="auth"))
    later = NOW + 2 * MINUTE
    for message, moment in zip(claim(store, later), ("auth", "connect", "rcpt"), strict=True):
        settle(store, message, replace(a_try(Verdict.DEFERRED, later), moment=moment))
    now = later + MINUTE
    assert claim(store, now) == []
    with store.begin() as work:
        assert work.outbox.hasten(now) == 2
        assert work.outbox.hasten(now) == 0
        work.commit()
    assert [m.id for m in claim(store, now)] == [first.id, second.id]


def test_a_resting_message_is_claimed_when_its_rest_is_over(store: Store, pins: Pins) -> None:
    """Patience begins then; a rest longer than any run of closed days came from a wrong clock."""
    night = replace(a_message("night"), not_before=NOW + 9 * HOUR)
    owe(store, pins, night, replace(a_message("wrong"), not_before=NOW + 365 * DAY))
    (wrong,) = claim(store, NOW)
    assert wrong.anchor == "wrong"
    assert settle(store, wrong, a_try(Verdict.ACCEPTED))
    assert claim(store, NOW + 9 * HOUR - timedelta(seconds=1)) == []
    (message,) = claim(store, NOW + 9 * HOUR)
    assert (message.anchor, message.owed_at, message.not_before) == (
        "night", NOW + 9 * HOUR, NOW + 9 * HOUR)  # fmt: skip


def test_a_dropped_message_is_never_sent_and_says_why(store: Store, pins: Pins) -> None:
    """Only whoever leased it drops it; nobody releases it again."""
    owe(store, pins, a_message())
    (message,) = claim(store)
    with store.begin() as work:
        assert not work.outbox.drop(message, "somebody else", "Not sent: the date was met before.")
        assert work.outbox.drop(message, ME, "Not sent: the date was met before.")
        work.commit()
    dropped = get(store, message.id)
    assert (dropped.state, dropped.last_words) == (
        State.DROPPED, "Not sent: the date was met before.")  # fmt: skip
    assert claim(store, NOW + 99 * DAY) == []
    with pytest.raises(Refused, match="dropped"):
        release(store, message.id, NOW)


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
