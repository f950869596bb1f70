"""R15, on command: many writers at once, none of whom is ever told that the database is busy.

`python -m tests.crash.load --seconds 60 --writers 16` prints a line for either kind of database;
exit code 1 says that it is not proved. Every writer steps a case of its own and those of the others
by turns, without a pause.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from engine import casework
from engine.case import Step
from engine.casework import Caller
from engine.errors import HouseDown, Refused
from store.faults import BUSY
from tests.crash.book import KEPT, Book, audit
from tests.crash.premises import caller, found, on_both, reopened
from tests.crash.workers import RunningClock, Worker
from tests.faults.invariants import faults, replayed
from tests.faults.points import forked
from tests.faults.rows import file_of, read
from tests.workflows.disputes import LADDER, OWNERS, RAISED
from workflows.wiring import Premises

SQLITE, POSTGRES = 2.0, 0.25  # seconds that 99 of 100 advances may take at most
LONG = 30  # steps, after which a writer opens another case
REFUSED = "refused"  # because another writer was first


@dataclass
class Told:
    """What writers were told, how often, and how many seconds each advance took."""

    words: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    @property
    def downs(self) -> Counter[str]:
        """What was said where the house could not work."""
        return Counter({w: n for w, n in self.words.items() if w not in (KEPT, REFUSED)})

    @property
    def busy(self) -> int:
        return sum(n for words, n in self.downs.items() if words == BUSY or "locked" in words)

    def within(self, percent: int) -> float:
        """The seconds within which so many in a hundred advances were over."""
        took = sorted(self.took)
        return took[len(took) * percent // 100] if took else float("inf")

    def __str__(self) -> str:
        return (
            f"{self.words[KEPT]} steps kept, {self.words[REFUSED]} refused because another was"
            f" first, {self.busy} told that the database is busy, an advance took"
            f" {self.within(50) * 1000:.0f} ms (p50), {self.within(99) * 1000:.0f} ms (p99)"
        )


class Writer(Worker):
    """Steps its own case or another's, one after the other, until its time is over."""

    mine = ""

    def write(self, until: float, writers: int) -> Told:
        told = Told()
        while time.time() < until:
            try:
                self.turn(told, writers)
                told.words[KEPT] += 1
            except Refused:
                told.words[REFUSED] += 1
            except HouseDown as down:
                told.words[str(down)] += 1
        return told

    def turn(self, told: Told, writers: int) -> None:
        """One step of one case: one's own, or the newest of any writer."""
        others = self._cases()[-writers:]
        reference = self.random.choice([self.mine, self.random.choice([*others, self.mine])])
        case = casework.look_up(self.house, reference).case if reference else None
        if case is None or (reference == self.mine and case.revision >= LONG):
            return self._try(caller("practitioner", "police"), self._begin)
        move = self._move(case)
        began = time.perf_counter()
        try:
            self._try(caller(OWNERS[LADDER.index(case.stage)]), move)
        finally:
            told.took.append(time.perf_counter() - began)

    def _begin(self, who: Caller) -> Step:
        step = casework.open_case(self.house, "dispute", who, RAISED)
        self.mine = step.case.reference
        return step


def labour(premises: Premises, book: Path, seed: int, ends: tuple[float, int], told: int) -> None:
    """One writer: works until its time is over, and tells what came of it."""
    until, writers = ends
    with reopened(premises) as mine:
        writer = Writer(mine, Book(book), RunningClock(time.time()), seed)
        found_out = writer.write(until, writers)
    line = json.dumps([found_out.words, [round(t, 4) for t in found_out.took]])
    with os.fdopen(told, "w") as telling:
        telling.write(line)


def load(premises: Premises, book: Path, seconds: float, writers: int) -> Told:
    """Let writers write at the same time; what all of them were told."""
    ends, random = (time.time() + seconds, writers), Random(1)
    hired = [_hired(premises, book, random.randrange(2**32), ends) for _ in range(writers)]
    while time.time() < ends[0]:
        time.sleep(min(5.0, seconds))
        kept = book.read_text().count(f"{KEPT} ") if book.exists() else 0
        print(f"{max(ends[0] - time.time(), 0):.0f} s left, {kept} steps", file=sys.stderr)
    told = Told()
    for worker, reading in hired:
        with os.fdopen(reading) as answer:
            words, took = json.load(answer)
        assert os.waitpid(worker, 0)[1] == 0, "a writer ended by itself"
        told.words.update(words)
        told.took += took
    return told


def _hired(premises: Premises, book: Path, seed: int, ends: tuple[float, int]) -> tuple[int, int]:
    """A writer's process number, and where it will tell what came of its work."""
    reading, writing = os.pipe()
    worker = forked(lambda: labour(premises, book, seed, ends, writing))
    os.close(writing)
    return worker, reading


def prove(url: str, folder: Path, seconds: float, writers: int) -> list[str]:
    """Load an empty database; prints its line, returns what is wrong."""
    folder.mkdir(exist_ok=True)
    premises, book = found(folder / "house", url, 25), folder / "tries"
    premises.store.close()
    told = load(premises, book, seconds, writers)
    goal = SQLITE if file_of(url) is not None else POSTGRES
    print(f"{url.partition(':')[0].partition('+')[0]}: {writers} writers, {seconds:.0f} s: {told}")
    seen = audit(book, read(url))
    wrong = [f"told {times} times: {words}" for words, times in told.downs.items()]
    wrong += [f"p99 is over {goal * 1000:.0f} ms"] if told.within(99) > goal else []
    wrong += [f"wrong in the book: {name}" for name in (*seen.lost, *seen.phantom)]
    with reopened(premises) as opened:
        return [*wrong, *seen.surprising, *faults(url), *replayed(opened.house)]


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--seconds", type=float, default=60, help="for either database")
    wanted.add_argument("--writers", type=int, default=16, help="at the same time")
    asked = wanted.parse_args()
    return on_both(lambda url, home: prove(url, home, asked.seconds, asked.writers))


if __name__ == "__main__":
    sys.exit(main())
