"""What is not urgent comes between eight and six on a working day, London time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.calendar import official_calendar
from engine.hours import working_moment
from engine.length import parse_instant
from engine.london import london

CALENDAR = official_calendar()
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside them


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        ("2025-01-06T07:59", "2025-01-06T08:00"),
        ("2025-01-06T08:00", "2025-01-06T08:00"),
        ("2025-01-06T17:59", "2025-01-06T17:59"),
        ("2025-01-06T18:00", "2025-01-07T08:00"),
        ("2025-01-03T18:00", "2025-01-06T08:00"),
        ("2024-12-24T18:00", "2024-12-27T08:00"),
        ("2025-04-17T23:00", "2025-04-22T08:00"),
        ("2025-07-01T07:30", "2025-07-01T08:00"),
        ("2025-03-30T03:00", "2025-03-31T08:00"),
    ],
)
def test_the_next_working_moment(at: str, comes: str) -> None:
    """Evenings, week-ends, Christmas, Easter, summer time."""
    assert working_moment(parse_instant(at), CALENDAR) == parse_instant(comes)


@given(at=MOMENTS)
def test_it_is_the_first_one(at: datetime) -> None:
    """It lies in working hours, never earlier, and no quarter of an hour before it would do."""
    comes = working_moment(at, CALENDAR)
    assert comes >= at
    assert open_at(comes)
    earlier = at
    while earlier < comes:
        assert not open_at(earlier)
        earlier += timedelta(minutes=15)


def open_at(moment: datetime) -> bool:
    here = london(moment)
    return CALENDAR.is_working(here.date()) and time(8) <= here.time() < time(18)


def test_beyond_the_known_bank_holidays_nothing_rests() -> None:
    """A message late for want of a calendar would be worse than one at night."""
    at = datetime.combine(CALENDAR.horizon, time(23), UTC)
    assert working_moment(at, CALENDAR) == at
