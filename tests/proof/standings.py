"""Who somebody is to a case: holder, deputy, of another area, nobody, recused; what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.errors import Refused
from engine.roles import Actor
from engine.situation import Situation
from tests.desk import AREA
from workflows.catalogue import PROCESSES

KEYS = sorted(PROCESSES)
ROLE, AREA_WORDS = "this may be done by", "you belong to another area"
RECUSED = "you are recused from this case because of a conflict of interest"
MAIL = "somebody@council.example"
STANDINGS = {
    # standing: the roles held, the area, whether recused, and the words of the refusal
    "own": ("{role}", AREA, False, ""),
    "deputy": ("{role}:deputy", AREA, False, ""),
    "other area": ("{role}", "Southland", False, AREA_WORDS),
    "none": ("", AREA, False, ROLE),
    "recused": ("{role}", AREA, True, RECUSED),
}


def somebody(role: str, standing: str) -> Actor:
    held, area, _, _ = STANDINGS[standing]
    roles = frozenset({held.format(role=role)} - {""})
    return Actor(MAIL, "Council", roles, "account", area)


def as_actor(situation: Situation, actor: Actor, standing: str = "own") -> Situation:
    case = situation.case
    if STANDINGS[standing][2]:
        case = replace(case, recused=(actor.email,))
    return replace(situation, actor=actor, case=case)


def authority(decide: Callable[..., object], *given: object) -> str:
    """The words with which authority is refused; nothing where it is not."""
    try:
        decide(*given)
    except Refused as refusal:
        words = (ROLE, AREA_WORDS, RECUSED)
        found = [reason for reason in refusal.reasons if reason.startswith(words)]
        assert len(found) <= 1, found
        return found[0] if found else ""
    return ""


def asserted(may: bool, standing: str, said: str) -> bool:
    """Whether what was said is what the table and the standing call for."""
    expected = STANDINGS[standing][3]
    if expected:
        return said.startswith(expected)
    return said == "" if may else said.startswith(ROLE)
