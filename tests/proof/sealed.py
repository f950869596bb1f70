"""Plays whole cases where nothing outside can be reached, and prints what came of them.

Run as a program of its own: python -m tests.proof.sealed
"""

from __future__ import annotations

import builtins
import datetime as datetime_module
import hashlib
import os
import random
import secrets
import socket
import subprocess
import sys
import time
import uuid
from types import ModuleType
from typing import Any, NoReturn

from tests.desk import Desk
from tests.proof.plays import begun, on
from workflows.catalogue import PROCESSES

SEEDS = range(6)
MOVES = 45


class Reached(Exception):  # noqa: N818 - a finding, not an error
    """The engine reached for something outside."""


def refuse(*_: object, **__: object) -> NoReturn:
    raise Reached


class _AnyMoment(type):
    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime_module.datetime)


class _AnyDay(type):
    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime_module.date)


class WithoutClock(datetime_module.datetime, metaclass=_AnyMoment):
    """A datetime that does everything but tell the time."""

    now = refuse
    utcnow = refuse
    today = refuse


class WithoutCalendar(datetime_module.date, metaclass=_AnyDay):
    """A date that does everything but tell the day."""

    today = refuse


STAND_INS = {"datetime": WithoutClock, "date": WithoutCalendar}
OUTSIDE: tuple[tuple[Any, str], ...] = (
    (time, "time"), (time, "time_ns"), (time, "monotonic"), (time, "perf_counter"),
    (time, "localtime"), (time, "gmtime"), (time, "sleep"), (os, "getenv"), (os, "urandom"),
    (os, "environ"), (os, "getpid"), (os, "stat"), (os, "listdir"), (os, "open"),
    (random, "random"), (random, "choice"), (random, "randint"), (random, "Random"),
    (secrets, "token_hex"), (secrets, "token_bytes"), (uuid, "uuid4"), (uuid, "uuid1"),
    (socket, "socket"), (socket, "create_connection"), (subprocess, "Popen"), (builtins, "open"),
)  # fmt: skip


def engine_modules() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.split(".")[0] == "engine"]


def seal_in() -> int:
    """Take the clock, chance, files, environment and network away; returns how many things."""
    taken = 0
    for module in engine_modules():
        for name, stand_in in STAND_INS.items():
            if getattr(module, name, None) is getattr(datetime_module, name):
                setattr(module, name, stand_in)
                taken += 1
    for thing, name in OUTSIDE:
        setattr(thing, name, refuse)
    return taken + len(OUTSIDE)


def story(desk: Desk) -> list[object]:
    """Everything that came of a case: seals, messages, and its deadlines."""
    seals = [event.seal for event in desk.events]
    owed = [(o.anchor, o.recipient, sorted(o.about.items())) for o in desk.owed]
    dates = [
        (d.identity, d.status, d.due.isoformat(), d.raw_due.isoformat(), str(d.look_at))
        for d in desk.case.deadlines
    ]
    return [seals, owed, dates]


def fingerprint(sealed: bool) -> str:
    """One digest over plays of every process."""
    plays = [begun(PROCESSES[key], seed) for key in sorted(PROCESSES) for seed in SEEDS]
    if sealed:
        assert seal_in() > len(OUTSIDE) + 20
    stories = [story(on(play, MOVES)) for play in plays]
    return hashlib.sha256(repr(stories).encode()).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(fingerprint(sealed=True) + "\n")
