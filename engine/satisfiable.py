"""Whether a condition can hold at all.

The check is sound, not complete: "no" is a proof that no record could ever meet the condition;
"yes" may be wrong where only the calendar, a person or another case could tell. It walks the
alternatives one at a time and drops each at its first contradiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.conditions import (
    All,
    Always,
    AnyOf,
    Asked,
    AtLeastBefore,
    Condition,
    Different,
    Either,
    Equals,
    Least,
    Not,
    NotAfter,
    Recorded,
    Younger,
)
from engine.facts import Fact, Kind

# Alternatives multiply; past this many steps the condition gets the benefit of the doubt.
PATIENCE = 4000
_DATED_ANYWAY = (NotAfter, Younger)


@dataclass(slots=True)
class _Alternative:
    """What one way of meeting a condition asks of the record, as far as it has been read."""

    recorded: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    asserted: frozenset[Condition] = frozenset()
    denied: frozenset[Condition] = frozenset()
    waiting: tuple[tuple[Condition, bool], ...] = ()


@dataclass(slots=True)
class _Search:
    facts: Mapping[str, Fact]
    steps: int = field(default=0)


def satisfiable(condition: Condition, facts: Mapping[str, Fact]) -> bool:
    """Say whether any record of these facts could meet the condition."""
    search = _Search(facts)
    open_ones = [_Alternative(waiting=((condition, True),))]
    while open_ones:
        search.steps += 1
        if search.steps > PATIENCE:
            return True
        alternative = open_ones.pop()
        if not alternative.waiting:
            return True
        grown = _grow(alternative)
        open_ones += [one for one in reversed(grown) if not _contradicts(one, facts)]
    return False


def _grow(one: _Alternative) -> list[_Alternative]:
    """Read one more part of an alternative: it may split, go on, or end."""
    (condition, wanted), rest = one.waiting[0], one.waiting[1:]
    if isinstance(condition, Not):
        return [_with(one, ((condition.part, not wanted), *rest))]
    if isinstance(condition, All | Either):
        parts = tuple((part, wanted) for part in condition.parts)
        if isinstance(condition, All) is wanted:
            return [_with(one, (*parts, *rest))]
        return [_with(one, (part, *rest)) for part in parts]
    if isinstance(condition, Always):
        return [_with(one, rest)] if wanted else []
    return [_assume(one, condition, wanted, rest)]


def _with(one: _Alternative, waiting: tuple[tuple[Condition, bool], ...]) -> _Alternative:
    return _Alternative(one.recorded, one.missing, one.asserted, one.denied, waiting)


def _assume(
    one: _Alternative, leaf: Condition, wanted: bool, rest: tuple[tuple[Condition, bool], ...]
) -> _Alternative:
    recorded, missing = one.recorded, one.missing
    if isinstance(leaf, Recorded):
        recorded |= {leaf.fact} if wanted else set()
        missing |= set() if wanted else {leaf.fact}
    elif _needs_record(leaf, wanted):
        recorded |= set(leaf.facts())
    asserted = one.asserted | {leaf} if wanted else one.asserted
    denied = one.denied if wanted else one.denied | {leaf}
    return _Alternative(recorded, missing, asserted, denied, rest)


def _needs_record(leaf: Condition, wanted: bool) -> bool:
    if isinstance(leaf, _DATED_ANYWAY):
        return not wanted
    return wanted and isinstance(leaf, Equals | AnyOf | Least | AtLeastBefore | Different)


def _contradicts(one: _Alternative, facts: Mapping[str, Fact]) -> bool:
    if one.recorded & one.missing or one.asserted & one.denied:
        return True
    if any(_hopeless(leaf) for leaf in one.asserted):
        return True
    return _too_few_asked(one) or any(
        _no_value_left(facts[key], one) for key in one.recorded if key in facts
    )


def _hopeless(leaf: Condition) -> bool:
    """Whether a question by itself can only be answered with no."""
    if isinstance(leaf, Different):
        return leaf.fact == leaf.other
    return isinstance(leaf, AnyOf) and not leaf.values


def _too_few_asked(one: _Alternative) -> bool:
    least = {leaf.kind: leaf.count for leaf in _sorted_asked(one.asserted)}
    return any(
        isinstance(leaf, Asked) and leaf.count <= max(0, least.get(leaf.kind, 0))
        for leaf in one.denied
    )


def _sorted_asked(leaves: frozenset[Condition]) -> list[Asked]:
    return sorted((x for x in leaves if isinstance(x, Asked)), key=lambda x: x.count)


def _no_value_left(fact: Fact, one: _Alternative) -> bool:
    """Whether a fact that must be recorded has no value left to be recorded with."""
    exact = {x.value for x in one.asserted if isinstance(x, Equals) and x.fact == fact.key}
    if len(exact) > 1:
        return True
    if exact:
        return not _fits(fact, exact.pop(), one)
    if fact.kind is Kind.CHOICES:
        return _no_choices_left(fact, one)
    if fact.vocabulary:
        return not any(_fits(fact, choice.key, one) for choice in fact.vocabulary)
    return any(_countless(x) for x in one.denied if isinstance(x, Least) and x.fact == fact.key)


def _countless(leaf: Least) -> bool:
    return leaf.count <= 1


def _fits(fact: Fact, value: str, one: _Alternative) -> bool:
    """Whether one whole value agrees with everything asked of its fact."""
    parts = set(value.split(";"))
    known = {choice.key for choice in fact.vocabulary}
    if known and not parts <= known:
        return False
    return all(_says(x, fact.key, value, parts) for x in one.asserted) and not any(
        _about(x, fact.key) and _says(x, fact.key, value, parts) for x in one.denied
    )


def _about(leaf: Condition, key: str) -> bool:
    return isinstance(leaf, Equals | AnyOf | Least) and leaf.fact == key


def _says(leaf: Condition, key: str, value: str, parts: set[str]) -> bool:
    if isinstance(leaf, Equals) and leaf.fact == key:
        return leaf.value == value
    if isinstance(leaf, AnyOf) and leaf.fact == key:
        return not parts.isdisjoint(leaf.values)
    if isinstance(leaf, Least) and leaf.fact == key:
        return len(value.split(";")) >= leaf.count
    return True


def _no_choices_left(fact: Fact, one: _Alternative) -> bool:
    """The same for a fact that lists several words: which words may it still list?"""
    asserted = [leaf for leaf in one.asserted if _about(leaf, fact.key)]
    denied = [leaf for leaf in one.denied if _about(leaf, fact.key)]
    banned = {value for leaf in denied if isinstance(leaf, AnyOf) for value in leaf.values}
    left = {choice.key for choice in fact.vocabulary} - banned
    most = min([len(left), *(leaf.count - 1 for leaf in denied if isinstance(leaf, Least))])
    least = max([1, *(leaf.count for leaf in asserted if isinstance(leaf, Least))])
    wanted = [leaf.values for leaf in asserted if isinstance(leaf, AnyOf)]
    return most < least or any(left.isdisjoint(values) for values in wanted)
