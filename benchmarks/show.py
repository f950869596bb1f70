"""`waymark show`: processor time of the whole command, start-up included."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.houses import new_house
from benchmarks.roads import at_the_meeting
from benchmarks.tables import Row

ROUNDS = 9

# An installed package has its bytecode; a variable of the developer's must not take it away.
_AS_INSTALLED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def measure(folder: Path) -> list[Row]:
    """Show a case as a person would, in a process of its own."""
    home = folder / "shown"
    premises = new_house(home)
    reference = at_the_meeting(premises.house)
    premises.store.close()
    program = Path(sys.executable).with_name("waymark")
    python = median(_seconds([sys.executable, "-c", "pass"]) for _ in range(ROUNDS))
    shown = median(
        _seconds([str(program), "show", reference, "--home", str(home)]) for _ in range(ROUNDS)
    )
    beside = f"{python * 1000:.0f} ms for an empty Python"
    return [
        Row("waymark show", f"{shown * 1000:.0f} ms", beside, shown / 0.5, "at most 1.00 of 0.5 s")
    ]


def _seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=_AS_INSTALLED)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
