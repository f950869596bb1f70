"""The reference step beside engines somebody might take instead, on SQLite."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import step
from benchmarks.houses import new_house, settle
from benchmarks.roads import REFERENCE
from benchmarks.sent import Sent
from benchmarks.tables import Row, ratio

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".engines" / "bin" / "python"


class Engine(NamedTuple):
    """What it is called, its module, how many times its rate is asked, and what writes ahead."""

    called: str
    name: str
    goal: str = ""
    ahead: str = ""


ENGINES = (
    Engine("DBOS, as it comes", "dbos", "at least 8"),
    Engine("DBOS, its own tables written ahead", "dbos", "at least 8", "dbos.db"),
    Engine("Viewflow, a task", "viewflow"),
    Engine("SpiffWorkflow, kept in a row", "spiffworkflow"),
)
OWN = ("BEGIN", "COMMIT")  # an engine begins and commits by itself


def measure(folder: Path) -> list[Row]:
    """Ours and each of theirs by turns; nothing where script/engines has not installed them."""
    if not PYTHON.exists():
        print("left out: script/engines installs what it needs", file=sys.stderr)
        return []
    premises = new_house(folder / "template")
    cases = REFERENCE.lay(premises)
    premises.store.close()
    sent = step.sent_to_sqlite(folder / "template", folder / "noted", REFERENCE, cases)
    steps = folder / "steps.pickle"
    steps.write_bytes(pickle.dumps(by_step(sent)))
    ours: list[float] = []
    theirs: dict[Engine, list[float]] = {engine: [] for engine in ENGINES}
    for number in range(step.ROUNDS):
        took = step.ours(folder / "template", folder / f"ours{number}", REFERENCE, cases)
        ours.append(took / REFERENCE.count)
        for place, engine in enumerate(ENGINES):
            home = folder / f"engine{place}-{number}"
            _ready(folder / "template", home, cases, engine)
            theirs[engine].append(_by_engine(engine, home, steps))
    return [_row(engine, ours, theirs[engine]) for engine in ENGINES]


def by_step(sent: Sequence[Sent]) -> list[list[Sent]]:
    """What was sent in each step, from its first question to the end of what it writes."""
    found: list[list[Sent]] = [[]]
    writes = False
    for each in sent:
        writes = writes or each.sql == "BEGIN IMMEDIATE"
        if not each.sql.startswith(OWN):
            found[-1].append(each)
        elif each.sql == "COMMIT" and writes:
            found.append([])
            writes = False
    return found[:-1]


def _ready(template: Path, home: Path, cases: Sequence[str], engine: Engine) -> None:
    """A copy of the house in which the first step was taken, as for ours."""
    step.ready(template, home, REFERENCE, cases).store.close()
    settle(home)
    if engine.ahead:
        with closing(sqlite3.connect(home / engine.ahead)) as wire:
            wire.execute("PRAGMA journal_mode=WAL")


def _by_engine(engine: Engine, home: Path, steps: Path) -> float:
    """The seconds of one step by an engine. Errors: RuntimeError where it does not run."""
    command = [str(PYTHON), "-m", "benchmarks.alternatives", engine.name]
    command += [str(home / "waymark.db"), str(steps)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    shutil.rmtree(home)
    if done.returncode:
        raise RuntimeError(f"{engine.called} did not run:\n{done.stdout}{done.stderr}")
    return float(done.stdout.split()[-1])


def _row(engine: Engine, ours: list[float], theirs: list[float]) -> Row:
    what = f"{REFERENCE.what}, SQLite"
    mine, other = (f"{1 / median(each):,.0f}/s" for each in (ours, theirs))
    return Row(what, mine, f"{other} {engine.called}", ratio(ours, theirs), engine.goal)
