"""The monthly exceptions: numbers and references for those who oversee, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from engine.digest_parts import (
    Dated,
    Gathered,
    Row,
    Section,
    Seen,
    late,
    near,
    section,
)
from engine.london import MONTHS, end_of_day, london_date, midnight
from engine.notices import due_words
from engine.rules import STATUTORY

# Working days ahead; nobody has published a length for "at risk".
AT_RISK = 10


def monthly(gathered: Gathered, seen: Sequence[Seen], missed: Sequence[Dated]) -> Iterator[Section]:
    """The month before in numbers, statutory dates at risk, and the dates that were missed."""
    since, until = month_before(gathered.today)
    first = london_date(since)
    name = f"{MONTHS[first.month - 1]} {first.year}"
    yield section(f"{name} in numbers", _number_rows(gathered, seen, since, until))
    yield section(
        "Statutory dates at risk",
        _at_risk(gathered, seen),
        "statutory date at risk",
        "statutory dates at risk",
    )
    missed_in = f"with a date missed in {name}"
    yield section(
        f"Missed in {name}", _missed_rows(missed), f"case {missed_in}", f"cases {missed_in}"
    )


def month_before(day: date) -> tuple[datetime, datetime]:
    """The calendar month before that of a London day: from its first instant up to its end."""
    first = day.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return midnight(before), midnight(first)


def _at_risk(gathered: Gathered, seen: Sequence[Seen]) -> Iterator[Row]:
    """Statutory dates that are missed and open, and those that come within ten working days."""
    until = end_of_day(gathered.calendar.add(gathered.today, AT_RISK))
    words = (
        ("missed and still open: was due", late(seen, gathered.now)),
        ("due", near(seen, gathered.now, until)),
    )
    for word, found in words:
        for one, dated in found:
            if dated.standing == STATUTORY:
                yield one.case.reference, "", f"{word} {due_words(dated)}"


def _number_rows(
    gathered: Gathered, seen: Sequence[Seen], since: datetime, until: datetime
) -> Iterator[Row]:
    """For each process: opened and closed in the month, open now, and with a date missed."""
    behind = {one.case.reference for one, _ in late(seen, gathered.now)}
    for key, label in gathered.labels.items():
        lines = [line for line in gathered.lines if line.process == key]
        opened = sum(since <= line.opened_at < until for line in lines)
        closed = sum(bool(line.closed_at and since <= line.closed_at < until) for line in lines)
        going = [line for line in lines if line.closed_at is None]
        if opened or closed or going:
            overdue = sum(line.reference in behind for line in going)
            what = f"{opened} opened, {closed} closed, {len(going)} open now"
            yield "", f"{label}: {what}", f"{overdue} with a date that has passed"


def _missed_rows(missed: Iterable[Dated]) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    law: Counter[str] = Counter()
    for one, dated in missed:
        counts[one.case.reference] += 1
        law[one.case.reference] += dated.standing == STATUTORY
    for reference, count in sorted(counts.items()):
        dates = "date" if count == 1 else "dates"
        yield reference, f"{count} {dates} missed", f"{law[reference]} statutory"
