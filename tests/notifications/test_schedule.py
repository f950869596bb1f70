"""R7: when a message is tried again, and when a person takes over."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.outbox import FIRST_WAITS, PATIENCE, State, Verdict, message_id, next_try, settle
from tests.notifications.mailroom import NOON, a_message

WAITS = (1, 5, 15, 60, 60, 60)


@given(st.integers(0, 5), st.integers(1, 10_000))
def test_each_wait_is_within_a_fifth_of_its_minutes(tries: int, number: int) -> None:
    """1, 5, 15 and 60 minutes, then hourly, spread by a fifth either way and never two ways."""
    message = a_message(number, tries=tries)
    again = next_try(message, NOON)
    assert again is not None
    wait = timedelta(minutes=WAITS[tries])
    assert wait * 0.8 <= again - NOON <= wait * 1.2
    assert again == next_try(message, NOON)
    assert len(FIRST_WAITS) == 4


def test_a_thousand_messages_do_not_come_back_together() -> None:
    """Their next tries are spread over the fifth, not in one minute."""
    agains = {next_try(a_message(n, tries=3), NOON) for n in range(1000)}
    assert len(agains) > 100


def test_the_life_of_a_message_nobody_takes_ends_in_a_park_after_three_days() -> None:
    """Tried hourly to the 72nd hour, then parked: about 75 tries, the last close to the end."""
    now: datetime = NOON
    message, tries = a_message(), 0
    while True:
        state, again = settle(a_message(tries=tries), Verdict.DEFERRED, now)
        if again is None:
            break
        assert state is State.OWED
        now, tries = again, tries + 1
    assert state is State.PARKED
    assert PATIENCE - timedelta(minutes=72) < now - message.owed_at <= PATIENCE
    assert 60 <= tries <= 95


def test_every_verdict_leads_somewhere() -> None:
    """Accepted and refused end it; deferred and unsure are tried again."""
    ends = {v: settle(a_message(), v, NOON)[0] for v in Verdict}
    assert ends == {
        Verdict.ACCEPTED: State.ACCEPTED,
        Verdict.REFUSED: State.REFUSED,
        Verdict.DEFERRED: State.OWED,
        Verdict.UNSURE: State.OWED,
    }


def test_an_identity_is_for_ever_and_tells_nothing() -> None:
    """The same message has the same Message-ID in every try; no part of it can be read."""
    one = message_id("RR-2024-0001", "asked/1", "a@x.example", "waymark.example")
    assert one == message_id("RR-2024-0001", "asked/1", "a@x.example", "waymark.example")
    assert one != message_id("RR-2024-0001", "asked/1", "b@x.example", "waymark.example")
    assert "RR" not in one
    assert "x.example" not in one
