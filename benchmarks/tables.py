"""One table of ratios from a run."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Row(NamedTuple):
    """One measurement: what, ours, beside what, the ratio, and what it must reach."""

    what: str
    ours: str
    beside: str
    ratio: float
    goal: str


def ratio(ours: Sequence[float], limit: Sequence[float]) -> float:
    """The median of the rounds' ratios of speed: limit seconds over ours."""
    return median(theirs / mine for mine, theirs in zip(ours, limit, strict=True))


def lines(rows: Sequence[Row]) -> list[str]:
    head = ["| what | ours | beside | ratio | goal |", "|---|---|---|---|---|"]
    return head + [f"| {r.what} | {r.ours} | {r.beside} | {r.ratio:.2f} | {r.goal} |" for r in rows]
