"""The record of a case, in words: each sealed line says what was done and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.case import Event
from engine.definition import Process
from engine.facts import Fact, Kind
from engine.length import london_date, parse_instant
from web.look import day_words, moment_words

_KINDS = {
    "opened": "Opened",
    "moved": "Moved on",
    "acted": "Done",
    "recorded": "Recorded",
    "asked": "Asked",
    "answered": "Answered",
    "replied": "Said, without settling it",
    "extended": "A later date was agreed",
    "held": "Put on hold",
    "released": "The hold ended",
    "linked": "Linked",
    "meeting": "A meeting was recorded",
    "recused": "Kept off the case",
    "noted": "Note",
    "breached": "A date was missed",
    "reminded": "Reminded",
    "kept": "An obligation was kept",
    "redated": "Dates were worked out again",
}


def told(process: Process, event: Event, with_words: bool) -> dict[str, Any]:
    """One line of the record for a page; without words, nothing anybody wrote is shown."""
    on = event.on.isoformat() if event.on != london_date(event.at) else ""
    words = "\n".join(_words(process, event.data)) if with_words else ""
    title = _title(process, event)
    return {"at": event.at, "on": on, "actor": event.actor, "title": title, "words": words}


def _title(process: Process, event: Event) -> str:
    data, kind = event.data, _KINDS.get(event.kind, event.kind.replace("_", " ").capitalize())
    if "action" in data:
        label = next((t.label for t in process.transitions if t.action == data["action"]), "")
        to = process.stage_by_key.get(str(data.get("to", "")))
        return f"{label or kind}" + (f": now at {to.label}" if to else "")
    if "deadline" in data:
        scale = process.timescale_by_key.get(str(data["deadline"]))
        task = f" ({data['task']})" if data.get("task") else ""
        return f"{kind}: {scale.label if scale else data['deadline']}{task}"
    if "task" in data:
        return f"{kind}: {data['task']} {data.get('agency', '')} {data.get('answer', '')}".strip()
    return kind


def _words(process: Process, data: Mapping[str, Any]) -> Iterator[str]:
    for key, value in dict(data.get("facts", {})).items():
        yield f"{label_of(process, key)}: {shown(process, key, str(value))}"
    for key in dict(data.get("identity", {})):
        yield f"{label_of(process, key)}: kept apart"
    for key in ("reason", "text", "because"):
        if isinstance(data.get(key), str) and data[key]:
            yield str(data[key])


def label_of(process: Process, key: str) -> str:
    """What a fact is called; one the house keeps of itself by its key, in words."""
    fact = process.fact_by_key.get(key)
    return fact.label if fact else key.replace("_", " ").capitalize()


def shown(process: Process, key: str, value: str) -> str:
    """A fact's value as a person reads it."""
    fact = process.fact_by_key.get(key)
    return fact_words(fact, value) if fact else value


def fact_words(fact: Fact, value: str) -> str:
    """A value in words: a choice by its label, a day and an instant as London says them."""
    labels = {choice.key: choice.label for choice in fact.vocabulary}
    if labels:
        return "; ".join(labels.get(part, part) for part in value.split(";"))
    if fact.kind in (Kind.DAY, Kind.INSTANT):
        return _day_or_moment(value)
    return value.replace(";", "; ") if fact.kind is Kind.NAMES else value


def _day_or_moment(value: str) -> str:
    try:
        return moment_words(parse_instant(value)) if "T" in value else day_words(value)
    except ValueError:
        return value
