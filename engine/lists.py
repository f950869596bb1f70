"""Lists across cases that read no more of them than they show: where to look, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing")
CROWD = 1_000  # so many parts are looked through, and more are not


class Order(StrEnum):
    """What puts cases in order; the dates are awaited ones, the earliest of an open case."""

    REFERENCE = "reference"
    OPENED = "opened_at"
    CASE_DUE = "case_due"
    TASK_DUE = "task_due"


@dataclass(frozen=True, slots=True)
class Look:
    """One row of cases in an order: those of a definition, those somebody has a part in, or both.

    stage narrows the cases of a definition; late_by keeps those with a date missed by then.
    """

    order: Order
    digest: str = ""
    stage: str = ""
    who: str = ""
    process: str = ""
    only_open: bool = True
    late_by: datetime | None = None


class Place(NamedTuple):
    """Where a case stands in an order: at is what puts it there."""

    at: datetime | str
    reference: str


class Found(NamedTuple):
    """A case that was come upon, and by which order."""

    place: Place
    order: Order


def of_name(crowded: Callable[[str, int], bool], look: Look, digests: Iterable[str]) -> list[Look]:
    """Where the cases are found in which somebody has a part; the others' definitions are named.

    Few are looked for among their own. An agency with a part in very many is looked for among all
    of a definition, in their order, where it is met soon.
    """
    if not crowded(look.who, CROWD):
        return [look]
    return [replace(look, digest=digest) for digest in digests]


Places = Callable[[Sequence[Look], Place | None, int], Sequence[Sequence[Place]]]


def walk(
    places: Places, looks: Sequence[Look], at_once: int, after: Place | None = None
) -> Iterator[Found]:
    """All that is found by any of these, each once, in one order; read as it is needed."""
    first = places(looks, after, at_once)
    rows = [_row(places, look, at_once, got) for look, got in zip(looks, first, strict=True)]
    before: Found | None = None
    for found in merge(*rows):
        if found != before:
            yield found
        before = found


def _row(places: Places, look: Look, at_once: int, got: Sequence[Place]) -> Iterator[Found]:
    yield from (Found(place, look.order) for place in got)
    while len(got) == at_once:
        (got,) = places([look], got[-1], at_once)
        yield from (Found(place, look.order) for place in got)


def some(things: Iterator[Thing], number: int) -> Iterator[list[Thing]]:
    """So many at a time."""
    while found := list(islice(things, number)):
        yield found
