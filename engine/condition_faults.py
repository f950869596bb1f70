"""The faults of one condition: names, values and lengths a case could never look up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.conditions import (
    Answered,
    AnyOf,
    Asked,
    AtLeastBefore,
    Condition,
    Equals,
    Late,
    Least,
    Linked,
    NoHold,
    NotAfter,
    NotParty,
    Younger,
)
from engine.draft import Names, leaves
from engine.facts import Kind
from engine.references import length_faults, undated_facts, unknown
from engine.satisfiable import satisfiable

_SINGLE = (Kind.DAY, Kind.INSTANT, Kind.YES_NO, Kind.CHOICE, Kind.NUMBER, Kind.PERSON)


def condition_faults(condition: Condition, names: Names) -> Iterator[str]:
    """Every fault of a condition, each once."""
    found: dict[str, None] = {}
    for leaf in leaves(condition):
        found |= dict.fromkeys(_leaf_faults(leaf, names))
    yield from found
    yield from contradiction(condition, names)


def contradiction(condition: Condition, names: Names) -> Iterator[str]:
    """Say so where no record could ever meet a condition."""
    if not satisfiable(condition, names.facts):
        yield "can never be met: no record could satisfy all of it"


def _leaf_faults(leaf: Condition, names: Names) -> Iterator[str]:
    named = (leaf.fact,) if isinstance(leaf, NotParty) else leaf.facts()
    yield from unknown("fact", named, names.facts)
    yield from _value_faults(leaf, names)
    yield from _date_faults(leaf, names)
    yield from _reference_faults(leaf, names)


def _value_faults(leaf: Condition, names: Names) -> Iterator[str]:
    if isinstance(leaf, Equals):
        yield from _strange_values(leaf.fact, (leaf.value,), names)
    elif isinstance(leaf, AnyOf):
        yield from _strange_values(leaf.fact, leaf.values, names)
    elif isinstance(leaf, Least):
        fact = names.facts.get(leaf.fact)
        if fact is not None and fact.kind in _SINGLE:
            yield f"counts the fact '{leaf.fact}', which holds a single value"


def _strange_values(key: str, values: Iterable[str], names: Names) -> Iterator[str]:
    fact = names.facts.get(key)
    known = {choice.key for choice in fact.vocabulary} if fact else set()
    for value in values:
        if known and value not in known:
            yield f"compares '{key}' with '{value}', which is not in its vocabulary"


def _date_faults(leaf: Condition, names: Names) -> Iterator[str]:
    if isinstance(leaf, NotAfter | AtLeastBefore | Younger):
        declared = (key for key in leaf.facts() if key in names.facts)
        yield from undated_facts(declared, names)
    if isinstance(leaf, AtLeastBefore):
        yield from length_faults(leaf.length)
        if leaf.length.startswith("-"):
            yield f"writes {leaf.length} for a length before a date; leave the minus out"


def _reference_faults(leaf: Condition, names: Names) -> Iterator[str]:
    if isinstance(leaf, Late):
        yield from unknown("timescale", (leaf.timescale,), names.timescales)
    elif isinstance(leaf, Asked | Answered):
        yield from unknown("task kind", (leaf.kind,), names.tasks)
    elif isinstance(leaf, Linked):
        yield from unknown("link kind", (leaf.kind,), names.link_kinds)
    elif isinstance(leaf, NoHold):
        yield from unknown("hold kind", leaf.kinds, names.hold_kinds)
