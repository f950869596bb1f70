"""Where a rulebook does not fit a process: clocks without numbers, numbers without clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.definition import Process
from engine.draft import Names, names_of
from engine.notice_faults import about_task, audience_faults
from engine.rules import STATUTORY, Rule, Rulebook
from engine.rungs import is_late, ladder_faults, rung_faults
from engine.shape import TaskAsked, Timescale


def faults_of_rules(process: Process, rulebook: Rulebook) -> tuple[str, ...]:
    """List every way in which a rulebook does not fit a process, each with its place."""
    return tuple(dict.fromkeys(_faults(process, rulebook)))


def _faults(process: Process, rulebook: Rulebook) -> Iterator[str]:
    own = [rule for rule in rulebook.rules if rule.process == process.key]
    names = names_of(process)
    for timescale in process.timescales:
        rules = [rule for rule in own if rule.timescale == timescale.key]
        where = f"{process.key}.{timescale.key}"
        yield from (f"{where}: {fault}" for fault in _coverage(timescale, rules))
        for rule in rules:
            yield from (f"{_place(rule)}: {f}" for f in _rule_faults(timescale, rule, names))
    for rule in own:
        if rule.timescale not in process.timescale_by_key:
            yield f"{_place(rule)}: the process has no such timescale"


def _place(rule: Rule) -> str:
    variant = f" ({rule.variant})" if rule.variant else ""
    return f"{rule.process}.{rule.timescale}{variant}, rule since {rule.since.isoformat()}"


def _coverage(timescale: Timescale, rules: list[Rule]) -> Iterator[str]:
    """Whether some rule always applies: a plain one, or one for every variant."""
    ordinary = [rule for rule in rules if not rule.override]
    given = {rule.variant for rule in ordinary}
    missing = [variant.key for variant in timescale.variants if variant.key not in given]
    if "" not in given and not timescale.variants:
        yield "it has no rule"
    elif "" not in given and missing:
        yield f"it has no rule without a variant, and none for: {', '.join(missing)}"
    for variant in sorted(given):
        yield from _gaps([rule for rule in ordinary if rule.variant == variant])


def _gaps(rules: list[Rule]) -> Iterator[str]:
    """Days between the first rule and today's on which none is in force."""
    ordered = sorted(rules, key=lambda rule: rule.since)
    for rule, follower in zip(ordered, [*ordered[1:], None], strict=True):
        if rule.until is None:
            continue
        after = rule.until + timedelta(days=1)
        if follower is None:
            yield f"no rule is in force from {after.isoformat()}"
        elif follower.since > after:
            yield f"no rule is in force from {after.isoformat()} to before {follower.since}"


def _rule_faults(timescale: Timescale, rule: Rule, names: Names) -> Iterator[str]:
    if rule.start and rule.start not in timescale.alternatives:
        allowed = ", ".join(timescale.alternatives) or "none"
        yield f"may not start from '{rule.start}'; the alternatives are: {allowed}"
    if rule.variant and rule.variant not in (variant.key for variant in timescale.variants):
        yield f"names the variant '{rule.variant}', which the timescale does not have"
    if rule.standing == STATUTORY:
        yield from _statutory_faults(timescale, rule)
    yield from ladder_faults(rule)
    yield from _reader_faults(timescale, rule, names)
    if not timescale.lasting and not any(_badly_written(rule)):
        yield from _missing_rungs(rule)


def _statutory_faults(timescale: Timescale, rule: Rule) -> Iterator[str]:
    if timescale.holds:
        yield f"is statutory, so no hold may stop it: {', '.join(timescale.holds)}"
    if rule.extensions != 0:
        yield "is statutory, so it may not be extended; write extensions = 0"


def _reader_faults(timescale: Timescale, rule: Rule, names: Names) -> Iterator[str]:
    for rung in rule.ladder:
        yield from (f"the reminder at {rung.at} {f}" for f in audience_faults(rung.to, names))
        if about_task(rung.to) and not isinstance(timescale.start, TaskAsked):
            yield f"the reminder at {rung.at} tells a recipient, but the clock is about no task"


def _badly_written(rule: Rule) -> Iterator[str]:
    for rung in rule.ladder:
        yield from rung_faults(rung.at)


def _missing_rungs(rule: Rule) -> Iterator[str]:
    if all(is_late(rung) for rung in rule.ladder):
        yield "nobody is reminded before it is due, or on the day"
    if not any(is_late(rung) for rung in rule.ladder):
        yield "nobody is told when it is late"
