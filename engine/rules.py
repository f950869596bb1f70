"""Rules: the numbers behind a timescale, with authority and validity dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from engine.length import Length

STANDINGS = ("statutory", "guidance", "local", "default")
STATUTORY = STANDINGS[0]  # set by law: never extended, and stopped by nothing
END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: when somebody is told about a deadline.

    at is an offset from the due instant ("-3wd", "0d", "+1wd", "-1h") or a share of the
    length ("50%"). To holds roles, "recipient" (of the task), "parties" or role@parties.
    """

    at: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long, counted from what, under whose authority, from when until when."""

    process: str
    timescale: str
    length: Length
    standing: str
    citation: str
    since: date
    until: date | None = None
    variant: str = ""
    start: str = ""
    closes: time = END_OF_DAY
    ladder: tuple[Rung, ...] = ()
    extensions: int | None = None
    override: bool = False

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Rulebook:
    """Every rule of the house, in one edition a case can be pinned to."""

    edition: str
    rules: tuple[Rule, ...]

    def rule(self, process: str, timescale: str, on: date, variant: str = "") -> Rule | None:
        """The rule in force on the day a clock starts: a dated override before the ordinary one.

        A start before the first known rule is counted under that first rule.
        """
        named = self._named.get((process, timescale), [])
        fitting = [r for r in named if r.variant == variant] or [r for r in named if not r.variant]
        current = [r for r in fitting if r.in_force(on)]
        if current:
            return max(current, key=lambda r: (r.override, r.since))
        ordinary = [r for r in fitting if not r.override]
        return min(ordinary, key=lambda r: r.since, default=None)

    @cached_property
    def _named(self) -> Mapping[tuple[str, str], list[Rule]]:
        found: dict[tuple[str, str], list[Rule]] = {}
        for rule in self.rules:
            found.setdefault((rule.process, rule.timescale), []).append(rule)
        return found
