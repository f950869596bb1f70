"""A rulebook that does not fit a process is refused with every misfit in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.length import Length
from engine.rule_faults import faults_of_rules
from engine.rules import Rule, Rulebook, Rung
from engine.rungs import rung_faults
from tests.engine.small import LADDER, TIMESCALES, WORK, process, rule, rulebook

SINCE = "rule since 2020-01-01"
STATUTORY: dict[str, Any] = {"standing": "statutory", "extensions": 0}


def at(*times: str) -> tuple[Rung, ...]:
    return tuple(Rung(time, ("business_manager",)) for time in times)


ROWS: list[tuple[str, tuple[Rule, ...], tuple[str, ...]]] = [
    ("a clock of another name", (rule("ghost"),),
     (f"small.ghost, {SINCE}: the process has no such timescale",)),
    ("an unknown variant", (rule("work"), rule("work", variant="slow")),
     (f"small.work (slow), {SINCE}: names the variant 'slow', which the timescale does not have",)),
    ("a start that was not offered", (rule("work", start="ended_on"),),
     (f"small.work, {SINCE}: may not start from 'ended_on'; the alternatives are: planned_on",)),
    ("a start where none is offered", (rule("stay", start="ended_on"),),
     (f"small.stay, {SINCE}: may not start from 'ended_on'; the alternatives are: none",)),
    ("a reminder at no known time", (rule("stay", ladder=at("-1wd", "later", "+1wd")),),
     (f"small.stay, {SINCE}: 'later' is not a time of a reminder; write -3wd, 0d, +1wd or -1h"
      " before or after the due date, or a share of the time like 50%",)),
    ("a reminder to nobody known", (rule("stay", ladder=(Rung("0d", ("boss",)), *at("+1d"))),),
     (f"small.stay, {SINCE}: the reminder at 0d names the audience 'boss', which is neither a role"
      " nor a known word",)),
    ("a reminder to nobody", (rule("stay", ladder=(Rung("0d", ()), *at("+1d"))),),
     (f"small.stay, {SINCE}: the reminder at 0d tells nobody",)),
    ("a reminder to the recipient of no task", (
        rule("stay", ladder=(Rung("0d", ("recipient",)), *at("+1d"))),),
     (f"small.stay, {SINCE}: the reminder at 0d tells a recipient, but the clock is about no"
      " task",)),
    ("no reminder in time", (rule("stay", ladder=at("+1d")),),
     (f"small.stay, {SINCE}: nobody is reminded before it is due, or on the day",)),
    ("no word of lateness", (rule("stay", ladder=at("50%", "100%")),),
     (f"small.stay, {SINCE}: nobody is told when it is late",)),
    ("no ladder", (rule("stay", ladder=()),),
     (f"small.stay, {SINCE}: nobody is reminded before it is due, or on the day",
      f"small.stay, {SINCE}: nobody is told when it is late")),
    ("a reminder before the start", (
        rule("stay", length=Length(1, "wd"), ladder=at("-2wd", "+1d")),),
     (f"small.stay, {SINCE}: the reminder at -2wd would come before the clock starts (1wd)",)),
    ("a share of a clock that runs backwards", (
        rule("stay", length=Length(-7, "wd"), ladder=at("50%", "0d", "+1d")),),
     (f"small.stay, {SINCE}: the reminder at 50% is a share of a clock that runs backwards",)),
    ("a morning reminder of an hour", (
        rule("stay", length=Length(4, "h"), ladder=at("0d", "+1h")),),
     (f"small.stay, {SINCE}: the reminder at 0d is told at 09:00, which may be late; write 100%",)),
    ("a statutory clock that is stopped", (rule("work", **STATUTORY),),
     (f"small.work, {SINCE}: is statutory, so no hold may stop it: court",)),
    ("a statutory clock that is extended", (rule("stay", standing="statutory"),),
     (f"small.stay, {SINCE}: is statutory, so it may not be extended; write extensions = 0",)),
    ("numbers that end", (rule("stay", until=date(2025, 12, 31)),),
     ("small.stay: no rule is in force from 2026-01-01",)),
    ("numbers with a gap", (
        rule("stay", until=date(2025, 12, 31)), rule("stay", since=date(2026, 2, 1))),
     ("small.stay: no rule is in force from 2026-01-01 to before 2026-02-01",)),
    ("only an override", (rule("stay", override=True),), ("small.stay: it has no rule",)),
]  # fmt: skip


def test_a_fitting_rulebook_has_no_fault() -> None:
    """Nothing is said of rules that fit."""
    assert faults_of_rules(process(), rulebook()) == ()


@pytest.mark.parametrize(("rules", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_each_misfit_is_named_alone(rules: tuple[Rule, ...], expected: tuple[str, ...]) -> None:
    """One misfit gives exactly the words for it, with its rule, and nothing else."""
    assert faults_of_rules(process(), rulebook(*rules)) == expected


def test_every_misfit_is_listed_at_once() -> None:
    """An empty rulebook leaves every clock of the process without a number."""
    found = faults_of_rules(process(), Rulebook("none", ()))
    expected = [f"small.{t.key}: it has no rule" for t in TIMESCALES if not t.variants]
    more = "small.work: it has no rule without a variant, and none for: fast"
    assert sorted(found) == sorted([*expected, more])


def test_a_rule_for_every_variant_stands_in_for_a_plain_one() -> None:
    """A clock whose every track has its own number needs no other."""
    both = (*WORK.variants, replace(WORK.variants[0], key="slow"))
    changed = process(timescales=(replace(WORK, variants=both), *TIMESCALES[1:]))
    rules = (rule("work", variant="fast"), rule("work", variant="slow"))
    assert faults_of_rules(changed, rulebook(*rules)) == ()


def test_what_is_kept_until_a_date_needs_no_reminder() -> None:
    """An obligation that only has to last is not reminded of."""
    assert faults_of_rules(process(), rulebook(rule("kept", ladder=()))) == ()


def test_the_rules_of_other_processes_are_their_own_affair() -> None:
    """A rule of another process is never this one's misfit."""
    other = replace(rule("ghost", ladder=()), process="large")
    assert faults_of_rules(process(), Rulebook("two", (*rulebook().rules, other))) == ()


@pytest.mark.parametrize("at", ["-3wd", "0d", "+1wd", "-1h", "0wd", "0h", "50%", "0%", "100%"])
def test_a_reminder_may_come_before_on_or_after_the_day(at: str) -> None:
    """Offsets carry their sign; shares run from nothing to the whole."""
    assert list(rung_faults(at)) == []


@pytest.mark.parametrize("at", ["3wd", "+0d", "-3", "101%", "50.5%", "-1m", "+1w", "", "١d", "-1D"])
def test_a_time_that_could_be_misread_is_refused(at: str) -> None:
    """A number without a sign could mean before or after, so it means nothing."""
    assert len(list(rung_faults(at))) == 1


def test_the_shipped_ladder_is_sound() -> None:
    """The ladder these tests lean on is itself without fault."""
    assert [f for rung in LADDER for f in rung_faults(rung.at)] == []
