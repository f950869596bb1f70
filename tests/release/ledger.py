"""The ledger: one line of JSON for each part of a goal that was taken; nothing is ever rewritten.

What counts for a unit is the last line that covers it, so a part taken again stands in the place
of the one before it, and the sum is never more than was run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from tests.release.goals import Goal


@dataclass(frozen=True)
class Taken:
    """A part of a goal that was run: from which unit to which, and what came of it.

    on: the day, ISO. commit: what was run; empty where nobody wrote it down. with_changes: the
    tree was not what its commit says.
    """

    goal: str
    size: str
    first: int
    last: int
    holds: bool
    said: str
    seconds: float
    on: str
    commit: str = ""
    with_changes: bool = False

    @property
    def number(self) -> int:
        return self.last - self.first + 1


def read(path: Path) -> list[Taken]:
    """Every part taken so far, in the order in which they were taken.

    A last line that was cut off while it was written is no part.
    """
    lines = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [Taken(**json.loads(line)) for line in lines if line.endswith("\n") and line.strip()]


def append(path: Path, taken: Taken) -> None:
    """Keep a part as soon as it is known."""
    text = path.read_text("utf-8") if path.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    path.write_text(f"{whole}{json.dumps(asdict(taken))}\n", "utf-8")


def standing(goal: Goal, size: str, parts: Iterable[Taken]) -> dict[int, Taken]:
    """For each unit of a goal, the last part that covered it."""
    whole = goal.whole if size == "release" else 1
    covered: dict[int, Taken] = {}
    for part in parts:
        if (part.goal, part.size) == (goal.key, size):
            last = min(part.last, whole)
            covered.update(dict.fromkeys(range(part.first, last + 1), part))
    return dict(sorted(covered.items()))


def missing(goal: Goal, stands: dict[int, Taken], commit: str) -> Iterator[tuple[int, int]]:
    """The parts still to be taken, first and last unit: never run, or failed on another commit."""
    assert goal.parts is not None
    open_units = [
        unit
        for unit in range(1, goal.whole + 1)
        if unit not in stands or (not stands[unit].holds and stands[unit].commit != commit)
    ]
    each = goal.parts.each
    for first, last in ranges(open_units):
        # A part begins at a round number, unless what is missing does not.
        starts = [first, *range(first + each - (first - 1) % each, last + 1, each)]
        ends = [start - 1 for start in starts[1:]] + [last]
        yield from zip(starts, ends, strict=True)


def ranges(units: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as unbroken runs, first and last of each."""
    for _, run in groupby(enumerate(units), key=lambda each: each[1] - each[0]):
        found = [unit for _, unit in run]
        yield found[0], found[-1]
