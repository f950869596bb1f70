"""Commands on days: working-day arithmetic, its explanation, and proclaimed bank holidays."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any

import typer

from cli import words
from cli.house import calendar_at, house_at
from cli.output import counted, show
from cli.words import HOME, Home, Json
from engine import upkeep
from engine.errors import Refused
from engine.length import in_words
from engine.working_days import Calendar
from web import list_shapes

days = typer.Typer(no_args_is_help=True, help="Working days of England and Wales.")
holiday = typer.Typer(no_args_is_help=True, help="Bank holidays of England and Wales.")

Day = Annotated[str, typer.Argument(metavar="DATE")]
Count = Annotated[str, typer.Argument(metavar="N", help="May be negative.")]
# Else a negative number would be taken for an option.
NEGATIVE = {"ignore_unknown_options": True}
_NUMBER = re.compile(r"[+-]?[0-9]{1,6}")


@days.command("add", context_settings=NEGATIVE)
def add(
    day: Annotated[str, typer.Argument(metavar="DATE", help="Like 2024-12-20; or - alone.")],
    n: Annotated[str, typer.Argument(metavar="N", help="May be negative.")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Add N working days to a date; - reads lines of DATE N.

    With - alone, lines of DATE N come from standard input, and one JSON array is printed.
    """
    calendar = calendar_at(home)
    if day == "-":
        show(_add_many(calendar), as_json=True)
        return
    if not n:
        raise typer.BadParameter("say how many working days, like 15 or -7", param_hint="N")
    document = list_shapes.added(calendar, words.day(day, "the date"), _count(n))
    due = in_words(words.day(document["date"], "the due date"))
    show(document, json, [due + (" (provisional)" if document["provisional"] else "")])


def _add_many(calendar: Calendar) -> list[dict[str, Any]]:
    """The dates of all lines, in their order; blank lines are passed over."""
    found: list[dict[str, Any]] = []
    reasons: list[str] = []
    for number, line in enumerate(_lines(), start=1):
        day, _, n = line.strip().partition(" ")
        try:
            if day:
                added = list_shapes.added(calendar, words.day(day, "the date"), _count(n))
                found.append({key: added[key] for key in ("date", "provisional")})
        except Refused as refusal:
            reasons += [f"line {number}: {reason}" for reason in refusal.reasons]
    words.raise_all(reasons)
    return found


def _lines() -> list[str]:
    try:
        return sys.stdin.read().splitlines()
    except UnicodeDecodeError:
        raise Refused(["what was piped in is no text; write lines like 2024-12-20 15"]) from None


def _count(typed: str) -> int:
    if not _NUMBER.fullmatch(typed.strip()):
        wanted = "the number of working days must be a whole number, like 15 or -7"
        raise Refused([wanted])
    return int(typed)


@days.command("between")
def between(
    a: Annotated[str, typer.Argument(metavar="A")],
    b: Annotated[str, typer.Argument(metavar="B")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Count the working days after A, up to and including B."""
    calendar = calendar_at(home)
    first, last = words.day(a, "the first date"), words.day(b, "the second date")
    document = list_shapes.between(calendar, first, last)
    show(document, json, [counted(document["working_days"], "working day")])


@days.command("explain", context_settings=NEGATIVE)
def explain(day: Day, n: Count, home: Home = HOME, json: Json = False) -> None:
    """Show each day counted or skipped, and why."""
    calendar = calendar_at(home)
    start, count = words.day(day, "the date"), _count(n)
    walked = calendar.explain(start, count)
    listed = [
        {"date": d.date.isoformat(), "counted": d.counted, "because": d.because} for d in walked
    ]
    due = calendar.add(start, count)
    lines = [f"{in_words(d.date):32}{'' if d.counted else 'skipped: '}{d.because}" for d in walked]
    document = {"date": due.isoformat(), "days": listed, "calendar": calendar.snapshot}
    show(document, json, [*lines, f"Due {in_words(due)}. Calendar: {calendar.snapshot}"])


@holiday.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:
    """List the bank holidays the house counts by."""
    calendar = calendar_at(home)
    names = {d: n for d, n in calendar.names().items() if not calendar.provisional(d)}
    document = {
        "calendar": calendar.snapshot,
        "official_until": calendar.official_until.isoformat(),
        "holidays": [{"date": d.isoformat(), "name": n} for d, n in names.items()],
    }
    show(document, json, [f"{in_words(d):32}{n}" for d, n in names.items()])


@holiday.command("add")
def proclaim(
    day: Day,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would move.")] = False,
    as_: Annotated[str, typer.Option("--as", help="Who proclaims it to the house.")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Add a proclaimed bank holiday: open dates move.

    Each case whose dates move says so to its people with one notice; closed dates stay.
    """
    date = words.day(day, "the bank holiday")
    known = words.line(name, "the name of the bank holiday")
    document = upkeep.proclaim(house_at(home), date, known, words.caller(as_), dry_run)
    show(document, json, _moved_words(document, dry_run))


def _moved_words(document: dict[str, Any], dry_run: bool) -> list[str]:
    moved = document["moved"]
    tasks = [f"/{m['task']}" if m["task"] else "" for m in moved]
    verb = "would move" if dry_run else "moved"
    lines = [f"{counted(len(moved), 'open deadline')} {verb}."]
    for m, task in zip(moved, tasks, strict=True):
        lines.append(f"  {m['reference']}  {m['key']}{task}: {m['words']}")
    return [*lines, *(["Nothing was changed."] if dry_run else [])]
