"""Many at once: workers who read one case, decide, and try to keep what they decided."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from engine.case import Case, Step
from engine.errors import Stale
from engine.keyring import Secret
from engine.ports import Store
from store.house import open_store
from tests.store.samples import NOW, a_deadline, a_message, further

REFERENCE = "PL-2026-0001"


def attempt(store: Store, decide: Callable[[Case], Step]) -> str:
    """One read, one decision, one write, one commit; what became of it."""
    try:
        with store.begin() as work:
            work.keep(decide(work.cases.open(REFERENCE)))
            work.commit()
    except Stale:
        return "stale"
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return "kept"


def a_change(case: Case) -> Step:
    """A step that meets one deadline and owes one message, both named by its revision."""
    met = a_deadline("again", cycle=case.revision, status="met", look_at=None)
    return further(
        case,
        NOW + timedelta(seconds=case.revision),
        deadlines=(*case.deadlines, met),
        owed=[a_message(f"step:{case.revision + 1}")],
    )


def race(store: Store, workers: int, tries: int) -> Counter[str]:
    """Let workers try at the same time; count what became of each try."""
    return together(workers, lambda _: Counter(attempt(store, a_change) for _ in range(tries)))


def together(workers: int, work: Callable[[int], Counter[str]]) -> Counter[str]:
    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(work, range(workers)), Counter())


def main(url: str, secret: str, workers: int, tries: int) -> None:
    """One process of several on one house: prints each outcome with its number."""
    store = open_store(url, secret=Secret.of(secret.encode()))
    for outcome, number in race(store, workers, tries).items():
        print(number, outcome)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
