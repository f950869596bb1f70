"""Kills workers at random and begins them anew; counts what was lost, made up or sent again."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from random import Random
from typing import Self

from engine.casework import House
from tests.crash.book import KEPT, Audit, Book, audit
from tests.crash.premises import reopened
from tests.crash.sink import Sink
from tests.crash.workers import RunningClock, Worker, labour
from tests.faults.invariants import faults, replayed
from tests.faults.points import forked
from tests.faults.rows import read
from workflows.wiring import Premises, deliver_now

WORKERS = 3
DAYS = 20  # of the house, however long the killing takes
DAY = 86_400
DONE = ("accepted", "dropped")  # dropped: what it was to say was no longer so
OFTEN = 10  # kills between two looks at how much was done


@dataclass
class Toll:
    """What came of it all, once the house had finished its work; broken names each finding."""

    found: Audit
    mails: int
    repeats: int
    lost_mails: list[str]
    broken: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[str]:
        """Everything that should not be, in words."""
        found = self.found
        return [
            *(f"lost: {name}" for name in (*found.lost, *self.lost_mails)),
            *(f"done by nobody: {name}" for name in found.phantom),
            *(f"kept, though it was said that nothing was: {name}" for name in found.surprising),
            *self.broken,
        ]

    def __str__(self) -> str:
        found = self.found
        return (
            f"{found.steps} steps, {self.mails} messages, {self.repeats} repeats,"
            f" {len(found.lost) + len(self.lost_mails)} lost, {len(found.phantom)} phantom,"
            f" {len(found.surprising)} kept though nothing was to be,"
            f" {len(self.broken)} invariants broken"
        )


class Crew:
    """Workers on one house, in processes that can be killed and begun anew."""

    def __init__(self, premises: Premises, sink: Sink, seconds: float, seed: int = 1) -> None:
        self.premises, self.sink, self.random = premises, sink, Random(seed)
        self.book = sink.book.with_name("tries")
        self.clock = RunningClock(time.time(), DAYS * DAY / max(seconds, 1))
        self.broken: list[str] = []
        self._warm()
        self.workers = [self._begun() for _ in range(WORKERS)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened, no worker outlives us."""
        for place, worker in enumerate(self.workers):
            if worker:
                self._end(place)

    def kill(self, times: int, pause: float) -> None:
        """Kill a worker at random, so many times, with a pause of so many seconds on average.

        Where the machine is too slow for real work to be done meanwhile, the killing waits for it.
        """
        for done in range(times):
            while done % OFTEN == 0 and self._behind(done + OFTEN):
                time.sleep(pause)
            time.sleep(self.random.uniform(0, 2 * pause))
            place = self.random.randrange(WORKERS)
            self._end(place)
            self.workers[place] = self._begun()

    def rest(self) -> Toll:
        """End every worker, let the house finish its work, and look at everything."""
        self.__exit__()
        with reopened(self.premises) as premises:
            later = House(premises.store, RunningClock(self.clock.began - 8 * DAY))
            deliver_now(replace(premises, house=later))
            broken = [*self.broken, *replayed(premises.house)]
        arrived = self.sink.identities()
        url = self.premises.settings.database_url
        rows = read(url)
        waiting = [m for m in rows["outbox"] if m["recipient"] and m["state"] not in DONE]
        return Toll(
            audit(self.book, rows),
            len(set(arrived)),
            len(arrived) - len(set(arrived)),
            [f"message {m['id']} is {m['state']}" for m in waiting],
            [*broken, *faults(url, arrived)],
        )

    def _behind(self, kills: int) -> bool:
        """Whether less was done than a step in ten kills and a mail a kill."""
        steps = self.book.read_text().count(f"{KEPT} ")
        return steps * OFTEN <= kills or len(set(self.sink.identities())) <= kills

    def _warm(self) -> None:
        """Do each thing once here: what is read and compiled for it, workers begin with."""
        with closing(Book(self.book)) as book:
            worker = Worker(self.premises, book, self.clock, seed=0)
            for deed in (worker.open, worker.advance, worker.sweep, worker.deliver):
                deed()
        self.premises.store.close()

    def _begun(self) -> int:
        seed = self.random.randrange(2**32)
        return forked(lambda: labour(self.premises, self.book, self.clock, seed))

    def _end(self, place: int) -> None:
        os.kill(self.workers[place], signal.SIGKILL)
        _, status = os.waitpid(self.workers[place], 0)
        self.workers[place] = 0
        if not os.WIFSIGNALED(status):
            self.broken.append(
                f"a worker ended by itself, with {os.waitstatus_to_exitcode(status)}"
            )
