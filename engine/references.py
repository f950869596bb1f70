"""References by key inside a definition: each must lead to something declared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine.draft import Names
from engine.facts import Kind
from engine.length import Length
from engine.roles import ROLES

_DATED = (Kind.DAY, Kind.INSTANT)


def unknown(noun: str, keys: Iterable[str], declared: Collection[str]) -> Iterator[str]:
    """Say of each key that is not among those declared."""
    for key in keys:
        if key not in declared:
            yield f"names the {noun} '{key}', which is not declared"


def unknown_roles(roles: Iterable[str], also: Collection[str] = ()) -> Iterator[str]:
    for role in roles:
        if role not in ROLES and role not in also:
            yield f"names the role '{role}', which is not known"


def undated_facts(keys: Iterable[str], names: Names) -> Iterator[str]:
    """Facts that are not declared, or whose value is neither a day nor an instant."""
    for key in keys:
        fact = names.facts.get(key)
        if fact is None:
            yield from unknown("fact", (key,), names.facts)
        elif fact.kind not in _DATED:
            yield f"reads the fact '{key}' as a date, but it is neither a day nor an instant"


def unseen_dates(keys: Iterable[str], names: Names) -> Iterator[str]:
    """The same, and facts whose date stays out of the record because they identify somebody."""
    for key in keys:
        yield from undated_facts((key,), names)
        if key in names.facts and names.facts[key].identifying:
            yield f"reads the date of '{key}', which identifies somebody and is not in the record"


def length_faults(text: str) -> Iterator[str]:
    """What keeps a length from being counted off in days."""
    try:
        length = Length.parse(text)
    except ValueError as fault:
        yield str(fault)
        return
    if length.unit == "h":
        yield f"counts {text} between two days; write days, weeks, months or working days"
