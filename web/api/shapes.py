"""The JSON Schema of what the API answers: the keys that are guaranteed; more may be added."""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_COUNT: dict[str, Any] = {"type": "integer"}
_YES: dict[str, Any] = {"type": "boolean"}
_ANY: dict[str, Any] = {"type": "object"}


def _made(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object that always has these."""
    named = {name.rstrip("_"): shape for name, shape in properties.items()}
    return {"type": "object", "properties": named, "required": list(named)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_CASE = {
    "reference": _TEXT, "process": _TEXT, "version": _TEXT, "stage": _TEXT, "revision": _COUNT,
    "deadlines": _list(_ref("Deadline")), "tasks": _list(_ref("Task")), "owed": _COUNT,
}  # fmt: skip
_STANDINGS = {"enum": ["statutory", "guidance", "local", "default"]}
_STATUSES = {"enum": ["running", "met", "met_late", "breached", "held", "cancelled"]}

SHAPES: dict[str, Any] = {
    "Deadline": _made(
        key=_TEXT, task=_MAYBE, due=_TEXT, raw_due=_TEXT, starts=_TEXT, length=_TEXT,
        standing=_STANDINGS, status=_STATUSES, met_on=_MAYBE,
    ),
    "Task": _made(
        id=_TEXT, kind=_TEXT, agency=_TEXT, recipient=_TEXT, due=_MAYBE,
        status={"enum": ["open", "done", "cancelled"]}, answer=_MAYBE,
    ),
    "Receipt": _made(**_CASE, told=_list({})),
    "WholeCase": _made(
        **_CASE,
        facts={"type": "object", "additionalProperties": _TEXT},
        events=_list(_made(sequence=_COUNT, at=_TEXT, happened_on=_TEXT, actor=_TEXT, kind=_TEXT,
                           data=_ANY, seal=_TEXT)),
        actions=_list(_made(key=_TEXT, allowed=_YES, reasons=_list(_TEXT))),
    ),
    "Cases": _made(
        cases=_list(_made(reference=_TEXT, process=_TEXT, stage=_TEXT, open=_YES, next_due=_MAYBE,
                          overdue=_COUNT)),
        next=_MAYBE,
    ),
    "Due": _made(
        by=_MAYBE,
        due=_list(_made(reference=_TEXT, key=_TEXT, task=_MAYBE, due=_TEXT, status=_STATUSES,
                        length=_TEXT, standing=_STANDINGS, silent=_YES)),
    ),
    "Proof": _made(
        due=_TEXT, start=_made(fact=_TEXT, value=_TEXT), rule=_TEXT, citation=_TEXT,
        calendar=_TEXT, days=_list(_made(date=_TEXT, counted=_YES, because=_TEXT)),
        holds=_list(_ANY), extensions=_list(_ANY), check=_made(method=_TEXT, due=_TEXT),
    ),
    "Processes": _made(
        processes=_list(_made(key=_TEXT, label=_TEXT, version=_TEXT, stages=_COUNT)),
    ),
    "Process": _made(
        key=_TEXT, label=_TEXT, version=_TEXT, stages=_list(_ANY), actions=_list(_ANY),
        facts=_list(_ANY), tasks=_list(_ANY), timescales=_list(_ANY), holds=_list(_TEXT),
        links=_list(_TEXT),
    ),
    "Day": _made(date=_TEXT, provisional=_YES, calendar=_TEXT),
    "Days": _made(working_days=_COUNT, calendar=_TEXT),
    "Problem": _made(type=_TEXT, title=_TEXT, status=_COUNT, refused=_YES, reasons=_list(_TEXT)),
    "Description": _ANY,
}  # fmt: skip
