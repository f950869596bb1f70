"""Commands on days: working-day arithmetic, its explanation, and proclaimed bank holidays."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from cli import words
from cli.house import calendar_at, house_at
from cli.output import show
from cli.words import HOME, Home, Json
from engine import upkeep
from engine.errors import Refused
from engine.length import in_words
from engine.working_days import Calendar

days = typer.Typer(no_args_is_help=True, help="Working days of England and Wales.")
holiday = typer.Typer(no_args_is_help=True, help="Bank holidays of England and Wales.")

Day = Annotated[str, typer.Argument(metavar="DATE")]
Count = Annotated[str, typer.Argument(metavar="N", help="May be negative.")]
NEGATIVE = {"ignore_unknown_options": True}


@days.command("add", context_settings=NEGATIVE)
def add(day: Day, n: Count = "", home: Home = HOME, json: Json = False) -> None:
    """Add N working days to a date; DATE - reads 'DATE N' lines from standard input."""
    calendar = calendar_at(home)
    if day == "-":
        show(_add_many(calendar), as_json=True)
        return
    due = calendar.add(words.day(day, "the date"), _count(n))
    provisional = calendar.provisional(due)
    document = {"date": due.isoformat(), "provisional": provisional, "calendar": calendar.snapshot}
    show(document, json, [in_words(due) + (" (provisional)" if provisional else "")])


def _add_many(calendar: Calendar) -> list[dict[str, Any]]:
    found, reasons = [], []
    for number, line in enumerate(sys.stdin, start=1):
        try:
            day, n = line.split()
            due = calendar.add(words.day(day, f"line {number}"), _count(n))
            found.append({"date": due.isoformat(), "provisional": calendar.provisional(due)})
        except ValueError:
            reasons.append(f"line {number}: write a date and a number, like 2024-12-20 15")
        except Refused as refusal:
            reasons += refusal.reasons
    if reasons:
        raise Refused(reasons)
    return found


def _count(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(["the number of working days must be a whole number, like 15 or -7"]) from None


@days.command("between")
def between(
    a: Annotated[str, typer.Argument(metavar="A")],
    b: Annotated[str, typer.Argument(metavar="B")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Count the working days after A, up to and including B."""
    calendar = calendar_at(home)
    count = calendar.between(words.day(a, "the first date"), words.day(b, "the second date"))
    show({"working_days": count, "calendar": calendar.snapshot}, json, [f"{count} working days"])


@days.command("explain", context_settings=NEGATIVE)
def explain(day: Day, n: Count, home: Home = HOME, json: Json = False) -> None:
    """Show each day counted or skipped, and why."""
    calendar = calendar_at(home)
    start, count = words.day(day, "the date"), _count(n)
    walked = calendar.explain(start, count)
    listed = [{"date": d.date.isoformat(), "counted": d.counted, "because": d.because} for d in walked]
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
    """Add a proclaimed bank holiday: open deadlines move, with one notice a case."""
    house = house_at(home)
    date = words.day(day, "the bank holiday")
    document = upkeep.proclaim(house, date, name, words.caller(as_), dry_run)
    moved = document["moved"]
    lines = [f"  {m['reference']}  {m['key']}: {m['words']}" for m in moved]  # type: ignore[attr-defined]
    verb = "would move" if dry_run else "moved"
    show(document, json, [f"{len(lines)} open deadlines {verb}.", *lines])
