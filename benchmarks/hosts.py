"""Many partnerships: a round over every house of a host, beside one house with all their cases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.sweep import build
from benchmarks.tables import Row, ratio
from config.host_file import HOUSES
from workflows.hosting import found_host

NUMBER, CASES, ROUNDS = 150, 20, 3
GOAL = "a round in a minute"
WORST = 1.10  # of the memory that one house takes

# As `waymark host rounds` does it, every minute in a process of its own: once with one case due in
# each house, and once with nothing due at all.
PROGRAM = """
import resource, sys, time
from pathlib import Path
from workflows.hosting import Host
from workflows.turns import sweep_and_deliver
from workflows.wiring import walk_in

def all_of_them():
    host = Host(Path(sys.argv[2]))
    broken = host.each(lambda name, premises: sweep_and_deliver(premises))
    host.close()
    assert not broken, broken

def one():
    premises = walk_in(Path(sys.argv[2]))
    sweep_and_deliver(premises)
    premises.store.close()

work = {"host": all_of_them, "house": one}[sys.argv[1]]
for _ in range(2):
    began = time.perf_counter()
    work()
    print(time.perf_counter() - began)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


class Taken(NamedTuple):
    """Seconds of a round with something due and of one without, and the most memory in MB."""

    due: float
    quiet: float
    memory: float


def measure(folder: Path) -> list[Row]:
    """Make both, and let each make its rounds on copies of itself, in turn."""
    host, house = folder / "host", folder / "whole"
    _make_host(host, folder / "small")
    build(house, due=NUMBER, others=NUMBER * (CASES - 1))
    many, one = [], []
    for number in range(ROUNDS):
        many.append(_rounds("host", host, folder / f"host{number}"))
        one.append(_rounds("house", house, folder / f"house{number}"))
    return [
        _row("each with a case due", [t.due for t in many], [t.due for t in one]),
        _row("nothing due", [t.quiet for t in many], [t.quiet for t in one]),
        _memory([t.memory for t in many], [t.memory for t in one]),
    ]


def _make_host(folder: Path, template: Path) -> None:
    """Houses that are copies of one; each has its own folder and file all the same."""
    build(template, due=1, others=CASES - 1)
    found_host(folder, "")
    (folder / HOUSES).mkdir(exist_ok=True)
    for number in range(NUMBER):
        shutil.copytree(template, folder / HOUSES / f"house-{number:03d}")


def _rounds(kind: str, template: Path, home: Path) -> Taken:
    shutil.copytree(template, home)
    command = [sys.executable, "-c", PROGRAM, kind, str(home)]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    shutil.rmtree(home)
    return Taken(*map(float, said.split()))


def _row(what: str, many: Sequence[float], one: Sequence[float]) -> Row:
    each = f"{median(many):.2f} s, {NUMBER / median(many):,.0f} houses/s"
    beside = f"{median(one):.2f} s for one house with {NUMBER * CASES:,} cases"
    return Row(f"a round over {NUMBER} houses, {what}", each, beside, ratio(many, one), GOAL)


def _memory(many: Sequence[float], one: Sequence[float]) -> Row:
    times = median(mine / theirs for mine, theirs in zip(many, one, strict=True))
    words = f"{median(many):,.0f} MB", f"{median(one):,.0f} MB for one house"
    return Row(f"memory, a round over {NUMBER} houses", *words, times, f"at most {WORST:.2f}")
