"""The service at rest: when its page is up, and what it takes with Prefect's server beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.houses import new_house
from benchmarks.tables import Row
from workflows.wiring import enter

ROOT = Path(__file__).parents[1]
SOON, OF_A_CORE, MEGABYTES = 2.0, 3.0, 450.0
REST = 120.0  # seconds of rest that are measured: two of each round of every minute
PATIENCE = 300.0
TICKS = 100  # of processor time in a second


def measure(folder: Path) -> list[Row]:
    """Start it, wait until Prefect is there and everything is at rest, and look for two minutes."""
    home = folder / "served"
    new_house(home).store.close()
    began = time.monotonic()
    command = [sys.executable, "-m", "cli", "serve", "--port", "0", "--json", "--home", str(home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            page = _answered(json.loads(line)["address"], began)
            _wait_for_prefect(home)
            time.sleep(70)
            before = _spent(process.pid)
            time.sleep(REST)
            busy = (_spent(process.pid) - before) / REST * 100
            taken = sum(map(_megabytes, _family(process.pid)))
        finally:
            process.terminate()
            process.wait(timeout=60)
    return [
        _row("serve: page up after its start", page, SOON, "s"),
        _row("serve at rest, with Prefect: of a core", busy, OF_A_CORE, "%"),
        _row("serve at rest, with Prefect: memory", taken, MEGABYTES, "MB"),
    ]


def _row(what: str, ours: float, limit: float, unit: str) -> Row:
    return Row(what, f"{ours:.1f} {unit}", f"{limit:g} {unit}", limit / ours, "at least 1")


def _answered(address: str, began: float) -> float:
    """Seconds until a page was shown; one that says no is shown too."""
    with suppress(HTTPError), urlopen(f"{address}r/nothing", timeout=30):
        pass
    return time.monotonic() - began


def _wait_for_prefect(home: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        with enter(home) as premises, premises.store.begin() as work:
            if "prefect" in work.duty.ticks():
                return
        time.sleep(1)
    raise SystemExit("Prefect did not start")


def _family(number: int) -> list[int]:
    """A program and those it started."""
    found = [number]
    for task in Path(f"/proc/{number}/task").iterdir():
        found += map(int, (task / "children").read_text("utf-8").split())
    return found


def _spent(number: int) -> float:
    """Seconds of processor time of a program and those it started."""
    total = 0
    for one in _family(number):
        fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _megabytes(number: int) -> float:
    """What is in memory of a program, what it shares with others counted whole."""
    status = Path(f"/proc/{number}/status").read_text("utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
