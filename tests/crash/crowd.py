"""R3, on command: many messages and several couriers, and every message arrives exactly once.

`python -m tests.crash.crowd --messages 100000 --couriers 4` prints a line for either kind of
database; exit code 1 says that it is not proved. Nothing crashes here, so nothing may be repeated.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from engine.asking import Agency
from engine.casework import House
from tests.crash.premises import found, gather, on_both, reopened
from tests.crash.sink import Sink, listening
from tests.crash.workers import RunningClock
from tests.faults.invariants import faults, replayed
from tests.faults.points import forked
from tests.faults.rows import read
from workflows.wiring import Premises, deliver_now

STEP = 500  # agencies asked in one step, each of which is owed a message
OFTEN = 10.0  # seconds between two words on how far it is


def owe(premises: Premises, messages: int) -> int:
    """Owe at least so many messages; how many there are now."""
    agencies = [Agency(f"Agency {n}", f"lead@agency{n}.example") for n in range(STEP)]
    owed = 0
    while owed < messages:
        gather(premises.house, agencies[: messages - owed])
        with premises.store.begin() as work:
            owed = work.outbox.counts()["owed"]
    return owed


def carry(premises: Premises, began: float) -> None:
    """One courier: sends until nothing is left that it could claim."""
    with reopened(premises) as mine:
        clocked = replace(mine, house=House(mine.store, RunningClock(began)))
        while deliver_now(clocked).accepted:
            pass


def deliver(premises: Premises, sink: Sink, couriers: int) -> list[str]:
    """Let couriers send at the same time; those that ended otherwise than they should."""
    began = time.time()
    working = {forked(lambda: carry(premises, began)) for _ in range(couriers)}
    odd, told = [], began
    while working:
        worker, status = os.waitpid(-1, os.WNOHANG)
        working.discard(worker)
        if worker and status:
            odd.append(f"a courier ended by itself, with {os.waitstatus_to_exitcode(status)}")
        if not worker:
            time.sleep(0.05)
        if time.time() - told > OFTEN:
            told = time.time()
            print(f"{told - began:.0f} s, {len(sink.caught())} mails", file=sys.stderr)
    return odd


def prove(url: str, folder: Path, messages: int, couriers: int) -> list[str]:
    """Send everything an empty database was made to owe; prints its line, returns what is wrong."""
    folder.mkdir()
    with listening(folder / "caught") as sink:
        premises = found(folder / "house", url, sink.port, wait=60)
        owed = owe(premises, messages)
        premises.store.close()
        print(f"{owed} messages are owed", file=sys.stderr)
        began = time.monotonic()
        wrong = deliver(premises, sink, couriers)
        took = time.monotonic() - began
        arrived = sink.identities()
    waiting = Counter(m["state"] for m in read(url)["outbox"] if m["state"] != "accepted")
    repeats, lost = len(arrived) - len(set(arrived)), owed - len(set(arrived))
    kind = url.partition(":")[0].partition("+")[0]
    print(
        f"{kind}: {owed} messages, {couriers} couriers, {took:.0f} s, {owed / took:.0f} a second:"
        f" {repeats} repeats, {lost} lost"
    )
    wrong += [f"{repeats} repeats, {lost} lost"] if repeats or lost else []
    wrong += [f"{number} messages are {state}" for state, number in waiting.items()]
    with reopened(premises) as opened:
        return [*wrong, *faults(url, arrived), *replayed(opened.house)]


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--messages", type=int, default=100_000, help="on either database")
    wanted.add_argument("--couriers", type=int, default=4, help="at the same time")
    asked = wanted.parse_args()
    return on_both(lambda url, home: prove(url, home, asked.messages, asked.couriers))


if __name__ == "__main__":
    sys.exit(main())
