"""Prove the goals of docs/proof.md at the size of a release (hours) or of every change (--size ci).

Each goal is a selection of the tests with its sizes set in the environment, or a program of the
tests. A long goal is taken in parts: --record keeps each part in docs/proof-taken.jsonl as soon as
it is known, a later run goes on with what is missing, and --minutes begins no part after so long.
A part that failed is taken again on another commit. Names of goals (R2 S4 ...) run those alone.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from tests.release import ledger, page
from tests.release.goals import GOALS, Goal
from tests.release.ledger import Taken
from tests.release.taking import ROOT, standing_at, take

LEDGER, PAGE = ROOT / "docs" / "proof-taken.jsonl", ROOT / "docs" / "proof.md"


@dataclass
class Proof:
    """One run: what it may take, what was taken, and until when parts may begin."""

    size: str
    workers: int
    record: bool
    until: float
    taken: list[Taken] = field(default_factory=list)

    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    def prove(self, goal: Goal) -> None:
        """Take what is missing of a goal; one without parts is taken whole, whatever was before."""
        if goal.parts is None or self.size != "release":
            self._take(goal, 1, 1)
            return
        for first, last in list(self._open(goal)):
            if not self.goes_on():
                break
            self._take(goal, first, last)
            say(f"    {progress(goal, self._stands(goal))}")

    def _open(self, goal: Goal) -> Iterator[tuple[int, int]]:
        return ledger.missing(goal, self._stands(goal), standing_at()[0])

    def _stands(self, goal: Goal) -> dict[int, Taken]:
        return ledger.standing(goal, self.size, self.taken)

    def _take(self, goal: Goal, first: int, last: int) -> None:
        part = take(goal, self.size, first, last, self.workers)
        self.taken.append(part)
        if self.record:
            ledger.append(LEDGER, part)
            page.write(PAGE, ledger.read(LEDGER))

    def row(self, goal: Goal) -> str:
        stands = self._stands(goal)
        return page.row(goal, self.size, stands) if stands else f"| {goal.key} | not begun |"

    def holds(self, goal: Goal) -> bool:
        stands = self._stands(goal)
        whole = goal.whole if self.size == "release" else 1
        told = page.result(goal, self.size, stands) if stands else page.NEVER
        return len(stands) == whole and page.NEVER not in told


def progress(goal: Goal, stands: dict[int, Taken]) -> str:
    """How much of a goal is done, what was found, and how long the rest may take."""
    parts = set(stands.values())
    done, findings = len(stands), sum(not part.holds for part in parts)
    each = sum(part.seconds for part in parts) / sum(part.number for part in parts)
    left = timedelta(seconds=round(each * (goal.whole - done)))
    return f"{done:,} of {goal.whole:,}, {findings} parts with findings, about {left} left"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="script/prove", description=__doc__)
    parser.add_argument("goals", nargs="*", help="only these goals")
    parser.add_argument("--size", choices=tuple(page.SIZES), default="release")
    parser.add_argument("--record", action="store_true", help="keep what was taken")
    parser.add_argument("--afresh", action="store_true", help="count nothing taken before")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin nothing after so long")
    parser.add_argument("--workers", type=int, default=2, help="processes that run tests")
    asked = parser.parse_args(arguments)
    # Begun in the background of a script, it would hand on to every test that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if unknown := set(asked.goals) - {goal.key for goal in GOALS}:
        parser.error(f"no goal is called {', '.join(sorted(unknown))}")
    chosen = [g for g in GOALS if not asked.goals or g.key in asked.goals]
    chosen = [g for g in chosen if g.tests or asked.size == "release"]
    before = [] if asked.afresh else ledger.read(LEDGER)
    until = time.monotonic() + 60 * asked.minutes
    proof = Proof(asked.size, asked.workers, asked.record, until, before)
    for place, goal in enumerate(chosen, start=1):
        if proof.goes_on():
            say(f"[{place}/{len(chosen)}] {goal.key}: {goal.says} ...")
            proof.prove(goal)
            say(f"    {proof.row(goal)}")
    print("\n".join([f"Machine: {page.machine()}", "", *page.HEAD, *map(proof.row, chosen)]))
    return 0 if all(map(proof.holds, chosen)) else 1


if __name__ == "__main__":
    sys.exit(main())
