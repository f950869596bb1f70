"""The durable step: advance() on SQLite beside the same statements sent by hand."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.houses import at_the_meeting, copy_of, draft, new_house, reconvene, settle
from benchmarks.tables import Row, ratio
from engine.casework import House
from store.session import Done, Ready
from store.sqlite import SqliteSession, open_file

STEPS, ROUNDS = 200, 5
Sent = tuple[str, Any, bool]


def measure(folder: Path) -> list[Row]:
    """Advance one case to and fro; then send what that sent, through sqlite3 alone."""
    template = folder / "step"
    premises = new_house(template)
    reference = at_the_meeting(premises.house)
    premises.store.close()
    sent = _sent(template, folder / "recorded", reference)
    ours, hand = [], []
    for number in range(ROUNDS):
        ours.append(_ours(template, folder / f"ours{number}", reference))
        hand.append(_by_hand(template, folder / f"hand{number}", sent))
    rates = f"{STEPS / median(ours):,.0f}/s", f"{STEPS / median(hand):,.0f}/s by hand, sqlite3"
    return [Row("advance(), SQLite WAL FULL, durable", *rates, ratio(ours, hand), "0.50")]


def _play(house: House, reference: str) -> None:
    for number in range(STEPS):
        (reconvene if number % 2 else draft)(house, reference)


def _ours(template: Path, home: Path, reference: str) -> float:
    premises = copy_of(template, home)
    draft(premises.house, reference)
    reconvene(premises.house, reference)
    gc.collect()
    began = time.perf_counter()
    _play(premises.house, reference)
    took = time.perf_counter() - began
    premises.store.close()
    shutil.rmtree(home)
    return took


def _sent(template: Path, home: Path, reference: str) -> list[Sent]:
    """Everything a run sends to the driver, in order."""
    sent: list[Sent] = []
    run = SqliteSession._run

    def listening(
        self: SqliteSession, opening: Iterable[str], ready: Sequence[Ready]
    ) -> list[Done]:
        first = list(opening)
        sent.extend((sql, (), False) for sql in first)
        sent.extend(
            (r.sql, r.values if r.many is None else list(r.many), r.many is not None) for r in ready
        )
        return run(self, first, ready)

    premises = copy_of(template, home)
    draft(premises.house, reference)
    reconvene(premises.house, reference)
    SqliteSession._run = listening  # type: ignore[method-assign]
    try:
        _play(premises.house, reference)
    finally:
        SqliteSession._run = run  # type: ignore[method-assign]
    premises.store.close()
    return sent


def _by_hand(template: Path, home: Path, sent: Sequence[Sent]) -> float:
    premises = copy_of(template, home)
    for step in (draft, reconvene):
        step(premises.house, "RR-2025-0001")
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
