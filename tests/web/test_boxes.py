"""Days and times as people type them into boxes, and what a page says where it cannot read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.length import parse_instant
from engine.london import MONTHS
from tests.web.rooms import Browser, practice
from tests.web.test_console import MANAGER, told
from web.boxes import moment
from web.forms import reasons_of

TIMES = {
    "9:00": "09:00", "09:00": "09:00", "9.05": "09:05", "0930": "09:30", "930": "09:30",
    "9am": "09:00", "9 am": "09:00", "9.30 a.m.": "09:30", "9:30PM": "21:30", "4pm": "16:00",
    "12am": "00:00", "12:05 pm": "12:05", "1640": "16:40", "16:40": "16:40", "0:10": "00:10",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "read"), TIMES.items())
def test_a_time_is_read_as_people_type_it(typed: str, read: str) -> None:
    """The same instant as the 24 hours would give."""
    given = moment("27", "3", "2026", typed)
    assert parse_instant(given) == parse_instant(f"2026-03-27T{read}")


@pytest.mark.parametrize(
    "typed", ["9", "13pm", "0am", "24:00", "9:60", "soon", "m", "9:0", "-9:00"]
)
def test_what_could_be_several_times_or_none_is_refused(typed: str) -> None:
    """An hour alone may be morning or evening: nobody guesses."""
    with pytest.raises(ValueError, match=r"moment is written|no such day or time"):
        parse_instant(moment("27", "3", "2026", typed))


def test_a_month_is_a_number_or_its_name() -> None:
    """Whole or cut short; two letters would be several months."""
    for number, name in enumerate(MONTHS, 1):
        for typed in (str(number), name, name.upper(), name[:3], f"{name[:3].lower()}."):
            assert moment("5", typed, "2026") == f"2026-{number:02}-05"
    assert moment("5", "ma", "2026") == "2026-ma-05"


def test_empty_boxes_are_nothing_and_one_alone_is_something() -> None:
    assert moment("", "", "", "") == ""
    assert moment("5", "", "") == "-00-05"


def test_a_page_speaks_of_its_boxes_and_not_of_how_commands_are_typed() -> None:
    """Every fault of a day or a moment has words for a page."""
    for typed in ("soon", "2026-03-27T9"):
        with pytest.raises(ValueError, match="written") as fault:
            parse_instant(typed)
        (reason,) = reasons_of([f"the day: {fault.value} (on)"], ["on"])
        assert reason.field == "on"
        assert reason.words == (
            "The day: give the day, the month, the year and the time, like 9:30am or 16:40"
        )


def test_a_time_that_cannot_be_read_is_told_beside_its_box(tmp_path: Path) -> None:
    """And what was typed stays in it."""
    with practice(tmp_path / "house") as premises:
        form = {
            "incident_on-day": "13", "incident_on-month": "mar", "incident_on-year": "2025",
            "aware_at-day": "14", "aware_at-month": "3", "aware_at-year": "2025",
            "outcome_for_child": "serious_harm", "abuse_link": "suspected", "go": "preview",
        }  # fmt: skip
        manager = Browser(premises, MANAGER)
        refused = manager.post("/open/rapid_review", {**form, "aware_at-time": "nine"})
        assert refused.status_code == 422
        assert "like 9:30am or 16:40" in told(refused)
        assert "2024-12-20T16:40" not in told(refused)
        assert 'value="nine"' in refused.text
        taken = manager.post("/open/rapid_review", {**form, "aware_at-time": "4.40 pm"})
        assert "Friday 14 March 2025, 16:40" in told(taken)
