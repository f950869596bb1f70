"""R22: the same case, the same step: the engine reads no clock, no environment and no chance."""

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
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pytest

from tests.desk import Desk
from tests.proof.plays import begun, every, on
from workflows.catalogue import PROCESSES

ROOT = Path(__file__).parents[2]
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

    now = utcnow = today = classmethod(refuse)  # type: ignore[assignment]


class WithoutCalendar(datetime_module.date, metaclass=_AnyDay):
    """A date that does everything but tell the day."""

    today = classmethod(refuse)  # type: ignore[assignment]


def engine_modules() -> Iterator[ModuleType]:
    return (module for name, module in sys.modules.items() if name.split(".")[0] == "engine")


OUTSIDE: tuple[tuple[Any, str], ...] = (
    (time, "time"), (time, "time_ns"), (time, "monotonic"), (time, "perf_counter"),
    (time, "localtime"), (time, "gmtime"), (time, "sleep"), (os, "getenv"), (os, "urandom"),
    (os, "environ"), (os, "getpid"), (os, "stat"), (os, "listdir"), (random, "random"),
    (random, "choice"), (random, "randint"), (random, "Random"), (secrets, "token_hex"),
    (secrets, "token_bytes"), (uuid, "uuid4"), (uuid, "uuid1"), (socket, "socket"),
    (socket, "create_connection"), (subprocess, "Popen"), (builtins, "open"),
)  # fmt: skip


@pytest.fixture
def sealed_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whoever asks for the time, a file, the network, the environment or a dice is found."""
    with monkeypatch.context() as patch:
        for module in engine_modules():
            for name, stand_in in (("datetime", WithoutClock), ("date", WithoutCalendar)):
                if getattr(module, name, None) is getattr(datetime_module, name):
                    patch.setattr(module, name, stand_in)
        for thing, name in OUTSIDE:
            patch.setattr(thing, name, refuse)
        yield patch


def story(desk: Desk) -> list[object]:
    """Everything that came of a case: seals, messages, and its deadlines."""
    seals = [event.seal for event in desk.events]
    owed = [(o.anchor, o.recipient, sorted(o.about.items())) for o in desk.owed]
    return [seals, owed, [repr(deadline) for deadline in desk.case.deadlines]]


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_whole_case_is_played_without_a_look_outside(
    key: str, sealed_in: pytest.MonkeyPatch
) -> None:
    """And what comes of it is what came of it before anything was taken away."""
    with pytest.raises(Reached):
        random.random()
    sealed_in.undo()
    before = [story(on(begun(PROCESSES[key], seed), MOVES)) for seed in SEEDS]
    plays = [begun(PROCESSES[key], seed) for seed in SEEDS]
    for module in engine_modules():
        for name, stand_in in (("datetime", WithoutClock), ("date", WithoutCalendar)):
            if getattr(module, name, None) is getattr(datetime_module, name):
                sealed_in.setattr(module, name, stand_in)
    for thing, name in OUTSIDE:
        sealed_in.setattr(thing, name, refuse)
    after = [story(on(play, MOVES)) for play in plays]
    sealed_in.undo()
    assert after == before


def fingerprint() -> str:
    """One digest over every play of every process."""
    stories = [story(desk) for _, _, desk in every(SEEDS, MOVES)]
    return hashlib.sha256(repr(stories).encode()).hexdigest()


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/New_York", "HOME": "/nowhere"},
    ],
    ids=["Kiritimati", "New York"],
)
def test_another_machine_comes_to_the_same_end(surroundings: dict[str, str]) -> None:
    """Another zone, another locale, another order of every set: the same seals and messages."""
    program = "from tests.proof.test_determinism import fingerprint; print(fingerprint())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == fingerprint()
