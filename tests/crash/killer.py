"""Kills workers at random and begins them anew; counts what was lost, made up or sent again."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.casework import House
from engine.roles import THE_HOUSE
from tests.crash.premises import reopened
from tests.crash.sink import Sink
from tests.crash.workers import Book, RunningClock, labour
from tests.faults.invariants import faults, replayed
from tests.faults.points import forked
from tests.faults.rows import Rows, read
from workflows.wiring import Premises, deliver_now

WORKERS = 3
DAYS = 40  # of the house, however long the killing takes
HOUSE = THE_HOUSE.email


@dataclass
class Toll:
    """What came of the kills; lost, phantom and broken hold each finding in words.

    unnoted: steps that were kept by a worker killed before it could say so.
    """

    kills: int
    seconds: float
    steps: int = 0
    mails: int = 0
    repeats: int = 0
    unnoted: int = 0
    lost: tuple[str, ...] = ()
    phantom: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.seconds:.0f} s: {self.steps} steps, {self.mails} messages,"
            f" {self.repeats} repeats, {self.unnoted} kept and not noted, {len(self.lost)} lost,"
            f" {len(self.phantom)} phantom, {len(self.broken)} invariants broken"
        )


class Killer:
    """Three workers on one house, of whom one is always about to die."""

    def __init__(self, premises: Premises, sink: Sink, seed: int = 1, pause: float = 0.25) -> None:
        self.premises, self.sink = premises, sink
        self.random, self.pause = Random(seed), pause
        self.book = sink.book.with_name("noted")
        self.workers: list[int] = []
        self.broken: list[str] = []
        self.clock = RunningClock(time.time())

    def kill(self, times: int) -> Toll:
        """Kill so many workers, then let the house finish its work and look at everything."""
        self.clock = RunningClock(time.time(), DAYS * 86_400 / (times * self.pause))
        began = time.monotonic()
        self.workers = [self._begun() for _ in range(WORKERS)]
        for _ in range(times):
            time.sleep(self.random.uniform(0, 2 * self.pause))
            place = self.random.randrange(WORKERS)
            self._end(place)
            self.workers[place] = self._begun()
        for place in range(WORKERS):
            self._end(place)
        return self._count(Toll(times + WORKERS, time.monotonic() - began))

    def _begun(self) -> int:
        seed = self.random.randrange(2**32)
        return forked(lambda: labour(self.premises, self.book, self.clock, seed))

    def _end(self, place: int) -> None:
        os.kill(self.workers[place], signal.SIGKILL)
        _, status = os.waitpid(self.workers[place], 0)
        if not os.WIFSIGNALED(status):
            self.broken.append(f"a worker ended by itself, with {os.waitstatus_to_exitcode(status)}")

    def _count(self, toll: Toll) -> Toll:
        with reopened(self.premises) as premises:
            later = House(premises.store, RunningClock(self.clock.began - 86_400))
            deliver_now(Premises(premises.home, premises.settings, premises.store, later))
            toll.broken = (*self.broken, *replayed(premises.house))
        arrived = self.sink.identities()
        toll.mails, toll.repeats = len(set(arrived)), len(arrived) - len(set(arrived))
        rows = read(self.premises.settings.database_url)
        toll.broken += tuple(faults(self.premises.settings.database_url, arrived))
        self._compare(toll, rows)
        return toll

    def _compare(self, toll: Toll, rows: Rows) -> None:
        """What workers were told was kept, against what is there; and what nobody was told of."""
        noted = Book(self.book).noted()
        kept = {(e["case"], json.loads(e["data"])["step"]): e["actor"] for e in rows["event"]}
        seals = {(e["case"], e["seal"]): json.loads(e["data"])["step"] for e in rows["event"]}
        toll.steps = len(kept)
        lost = [f"{name} {n}" for name, n, seal in noted if seals.get((name, seal)) != n]
        owed = [m for m in rows["outbox"] if m["state"] != "accepted" and m["recipient"]]
        toll.lost = (*lost, *(f"message {m['id']} is {m['state']}" for m in owed))
        told = {(name, n) for name, n, _ in noted}
        unnoted = [step for step, actor in kept.items() if step not in told and actor != HOUSE]
        toll.unnoted = len(unnoted)
        if toll.unnoted > toll.kills:
            toll.phantom = tuple(f"{name} {n} was done by nobody" for name, n in unnoted)
        if len(set(noted)) != len(noted):
            toll.phantom += ("a step was kept twice",)
