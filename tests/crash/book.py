"""The book of what workers tried and what they were told; it outlives every worker."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from engine.case import Step
from engine.roles import THE_HOUSE
from tests.faults.rows import Row, Rows

TRIED, KEPT, UNSAVED, DOUBT = "tried", "kept", "unsaved", "doubt"


class Book:
    """One line a try and one an answer, each written at once; every try has a name of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def close(self) -> None:
        os.close(self._file)

    def tried(self, name: str) -> None:
        self._write(TRIED, name)

    def kept(self, name: str, step: Step) -> None:
        case = step.case
        self._write(KEPT, name, case.reference, str(case.revision), case.seal)

    def told(self, answer: str, name: str) -> None:
        self._write(answer, name)

    def _write(self, *words: str) -> None:
        # One write of one line: a process that is killed leaves all of it or nothing.
        os.write(self._file, f"{' '.join(words)}\n".encode())


@dataclass
class Audit:
    """The book against the rows: what was kept and is gone, and what is there and never was kept.

    surprising: told that nothing was saved, and it was; unsaid: kept, and nobody left to be told.
    """

    steps: int = 0
    unsaid: int = 0
    lost: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    surprising: list[str] = field(default_factory=list)


def audit(path: Path, rows: Rows) -> Audit:
    """Compare what workers were told with what is there; each try is the account of its step."""
    lines = [line.split() for line in path.read_text().splitlines()]
    names = {
        kind: {line[1] for line in lines if line[0] == kind} for kind in (TRIED, KEPT, UNSAVED)
    }
    there = _steps(rows)
    found = Audit(steps=len(there))
    kept = [(name, (reference, int(n), seal)) for kind, name, *rest in lines if kind == KEPT
            for reference, n, seal in [rest]]  # fmt: skip
    found.lost = [f"{step[0]} {step[1]}" for name, step in kept if there.get(name) != step]
    found.phantom = [name for name in there if name not in names[TRIED]]
    found.surprising = [name for name in there if name in names[UNSAVED]]
    found.unsaid = len(there.keys() & names[TRIED] - names[KEPT] - names[UNSAVED])
    return found


def _steps(rows: Rows) -> dict[str, tuple[str, int, str]]:
    """Every person's step by the try it came from; a try that was kept twice shows as a phantom."""
    steps: dict[tuple[str, int], list[Row]] = {}
    for event in sorted(rows["event"], key=lambda e: (e["case"], e["sequence"])):
        steps.setdefault((event["case"], json.loads(event["data"])["step"]), []).append(event)
    found: dict[str, tuple[str, int, str]] = {}
    times: Counter[str] = Counter()
    for (case, number), events in steps.items():
        if events[0]["actor"] != THE_HOUSE.email:
            name = events[0]["account"]
            times[name] += 1
            key = name if times[name] == 1 else f"{name} again"
            found[key] = (case, number, events[-1]["seal"])
    return found
