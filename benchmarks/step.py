"""The durable step: advance() on SQLite beside the same statements sent by hand."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, ClassVar
from unittest.mock import patch

from benchmarks.houses import at_the_meeting, copy_of, draft, new_house, reconvene, settle
from benchmarks.tables import Row, ratio
from engine.casework import House
from engine.length import parse_instant
from store.sqlite import open_file
from workflows.wiring import Premises

CASES, EACH, ROUNDS = 50, 4, 5
STEPS = CASES * EACH
Sent = tuple[str, Any, bool]


def measure(folder: Path) -> list[Row]:
    """Advance fifty cases to and fro; then send what that sent, through sqlite3 alone."""
    template = folder / "step"
    premises = new_house(template)
    cases = [at_the_meeting(premises.house) for _ in range(CASES)]
    premises.store.close()
    sent = _sent(template, folder / "recorded", cases)
    ours, hand = [], []
    for number in range(ROUNDS):
        ours.append(_ours(template, folder / f"ours{number}", cases))
        hand.append(_by_hand(template, folder / f"hand{number}", sent))
    rates = f"{STEPS / median(ours):,.0f}/s", f"{STEPS / median(hand):,.0f}/s by hand, sqlite3"
    return [Row("advance(), SQLite WAL FULL, durable", *rates, ratio(ours, hand), "0.50")]


class StandingClock:
    """A real house reads the world's clock, not its database; this one stands still."""

    def now(self) -> datetime:
        return parse_instant("2025-01-06T11:00")


def _house(premises: Premises) -> House:
    return House(premises.store, StandingClock())


def _play(house: House, cases: Sequence[str]) -> None:
    for number in range(EACH):
        for reference in cases:
            (reconvene if number % 2 else draft)(house, reference)


def _warm(house: House, cases: Sequence[str]) -> None:
    """What a house does once: read definitions, compile statements, build the machine."""
    draft(house, cases[0])
    reconvene(house, cases[0])


def _ours(template: Path, home: Path, cases: Sequence[str]) -> float:
    premises = copy_of(template, home)
    _warm(_house(premises), cases)
    gc.collect()
    began = time.perf_counter()
    _play(_house(premises), cases)
    took = time.perf_counter() - began
    premises.store.close()
    shutil.rmtree(home)
    return took


class Listening(sqlite3.Connection):
    """A connection that notes all it is sent."""

    sent: ClassVar[list[Sent]] = []

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        self.sent.append((sql, values, False))
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        self.sent.append((sql, list(rows), True))
        return super().executemany(sql, self.sent[-1][1])


def _sent(template: Path, home: Path, cases: Sequence[str]) -> list[Sent]:
    """Everything a run sends to the driver, in order."""
    with patch("sqlite3.connect", partial(sqlite3.connect, factory=Listening)):
        premises = copy_of(template, home)
        _warm(_house(premises), cases)
        Listening.sent.clear()
        _play(_house(premises), cases)
        premises.store.close()
    return [sent for sent in Listening.sent if not sent[0].startswith("PRAGMA")]


def _by_hand(template: Path, home: Path, sent: Sequence[Sent]) -> float:
    premises = copy_of(template, home)
    _warm(_house(premises), ["RR-2025-0001"])
    premises.store.close()
    settle(home)
    wire = open_file(home / "waymark.db")
    gc.collect()
    began = time.perf_counter()
    _send(wire.cursor(), sent)
    took = time.perf_counter() - began
    wire.close()
    shutil.rmtree(home)
    return took


def _send(cursor: sqlite3.Cursor, sent: Sequence[Sent]) -> None:
    for sql, values, many in sent:
        if sql.startswith("BEGIN") and cursor.connection.in_transaction:
            # A unit that only read is given up without a statement of its own.
            cursor.execute("ROLLBACK")
        if many:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
        if cursor.description is not None:
            cursor.fetchall()
