"""A case for whoever reads its record and never what people wrote: an auditor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WITHHELD = "(not shown)"
# What a line of the record carries that nobody wrote: who, which, when and how many.
_PLAIN = frozenset(
    ("step", "action", "from", "to", "process", "version", "digest", "rules", "pseudonym",
     "task", "kind", "agency", "recipient", "answer", "settles", "reply", "deadline", "cycle",
     "on", "other", "invited", "present", "agencies", "who", "owed", "reopens", "sets_aside")
)  # fmt: skip


def record_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The shape of a case with every fact's value and all words of people left out."""
    return {
        **document,
        "facts": dict.fromkeys(document["facts"], WITHHELD),
        "events": [{**event, "data": _data(event["data"])} for event in document["events"]],
        "tasks": [_task(task) for task in document["tasks"]],
        "actions": [],
    }


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if key in _PLAIN else _blank(value) for key, value in data.items()}


def _blank(value: Any) -> Any:
    return dict.fromkeys(value, WITHHELD) if isinstance(value, dict) else WITHHELD


def _task(task: Mapping[str, Any]) -> dict[str, Any]:
    said = task["said"]
    if not said:
        return dict(task)
    kept = {"typed": WITHHELD, "words": WITHHELD, "known": [], "next": []}
    return {**task, "said": {**said, **kept}}
