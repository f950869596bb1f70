"""Many callers at once on SQLite, beside one commit for each step by hand."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.houses import new_house, standing
from benchmarks.roads import REFERENCE, Road
from benchmarks.step import by_hand, noted_on_sqlite, ready
from benchmarks.tables import Row, ratio

CALLERS, STEPS, ROUNDS = 32, 640, 5
ROAD = Road(REFERENCE.what, REFERENCE.build, REFERENCE.steps, STEPS)


def measure(folder: Path) -> list[Row]:
    """Thirty-two threads of one process share the cases; by hand they come one by one."""
    template = folder / "crowd"
    premises = new_house(template)
    cases = ROAD.lay(premises)
    premises.store.close()
    sent = noted_on_sqlite(template, folder / "crowd-noted", ROAD, cases)
    ours, hand = [], []
    for number in range(ROUNDS):
        ours.append(_together(template, folder / f"crowd-ours{number}", cases))
        hand.append(by_hand(template, folder / f"crowd-hand{number}", ROAD, (cases, sent)))
    rates = f"{STEPS / median(ours):,.0f}/s", f"{STEPS / median(hand):,.0f}/s by hand, one by one"
    what = f"the reference step, {CALLERS} callers at once, SQLite WAL FULL"
    return [Row(what, *rates, ratio(ours, hand), "1.50")]


def _together(template: Path, home: Path, cases: Sequence[str]) -> float:
    premises = ready(template, home, ROAD, cases)
    house, (step,) = standing(premises), ROAD.steps
    with ThreadPoolExecutor(CALLERS) as pool:
        gc.collect()
        began = time.perf_counter()
        list(pool.map(lambda reference: step(house, reference), cases[1:]))
        took = time.perf_counter() - began
    premises.store.close()
    shutil.rmtree(home)
    return took
