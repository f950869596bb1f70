"""The board: every review this visitor may read, by process, stage and next date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from starlette.responses import Response

from engine.definition import Process
from engine.ports import Line, UnitOfWork
from engine.reading import Reading, reading
from engine.roles import may
from web.doors import SIGNED_IN, Asked, Door

A_PAGE = 50
_SHOWS = (("open", "Open reviews"), ("overdue", "With a date missed"), ("all", "All, closed too"))


def board_page(asked: Asked) -> Response:
    """One page of the board, as the filter says; more are a link away."""
    wanted = {
        "process": asked.query.get("process", ""),
        "show": asked.query.get("show", "open"),
    }
    after = asked.query.get("after", "")
    house = asked.premises.house
    with house.store.begin() as work:
        current = {key: work.library.current(key)[1] for key in sorted(work.library.keys())}
        lines = work.cases.lines(
            house.clock.now(), wanted["process"] if wanted["process"] in current else "",
            wanted["show"] != "all", wanted["show"] == "overdue",
        )  # fmt: skip
        rows = _page(asked, work, lines, after)
        area = work.people.directory().area
    openable = [(p.key, p.label) for p in current.values() if _may_open(asked, p, area)]
    more = rows[A_PAGE - 1]["reference"] if len(rows) > A_PAGE else ""
    return asked.page(
        "board.html",
        rows=rows[:A_PAGE],
        processes=[(p.key, p.label) for p in current.values()],
        shows=_SHOWS,
        wanted=wanted,
        after=more,
        openable=openable,
        caption=dict(_SHOWS).get(wanted["show"], ""),
    )


def _may_open(asked: Asked, process: Process, area: str) -> bool:
    """Whether this visitor may open a case of a process."""
    who = {role for t in process.transitions if not t.sources for role in t.who}
    return may(asked.visitor.actor, who, area)


def _readable(asked: Asked, work: UnitOfWork, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The lines of the cases this visitor may read; others are not counted either."""
    area = work.people.directory().area
    for line in lines:
        case = work.cases.open(line.reference)
        process = work.library.process(case.digest)
        if reading(process, case, asked.visitor.actor, area) is not Reading.NOTHING:
            yield _row(line, process)


def _row(line: Line, process: Process) -> dict[str, Any]:
    return {
        "reference": line.reference,
        "process": process.label,
        "stage": process.stage_by_key[line.stage].label,
        "open": line.closed_at is None,
        "next_due": line.next_due,
        "overdue": line.overdue,
        "pseudonym": line.pseudonym,
    }


def _page(
    asked: Asked, work: UnitOfWork, lines: Sequence[Line], after: str
) -> list[dict[str, Any]]:
    """One page and one row more, from behind the last reference of the page before.

    No more cases are read than are shown. A reference this visitor may not read is no place.
    """
    places = [number for number, line in enumerate(lines, 1) if line.reference == after]
    before = lines[places[0] - 1 : places[0]] if places else ()
    start = places[0] if list(_readable(asked, work, before)) else 0
    return list(islice(_readable(asked, work, lines[start:]), A_PAGE + 1))


DOORS = (Door("/cases", "GET", "board", SIGNED_IN, board_page),)
