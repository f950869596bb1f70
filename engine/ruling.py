"""Which rule a clock runs under: its variant, its validity dates, and the start it chooses."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case import Deadline
from engine.clocks import Beginning, beginning
from engine.rules import Rule
from engine.shape import FirstKnown, Timescale
from engine.situation import CaseView, Situation, day_of


@dataclass(frozen=True, slots=True)
class Ruling:
    """Which rule a clock runs under, where it began, and the variant that chose the rule."""

    rule: Rule
    began: Beginning
    variant: str


def ruling(timescale: Timescale, situation: Situation, began: Beginning | None) -> Ruling | None:
    """The rule in force on the day a clock starts, with the start that rule chooses."""
    if began is None:
        return None
    variant = _variant(timescale, CaseView(situation)) if timescale.variants else ""
    rules, process = situation.rules, situation.process.key
    rule = rules.rule(process, timescale.key, began.day, variant)
    if rule is None:
        return None
    if rule.start:
        began = beginning(FirstKnown((rule.start,)), situation.case) or began
    return Ruling(rule, began, rule.variant)


def rule_of(situation: Situation, deadline: Deadline) -> Rule | None:
    """The rule a deadline was counted by.

    A rule that chooses another start was in force on the day the ordinary start fell.
    """
    timescale = situation.process.timescale_by_key[deadline.key]
    found = ruling(timescale, situation, beginning(timescale.start, situation.case))
    if found and found.began.text == deadline.start and _counted(found.rule, deadline):
        return found.rule
    day = day_of(deadline.start)
    return situation.rules.rule(situation.process.key, deadline.key, day, deadline.variant)


def _counted(rule: Rule, deadline: Deadline) -> bool:
    return (str(rule.length), rule.standing) == (deadline.length, deadline.standing)


def _variant(timescale: Timescale, view: CaseView) -> str:
    return next((v.key for v in timescale.variants if v.when.holds(view)), "")
