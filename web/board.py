"""The board: every review this visitor may read, by process, stage and next date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from engine.case_ports import Line
from engine.definition import Process
from engine.lists import Order, Place
from engine.readable import Readable
from engine.roles import may
from web.doors import SIGNED_IN, Asked, Door

A_PAGE = 50
_SHOWS = (("open", "Open reviews"), ("overdue", "With a date missed"), ("all", "All, closed too"))


def page_of(readable: Readable, after: str = "") -> list[tuple[Line, Process]]:
    """One page and one row more, from behind the last reference of the page before.

    A reference they may not read is no place.
    """
    before = next(readable.of([after]), None) if after else None
    place = Place(before[0].opened_at, after) if before else None
    return readable.lines(Order.OPENED, A_PAGE + 1, place)


def board_page(asked: Asked) -> Response:
    """One page of the board, as the filter says; more are a link away."""
    wanted = {
        "process": asked.query.get("process", ""),
        "show": asked.query.get("show", "open"),
    }
    house = asked.premises.house
    with house.store.begin() as work:
        current = work.library.openable()
        process = wanted["process"] if wanted["process"] in current else ""
        which = (process, wanted["show"] != "all", wanted["show"] == "overdue")
        readable = Readable(work, asked.visitor.actor, house.clock.now(), *which)
        rows = page_of(readable, asked.query.get("after", ""))
        area = work.people.directory().area
    more = rows[A_PAGE - 1][0].reference if len(rows) > A_PAGE else ""
    return asked.page(
        "board.html",
        rows=[_row(*row) for row in rows[:A_PAGE]],
        processes=[(p.key, p.label) for p in current.values()],
        shows=_SHOWS,
        wanted=wanted,
        after=more,
        openable=openable(asked, current.values(), area),
        caption=dict(_SHOWS).get(wanted["show"], ""),
    )


def openable(asked: Asked, processes: Iterable[Process], area: str) -> list[tuple[str, str, str]]:
    """What this visitor may begin: the key and the name of each process, and what beginning is."""
    found = (
        (process.key, process.label, opening.label)
        for process in processes
        for opening in process.transitions
        if not opening.sources and may(asked.visitor.actor, opening.who, area)
    )
    return list(dict.fromkeys(found))


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
