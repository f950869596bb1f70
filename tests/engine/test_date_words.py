"""A date is told so that nobody reads it as a day more or a day less."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.london import moment_of
from engine.notices import when_words
from engine.rules import END_OF_DAY


@pytest.mark.parametrize("by_hour", [True, False])
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 6, 11, 23, 0, tzinfo=UTC), "Wednesday 11 June 2025"),
        (datetime(2025, 1, 1, 0, 0, tzinfo=UTC), "Tuesday 31 December 2024"),
    ],
)
def test_midnight_ends_the_day_before(moment: datetime, day: str, by_hour: bool) -> None:
    """In London, whatever the hour is in UTC."""
    assert when_words(moment, by_hour) == f"midnight at the end of {day}"


def test_the_end_of_a_day_is_told_as_the_day_alone() -> None:
    moment = moment_of(date(2025, 6, 11), END_OF_DAY)
    assert when_words(moment, by_hour=False) == "Wednesday 11 June 2025"
    assert when_words(moment, by_hour=True) == f"Wednesday 11 June 2025 at {END_OF_DAY:%H:%M}"
