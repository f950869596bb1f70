"""R15, by hand: sixteen writers on one house, and how long each of them has to wait.

Run: python -m tests.sessions.contention --seconds 60
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from engine import casework
from engine.casework import House
from engine.errors import HouseDown, Refused, Stale
from store.house import create_house, open_store
from tests import postgres
from tests.desk import AREA
from tests.proof.houses import SECRET
from tests.sessions.scenes import caller
from tests.sessions.stage import furnish, sqlite_url
from tests.workflows.disputes import OWNERS, RAISED
from workflows.clock import WallClock

ROOT = Path(__file__).parents[2]
PROGRAMS, THREADS = 4, 4
ALLOWED = {"sqlite": 2.0, "postgres": 0.25}  # seconds, for 99 of 100 advances
TOLD = ("done", "stale")


@dataclass
class Log:
    """What became of every try, and the seconds each advance took."""

    outcomes: Counter[str] = field(default_factory=Counter)
    advances: list[float] = field(default_factory=list)

    def add(self, other: Log) -> None:
        self.outcomes += other.outcomes
        self.advances += other.advances


def write(house: House, shared: str, until: float) -> Log:
    """Raise disputes and let each climb; between, write a note on the case everybody writes on."""
    log = Log()
    while time.monotonic() < until:
        try:
            reference = _raise(house)
        except (Refused, HouseDown) as fault:
            log.outcomes[_named(fault)] += 1
            continue
        log.outcomes["done"] += 1
        for owner in OWNERS[:4]:
            began = time.monotonic()
            log.outcomes[_advance(house, reference, owner)] += 1
            log.advances.append(time.monotonic() - began)
            log.outcomes[_note(house, shared)] += 1
    return log


def _raise(house: House) -> str:
    step = casework.open_case(house, "dispute", caller("practitioner", "Police"), RAISED)
    return step.case.reference


def _advance(house: House, reference: str, owner: str) -> str:
    try:
        casework.advance(house, reference, caller(owner), "escalate", {"immediate_risk": "no"})
    except (Refused, HouseDown) as fault:
        return _named(fault)
    return "done"


def _note(house: House, shared: str) -> str:
    try:
        casework.note(house, shared, caller("business_manager"), "Seen.")
    except (Refused, HouseDown) as fault:
        return _named(fault)
    return "done"


def _named(fault: Exception) -> str:
    return "stale" if isinstance(fault, Stale) else f"{type(fault).__name__}: {fault}"


def program(url: str, shared: str, seconds: float) -> None:
    """One program of several: its threads share a store; it prints its log."""
    store = open_store(url, secret=SECRET)
    house, until = House(store, WallClock()), time.monotonic() + seconds
    log = Log()
    with ThreadPoolExecutor(THREADS) as pool:
        for each in pool.map(lambda _: write(house, shared, until), range(THREADS)):
            log.add(each)
    store.close()
    print(json.dumps([log.outcomes, log.advances]))


def contend(url: str, seconds: float) -> Log:
    """All the programs on one new house; what they were told altogether."""
    create_house(url, practice=True, area=AREA, mail_domain="mail.example")
    store = open_store(url, secret=SECRET)
    furnish(store)
    shared = _raise(House(store, WallClock()))
    store.close()
    command = [sys.executable, "-m", "tests.sessions.contention", "--program", url, shared]
    command += ["--seconds", str(seconds)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(PROGRAMS)
    ]
    log = Log()
    for each in running:
        told, _ = each.communicate(timeout=seconds + 120)
        assert each.returncode == 0
        outcomes, advances = json.loads(told)
        log.add(Log(Counter(outcomes), advances))
    return log


def told(kind: str, log: Log) -> bool:
    """Print the figures; False where somebody was told of the database, or waited too long."""
    advances = sorted(log.advances)
    p50, p99 = (advances[int(len(advances) * share)] for share in (0.5, 0.99))
    others = {words: n for words, n in log.outcomes.items() if words not in TOLD}
    print(
        f"{kind}: {PROGRAMS * THREADS} writers, {log.outcomes['done']} kept,"
        f" {log.outcomes['stale']} told to look again, {sum(others.values())} other;"
        f" advance p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms,"
        f" longest {advances[-1] * 1000:.0f} ms ({len(advances)} advances)"
    )
    for words, number in others.items():
        print(f"  {number} x {words}")
    return not others and p99 <= ALLOWED[kind]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sessions.contention")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--program", nargs=2, metavar=("URL", "CASE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.program:
        url, case = chosen.program
        program(url, case, chosen.seconds)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        well = told("sqlite", contend(sqlite_url(Path(folder)), chosen.seconds))
    with postgres.fresh_database() as server:
        address = server.render_as_string(hide_password=False)
        well = told("postgres", contend(address, chosen.seconds)) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
