"""Orders: in which sequence the statements of two sessions are run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import comb
from random import Random

from tests.sessions.gates import FIRST, SECOND

# How many interleavings of each pair of commands are tried, and from which on: a release wants 200,
# and may take them in parts.
RELEASE = 200
PER_PAIR = int(os.environ.get("SESSIONS_PER_PAIR", "2"))
FROM = int(os.environ.get("SESSIONS_FROM", "1"))

# How SQLite and PostgreSQL are told that writing begins after something was read.
WRITING = ("BEGIN IMMEDIATE", "COMMIT; BEGIN")

Order = tuple[int, ...]


def orders(first: Sequence[str], second: Sequence[str], seed: str) -> list[Order]:
    """Orders of the statements of two sessions, the telling ones before the sampled ones.

    Telling: the second runs whole in one gap of the first, or both by turns. Where there are no
    more orders than a release wants, all of them.
    """
    found = dict.fromkeys(_telling(first, len(second)))
    most = comb(len(first) + len(second), len(second))
    if most <= RELEASE:
        found |= dict.fromkeys(_all(len(first), len(second)))
    dice = Random(seed)
    while len(found) < min(PER_PAIR, most):
        order = [FIRST] * len(first) + [SECOND] * len(second)
        dice.shuffle(order)
        found[tuple(order)] = None
    return list(found)[FROM - 1 : PER_PAIR]


def _telling(first: Sequence[str], length: int) -> Iterator[Order]:
    """The second before the first begins to write; then by turns; then in each gap of the first."""
    begins = [n for n, sql in enumerate(first) if sql in WRITING] or [1]
    yield _in_gap(begins[-1], len(first), length)
    yield (FIRST, SECOND) * max(len(first), length)
    commits = [n for n, sql in enumerate(first) if sql == "COMMIT"][-1:]
    for gap in dict.fromkeys((*commits, *begins, *range(1, len(first)))):
        yield _in_gap(gap, len(first), length)


def _in_gap(gap: int, first: int, second: int) -> Order:
    return (FIRST,) * gap + (SECOND,) * second + (FIRST,) * (first - gap)


def spoken(order: Order) -> str:
    """An order in few words: "4 of the first, 9 of the second, 3 of the first"."""
    names = ("the first", "the second")
    runs = [(names[which], len(list(run))) for which, run in groupby(order)]
    return ", ".join(f"{length} of {name}" for name, length in runs)


def _all(first: int, second: int) -> Iterator[Order]:
    if not first or not second:
        yield (FIRST,) * first + (SECOND,) * second
        return
    yield from ((FIRST, *rest) for rest in _all(first - 1, second))
    yield from ((SECOND, *rest) for rest in _all(first, second - 1))
