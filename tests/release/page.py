"""The tables of docs/proof.md, written from the ledger and from nothing else."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tests.release.goals import GOALS, Goal
from tests.release.ledger import Taken, ranges, standing

BEGIN, END = "<!-- recorded runs begin -->", "<!-- recorded runs end -->"
SIZES = {"release": "a release", "ci": "each change"}
HEAD = ("| goal | what | size | result | seconds | taken |", "|---|---|---|---|---|---|")
NEVER = "DOES NOT HOLD"
_SHARE = re.compile(r"(\w+) (\d+)/(\d+)")


def write(path: Path, parts: list[Taken]) -> None:
    """Put the tables into the page, in the place of those that are there."""
    before, rest = path.read_text("utf-8").split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    lines = [BEGIN, "", f"Machine: {machine()}.", ""]
    for size, words in SIZES.items():
        found = [row(goal, size, stands) for goal, stands in _taken(size, parts)]
        lines += [f"### At the size of {words}", "", *HEAD, *found, ""] if found else []
    path.write_text(before + "\n".join(lines) + END + after, "utf-8")


def _taken(size: str, parts: list[Taken]) -> Iterator[tuple[Goal, dict[int, Taken]]]:
    for goal in GOALS:
        if stands := standing(goal, size, parts):
            yield goal, stands


def row(goal: Goal, size: str, stands: dict[int, Taken]) -> str:
    """The line of a goal: what was run of it, what came of it, and when on which commit."""
    parts = list(dict.fromkeys(stands.values()))
    seconds = sum(part.seconds * _share(part, stands) for part in parts)
    cells = (goal.key, goal.says, _size(goal, size), result(goal, size, stands),
             f"{seconds:.0f}", "; ".join(_when(stands)))  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _share(part: Taken, stands: dict[int, Taken]) -> float:
    return sum(each is part for each in stands.values()) / part.number


def _size(goal: Goal, size: str) -> str:
    if size != "release":
        return SIZES[size]
    if goal.parts:
        return f"{goal.whole:,} {goal.parts.unit}"
    return " ".join(f"{k}={v}" for k, v in goal.release.items() if "PROFILE" not in k) or "release"


def result(goal: Goal, size: str, stands: dict[int, Taken]) -> str:
    """What came of a goal; of one in parts, how much was run and whether all of that holds."""
    if goal.parts is None or size != "release":
        (only,) = stands.values()
        return only.said
    broken = [unit for unit, part in stands.items() if not part.holds]
    run = f"{len(stands):,} of {goal.whole:,} run"
    if broken:
        return f"{run}: {NEVER} in {_spans(broken)}"
    if not goal.shares:
        return "holds" if len(stands) == goal.whole else f"{run}, all hold"
    reached = reach(stands.values())
    told = ", ".join(f"{name} {some} of {most}" for name, (some, most) in reached.items())
    short = any(reached.get(name, (0, 1))[0] < share * reached.get(name, (0, 1))[1]
                for name, share in goal.shares.items())  # fmt: skip
    if len(stands) < goal.whole:
        return f"{run}: {told}"
    return f"{NEVER}: {told}" if short else f"holds: {told}"


def reach(parts: Iterable[Taken]) -> dict[str, tuple[int, int]]:
    """What the parts say they reached, added up by name."""
    sums: dict[str, tuple[int, int]] = {}
    for part in dict.fromkeys(parts):
        for name, some, most in _SHARE.findall(part.said):
            before = sums.get(name, (0, 0))
            sums[name] = before[0] + int(some), before[1] + int(most)
    return sums


def _when(stands: dict[int, Taken]) -> Iterator[str]:
    """The days and commits, each with its units where there is more than one."""
    found: dict[str, list[int]] = {}
    for unit, part in stands.items():
        found.setdefault(_stamp(part), []).append(unit)
    for stamp, units in found.items():
        yield stamp if len(stands) == 1 else f"{_spans(units)}: {stamp}"


def _stamp(part: Taken) -> str:
    changes = " with changes" if part.with_changes else ""
    commit = f" at {part.commit}{changes}" if part.commit else ""
    return f"{date.fromisoformat(part.on):%d %B %Y}{commit}"


def _spans(units: Iterable[int]) -> str:
    spans = ranges(sorted(units))
    return ", ".join(f"{a:,}" if a == b else f"{a:,}-{b:,}" for a, b in spans)


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
