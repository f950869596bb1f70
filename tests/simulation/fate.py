"""Fate: at which point of the house's work something goes wrong, and what; drawn from the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import TypeVar

from engine.errors import HouseDown
from store.faults import FULL

Result = TypeVar("Result")

PEOPLE, SWEEP, MAIL = "people", "sweep", "mail"
# How many points are passed at most before the next stroke; most points are those of the mail.
EVERY = {PEOPLE: 140, SWEEP: 90, MAIL: 1500}
DIED, FAILED, FILLED = "the process died", "a statement failed", "the disk filled up"
DEEDS = (DIED, DIED, FAILED, FILLED)
STATEMENTS = frozenset(
    (
        "keep",
        "claim",
        "settle",
        "drop",
        "let_go",
        "hasten",
        "free",
        "park",
        "release",
        "owe_digests",
        "COMMIT",
    )
)
TWO_SIDED = frozenset(("COMMIT", "the final dot"))
LOST_ANSWER = "The database went away while it was saving; look whether the work was saved."


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
        self._left = {work: self._until_next(work) for work in EVERY}

    def _until_next(self, work: str) -> int:
        return self.random.randint(1, EVERY[work])

    def about(self, name: str, work: Callable[[], Result]) -> Result:
        """Do some work between two points. Errors: HouseDown and Died, where fate strikes."""
        self.reach(name)
        done = work()
        # What follows any other work is what precedes the next.
        if name in TWO_SIDED:
            self.reach(name, "after")
        return done

    def reach(self, name: str, when: str = "before") -> None:
        """Pass a point. Errors: HouseDown and Died, where fate strikes."""
        if self.dead:
            raise Died(name)
        if self.calm:
            return
        if self.full_days and name in STATEMENTS and when == "before":
            raise HouseDown(FULL)
        self._left[self.work] -= 1
        if self._left[self.work] <= 0:
            self._strike(name, when)

    def _strike(self, name: str, when: str) -> None:
        deed = self.random.choice(DEEDS)
        if deed != DIED and name not in STATEMENTS:
            # A database fails at a statement: at the next point, perhaps.
            return
        self._left[self.work] = self._until_next(self.work)
        self.met[f"{deed}, {self.work}, {when} {name}"] += 1
        if deed == DIED:
            self.dead = True
            raise Died(f"{when} {name}")
        if deed == FILLED:
            self.full_days = self.random.randint(1, 3)
        raise HouseDown(LOST_ANSWER if when == "after" else FULL)

    def next_day(self) -> None:
        self.full_days = max(self.full_days - 1, 0)
