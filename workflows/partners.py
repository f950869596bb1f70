"""The three safeguarding partners: who they are, and what all three must agree to."""

from __future__ import annotations

from collections.abc import Iterable

from engine.conditions import All, Condition, recorded
from engine.facts import Fact, day, yes_no

PARTNERS = ("local_authority", "icb", "police")
EXECUTIVE = ("executive_chair", "executive_member")

_NAMES = {"la": "local authority", "icb": "integrated care board", "police": "police"}


def keys(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The keys of these facts."""
    return tuple(fact.key for fact in facts)


AGREED_ON = tuple(
    day(f"{key}_agreed_on", f"The date the {name} agreed") for key, name in _NAMES.items()
)
AGREED_KEYS = keys(AGREED_ON)
ALL_AGREED = recorded(*AGREED_KEYS)


def agreements(suffix: str, what: str) -> tuple[Fact, ...]:
    """One yes-or-no fact for each partner: la_, icb_ and police_ before the suffix."""
    return tuple(
        yes_no(f"{key}_{suffix}", f"The {name}'s agreement to {what}")
        for key, name in _NAMES.items()
    )


def signatures(suffix: str, what: str) -> tuple[Fact, ...]:
    """One day for each partner: when it signed."""
    return tuple(
        day(f"{key}_{suffix}", f"The date the {name} signed {what}") for key, name in _NAMES.items()
    )


def all_yes(facts: Iterable[Fact]) -> Condition:
    """Every one of these facts is recorded as yes."""
    return All(tuple(fact.equals("yes") for fact in facts))


def all_recorded(facts: Iterable[Fact]) -> Condition:
    """Every one of these facts is recorded, whatever it says."""
    return recorded(*keys(facts))
