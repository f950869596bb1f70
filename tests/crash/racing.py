"""R13 at the size of a release, on command: many processes decide on one case at the same time.

`python -m tests.crash.racing --attempts 10000` lets 16 workers try so many times each on either
kind of database, and prints a line for each; exit code 1 says that it is not proved. --first and
--last name one kind: SQLite is the first, PostgreSQL the second.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from engine import casework, record
from engine.errors import HouseDown, Refused, Stale
from tests.crash.commands import DISPUTE
from tests.crash.premises import KINDS, caller, found, furnish, on_both, reopened
from tests.faults.invariants import faults, replayed
from tests.faults.points import forked
from tests.faults.rows import read
from workflows.wiring import Premises

WORKERS = 16


def attempt(premises: Premises, words: str) -> str:
    """One read, one decision, one write, one commit; what became of it."""
    who = caller("business_manager")
    try:
        casework.decide(premises.house, DISPUTE, who, lambda s: record.note(s, words))
    except Stale:
        return "stale"
    except (Refused, HouseDown) as fault:
        return f"{type(fault).__name__}: {fault}"
    return "kept"


def labour(premises: Premises, number: int, attempts: int, told: int) -> None:
    """One worker: tries, and tells how often each outcome came."""
    with reopened(premises) as mine:
        found_out = Counter(attempt(mine, f"{number}/{n}") for n in range(attempts))
    os.write(told, f"{json.dumps(found_out)}\n".encode())


def race(premises: Premises, attempts: int, workers: int = WORKERS) -> Counter[str]:
    """Let workers try at the same time; how often each outcome came."""
    reading, writing = os.pipe()
    racers = [
        forked(lambda number=n: labour(premises, number, attempts, writing))  # type: ignore[misc]
        for n in range(workers)
    ]
    os.close(writing)
    with os.fdopen(reading) as told:
        outcomes = sum((Counter(json.loads(line)) for line in told), Counter[str]())
    for racer in racers:
        assert os.waitpid(racer, 0)[1] == 0, "a worker ended by itself"
    return outcomes


def findings(premises: Premises, outcomes: Counter[str], tries: int) -> list[str]:
    """Kept = revisions = events, each with its own words; everybody else was told of it."""
    url = premises.settings.database_url
    rows = read(url)
    case = next(c for c in rows["case"] if c["reference"] == DISPUTE)
    notes = [e for e in rows["event"] if e["kind"] == "noted"]
    words = {json.loads(e["data"])["text"] for e in notes}
    kept = outcomes["kept"]
    wrong = [] if outcomes.total() == tries else [f"{outcomes.total()} of {tries} tries answered"]
    if not kept == case["revision"] - 1 == len(notes) == len(words):
        wrong.append(f"{kept} kept, {case['revision'] - 1} revisions, {len(notes)} events")
    others = [outcome for outcome in outcomes if outcome not in ("kept", "stale")]
    with reopened(premises) as opened:
        return [*wrong, *others, *faults(url), *replayed(opened.house)]


def prove(url: str, folder: Path, attempts: int) -> list[str]:
    """A whole race on an empty database; prints its line, returns what is wrong."""
    folder.mkdir()
    premises = found(folder / "house", url, 25)
    furnish(premises)
    premises.store.close()
    began = time.monotonic()
    outcomes = race(premises, attempts)
    wrong = findings(premises, outcomes, WORKERS * attempts)
    kind = url.partition(":")[0].partition("+")[0]
    print(
        f"{kind}: {WORKERS} workers x {attempts} attempts in {time.monotonic() - began:.0f} s:"
        f" {dict(outcomes)}; {len(wrong)} findings"
    )
    return wrong


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--attempts", type=int, default=10_000, help="of each worker")
    wanted.add_argument("--first", type=int, default=1, help="from this database on")
    wanted.add_argument("--last", type=int, default=len(KINDS), help="up to this one")
    asked = wanted.parse_args()
    kinds = KINDS[asked.first - 1 : asked.last]
    return on_both(lambda url, home: prove(url, home, asked.attempts), kinds)


if __name__ == "__main__":
    sys.exit(main())
