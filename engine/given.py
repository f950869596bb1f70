"""What was given: facts read, what an action still needs, and the rules facts would break."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from engine.algebra import All
from engine.facts import read
from engine.roles import HOUSE
from engine.shape import Transition
from engine.situation import CaseView, Situation


def read_facts(situation: Situation, given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The facts given, as they are kept, and what is wrong with those that cannot be."""
    facts, faults = {}, []
    known = situation.process.fact_by_key
    for key, value in given.items():
        if key not in known:
            faults.append(f"there is no fact called '{key}'{near(key, known)}")
            continue
        try:
            facts[key] = read(known[key], value, situation.now)
        except ValueError as fault:
            faults.append(f"{known[key].label} ({key}): {fault}")
    return facts, faults


def near(key: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(key, list(known), 1)
    return f"; did you mean '{found[0]}'?" if found else "; look at the process for its facts"


def unmet(transition: Transition, view: CaseView, given: Mapping[str, str]) -> list[str]:
    """What an action still needs from the person doing it."""
    if view.situation.actor.is_house and HOUSE in transition.who:
        return []
    stale = [fact for fact in transition.anew if fact not in given and not _since(view, fact)]
    anew = [f"needed anew, with this action: {view.label(fact)} ({fact})" for fact in stale]
    waiting = [r for r in transition.needs.unmet(view) if not any(f"({s})" in r for s in stale)]
    return anew + waiting


def can_be_given(transition: Transition, view: CaseView) -> bool:
    """Whether all an action still needs are facts, which whoever does it can give with it."""
    needs = transition.needs
    parts = needs.parts if isinstance(needs, All) else (needs,)
    return all(any(part.facts()) for part in parts if not part.holds(view))


def _since(view: CaseView, fact: str) -> bool:
    """Whether a fact was recorded since the case came to its present stage."""
    case = view.situation.case
    found = case.facts.get(fact)
    return found is not None and bool(case.entries) and found.sequence > case.entries[-1].sequence


def broken(situation: Situation, view: CaseView, given: Mapping[str, str]) -> list[str]:
    """The rules of the process the facts would break, where the facts given touch them."""
    return [
        rule.reason
        for rule in situation.process.invariants
        if not given.keys().isdisjoint(rule.condition.facts()) and not rule.condition.holds(view)
    ]
