"""Commands that count: the year in numbers, how dates were kept, who came to meetings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import report_words, spreadsheet, words
from cli.house import house_at
from cli.output import show
from cli.words import HOME, Home, Json
from engine import reporting
from engine.casework import House
from engine.length import london_date
from engine.reports import year_named, year_of
from store.refusals import no_process

report = typer.Typer(no_args_is_help=True, help="Reports: numbers, and the cases beneath them.")

Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write a new file for a spreadsheet.")
]
ProcessKey = Annotated[str, typer.Option("--process", metavar="KEY", help="Only this process.")]
From = Annotated[
    str, typer.Option("--from", metavar="DATE", help="Else the first day of this reporting year.")
]
To = Annotated[
    str, typer.Option("--to", metavar="DATE", help="Else the last day of that reporting year.")
]


@report.command("annual")
def annual(
    *,
    year: Annotated[str, typer.Option("--year", metavar="YEAR", help="Like 2025-26.")],
    whole: Annotated[
        bool, typer.Option("--whole", help="Show small counts too; not for publication.")
    ] = False,
    csv: Csv = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """The year in numbers, 1 April to 31 March.

    Counts under five are left out for publication; --json has them all, with the cases beneath.
    """
    from workflows.annual_report import ANNUAL_REPORT

    asked, house = year_named(year), house_at(home)
    parts = reporting.year_in_numbers(house, ANNUAL_REPORT, asked)
    today = london_date(house.clock.now())
    if csv is not None:
        spreadsheet.write(csv, report_words.ANNUAL, report_words.annual_rows(parts, whole))
    document = report_words.annual_document(asked, today, parts)
    lines = report_words.annual_lines(asked, today, parts, whole)
    show({**document, **_file(csv)}, json, [*lines, *_written(csv)])


@report.command("timeliness")
def timeliness(
    process: ProcessKey = "",
    from_: From = "",
    to: To = "",
    csv: Csv = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """How dates that fell due were kept.

    For each process and timescale: met, met late, missed, and the share met in time.
    """
    house = _house(home, process)
    since, until = _period(house, from_, to)
    kept = reporting.dates_kept(house, since, until, process)
    if csv is not None:
        spreadsheet.write(csv, report_words.TIMELINESS, report_words.timeliness_rows(kept))
    document = {**_dates(since, until, process), **report_words.timeliness_document(kept)}
    lines = report_words.timeliness_lines(since, until, kept)
    show({**document, **_file(csv)}, json, [*lines, *_written(csv)])


@report.command("attendance")
def attendance(
    process: ProcessKey = "",
    from_: From = "",
    to: To = "",
    csv: Csv = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Who came to meetings: invited, present, per cent.

    For each kind of meeting, and for each agency where it was recorded.
    """
    house = _house(home, process)
    since, until = _period(house, from_, to)
    bodies = reporting.who_came(house, since, until, process)
    if csv is not None:
        spreadsheet.write(csv, report_words.ATTENDANCE, report_words.attendance_rows(bodies))
    document = {**_dates(since, until, process), **report_words.attendance_document(bodies)}
    lines = report_words.attendance_lines(since, until, bodies)
    show({**document, **_file(csv)}, json, [*lines, *_written(csv)])


def _house(home: Path, process: str) -> House:
    """The house, once it is known to have the process. Errors: Absent."""
    house = house_at(home)
    with house.store.begin() as work:
        if process and process not in work.library.openable():
            raise no_process(process)
    return house


def _period(house: House, since: str, until: str) -> tuple[date, date]:
    """The days a report is for: the reporting year of its first day, where nothing else is said."""
    first = words.day(since, "the first day") if since else None
    last = words.day(until, "the last day") if until else None
    year = year_of(first or last or london_date(house.clock.now()))
    return first or year.first, last or year.last


def _dates(since: date, until: date, process: str) -> dict[str, Any]:
    return {"from": since.isoformat(), "to": until.isoformat(), "process": process or None}


def _file(csv: Path | None) -> dict[str, Any]:
    return {"csv": str(csv) if csv else None}


def _written(csv: Path | None) -> list[str]:
    return [f"Written to {csv}."] if csv else []
