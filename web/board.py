"""The board: every review this visitor may read, by process, stage and next date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from engine.definition import Process
from engine.lists import Look, Order, Place, some, walk
from engine.ports import Line, UnitOfWork, line_of
from engine.reading import Reading, reach, reading
from engine.roles import Actor, may
from web.doors import SIGNED_IN, Asked, Door

A_PAGE = 50
_SHOWS = (("open", "Open reviews"), ("overdue", "With a date missed"), ("all", "All, closed too"))


@dataclass(frozen=True, slots=True)
class Board:
    """Whose board it is, and what of it they want to see."""

    work: UnitOfWork
    actor: Actor
    now: datetime
    process: str = ""
    show: str = "open"

    def page(self, after: str = "") -> list[tuple[Line, Process]]:
        """One page and one row more, from behind the last reference of the page before.

        No more cases are read than are shown. A reference they may not read is no place.
        """
        before = next(self._readable([after]), None) if after else None
        place = Place(before[0].opened_at, after) if before else None
        found = walk(self.work.cases.places, self._looks(), A_PAGE + 1, place)
        rows: list[tuple[Line, Process]] = []
        for some_found in some(found, A_PAGE + 1):
            rows += self._readable([each.place.reference for each in some_found])
            if len(rows) > A_PAGE:
                break
        return rows

    @property
    def area(self) -> str:
        return self.work.people.directory().area

    def _looks(self) -> list[Look]:
        """Where the reviews they may read are found, the longest open first."""
        kept = self.work.library.kept()
        found = reach(kept, self.actor, self.area, record=True)
        late_by = self.now if self.show == "overdue" else None
        look = Look(Order.OPENED, only_open=self.show != "all", late_by=late_by)
        held = [digest for digest in found.digests if self.process in ("", kept[digest].key)]
        parts = [replace(look, who=name, process=self.process) for name in found.names]
        return [*(replace(look, digest=digest) for digest in held), *parts]

    def _readable(self, references: list[str]) -> Iterator[tuple[Line, Process]]:
        """The lines of the cases they may read; others are not counted either."""
        cases = self.work.cases.sketches(references)
        for case in (cases[reference] for reference in references if reference in cases):
            process = self.work.library.process(case.digest)
            if reading(process, case, self.actor, self.area) is not Reading.NOTHING:
                yield line_of(case, self.now), process


def board_page(asked: Asked) -> Response:
    """One page of the board, as the filter says; more are a link away."""
    wanted = {
        "process": asked.query.get("process", ""),
        "show": asked.query.get("show", "open"),
    }
    house = asked.premises.house
    with house.store.begin() as work:
        current = {key: work.library.current(key)[1] for key in sorted(work.library.keys())}
        process = wanted["process"] if wanted["process"] in current else ""
        board = Board(work, asked.visitor.actor, house.clock.now(), process, wanted["show"])
        rows, area = board.page(asked.query.get("after", "")), board.area
    openable = [(p.key, p.label) for p in current.values() if _may_open(asked, p, area)]
    more = rows[A_PAGE - 1][0].reference if len(rows) > A_PAGE else ""
    return asked.page(
        "board.html",
        rows=[_row(*row) for row in rows[:A_PAGE]],
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
