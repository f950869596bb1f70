"""The board: every review this visitor may read, by process, stage and next date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from engine.definition import Process
from engine.lists import Look, Order, Place, some, walk
from engine.ports import Line, UnitOfWork, line_of
from engine.reading import Reading, reach, reading
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
        process = wanted["process"] if wanted["process"] in current else ""
        rows = _page(asked, work, _looks(asked, work, process, wanted["show"]), after)
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


def _looks(asked: Asked, work: UnitOfWork, process: str, show: str) -> list[Look]:
    """Where the reviews this visitor may read are found, the longest open first."""
    kept = work.library.kept()
    found = reach(kept, asked.visitor.actor, work.people.directory().area, record=True)
    late_by = asked.premises.house.clock.now() if show == "overdue" else None
    look = Look(Order.OPENED, only_open=show != "all", late_by=late_by)
    held = [digest for digest in found.digests if process in ("", kept[digest].key)]
    parts = [replace(look, who=name, process=process) for name in found.names]
    return [*(replace(look, digest=digest) for digest in held), *parts]


def _page(asked: Asked, work: UnitOfWork, looks: list[Look], after: str) -> list[dict[str, Any]]:
    """One page and one row more, from behind the last reference of the page before.

    No more cases are read than are shown. A reference this visitor may not read is no place.
    """
    before = next(_readable(asked, work, [after]), None) if after else None
    place = Place(before[0].opened_at, after) if before else None
    found = (f.place.reference for f in walk(work.cases.places, looks, A_PAGE + 1, place))
    only_late = any(look.late_by for look in looks)
    rows: list[dict[str, Any]] = []
    for references in some(found, A_PAGE + 1):
        read = _readable(asked, work, references)
        rows += [_row(line, process) for line, process in read if line.overdue or not only_late]
        if len(rows) > A_PAGE:
            break
    return rows


def _readable(
    asked: Asked, work: UnitOfWork, references: list[str]
) -> Iterator[tuple[Line, Process]]:
    """The lines of the cases this visitor may read; others are not counted either."""
    now, area = asked.premises.house.clock.now(), work.people.directory().area
    cases = work.cases.sketches(references)
    for case in (cases[reference] for reference in references if reference in cases):
        process = work.library.process(case.digest)
        if reading(process, case, asked.visitor.actor, area) is not Reading.NOTHING:
            yield line_of(case, now), process


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


DOORS = (Door("/cases", "GET", "board", SIGNED_IN, board_page),)
