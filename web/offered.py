"""What a visitor may do on the page of a case: actions that move it, and steps beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import recording
from engine.roles import may
from engine.situation import Situation
from web.forms import reasons_of

# The steps that move no stage, and what each is called.
STEPS = (
    ("record", "Record something"),
    ("ask", "Ask agencies"),
    ("answer", "Record an answer"),
    ("extend", "Agree a later date"),
    ("hold", "Put on hold"),
    ("release", "End a hold"),
    ("link", "Link another case"),
    ("meeting", "Record a meeting"),
    ("note", "Add a note"),
    ("recuse", "Keep somebody off this case"),
)

Action = dict[str, Any]


def actions(situation: Situation, found: Iterable[Mapping[str, Any]]) -> tuple[list[Action], ...]:
    """What this visitor may do now, what is theirs and lacks something, and what is not theirs.

    Facts that are missing keep nobody from the form: it asks for them.
    """
    process, stage = situation.process, situation.case.stage
    piles: tuple[list[Action], ...] = ([], [], [])
    for action in found:
        ways = [t for t in process.transitions if t.action == action["key"]]
        here = [role for t in ways if stage in t.sources for role in t.who]
        theirs = may(situation.actor, here, situation.directory.area, situation.case.recused)
        reasons = [reason.words for reason in reasons_of(action["reasons"], process.fact_by_key)]
        pile = 0 if action["offered"] else 1 if theirs else 2
        piles[pile].append({**action, "label": ways[0].label, "reasons": reasons})
    return piles


def steps(situation: Situation) -> dict[str, str]:
    """The steps this visitor may take here, by their keys, with their labels."""
    could = recording.steps(situation)
    return {key: label for key, label in STEPS if key in could}
