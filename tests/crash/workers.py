"""Workers on one house, each in a process of its own, and the book of what they say they did."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from engine import casework, upkeep
from engine.case import Case, Step
from engine.casework import House
from engine.errors import Refused
from tests.crash.premises import caller, reopened
from tests.workflows.disputes import LADDER, OWNERS, RAISED
from workflows.wiring import Premises, deliver_now

FIRST = datetime(2026, 6, 1, 9, tzinfo=UTC)
AT_ONCE = 30  # open cases, and no more
WAITING = 40  # messages, before anything more is done that owes some
BOTH_AGREE = {"both_owners_agree": "yes", "reason": "Nearer to the family."}


@dataclass(frozen=True)
class RunningClock:
    """A clock that runs from one moment on for every worker: so many seconds in a second."""

    began: float
    pace: float = 1

    def now(self) -> datetime:
        return FIRST + timedelta(seconds=int((time.time() - self.began) * self.pace))


class Book:
    """What workers say they did, a line at a time, each written when it was kept; outlives them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, step: Step) -> None:
        """One write of one line: a process that is killed leaves all of it or nothing."""
        case = step.case
        os.write(self._file, f"{case.reference} {case.revision} {case.seal}\n".encode())

    def noted(self) -> list[tuple[str, int, str]]:
        """Each step a worker was told was kept: reference, revision and seal."""
        lines = map(str.split, self.path.read_text().splitlines())
        return [(reference, int(revision), seal) for reference, revision, seal in lines]


class Worker:
    """Opens, advances, sweeps and delivers, in no order, until its process is ended."""

    def __init__(self, premises: Premises, book: Book, clock: RunningClock, seed: int) -> None:
        self.house = House(premises.store, clock)
        real = House(premises.store, replace(clock, pace=1))
        self.premises = replace(premises, house=real)
        self.book, self.random = book, Random(seed)

    def work(self) -> None:
        while True:
            self.do_something()

    def do_something(self) -> None:
        deeds = (self.open, self.advance, self.sweep, self.deliver)
        deed = self.random.choices(deeds, (2, 6, 2, 3))[0]
        if self._owed() > WAITING:
            deed = self.deliver
        try:
            deed()
        except Refused:
            # Another worker was first, or the ladder has an end: that is life.
            return

    def _owed(self) -> int:
        with self.house.store.begin() as work:
            return work.outbox.counts()["owed"]

    def open(self) -> None:
        """A new dispute, unless there are many already."""
        if len(self._cases()) < AT_ONCE:
            raiser = caller("practitioner", "police")
            self.book.note(casework.open_case(self.house, "dispute", raiser, RAISED))

    def advance(self) -> None:
        """Up the ladder of a dispute, or down again, whoever has it now."""
        for reference in self.random.sample(cases := self._cases(), min(1, len(cases))):
            case = casework.look_up(self.house, reference).case
            owner = caller(OWNERS[LADDER.index(case.stage)])
            action, given = self._move(case)
            self.book.note(
                casework.advance(self.house, reference, owner, action, given, case.revision)
            )

    def _move(self, case: Case) -> tuple[str, dict[str, str]]:
        up = case.stage != LADDER[-1] and self.random.random() < 0.6
        if up or case.stage == LADDER[0]:
            return "escalate", {"immediate_risk": "no"}
        return "de_escalate", BOTH_AGREE

    def _cases(self) -> list[str]:
        with self.house.store.begin() as work:
            return list(work.cases.references(only_open=True))

    def sweep(self) -> None:
        upkeep.sweep(self.house)

    def deliver(self) -> None:
        deliver_now(self.premises)


def labour(premises: Premises, book: Path, clock: RunningClock, seed: int) -> None:
    """A worker's whole life."""
    with reopened(premises) as mine:
        Worker(mine, Book(book), clock, seed).work()
