"""Workers on one house, each in a process of its own: they open, advance, sweep and deliver."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from engine import casework, upkeep
from engine.case import Case, Step
from engine.casework import Caller, House
from engine.errors import HouseDown, Refused
from tests.crash.book import DOUBT, UNSAVED, Book
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


class Worker:
    """Does one thing after another, in no order, until its process is ended."""

    def __init__(self, premises: Premises, book: Book, clock: RunningClock, seed: int) -> None:
        self.house = House(premises.store, clock)
        self.premises = replace(premises, house=House(premises.store, replace(clock, pace=1)))
        self.book, self.random, self.tries = book, Random(seed), 0

    def work(self) -> None:
        while True:
            try:
                self.do_something()
            except Refused:
                # Another worker was first: that is life.
                continue
            except HouseDown:
                time.sleep(0.05)

    def do_something(self) -> None:
        deeds = (self.open, self.advance, self.sweep, self.deliver)
        deed = self.random.choices(deeds, (2, 8, 1, 3))[0]
        with self.house.store.begin() as work:
            owed = work.outbox.counts()["owed"]
        return self.deliver() if owed > WAITING else deed()

    def open(self) -> None:
        """A new dispute, unless there are many already."""
        if len(self._cases()) < AT_ONCE:
            raiser = caller("practitioner", "police")
            self._try(raiser, lambda who: casework.open_case(self.house, "dispute", who, RAISED))

    def advance(self) -> None:
        """Up the ladder of a dispute, or down again, whoever has it now."""
        for reference in self.random.sample(cases := self._cases(), min(1, len(cases))):
            case = casework.look_up(self.house, reference).case
            owner = caller(OWNERS[LADDER.index(case.stage)])
            self._try(owner, self._move(case))

    def sweep(self) -> None:
        upkeep.sweep(self.house)

    def deliver(self) -> None:
        deliver_now(self.premises)

    def _move(self, case: Case) -> Callable[[Caller], Step]:
        action, given = "de_escalate", BOTH_AGREE
        up = case.stage != LADDER[-1] and self.random.random() < 0.6
        if up or case.stage == LADDER[0]:
            action, given = "escalate", {"immediate_risk": "no"}
        seen = case.revision
        return lambda who: casework.advance(self.house, case.reference, who, action, given, seen)

    def _cases(self) -> list[str]:
        with self.house.store.begin() as work:
            return list(work.cases.references(only_open=True))

    def _try(self, who: Caller, decide: Callable[[Caller], Step]) -> None:
        """Try a step under a name of its own, and note what we were told."""
        self.tries += 1
        name = f"{os.getpid()}-{self.tries}"
        self.book.tried(name)
        try:
            self.book.kept(name, decide(replace(who, account=name)))
        except (Refused, HouseDown) as fault:
            unsaved = isinstance(fault, Refused) or "nothing was saved" in str(fault)
            self.book.told(UNSAVED if unsaved else DOUBT, name)
            raise


def labour(premises: Premises, book: Path, clock: RunningClock, seed: int) -> None:
    """A worker's whole life."""
    with reopened(premises) as mine:
        Worker(mine, Book(book), clock, seed).work()
