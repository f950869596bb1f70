"""The JSON of a process: its row in a list, and all that is declared of it."""

from __future__ import annotations

from typing import Any

from engine.definition import Process
from engine.facts import Fact
from engine.rules import Rule, Rulebook
from engine.shape import Timescale, Transition
from engine.wording import WordsView


def row(found: Process) -> dict[str, Any]:
    """A process in a list."""
    return {
        "key": found.key,
        "label": found.label,
        "version": found.version,
        "stages": len(found.stages),
    }


def process(found: Process, rules: Rulebook) -> dict[str, Any]:
    """A process whole: its stages, actions, facts, tasks, timescales, holds and links."""
    view = WordsView(found)
    return {
        "key": found.key,
        "label": found.label,
        "version": found.version,
        "purpose": found.purpose,
        "stages": [
            {"key": s.key, "label": s.label, "final": s.final, "owner": s.owner}
            for s in found.stages
        ],
        "actions": [_action(t, view) for t in found.transitions],
        "facts": [_fact(f) for f in found.facts],
        "tasks": [
            {"key": t.key, "label": t.label, "answers": [c.key for c in t.answers]}
            for t in found.tasks
        ],
        "timescales": [_clock(found, t, rules) for t in found.timescales],
        "holds": list(found.hold_kinds),
        "links": list(found.link_kinds),
    }


def _action(found: Transition, view: WordsView) -> dict[str, Any]:
    return {
        "key": found.action,
        "label": found.label,
        "from": list(found.sources),
        "to": found.target,
        "who": list(found.who),
        "when": found.when.words(view),
        "needs": found.needs.words(view),
        "facts": list(found.facts),
        "anew": list(found.anew),
    }


def _fact(found: Fact) -> dict[str, Any]:
    return {
        "key": found.key,
        "label": found.label,
        "kind": str(found.kind),
        "choices": [c.key for c in found.vocabulary],
        "identifying": found.identifying,
    }


def _clock(process: Process, found: Timescale, rules: Rulebook) -> dict[str, Any]:
    mine = [r for r in rules.rules if r.process == process.key and r.timescale == found.key]
    return {"key": found.key, "label": found.label, "rules": [rule(r) for r in mine]}


def rule(found: Rule) -> dict[str, Any]:
    """How long something takes, counted from when, and under whose authority."""
    return {
        "process": found.process,
        "timescale": found.timescale,
        "length": str(found.length),
        "variant": found.variant,
        "standing": found.standing,
        "citation": found.citation,
        "since": found.since.isoformat(),
        "until": found.until.isoformat() if found.until else None,
    }
