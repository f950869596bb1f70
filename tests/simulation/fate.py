"""Fate: at which point of the house's work something goes wrong, and what; drawn from the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

from engine.errors import HouseDown
from store.faults import FULL
from tests.faults.points import Points

Result = TypeVar("Result")

PEOPLE, SWEEP, MAIL = "people", "sweep", "mail"
# How many points are passed at most before the next stroke; most points are those of the mail.
EVERY = {PEOPLE: 140, SWEEP: 90, MAIL: 1500}
DIED, FAILED, FILLED = "the process died", "a statement failed", "the disk filled up"
DEEDS = (DIED, DIED, FAILED, FILLED)
LOST_ANSWER = "The database went away while it was saving; look whether the work was saved."
STATEMENTS = ("keep", "claim", "settle", "let_go", "free", "park", "release", "COMMIT")


class Died(BaseException):
    """The process was killed here: nothing that would have followed is done."""


class Fate:
    """Counts the points of a year's work and strikes at some; each kind of work has its own count.

    calm: nothing goes wrong any more. dead: the process was killed, and nothing works until the
    house is opened again. full_days: for so many more days nothing can be written.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.met: Counter[str] = Counter()
        self.calm = self.dead = False
        self.full_days = 0
        self.work = PEOPLE
        self._points = {work: self._armed(work) for work in EVERY}

    def _armed(self, work: str) -> Points:
        return Points(self.random.randint(1, EVERY[work]), self._strike)

    def about(self, name: str, work: Callable[[], Result]) -> Result:
        """Do some work between two points. Errors: HouseDown and Died, where fate strikes."""
        if self.dead:
            raise Died(name)
        if self.calm:
            return work()
        if self.full_days and name in STATEMENTS:
            raise HouseDown(FULL)
        done: Result = self._points[self.work].about(name, None, work)
        return done

    def reach(self, name: str) -> None:
        self.about(name, lambda: None)

    def _strike(self, name: str, _driver: object) -> None:
        deed = self.random.choice(DEEDS)
        if deed != DIED and name.split()[-1] not in STATEMENTS:
            # A database fails at a statement: at the next point, perhaps.
            self._points[self.work].at += 1
            return
        self._points[self.work] = self._armed(self.work)
        self.met[f"{deed}, {self.work}, {name}"] += 1
        if deed == DIED:
            self.dead = True
            raise Died(name)
        if deed == FILLED:
            self.full_days = self.random.randint(1, 3)
        raise HouseDown(LOST_ANSWER if name.startswith("after") else FULL)

    def next_day(self) -> None:
        self.full_days = max(self.full_days - 1, 0)
