"""R11: hot backups of a house at work; each restores, verifies and replays, and nothing is mailed.

`python -m tests.drills.restores --backups 100 --rate 20 --cases 10000` prints two lines for either
kind of database; exit code 1 says that it is not proved. What is lost (RPO) is the seconds from the
newest step in a restored house to the moment its backup was asked for, plus the time between two
backups; how long a return takes (RTO) is from an empty folder to a verified house.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from config.premises import SECRET
from engine import casework
from engine.verification import verify
from store.backup import backup
from tests.crash.premises import START, at, caller, found, on_both
from tests.meanwhile import meanwhile
from tests.workflows.disputes import RAISED
from workflows.rounds import ROUNDS
from workflows.wiring import Premises, enter, restore

GOAL = timedelta(minutes=15)  # for either


@dataclass
class Drill:
    """What a drill has seen so far; times are seconds."""

    steps: list[tuple[float, str]] = field(default_factory=list)
    backups: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@contextmanager
def at_work(premises: Premises, rate: float, drill: Drill) -> Iterator[None]:
    """Somebody steps the house's cases meanwhile, so many times a second."""
    reference, who = "", caller("practitioner", "police")

    def work() -> None:
        nonlocal reference
        if reference and len(drill.steps) % 8:
            casework.note(premises.house, reference, who, "One more line.")
        else:
            reference = casework.open_case(premises.house, "dispute", who, RAISED).case.reference
        drill.steps.append((time.monotonic(), reference))

    with meanwhile(work, 1 / rate):
        yield


def once(premises: Premises, folder: Path, number: int, drill: Drill) -> None:
    """One backup and one return from it; what is wrong is kept."""
    file, home = folder / f"{number}.backup", folder / f"home-{number}"
    kept, asked = len(drill.steps), time.monotonic()
    backup(premises.settings.database_url, file)
    drill.backups.append(time.monotonic() - asked)
    began = time.monotonic()
    restore(file, home, "", premises.home / SECRET)
    with enter(home) as restored:
        drill.wrong += verify(at(restored, START).house).faults
        drill.wrong += [] if restored.store.on_hold else [f"backup {number} is not on hold"]
        drill.wrong += _lost(restored, kept, drill)
        with restored.store.begin() as work:
            now = datetime.fromisoformat("2030-01-01T00:00+00:00")
            if work.outbox.claim(now, now, "courier", 9):
                drill.wrong.append(f"backup {number} would have mailed")
    drill.returns.append(time.monotonic() - began)


def _lost(restored: Premises, kept: int, drill: Drill) -> list[str]:
    """Every step that was done before the backup was asked for is in it."""
    with restored.store.begin() as work:
        there = sum(len(work.cases.events(r)) for r in work.cases.references())
    return [] if there >= kept else [f"{kept - there} steps from before the backup are lost"]


def grown(premises: Premises, cases: int) -> None:
    """So many cases in the house."""
    who = caller("practitioner", "police")
    for number in range(cases):
        casework.open_case(premises.house, "dispute", who, RAISED)
        if number % 1000 == 999:
            print(f"{number + 1} of {cases} cases", file=sys.stderr, flush=True)


def drill_of(url: str, folder: Path, backups: int, rate: float) -> Drill:
    """Backups of a working house, and a return from each."""
    folder.mkdir(exist_ok=True)
    premises, drill = found(folder / "house", url, 25), Drill()
    with at_work(premises, rate, drill):
        for number in range(backups):
            once(premises, folder, number, drill)
    premises.store.close()
    return drill


def at_size(url: str, folder: Path, cases: int) -> Drill:
    """One backup of a house of this many cases, and the return from it."""
    folder.mkdir(exist_ok=True)
    premises, drill = found(folder / "house", url, 25), Drill()
    grown(premises, cases)
    once(premises, folder, 0, drill)
    premises.store.close()
    return drill


def prove(url: str, folder: Path, asked: argparse.Namespace) -> list[str]:
    kind = url.partition(":")[0].partition("+")[0]
    busy = drill_of(url, folder, asked.backups, asked.rate)
    pace = len(busy.steps) / max(busy.steps[-1][0] - busy.steps[0][0], 0.001)
    print(f"{kind}: {len(busy.backups)} backups at {pace:.0f} steps/s, {len(busy.wrong)} faults")
    with tempfile.TemporaryDirectory() as name:
        other = f"sqlite:///{name}/house.db" if kind == "sqlite" else url
        if kind != "sqlite":
            from tests import postgres

            postgres.empty(url)
        large = at_size(other, Path(name) / "large", asked.cases)
    every = ROUNDS["back_up"].every
    assert every, "backups are made at no fixed distance"
    lost, back = every + timedelta(seconds=large.backups[0]), timedelta(seconds=large.returns[0])
    print(f"{kind}: {asked.cases} cases: backup {large.backups[0]:.1f} s, at most"
          f" {lost.total_seconds():.0f} s lost, back in {back.total_seconds():.1f} s")  # fmt: skip
    late = [f"{kind}: {what} {took}" for what, took in (("lost", lost), ("back after", back))
            if took > GOAL]  # fmt: skip
    return [*busy.wrong, *large.wrong, *late]


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--backups", type=int, default=100)
    wanted.add_argument("--rate", type=float, default=20, help="steps a second meanwhile")
    wanted.add_argument("--cases", type=int, default=10_000, help="of the house that is measured")
    asked = wanted.parse_args()
    return on_both(lambda url, folder: prove(url, folder, asked))


if __name__ == "__main__":
    sys.exit(main())
