"""When a house is well: time is kept in it, and nothing that matters has waited too long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.health import Signs, concerns, faults, minutes
from engine.ticks import Outcome, Tick

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DB = datetime(2031, 1, 1, tzinfo=UTC)  # the database may tell another time than a practice house
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def ticked(name: str, ago: timedelta, outcome: Outcome = Outcome.DONE) -> Tick:
    return Tick(name, DB - MINUTE, DB, outcome, "", "desk-1", DB - ago)


WELL = Signs(NOW, DB, (ticked("deliver", MINUTE), ticked("sweep", MINUTE)))


def test_a_house_whose_time_is_kept_is_well() -> None:
    """Rounds that are made once a day may be old; a sweep and a delivery may not."""
    assert faults(WELL) == ()
    assert faults(replace(WELL, ticks=(*WELL.ticks, ticked("backup", timedelta(days=2))))) == ()


@pytest.mark.parametrize("name", ["sweep", "deliver"])
def test_ten_minutes_of_silence_are_a_fault(name: str) -> None:
    """E3: ten minutes are borne, a second more is not; a tick that failed is no tick."""
    rest = tuple(tick for tick in WELL.ticks if tick.name != name)
    assert faults(replace(WELL, ticks=(*rest, ticked(name, 10 * MINUTE)))) == ()
    (late,) = faults(replace(WELL, ticks=(*rest, ticked(name, 10 * MINUTE + SECOND))))
    assert "for 10 minutes" in late
    (never,) = faults(replace(WELL, ticks=rest))
    assert "has been done ever" in never
    failed = Tick(name, DB, DB, Outcome.FAILED, "", "desk-1", DB - 11 * MINUTE)
    (why,) = faults(replace(WELL, ticks=(*rest, failed)))
    assert "the log says why" in why


def test_a_house_without_a_mail_server_need_not_deliver() -> None:
    """It is well, and says that messages wait."""
    signs = replace(WELL, ticks=(ticked("sweep", MINUTE),), mails=False)
    assert faults(signs) == ()
    assert "no mail server" in concerns(signs)[0]


def test_a_statutory_message_undelivered_for_an_hour_is_a_fault() -> None:
    """R7: 59 minutes are borne; a house on hold says that it is."""
    assert faults(replace(WELL, oldest_statutory=NOW - 59 * MINUTE)) == ()
    (waits,) = faults(replace(WELL, oldest_statutory=NOW - 60 * MINUTE))
    assert "waited for 60 minutes" in waits
    (held,) = faults(replace(WELL, oldest_statutory=NOW - 26 * 60 * MINUTE, on_hold=True))
    assert "for 26 hours" in held
    assert "waymark house release" in held
    assert faults(replace(WELL, oldest_owed=NOW - timedelta(days=3))) == ()


def test_what_somebody_should_look_at_is_named() -> None:
    """Refused and parked messages, a hold, a calendar near its end: no fault, and told."""
    signs = replace(
        WELL, messages={"refused": 1, "parked": 2, "owed": 9}, on_hold=True, calendar_warning="Ends"
    )
    assert faults(signs) == ()
    told = " ".join(concerns(signs))
    for words in ("1 message is refused", "2 messages are parked", "on hold", "Ends"):
        assert words in told
    assert concerns(WELL) == ()


def test_waiting_in_words() -> None:
    told = [minutes(n * MINUTE) for n in (0, 1, 119, 120, 48 * 60 - 1, 48 * 60)]
    assert told == ["0 minutes", "1 minute", "119 minutes", "2 hours", "47 hours", "2 days"]
