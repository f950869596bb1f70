"""Orders: in which sequence the statements of two sessions are run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice
from random import Random

from tests.sessions.gates import FIRST, SECOND
from tests.sessions.seeing import Order, atoms, classes, kinds, sampled

# How many interleavings of each pair of commands are tried, and from which on: a release wants 200,
# and may take them in parts.
RELEASE = 200
PER_PAIR = int(os.environ.get("SESSIONS_PER_PAIR", "2"))
FROM = int(os.environ.get("SESSIONS_FROM", "1"))

# How SQLite and PostgreSQL are told that writing begins after something was read.
WRITING = ("BEGIN IMMEDIATE", "COMMIT; BEGIN")


def orders(first: Sequence[str], second: Sequence[str], seed: str, server: bool) -> list[Order]:
    """Orders of the statements of two sessions: two telling ones, and each that differs from all.

    Where there are more than a release wants, all telling ones and so many drawn. Telling: the
    second runs whole in one gap of the first, or both by turns. server: on PostgreSQL.
    """
    wanted = islice(_all(first, second, seed, server), min(PER_PAIR, RELEASE))
    return list(wanted)[FROM - 1 :]


def _all(first: Sequence[str], second: Sequence[str], seed: str, server: bool) -> Iterator[Order]:
    telling = list(dict.fromkeys(_telling(first, len(second))))
    yield from telling[:2]
    mine, theirs = (atoms(kinds(each, server), server) for each in (first, second))
    found = list(islice(classes(mine, theirs), RELEASE - 1))
    more = len(found) > RELEASE - 2
    rest = (telling[2:], sampled(mine, theirs, Random(seed))) if more else (found, telling[2:])
    seen = set(telling[:2])
    for order in chain(*rest):
        if order not in seen:
            seen.add(order)
            yield order


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
