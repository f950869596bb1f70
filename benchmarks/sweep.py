"""The sweep: its cost grows with what is due, not with what is open; and beside it by hand."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import time
from pathlib import Path
from statistics import median

from benchmarks.houses import copy_of, new_house, settle
from benchmarks.roads import PARTNER
from benchmarks.sent import Sent, noted_by_sqlite
from benchmarks.step import by_hand
from benchmarks.tables import Row, ratio
from engine import casework, upkeep
from engine.length import parse_instant
from workflows.wiring import Premises

DUE, FEW, MANY, ROUNDS = 100, 10_000, 1_000_000, 5
FACTS = {
    "incident_on": "2025-01-02",
    "aware_at": "2025-01-03T10:00",
    "outcome_for_child": "serious_harm",
    "abuse_link": "suspected",
}
LATER = {**FACTS, "incident_on": "2025-01-07", "aware_at": "2025-01-08T09:00"}


def measure(folder: Path) -> list[Row]:
    """Sweep the same hundred due cases beside few and beside many open ones, in turn."""
    few, many = folder / "few", folder / "many"
    build(few, DUE, FEW)
    build(many, DUE, MANY)
    with noted_by_sqlite() as noted:
        _sweep(few, folder / "noted", noted)
        sent = [each for each in noted if not each.sql.startswith("PRAGMA")]
    beside_few, beside_many, hand = [], [], []
    for number in range(ROUNDS):
        beside_few.append(_sweep(few, folder / f"few{number}"))
        beside_many.append(_sweep(many, folder / f"many{number}"))
        _copy(few, folder / f"hand{number}").store.close()
        hand.append(by_hand(folder / f"hand{number}", sent))
    # Of a fuller house it is how many times as long, of the bare driver a share of its rate.
    times, share = ratio(beside_few, beside_many), ratio(beside_few, hand)
    fewer, more, bare = (f"{1000 * median(e):,.0f} ms" for e in (beside_few, beside_many, hand))
    what = f"sweep, {DUE} due of"
    return [
        Row(f"{what} {MANY:,} open", more, f"{fewer} with {FEW:,}", times, "at most 1.50"),
        Row(f"{what} {FEW:,} open", fewer, f"{bare} by hand, sqlite3", share, "0.50"),
    ]


def build(home: Path, due: int, others: int) -> None:
    """A house with cases that are due the morning it stands at, and others that are not."""
    premises = new_house(home)
    for _ in range(due):
        casework.open_case(premises.house, "rapid_review", PARTNER, FACTS)
    premises.store.set_practice_now(parse_instant("2025-01-08T10:00"))
    quiet = casework.open_case(premises.house, "rapid_review", PARTNER, LATER).case.reference
    premises.store.close()
    _clone(home, quiet, others)
    settle(home)


def _clone(home: Path, reference: str, times: int) -> None:
    """Copies of a case that has nothing due for long, row by row."""
    wire = sqlite3.connect(home / "waymark.db")
    for table, key in (("case", "reference"), ("deadline", "case"), ("event", "case")):
        found = wire.execute(f'SELECT * FROM "{table}" WHERE "{key}" = ?', (reference,))
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        marks = ", ".join("?" for _ in names)
        columns = ", ".join(f'"{name}"' for name in names)
        wire.executemany(
            f'INSERT INTO "{table}" ({columns}) VALUES ({marks})',
            (_row(row, key, number) for number in range(times) for row in rows),
        )
    wire.commit()
    wire.close()


def _row(row: dict[str, object], key: str, number: int) -> list[object]:
    fresh = {**row, key: f"RR-2099-{number:06d}"}
    if fresh.get("look_at"):
        fresh["look_at"] = str(fresh["look_at"]).replace("2025", "2035")
    return list(fresh.values())


def _sweep(template: Path, home: Path, noted: list[Sent] | None = None) -> float:
    """The seconds of a sweep; of what is noted, only what the sweep itself sent stays."""
    premises = _copy(template, home)
    gc.collect()
    if noted is not None:
        noted.clear()
    began = time.perf_counter()
    swept = upkeep.sweep(premises.house)
    took = time.perf_counter() - began
    premises.store.close()
    shutil.rmtree(home)
    if swept.reminders + swept.breaches < DUE:
        raise AssertionError(f"only {swept.reminders + swept.breaches} were due")
    return took


def _copy(template: Path, home: Path) -> Premises:
    premises = copy_of(template, home)
    premises.store.set_practice_now(parse_instant("2025-01-08T10:00"))
    return premises
