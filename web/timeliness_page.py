"""The page that says how dates were kept, of the cases its visitor may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup
from starlette.responses import Response

from engine import reporting
from engine.length import in_words, london_date
from engine.notices import STANDING_WORDS
from engine.ports import UnitOfWork
from engine.reading import Reading, reading
from engine.reports import year_named, year_of
from engine.timeliness import STATES, Kept
from web import drawing
from web.doors import SIGNED_IN, Asked, Door
from web.listing import Cell, Table, listing
from web.look import STATUS, capital

_INTRO = (
    "In time is the share met in time of those met, met late, or late and open; what still runs,"
    " is on hold or was not needed is not counted in it. Days is the median of the working days"
    " from the start to the day it was met.",
    "Only reviews you may read are counted.",
)
_YEARS_BACK = 3


def timeliness_page(asked: Asked) -> Response:
    """One reporting year; the years before it are a link away. Errors: Refused."""
    house = asked.premises.house
    today = london_date(house.clock.now())
    wanted = asked.query.get("year", "")
    year = year_named(wanted) if wanted else year_of(today)
    kept = reporting.dates_kept(house, year.first, year.last, "", _reader(asked))
    labels = _labels(asked)
    columns = ("Process", "Timescale", "Standing", *(capital(STATUS[s][0]) for s in STATES),
               "In time", "Days")  # fmt: skip
    caption = f"Dates due from {in_words(year.first)} to {in_words(year.last)}"
    rows = [_row(each, labels) for each in kept]
    others: list[list[Cell]] = [[(name, f"/timeliness?year={name}")] for name in _years(today)]
    return listing(
        asked,
        f"Timeliness, {year.name}",
        Table(caption, columns, rows, "No date fell due in this year."),
        Table("Other years", ("Year",), others),
        intro=_INTRO,
        pictures=_pictures(kept),
    )


def _reader(asked: Asked) -> reporting.Readable:
    """Whether this visitor may read a case; one they may not is not counted either."""

    def readable(work: UnitOfWork, reference: str) -> bool:
        case = work.cases.open(reference)
        area = work.people.directory().area
        process = work.library.process(case.digest)
        return reading(process, case, asked.visitor.actor, area) is not Reading.NOTHING

    return readable


def _labels(asked: Asked) -> dict[str, str]:
    with asked.premises.house.store.begin() as work:
        return {key: process.label for key, process in work.library.openable().items()}


def _row(kept: Kept, labels: dict[str, str]) -> list[Cell]:
    share = "" if kept.in_time is None else f"{kept.count('met')}/{kept.decided} ({kept.in_time}%)"
    taken = "" if kept.taken is None else f"{kept.taken:g}"
    return [
        labels.get(kept.process, kept.process),
        kept.label,
        capital(STANDING_WORDS[kept.standing]),
        *map(kept.count, STATES),
        share,
        taken,
    ]


def _years(today: date) -> list[str]:
    first = year_of(today).first
    return [year_of(first.replace(year=first.year - n)).name for n in range(_YEARS_BACK + 1)]


def _pictures(kept: Sequence[Kept]) -> tuple[Markup, ...]:
    rows = [drawing.Row(k.label, [(s, k.count(s)) for s in STATES]) for k in kept]
    return (drawing.shares(rows),) if rows else ()


DOORS = (Door("/timeliness", "GET", "timeliness", SIGNED_IN, timeliness_page),)
