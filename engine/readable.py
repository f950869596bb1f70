"""The cases somebody may read, in an order and from a place on, for the board and the API alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.case_ports import Line, line_of
from engine.definition import Process
from engine.lists import Look, Order, Place, of_name, some, walk
from engine.ports import UnitOfWork
from engine.reading import Reading, reach, reading
from engine.roles import Actor


@dataclass(frozen=True, slots=True)
class Readable:
    """Who asks, and what of all they may read they want to see."""

    work: UnitOfWork
    actor: Actor
    now: datetime
    process: str = ""
    only_open: bool = True
    overdue: bool = False

    def lines(
        self, order: Order, number: int, after: Place | None = None
    ) -> list[tuple[Line, Process]]:
        """So many lines from behind a place, each with its process.

        No more cases are read than are shown, but those that turn out not to be readable.
        """
        rows: list[tuple[Line, Process]] = []
        found = walk(self.work.cases.places, self._looks(order), number, after)
        for some_found in some(found, number):
            rows += self.of([each.place.reference for each in some_found])
            if len(rows) >= number:
                break
        return rows[:number]

    def of(self, references: Sequence[str]) -> Iterator[tuple[Line, Process]]:
        """The lines of those of some cases that they may read; the others are not there."""
        area = self.work.people.directory().area
        cases = self.work.cases.sketches(references)
        for case in (cases[reference] for reference in references if reference in cases):
            process = self.work.library.process(case.digest)
            if reading(process, case, self.actor, area) is not Reading.NOTHING:
                yield line_of(case, self.now), process

    def _looks(self, order: Order) -> list[Look]:
        """Where the cases they may read are found."""
        kept, area = self.work.library.kept(), self.work.people.directory().area
        found = reach(kept, self.actor, area, record=True)
        late_by = self.now if self.overdue else None
        look = Look(order, only_open=self.only_open, late_by=late_by)
        held = [digest for digest in found.digests if self.process in ("", kept[digest].key)]
        others = [d for d in kept if self.process in ("", kept[d].key) and d not in held]
        looks = [replace(look, digest=digest) for digest in held]
        for name in found.names:
            named = replace(look, who=name, process=self.process)
            looks += of_name(self.work.cases.crowded, named, others)
        return looks
