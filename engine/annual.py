"""The year in numbers: cases counted by one day of theirs, and by what was recorded of them.

Each count is the length of the list of cases beneath it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.case import Entry
from engine.case_ports import Outline
from engine.definition import Process
from engine.length import london_date, parse_day, parse_instant
from engine.reports import Year, withheld

NOT_RECORDED = "not_recorded"
STAGE = "stage"


class By(StrEnum):
    """By which day a case belongs to a year."""

    FACT = "fact"  # the day of a fact
    ENTERED = "entered"  # the day it last came to a stage, where it has not gone back since
    OPENED = "opened"
    CLOSED = "closed"
    OPEN = "open"  # none: it was open when the year ended


@dataclass(frozen=True, slots=True)
class Counting:
    """What one part of the report counts; on is a fact or a stage, as by says.

    split holds the facts the cases are counted by, or STAGE for the stage at the year's end. only
    and without hold stages at the year's end: those that are counted, those that are not. done
    are the stages from which what was entered has not been undone.
    """

    key: str
    label: str
    process: str
    by: By
    on: str = ""
    split: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """One count with its list; small where it is left out of what is published."""

    key: str
    label: str
    references: tuple[str, ...]
    small: bool

    @property
    def count(self) -> int:
        return len(self.references)


@dataclass(frozen=True, slots=True)
class Split:
    """The cases of a part by one thing that was recorded: every choice has its cell."""

    fact: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report: its cases, and how they divide."""

    key: str
    label: str
    total: Cell
    splits: tuple[Split, ...]


def annual(
    countings: Iterable[Counting],
    cases: Iterable[Outline],
    processes: Mapping[str, Process],
    year: Year,
    today: date,
) -> tuple[Part, ...]:
    """Every part, as the record tells it today; a year that runs on is counted up to today."""
    ends = min(year.last, today)
    known = list(cases)
    return tuple(_part(each, known, processes[each.process], year, ends) for each in countings)


def _part(
    counting: Counting, cases: list[Outline], process: Process, year: Year, ends: date
) -> Part:
    chosen = [case for case in cases if _counts(counting, case, process, year, ends)]
    total = _cells({counting.key: counting.label}, {counting.key: _names(chosen)})[0]
    splits = tuple(_split(fact, chosen, process, ends) for fact in counting.split)
    return Part(counting.key, counting.label, total, splits)


def _counts(counting: Counting, case: Outline, process: Process, year: Year, ends: date) -> bool:
    # What was notified on the year's last day may have been entered later: it is not lost.
    late = counting.by is By.FACT
    stands = _last(case, date.max if late else ends)
    if case.process != counting.process or stands is None:
        return False
    if stands.stage in counting.without or (counting.only and stands.stage not in counting.only):
        return False
    if counting.by is By.OPEN:
        return stands.stage not in process.finals
    day = _day(counting, case, process, ends)
    return day is not None and year.has(day) and day <= ends


def _last(case: Outline, ends: date, stage: str = "") -> Entry | None:
    """Where a case stood when a day ended, or when it last came to a stage by then."""
    entries = [e for e in case.entries if e.on <= ends and stage in ("", e.stage)]
    return entries[-1] if entries else None


def _day(counting: Counting, case: Outline, process: Process, ends: date) -> date | None:
    if counting.by is By.FACT:
        told = case.facts.get(counting.on)
        return _london(told.value) if told else None
    if counting.by is By.OPENED:
        return case.entries[0].on
    stands = _last(case, ends)
    if stands is None:
        return None
    if counting.by is By.CLOSED:
        return stands.on if stands.stage in process.finals else None
    entered = _last(case, ends, counting.on)
    return entered.on if entered and stands.stage in counting.done else None


def _london(value: str) -> date:
    return london_date(parse_instant(value)) if "T" in value else parse_day(value)


def _split(fact: str, cases: list[Outline], process: Process, ends: date) -> Split:
    if fact == STAGE:
        label = "Stage"
        labels = {stage.key: stage.label for stage in process.stages}
    else:
        known = process.fact_by_key[fact]
        label, labels = known.label, {c.key: c.label for c in known.vocabulary}
    sorted_by: dict[str, list[str]] = {}
    for case in cases:
        sorted_by.setdefault(_value(fact, case, ends), []).append(case.reference)
    # A word that only an older version of the process knew is shown by its key.
    labels |= {key: key for key in sorted_by if key not in labels}
    labels[NOT_RECORDED] = "Not recorded"
    if fact == STAGE:
        labels = {key: words for key, words in labels.items() if key in sorted_by}
    return Split(fact, label, _cells(labels, {k: tuple(v) for k, v in sorted_by.items()}))


def _value(fact: str, case: Outline, ends: date) -> str:
    if fact == STAGE:
        stands = _last(case, ends)
        return stands.stage if stands else NOT_RECORDED
    told = case.facts.get(fact)
    return told.value if told and told.value else NOT_RECORDED


def _cells(labels: Mapping[str, str], lists: Mapping[str, tuple[str, ...]]) -> tuple[Cell, ...]:
    small = withheld({key: len(lists.get(key, ())) for key in labels})
    return tuple(Cell(k, words, lists.get(k, ()), k in small) for k, words in labels.items())


def _names(cases: Iterable[Outline]) -> tuple[str, ...]:
    return tuple(case.reference for case in cases)


def lists(parts: Iterable[Part]) -> Iterator[tuple[Part, str, Cell]]:
    """Every count with its part and the heading it stands under, as a table reads."""
    for part in parts:
        yield part, "", part.total
        for split in part.splits:
            for cell in split.cells:
                yield part, split.label, cell
