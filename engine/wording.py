"""A process as conditions speak of it when there is no case: labels, and nothing recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.conditions import Condition
from engine.definition import Process


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
