"""A declared process in words: its conditions and clocks, spoken of without any case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.conditions import Condition
from engine.definition import Process
from engine.length import Length
from engine.roles import HOUSE, label
from engine.shape import Cap, Entered, FirstKnown, LaterOf, MetBy, Start, TaskAsked


@dataclass(frozen=True, slots=True)
class WordsView:
    """Lends a process's labels to the words of its conditions; every answer is that of no case."""

    process: Process

    @property
    def facts(self) -> Mapping[str, str]:
        return {}

    def label(self, fact: str) -> str:
        found = self.process.fact_by_key.get(fact)
        return found.label if found else fact

    def option(self, fact: str, value: str) -> str:
        found = self.process.fact_by_key.get(fact)
        options = found.vocabulary if found else ()
        return next((option.label for option in options if option.key == value), value)

    def day(self, fact: str) -> date | None:
        return None

    def working_days_before(self, day: date, length: str) -> date:
        return day

    def late(self, timescale: str) -> bool:
        return False

    def tasks_asked(self, kind: str) -> int:
        return 0

    def tasks_waiting(self, kind: str) -> tuple[str, ...]:
        return ()

    def open_holds(self) -> tuple[str, ...]:
        return ()

    def linked(self, kind: str) -> bool:
        return False

    def actor_agency(self) -> str:
        return ""

    def age_reached(self, born: str, died: str, years: int) -> bool | None:
        return None


def in_words(condition: Condition, process: Process) -> str:
    """Write a condition out with the labels of its process."""
    return condition.words(WordsView(process))


def stage_words(stages: Iterable[str], process: Process) -> str:
    """Write stages out by their labels: "Notified or Gathering"."""
    known = process.stage_by_key
    return " or ".join(known[key].label if key in known else key for key in stages)


def fact_words(facts: Iterable[str], process: Process, joined: str = ", ") -> str:
    """Write facts out by their labels, each with its key."""
    view = WordsView(process)
    return joined.join(f"{view.label(fact)} ({fact})" for fact in facts)


def task_words(kind: str, process: Process) -> str:
    found = process.task_by_key.get(kind)
    return found.label if found else kind


def start_words(start: Start, process: Process) -> str:
    """Say what starts a clock."""
    if isinstance(start, LaterOf):
        later = "the later of " if len(start.facts) > 1 else ""
        return later + fact_words(start.facts, process)
    if isinstance(start, FirstKnown):
        return fact_words(start.facts, process, ", or else ")
    if isinstance(start, Entered):
        return f"entering {stage_words(start.stages, process)}"
    if isinstance(start, TaskAsked):
        return f"being asked: {task_words(start.kind, process)}"
    forecast = fact_words((start.fact,), process)
    clock = process.timescale_by_key.get(start.timescale)
    beyond = clock.label if clock else start.timescale
    return f"the day {forecast} is put beyond '{beyond}', or that date is missed"


def met_words(met: MetBy, process: Process) -> str:
    """Say what meets a deadline; empty where the words of its task do."""
    return "; or ".join(_met(met, process))


def _met(met: MetBy, process: Process) -> Iterator[str]:
    if met.stages:
        yield f"entering {stage_words(met.stages, process)}"
    if met.facts:
        yield fact_words(met.facts, process, " or ")
    if met.all_facts:
        yield f"all of {fact_words(met.all_facts, process)}"
    if met.left:
        yield f"leaving {stage_words(met.left, process)}"
    if met.asked:
        yield f"asking: {task_words(met.asked, process)}"


def cap_words(cap: Cap, process: Process) -> str:
    """Say how late a date may fall at most."""
    length = Length.parse(cap.length)
    after = "" if length.number < 0 else " after"
    return f"no later than {length.in_words()}{after} {fact_words((cap.fact,), process)}"


def people_words(roles: Iterable[str]) -> str:
    """Write roles out by their labels; the house acts by itself."""
    return ", ".join("the house itself" if role == HOUSE else label(role) for role in roles)


AUDIENCES = {
    "recipient": "the person asked",
    "parties": "the parties' people at this stage",
    "others": "the people of the other parties at this stage",
    "raiser": "who opened the case",
    "tasked": "everybody with a task on the case",
}


def audience_words(words: Iterable[str]) -> str:
    """Write the readers of a notice out."""
    return ", ".join(_audience(word) for word in words)


def _audience(word: str) -> str:
    role, at, scope = word.partition("@")
    if at:
        place = "the agency asked" if scope == "recipient" else "the parties' agencies"
        return f"{label(role)} in {place}"
    return AUDIENCES.get(word) or label(word)
