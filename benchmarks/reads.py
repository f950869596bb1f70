"""The board and a case, read among a million cases, beside the same questions by hand."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.houses import StandingClock, copy_of, standing
from benchmarks.roads import MANAGER
from benchmarks.sent import Sent, noted_by_sqlite, send
from benchmarks.sweep import DUE, MANY, build
from benchmarks.tables import Row, ratio
from engine.casework import House, actor_of
from engine.lists import Order
from engine.readable import Readable
from store.sqlite import open_file
from workflows.wiring import walk_in

ROUNDS, TIMES, SHOWN = 5, 200, 51
LAST = f"RR-2099-{MANY - 1:06d}"


def measure(folder: Path) -> list[Row]:
    """Each read in turn with its questions by hand; nothing is written meanwhile."""
    build(folder / "template", DUE, MANY)
    reads = {"the board's first page": _board, "one case": _case}
    premises = copy_of(folder / "template", folder / "house")
    house, file = standing(premises), folder / "house" / "waymark.db"
    asked = {name: _sent(folder / "house", read) for name, read in reads.items()}
    with closing(premises.store), closing(open_file(file)) as wire:
        return [
            _row(f"{name}, of {MANY:,}", partial(read, house), partial(send, wire, asked[name]))
            for name, read in reads.items()
        ]


def _sent(home: Path, read: Callable[[House], None]) -> list[Sent]:
    """What a read asks, once the house knows its processes; only here is it noted."""
    with noted_by_sqlite() as noted, closing(walk_in(home).store) as store:
        house = House(store, StandingClock())
        read(house)
        noted.clear()
        read(house)
        return list(noted)


def _board(house: House) -> None:
    """As a manager sees it, who reads every review of their process."""
    with house.store.begin() as work:
        actor = actor_of(work.people.directory(), MANAGER, ())
        found = Readable(work, actor, house.clock.now())
        assert len(found.lines(Order.OPENED, SHOWN)) == SHOWN


def _case(house: House) -> None:
    with house.store.begin() as work:
        assert work.cases.open(LAST).reference == LAST


def _row(what: str, read: Callable[[], None], by_hand: Callable[[], None]) -> Row:
    read()
    ours, hand = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(read))
        hand.append(_timed(by_hand))
    rates = [f"{1000 * median(each) / TIMES:.2f} ms" for each in (ours, hand)]
    return Row(what, rates[0], f"{rates[1]} by hand, sqlite3", ratio(ours, hand), "0.35")


def _timed(work: Callable[[], None]) -> float:
    gc.collect()
    began = time.perf_counter()
    for _ in range(TIMES):
        work()
    return time.perf_counter() - began
