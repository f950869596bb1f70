"""What the documents list is what there is: dates, rules, settings, roles, kinds, decisions."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from config.calendar import official_calendar
from config.settings import Settings
from engine.history import KINDS as EVENT_KINDS
from engine.length import Length, due_date, due_instant, london
from engine.outbox import FIRST_WAITS, PATIENCE, State
from engine.roles import ROLES
from engine.rules import STANDINGS
from notifications.templates import KINDS as MESSAGE_KINDS
from tests.docs.claims import RULES
from tests.docs.library import DOCS, ROOT, rows
from workflows.catalogue import PROCESSES

DATES = (DOCS / "dates.md").read_text("utf-8")
FORWARD = list(rows(DATES, "What"))
BACK = list(rows(DATES, "Publication"))
COUNTED = [row for row in rows(DATES, "Starts") if not row[1].endswith("h")]
HOURS = [row for row in rows(DATES, "Starts") if row[1].endswith("h")]
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}


def day(text: str) -> date:
    """Read "Fri 20 Dec 2024"; the weekday must be right."""
    weekday, number, month, year = text.split()
    found = date(int(year), MONTHS[month], int(number))
    assert weekday == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[found.weekday()], text
    return found


def moment(text: str) -> datetime:
    """Read "Fri 20 Dec 2024 14:20 BST"."""
    name, clock, zone = text.rsplit(" ", 2)
    hours, minutes = clock.split(":")
    offset = timedelta(hours=1 if zone == "BST" else 0)
    return datetime.combine(day(name), time(int(hours), int(minutes)), UTC) - offset


def counted_by_hand(text: str, wanted: date) -> tuple[int, date]:
    """The count a hand count ends with, and the day it ends on, in the year wanted."""
    *_, last = re.findall(r"(?:(\d+) to )?(\d+) \((\d+)\)", text)
    month = re.findall(r"\b([A-Z][a-z]{2})\b", text)[-1]
    return int(last[2]), date(wanted.year, MONTHS[month], int(last[1]))


@pytest.mark.parametrize("row", FORWARD, ids=lambda row: row[1])
def test_a_date_counted_forward_by_hand_is_the_date_of_the_house(row: list[str]) -> None:
    """Start, length, due date, the weekdays left out and the hand count agree with the calendar."""
    _, start, length, due, skipped, hand = row
    calendar, begins, number = official_calendar(), day(start), int(length)
    assert calendar.add(begins, number) == day(due)
    walked = calendar.explain(begins, number)
    shut = [d.date for d in walked if not d.counted and d.date.weekday() < 5]
    assert skipped == (", ".join(f"{d.day} {d:%b}" for d in shut) or "none")
    assert counted_by_hand(hand, day(due)) == (number, day(due))


@pytest.mark.parametrize("row", BACK, ids=lambda row: row[0])
def test_a_date_counted_back_by_hand_is_the_date_of_the_house(row: list[str]) -> None:
    """Seven working days before a publication, and eight where the days must be clear."""
    publication, length, due, _, hand, clear = row
    calendar, number = official_calendar(), int(length)
    assert calendar.add(day(publication), number) == day(due)
    assert calendar.add(day(publication), number - 1) == day(clear)
    assert counted_by_hand(hand, day(due)) == (-number, day(due))


@pytest.mark.parametrize("row", COUNTED, ids=lambda row: f"{row[0]} {row[1]}")
def test_days_weeks_months_and_years_fall_where_the_page_says(row: list[str]) -> None:
    """Corresponding days, short months, plain days, and the working days of a dispute."""
    start, length, due, _ = row
    assert due_date(Length.parse(length), day(start), official_calendar()) == day(due)


@pytest.mark.parametrize("row", HOURS, ids=lambda row: f"{row[0]} {row[1]}")
def test_hours_fall_where_the_page_says(row: list[str]) -> None:
    """Elapsed hours, also in the two nights in which the clocks change."""
    start, length, due, _ = row
    found = due_instant(Length.parse(length), moment(start), official_calendar())
    assert (found, london(found).tzname()) == (moment(due), due.rsplit(" ", 1)[1])


def test_the_page_of_dates_has_enough_examples() -> None:
    """The tables were found: an empty one would prove nothing."""
    assert (len(FORWARD), len(BACK), len(COUNTED), len(HOURS)) == (28, 8, 21, 11)


def test_the_page_of_law_has_every_rule_with_its_length_and_standing() -> None:
    """A number cannot change without the page that says what it rests on."""
    listed = {
        row[0].replace("`", ""): (row[1], row[2])
        for row in rows((DOCS / "law.md").read_text("utf-8"), "Timescale")
    }
    assert listed == {
        f"{r.process}.{r.timescale}" + (f" ({r.variant})" if r.variant else ""): (
            str(r.length),
            r.standing,
        )
        for r in RULES
    }


def settings(model: type[BaseModel], before: str = "") -> dict[str, Any]:
    """Every setting by its full name, with its default."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if isinstance(field.default, BaseModel):
            found |= settings(type(field.default), f"{before}{name}.")
        elif name not in ("home", "practice"):
            found[before + name] = field.default
    return found


def test_the_page_of_settings_has_every_setting_and_its_default() -> None:
    """Nobody has to read the program to know what can be set."""
    text = (DOCS / "settings.md").read_text("utf-8")
    shown = {row[0].strip("`"): row[1].strip("`") for row in rows(text, "Setting")}
    known = settings(Settings)
    assert shown.keys() == known.keys()
    plain = {k: v for k, v in known.items() if v and not isinstance(v, SecretStr)}
    assert {name: shown[name].strip('"') for name in plain} == {k: str(v) for k, v in plain.items()}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("people", ROLES),
        ("messages", MESSAGE_KINDS),
        ("record", EVENT_KINDS),
        ("timescales", STANDINGS),
        ("promises", [str(state) for state in State]),
    ],
)
def test_a_page_leaves_none_of_its_words_out(name: str, words: list[str]) -> None:
    """Roles, kinds of message and of event, standings, and the states of a message."""
    text = (DOCS / f"{name}.md").read_text("utf-8")
    assert [word for word in words if f"`{word}`" not in text and f"**{word}**" not in text] == []


def test_the_page_of_dates_names_the_clocks_a_hold_can_stop() -> None:
    """Whoever records a hold can look up whether it stops anything."""
    line = next(line for line in DATES.splitlines() if "stops only the clocks that name" in line)
    holdable = {t.key for p in PROCESSES.values() for t in p.timescales if t.holds}
    assert set(re.findall(r"`(\w+)`", line)) == holdable


def test_the_pages_say_when_a_message_is_tried_again() -> None:
    """The waits and the patience of the outbox are those the pages promise."""
    *first, last = (str(wait // timedelta(minutes=1)) for wait in FIRST_WAITS)
    waits = f"{', '.join(first)} and {last} minutes"
    for name in ("messages", "promises"):
        text = (DOCS / f"{name}.md").read_text("utf-8")
        assert waits in text
        assert f"{PATIENCE // timedelta(hours=1)} hours" in text


def test_decisions_are_numbered_and_say_why() -> None:
    """Each record has its context, its decision and what follows from it, and is short."""
    paths = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in paths] == list(range(1, len(paths) + 1))
    for path in paths:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert re.findall(r"^## (.*)$", text, re.M) == ["Context", "Decision", "Consequences"]
        assert len(text.splitlines()) <= 30


def test_the_change_log_has_the_version_that_is_built() -> None:
    """The newest entry is the version of the package; what comes after it is unreleased."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    logged = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert next(name for name in logged if name != "Unreleased") == built
