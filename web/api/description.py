"""The description of the API in OpenAPI 3.1, written from its doors and the house's processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from engine.definition import Process
from engine.facts import Fact, Kind
from engine.tokens import ACT, READ
from web.api import fields
from web.api.doors import Call, Door
from web.api.problems import TITLES, said
from web.api.shapes import SHAPES

_IN_PATH = re.compile(r"{([a-z]+)(:[a-z]+)?}")
_WORDS = (
    "The use cases of the commands and the pages, as JSON. A token acts as one person of the"
    " directory: it may do what they may, within its scopes. What identifies a child is taken and"
    " never given back."
)
_PATHS = {
    "ref": "the case's reference",
    "action": "the action's key",
    "task": "the task, like T1",
    "deadline": "the deadline's key, or key/task",
    "kind": "the kind of hold",
    "key": "the process",
}
# What each door may answer besides what it is for.
_ALWAYS = (401, 403, 404, 422, 429, 503)
_WRITING = (400, 409, 413, 415)


def page(call: Call, doors: Sequence[Door]) -> Response:
    """The description, as this house runs its processes."""
    with call.premises.house.store.begin() as work:
        processes = list(work.library.openable().values())
    return said(document(call.root, doors, processes))


def document(root: str, doors: Iterable[Door], processes: Iterable[Process]) -> dict[str, Any]:
    """The whole description; root is where the API begins."""
    known = tuple(processes)
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        path = _IN_PATH.sub(r"{\1}", door.path)
        paths.setdefault(path, {})[door.method.lower()] = _operation(door, known)
    bearer = {"type": "http", "scheme": "bearer", "description": f"scopes: {READ}, {ACT}"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Waymark", "version": "1", "description": _WORDS},
        "servers": [{"url": root}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": bearer},
            "schemas": {**SHAPES, **{_named(p): _facts(p) for p in known}},
            "responses": {f"No{status}": _no(status) for status in (*_ALWAYS, *_WRITING)},
        },
    }


def _operation(door: Door, processes: Sequence[Process]) -> dict[str, Any]:
    writes = door.method == "POST"
    found: dict[str, Any] = {
        "operationId": door.name,
        "summary": door.summary,
        "security": [{"token": [door.scope]}],
        "parameters": [*_parameters(door), *(_HEADERS if writes else ())],
        "responses": _responses(door),
    }
    if writes:
        body = {"schema": _body(door, processes)}
        found["requestBody"] = {"content": {"application/json": body}}
    return found


def _parameters(door: Door) -> list[dict[str, Any]]:
    inside = [
        {"name": name, "in": "path", "required": True, "description": _PATHS[name],
         "schema": {"type": "string"}}
        for name, _ in _IN_PATH.findall(door.path)
    ]  # fmt: skip
    behind = [
        {"name": q.name, "in": "query", "required": q.needed, "description": q.words,
         "schema": dict(q.schema)}
        for q in door.query
    ]  # fmt: skip
    return inside + behind


_HEADERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "the same request sent again within a day gets the same answer, and does"
        " nothing again",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    {
        "name": "If-Match",
        "in": "header",
        "description": "the ETag of the case that was looked at",
        "schema": {"type": "string"},
    },
)


def _responses(door: Door) -> dict[str, Any]:
    shape = {"schema": {"$ref": f"#/components/schemas/{door.shape}"}}
    done = {"description": door.summary, "content": {"application/json": shape}}
    statuses = (*_ALWAYS, *(_WRITING if door.method == "POST" else ()))
    found: dict[str, Any] = {"200": done}
    if door.created:
        found = {"201": done, "200": {**done, "description": "What would be done (dry_run)"}}
    return found | {str(s): {"$ref": f"#/components/responses/No{s}"} for s in statuses}


def _no(status: int) -> dict[str, Any]:
    shape = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": TITLES[status][1], "content": {"application/problem+json": shape}}


def _body(door: Door, processes: Sequence[Process]) -> dict[str, Any]:
    """The body of a door; where facts are given, those of the house's processes."""
    found = fields.schema(door.fields)
    if "facts" not in found["properties"]:
        return found
    any_of = [{"$ref": f"#/components/schemas/{_named(process)}"} for process in processes]
    words = found["properties"]["facts"]["description"]
    found["properties"]["facts"] = {"description": words, "anyOf": any_of}
    if "process" in found["properties"]:
        found["properties"]["process"]["enum"] = [process.key for process in processes]
    return found


def _named(process: Process) -> str:
    return f"Facts_{process.key}"


def _facts(process: Process) -> dict[str, Any]:
    return {
        "type": "object",
        "title": process.label,
        "properties": {fact.key: _fact(fact) for fact in process.facts},
        "additionalProperties": False,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "string", "description": fact.label}
    if fact.kind in (Kind.CHOICE, Kind.YES_NO):
        found["enum"] = [choice.key for choice in fact.vocabulary]
    elif fact.kind is Kind.CHOICES:
        keys = ", ".join(choice.key for choice in fact.vocabulary)
        found["description"] += f"; several are joined by ; out of: {keys}"
    elif fact.kind is Kind.DAY:
        found["format"] = "date"
    if fact.identifying:
        found |= {"writeOnly": True, "description": f"{fact.label}; kept apart, never given back"}
    return found
