"""What the reports say: their documents, their rows for a spreadsheet, their lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from cli.output import one_line, table
from cli.spreadsheet import Cell
from engine.annual import Cell as Count
from engine.annual import Part, lists
from engine.attendance import NOTE, Body, came
from engine.case import HOW
from engine.length import in_words
from engine.notices import STANDING_WORDS
from engine.reports import HIDDEN, SMALLEST_SHOWN, Year, shown
from engine.timeliness import STATES, Kept

ANNUAL = ("part", "by", "value", "count")
TIMELINESS = (
    "process", "timescale", "name", "standing", *STATES, "decided", "percent_in_time",
    "median_working_days",
)  # fmt: skip
ATTENDANCE = ("process", "kind", "date", "agency", "invited", *HOW, "percent")
_TOGETHER = "Deaths notified and reviews concluded are two different groups; they are never added."
_SMALL = (
    f"{HIDDEN} stands for a count from 1 to {SMALLEST_SHOWN - 1}, or a larger one that would give"
    " one away. --whole shows every count, for eyes that may see them."
)


def annual_document(year: Year, today: date, parts: Sequence[Part]) -> dict[str, Any]:
    return {
        "year": year.name,
        "from": year.first.isoformat(),
        "to": year.last.isoformat(),
        "counted_to": min(year.last, today).isoformat(),
        "parts": [
            {
                "key": part.key,
                "label": part.label,
                **_count(part.total),
                "splits": [
                    {
                        "by": split.fact,
                        "label": split.label,
                        "values": [
                            {"value": c.key, "label": c.label, **_count(c)} for c in split.cells
                        ],
                    }
                    for split in part.splits
                ],
            }
            for part in parts
        ],
        "note": _TOGETHER,
    }


def _count(cell: Count) -> dict[str, Any]:
    return {
        "count": cell.count,
        "published": shown(cell.count, cell.small),
        "references": list(cell.references),
    }


def annual_rows(parts: Sequence[Part], whole: bool) -> Iterator[tuple[Cell, ...]]:
    for part, heading, cell in lists(parts):
        told = cell.count if whole or not _hidden(cell) else shown(cell.count, cell.small)
        yield part.label, heading, cell.label if heading else "", told


def _hidden(cell: Count) -> bool:
    return cell.small or 0 < cell.count < SMALLEST_SHOWN


def annual_lines(year: Year, today: date, parts: Sequence[Part], whole: bool) -> Iterator[str]:
    yield f"{year.name}: {in_words(year.first)} to {in_words(year.last)}"
    if today < year.last:
        yield f"The year is not over: this is how it stands on {in_words(today)}."
    for part in parts:
        yield ""
        yield f"{part.label}: {_told(part.total, whole)}"
        for split in part.splits:
            if part.total.count:
                yield f"  {split.label}"
                yield from (f"  {_told(cell, whole):>5}  {cell.label}" for cell in split.cells)
    yield ""
    yield _TOGETHER
    if not whole:
        yield _SMALL


def _told(cell: Count, whole: bool) -> str:
    return str(cell.count) if whole else shown(cell.count, cell.small)


def timeliness_document(kept: Sequence[Kept]) -> dict[str, Any]:
    return {
        "timescales": [
            {
                "process": each.process,
                "key": each.key,
                "label": each.label,
                "standing": each.standing,
                **{state: each.count(state) for state in STATES},
                "decided": each.decided,
                "percent_in_time": each.in_time,
                "median_working_days": each.taken,
                "references": {state: list(each.references[state]) for state in STATES},
            }
            for each in kept
        ]
    }


def timeliness_rows(kept: Sequence[Kept]) -> Iterator[tuple[Cell, ...]]:
    for each in kept:
        counts = (each.count(state) for state in STATES)
        yield (
            each.process, each.key, each.label, each.standing, *counts, each.decided,
            each.in_time, each.taken,
        )  # fmt: skip


def timeliness_lines(since: date, until: date, kept: Sequence[Kept]) -> list[str]:
    """A table of what fell due in the period."""
    columns = {"process": "process", "key": "what", "standing": "standing", "met": "met",
               "met_late": "late", "breached": "missed", "running": "running", "held": "held",
               "cancelled": "not needed", "share": "in time", "taken": "days"}  # fmt: skip
    rows = [_line(each) for each in kept]
    return [
        f"Dates due from {in_words(since)} to {in_words(until)}",
        *(table(rows, columns) if rows else ["None fell due."]),
        "In time: met in time, of those met, met late or missed. Days: the median of the working"
        " days from the start to the day it was met.",
    ]


def _line(each: Kept) -> dict[str, Any]:
    share = "" if each.in_time is None else f"{each.count('met')}/{each.decided} ({each.in_time}%)"
    return {
        "process": each.process,
        "key": each.key,
        "standing": STANDING_WORDS[each.standing].lower(),
        **{state: each.count(state) for state in STATES},
        "share": share,
        "taken": "" if each.taken is None else f"{each.taken:g}",
    }


def attendance_document(bodies: Sequence[Body]) -> dict[str, Any]:
    return {"kinds": [_body(body) for body in bodies], "note": NOTE}


def _body(body: Body) -> dict[str, Any]:
    return {
        "process": body.process,
        "kind": body.kind,
        "invited": body.invited,
        "present": body.present,
        "percent": body.share,
        "meetings": [
            {
                "on": each.meeting.on.isoformat(),
                "invited": each.meeting.invited,
                "present": each.meeting.present,
                "percent": each.share,
                "agencies": dict(each.meeting.agencies),
                "references": list(each.references),
            }
            for each in body.sittings
        ],
        "agencies": [
            {"agency": name, **times, "percent": came(times)}
            for name, times in body.agencies().items()
        ],
    }


def attendance_rows(bodies: Sequence[Body]) -> Iterator[tuple[Cell, ...]]:
    """A row for each meeting, then one for each agency with how often it came, and how."""
    for body in bodies:
        for each in body.sittings:
            held = each.meeting
            numbers = (held.invited, held.present, None, None, None)
            yield body.process, body.kind, held.on.isoformat(), "", *numbers, each.share
        for name, times in body.agencies().items():
            counts = (sum(times.values()), *(times[how] for how in HOW))
            yield body.process, body.kind, "", name, *counts, came(times)


def attendance_lines(since: date, until: date, bodies: Sequence[Body]) -> Iterator[str]:
    """Each kind of meeting as the partnership prints it: the day, present of invited, per cent."""
    yield f"Meetings held from {in_words(since)} to {in_words(until)}"
    if not bodies:
        yield "None was recorded."
    for body in bodies:
        yield ""
        yield f"{body.process}, {one_line(body.kind)}: {_share(body)}"
        for each in body.sittings:
            held = each.meeting
            yield f"  {held.on:%d.%m.%Y}  {held.present}/{held.invited} ({each.share}%)"
        rows = [{"agency": n, **t, "came": f"{came(t)}%"} for n, t in body.agencies().items()]
        columns = {"agency": "agency", **{how: how for how in HOW}, "came": "came"}
        yield from (f"  {line}" for line in (table(rows, columns) if rows else ()))
    yield ""
    yield NOTE


def _share(body: Body) -> str:
    return f"{body.present}/{body.invited} ({body.share}%)"
