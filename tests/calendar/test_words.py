"""Lengths, days and moments as people write and read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from config.calendar import official_calendar
from engine.ages import age_days, age_on, under_18
from engine.errors import Refused
from engine.length import (
    Length,
    due_date,
    due_instant,
    in_words,
    london,
    parse_day,
    parse_instant,
    proof,
)

OFFICIAL = official_calendar()


@pytest.mark.parametrize("text", ["15wd", "7d", "6w", "6m", "1y", "24h", "-7wd", "0d", "-99999d"])
def test_a_length_is_read_and_written_back(text: str) -> None:
    """What was written is what is printed."""
    assert str(Length.parse(text)) == text


@pytest.mark.parametrize("text", [
    "", "15", "wd", "15 wd", " 15wd", "15wd ", "15WD", "1.5d", "015wd", "--7wd", "15wdx",
    "100000d", "15min", "١٥wd", "1e3d", "15wd\n", "P15D",
])  # fmt: skip
def test_a_bad_length_is_explained(text: str) -> None:
    """A misspelt length is answered with how to write one."""
    with pytest.raises(ValueError, match="is not a length of time: write a whole number and wd"):
        Length.parse(text)


@pytest.mark.parametrize(("text", "words"), [
    ("15wd", "15 working days"), ("1wd", "1 working day"), ("-7wd", "7 working days before"),
    ("6m", "6 calendar months"), ("24h", "24 elapsed hours"), ("0d", "0 days"), ("+1w", "1 week"),
])  # fmt: skip
def test_a_length_in_words(text: str, words: str) -> None:
    """Lengths are written out as a person would say them."""
    assert Length.parse(text).in_words() == words


@pytest.mark.parametrize("text", [
    "", "20/12/2024", "2024-2-3", "20241220", "2024-W51-5", "2024-12-20T10:00", "2024-02-30",
    "2023-02-29", "2024-13-01", "0000-01-01", "Robin",
])  # fmt: skip
def test_a_bad_day_is_refused_without_repeating_it(text: str) -> None:
    """A mistyped day is explained; what was typed is not echoed, it might be a name."""
    with pytest.raises(ValueError, match=r"year-month-day|no such day") as refusal:
        parse_day(text)
    assert not text or text not in str(refusal.value)


@pytest.mark.parametrize(("text", "utc"), [
    ("2024-12-20T16:40", "2024-12-20T16:40:00+00:00"),
    ("2025-06-10T14:20", "2025-06-10T13:20:00+00:00"),
    ("2025-06-10 14:20:30", "2025-06-10T13:20:30+00:00"),
    ("2025-06-10T14:20Z", "2025-06-10T14:20:00+00:00"),
    ("2025-08-16T02:15+02:00", "2025-08-16T00:15:00+00:00"),
    ("2025-10-26T01:30", "2025-10-26T00:30:00+00:00"),
    ("2025-03-30T00:59", "2025-03-30T00:59:00+00:00"),
    ("2025-03-30T02:00", "2025-03-30T01:00:00+00:00"),
    ("2025-03-30T01:30+00:00", "2025-03-30T01:30:00+00:00"),
])  # fmt: skip
def test_a_moment_is_london_time_unless_it_says_otherwise(text: str, utc: str) -> None:
    """A time London had twice is the first, which gives the earlier deadline."""
    assert parse_instant(text).isoformat() == utc


@pytest.mark.parametrize("text", ["2025-03-30T01:00", "2025-03-30T01:30", "2026-03-29T01:59:59"])
def test_a_time_that_london_skipped_is_refused(text: str) -> None:
    """In the hour the clocks jump over there is no time to record."""
    with pytest.raises(ValueError, match="London had no such time: the clocks went forward"):
        parse_instant(text)


@pytest.mark.parametrize("text", [
    "", "2024-12-20", "16:40", "2024-12-20T25:00", "2024-02-30T10:00", "2024-12-20T16",
    "2024-12-20T16:40 London", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "now",
])  # fmt: skip
def test_a_bad_moment_is_explained(text: str) -> None:
    """A mistyped moment is answered in plain words."""
    with pytest.raises(ValueError, match=r"written as a day and a time|no such day or time"):
        parse_instant(text)


@pytest.mark.parametrize(("when", "words"), [
    (date(2025, 1, 15), "Wednesday 15 January 2025"),
    (parse_instant("2025-06-11T14:20"), "Wednesday 11 June 2025 at 14:20"),
    (parse_instant("2025-10-26T00:30Z"), "Sunday 26 October 2025 at 01:30 BST"),
    (parse_instant("2025-10-26T01:30Z"), "Sunday 26 October 2025 at 01:30 GMT"),
    (parse_instant("2025-10-26T02:00Z"), "Sunday 26 October 2025 at 02:00"),
])  # fmt: skip
def test_days_and_moments_in_words(when: date, words: str) -> None:
    """Dates are written in full; only a time London had twice needs to say which."""
    assert in_words(when) == words


def test_the_proof_of_a_working_day_date_says_why_for_each_day() -> None:
    """From the Friday before Christmas: weekends and both holidays are passed by name."""
    days = proof(Length.parse("3wd"), date(2024, 12, 20), OFFICIAL)
    assert [(d.date.day, d.counted, d.because) for d in days] == [
        (21, False, "Saturday"),
        (22, False, "Sunday"),
        (23, True, "working day 1"),
        (24, True, "working day 2"),
        (25, False, "Christmas Day, bank holiday"),
        (26, False, "Boxing Day, bank holiday"),
        (27, True, "working day 3"),
    ]


@pytest.mark.parametrize(("text", "start", "because"), [
    ("6m", "2024-08-31", "6 calendar months later: the month has no day 31, so its last day"),
    ("6m", "2024-12-20", "6 calendar months later: the corresponding day of the month"),
    ("3m", "2025-11-30", "its last day; it is not moved, though it is not a working day"),
    ("6w", "2026-02-20", "too; it is not moved, though it is not a working day"),
    ("7d", "2025-12-29", "7 days later: every day is counted, weekends and bank holidays too"),
    ("-7d", "2025-12-29", "7 days before: every day is counted"),
])  # fmt: skip
def test_the_proof_of_other_dates_names_the_rule(text: str, start: str, because: str) -> None:
    """Start, due day and the rule that joins them; a closed due day is owned up to."""
    first, last = proof(Length.parse(text), parse_day(start), OFFICIAL)
    assert (first.date, first.because) == (parse_day(start), "day 0, the day it starts")
    assert because in last.because


def test_the_proof_of_hours_mentions_a_clock_change() -> None:
    """24 hours over the March night end at another time of day, and the proof says why."""
    _, last = proof(Length.parse("24h"), parse_instant("2025-03-29T20:30"), OFFICIAL)
    assert last.because.startswith("24 elapsed hours later: Sunday 30 March 2025 at 21:30; the cl")


def test_a_time_without_a_zone_is_never_guessed() -> None:
    """A moment must say where its clock hung; nothing is assumed from the machine."""
    naive = datetime(2025, 6, 1, 12)  # noqa: DTZ001 - the mistake under test
    for call in (london, in_words, lambda m: due_instant(Length.parse("1d"), m, OFFICIAL)):
        with pytest.raises(ValueError, match="without a time zone"):
            call(naive)


def test_hours_are_not_counted_from_a_day_nor_days_from_a_moment() -> None:
    """Hours need a time of day; a calendar needs a day, which a moment has only in London."""
    day, moment = date(2025, 6, 1), datetime(2025, 6, 1, 23, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="only the day is given"):
        due_instant(Length.parse("24h"), day, OFFICIAL)
    with pytest.raises(ValueError, match="not on a day"):
        due_date(Length.parse("24h"), moment, OFFICIAL)
    with pytest.raises(TypeError, match="London days"):
        OFFICIAL.add(moment, 1)
    assert due_date(Length.parse("1wd"), moment, OFFICIAL) == date(2025, 6, 3)


def test_a_closing_time_that_london_had_twice_is_the_first() -> None:
    """A clock that closes at 01:30 on the October night closes at the earlier 01:30."""
    closes = due_instant(Length.parse("1d"), date(2025, 10, 25), OFFICIAL, time(1, 30))
    assert closes == parse_instant("2025-10-26T01:30+01:00")


def test_an_age_before_birth_is_refused() -> None:
    """A date before the birth is a mistake in one of the two, and says so."""
    for count in (age_on, under_18, age_days):
        with pytest.raises(Refused, match="before the date of birth"):
            count(date(2025, 5, 2), date(2025, 5, 1))
