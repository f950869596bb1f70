"""The durable step: advance() on each database beside the same statements sent by hand."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.houses import (
    StandingClock,
    copy_of,
    fresh_database,
    new_house,
    settle,
    standing,
)
from benchmarks.roads import HEAVY, REFERENCE, Road
from benchmarks.sent import Sent, noted_by_postgres, noted_by_sqlite, send
from benchmarks.tables import Row, ratio
from config.premises import SECRET
from config.secret_file import read
from engine.casework import House
from store.house import open_store
from store.postgres import OPTIONS
from store.sqlite import open_file
from workflows.wiring import Premises

ROUNDS = 5


def measure(folder: Path) -> list[Row]:
    """Each road on each database; what was sent then goes through the bare driver."""
    roads = ((HEAVY, "heavy"), (REFERENCE, "reference"))
    rows = [_on_sqlite(folder / name, road) for road, name in roads]
    return rows + [_on_postgres(folder / f"{name}-pg", road) for road, name in roads]


def _on_sqlite(folder: Path, road: Road) -> Row:
    template = folder / "template"
    premises = new_house(template)
    cases = road.lay(premises)
    premises.store.close()
    sent = sent_to_sqlite(template, folder / "noted", road, cases)
    mine, hand = [], []
    for number in range(ROUNDS):
        mine.append(ours(template, folder / f"ours{number}", road, cases))
        hand.append(_by_hand(template, folder / f"hand{number}", road, (cases, sent)))
    return _row(f"{road.what}, SQLite WAL FULL", road, mine, hand, ("sqlite3", "0.70"))


def _row(
    what: str, road: Road, ours: list[float], hand: list[float], words: tuple[str, str]
) -> Row:
    driver, goal = words
    rates = f"{road.count / median(ours):,.0f}/s", f"{road.count / median(hand):,.0f}/s by hand"
    return Row(what, rates[0], f"{rates[1]}, {driver}", ratio(ours, hand), goal)


def ready(template: Path, home: Path, road: Road, cases: Sequence[str]) -> Premises:
    """A copy of a house in which the first case has gone the road."""
    premises = copy_of(template, home)
    road.warm(standing(premises), cases)
    return premises


def sent_to_sqlite(template: Path, home: Path, road: Road, cases: Sequence[str]) -> list[Sent]:
    """What a walk of the road sends to the driver, on a copy of the house."""
    with noted_by_sqlite() as sent:
        premises = ready(template, home, road, cases)
        sent.clear()
        road.walk(standing(premises), cases)
        premises.store.close()
        return [each for each in sent if not each.sql.startswith("PRAGMA")]


def ours(template: Path, home: Path, road: Road, cases: Sequence[str]) -> float:
    """The seconds of a walk of the road, on a copy of the house."""
    premises = ready(template, home, road, cases)
    took = _timed(road, standing(premises), cases)
    premises.store.close()
    shutil.rmtree(home)
    return took


def _timed(road: Road, house: House, cases: Sequence[str]) -> float:
    gc.collect()
    began = time.perf_counter()
    road.walk(house, cases)
    return time.perf_counter() - began


def _by_hand(
    template: Path, home: Path, road: Road, script: tuple[Sequence[str], Sequence[Sent]]
) -> float:
    cases, sent = script
    ready(template, home, road, cases).store.close()
    return by_hand(home, sent)


def by_hand(home: Path, sent: Sequence[Sent]) -> float:
    """The seconds of what was sent, through the bare driver; the copy of the house is gone then."""
    settle(home)
    with closing(open_file(home / "waymark.db")) as wire:
        gc.collect()
        began = time.perf_counter()
        send(wire, sent)
        took = time.perf_counter() - began
    shutil.rmtree(home)
    return took


def _on_postgres(folder: Path, road: Road) -> Row:
    ours, hand = [], []
    with fresh_database() as url:
        premises = new_house(folder / "house", url)
        cases = road.lay(premises)
        premises.store.close()
        with noted_by_postgres() as noted:
            _beside(folder, url, road, cases, noted)
        # The house sends bytes; what makes and drops the copy of the database does not.
        sent = [each for each in noted if isinstance(each.sql, bytes)]
        for _ in range(ROUNDS):
            took = _beside(folder, url, road, cases)
            ours.append(took)
            hand.append(_through_psycopg(folder, url, road, (cases, sent)))
    return _row(f"{road.what}, PostgreSQL, fsync", road, ours, hand, ("psycopg", "0.60"))


def _opened(folder: Path, url: str, road: Road, cases: Sequence[str]) -> House:
    store = open_store(url, secret=read((folder / "house" / SECRET).read_bytes()))
    house = House(store, StandingClock())
    road.warm(house, cases)
    return house


def _beside(
    folder: Path, template: str, road: Road, cases: Sequence[str], sent: list[Sent] | None = None
) -> float:
    """Walk the road on a copy of the database; what was sent before that is not kept."""
    with fresh_database(template) as url:
        house = _opened(folder, url, road, cases)
        if sent is not None:
            sent.clear()
        took = _timed(road, house, cases)
        house.store.close()
    return took


def _through_psycopg(
    folder: Path, template: str, road: Road, script: tuple[Sequence[str], Sequence[Sent]]
) -> float:
    cases, sent = script
    with fresh_database(template) as url:
        _opened(folder, url, road, cases).store.close()
        with psycopg.connect(url, options=OPTIONS, autocommit=True) as wire:
            gc.collect()
            began = time.perf_counter()
            send(wire, sent)
            return time.perf_counter() - began
