"""The fields of a body: one declaration reads each, with every reason, and describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from engine.asking import Agency
from engine.errors import Refused
from engine.length import parse_day
from engine.typed import line, odd, text

MOST_REVISIONS = 2**31 - 1
_MANY = 1_000
_FACTS_AT_ONCE = 200
_LONGEST_KEY = 60
_SAID = 20


class Kind(StrEnum):
    """What a field of a body holds."""

    TEXT = "text"
    LINE = "line"
    DAY = "day"
    NUMBER = "number"
    FACTS = "facts"
    AGENCIES = "agencies"
    SEATS = "seats"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body: its name, what it holds, what it is, and whether it must be there."""

    name: str
    kind: Kind
    words: str
    needed: bool = False


REASON = Field("reason", Kind.TEXT, "why, for the record")
REVISION = Field("revision", Kind.NUMBER, "the revision of the case that was looked at")
FACTS = Field("facts", Kind.FACTS, "facts by their keys, each as text")


def read(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as the use cases take them. Errors: Refused, with every reason."""
    known = {field.name: field for field in fields}
    there = ", ".join(known) or "none"
    reasons = [
        f"there is no field {_named(name)} here; the fields are: {there}"
        for name in given
        if name not in known
    ][:_SAID]
    found: dict[str, Any] = {}
    for field in known.values():
        try:
            found |= _one(field, given)
        except Refused as refused:
            reasons += refused.reasons
    if reasons:
        raise Refused(reasons)
    return found


def _named(name: str) -> str:
    """A name somebody made up, if it can be said in a line."""
    return f"'{name}'" if not odd(name) and len(name) <= _LONGEST_KEY else "of that name"


def _one(field: Field, given: Mapping[str, Any]) -> dict[str, Any]:
    value = given.get(field.name)
    if value is None:
        if field.needed:
            raise Refused([f"needed: {field.words} ({field.name})"])
        return {}
    return {field.name: _READERS[field.kind](field, value)}


def _text(field: Field, value: Any) -> str:
    return text(_said(field, value), field.name)


def _line(field: Field, value: Any) -> str:
    return line(_said(field, value), field.name)


def _said(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused([f"{field.name}: text is needed"])
    return value


def _day(field: Field, value: Any) -> date:
    try:
        return parse_day(_line(field, value))
    except ValueError as fault:
        raise Refused([f"{field.name}: {fault}"]) from None


def _number(field: Field, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_REVISIONS:
        raise Refused([f"{field.name}: a whole number is needed"])
    return value


def _facts(field: Field, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Refused([f'{field.name}: an object is needed, like {{"incident_on": "2024-12-20"}}'])
    if len(value) > _FACTS_AT_ONCE:
        raise Refused([f"{field.name}: at most {_FACTS_AT_ONCE} facts are given at once"])
    reasons = [reason for key, said in value.items() for reason in _unfit(key, said)]
    if reasons:
        raise Refused(reasons)
    return dict(value)


def _unfit(key: str, said: Any) -> Iterator[str]:
    if odd(key) or len(key) > _LONGEST_KEY:
        yield "a fact's key is a word; the process names them"
    elif not isinstance(said, str):
        yield f"{key}: a fact's value is text; several are joined by ;"
    else:
        try:
            text(said, key)
        except Refused as refused:
            yield from refused.reasons


def _agencies(field: Field, value: Any) -> list[Agency]:
    return [Agency(name, email) for name, email in _pairs(field, value, "email")]


def _seats(field: Field, value: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, how.lower()) for name, how in _pairs(field, value, "how")))


def _pairs(field: Field, value: Any, other: str) -> Iterator[tuple[str, str]]:
    """A list of objects with a name and one thing more."""
    shape = f'{field.name}: a list is needed, each like {{"name": "...", "{other}": "..."}}'
    if not isinstance(value, list) or len(value) > _MANY:
        raise Refused([shape])
    for each in value:
        if not isinstance(each, dict) or each.keys() != {"name", other}:
            raise Refused([shape])
        yield _line(field, each["name"]), _line(field, each[other])


_READERS: Mapping[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LINE: _line,
    Kind.DAY: _day,
    Kind.NUMBER: _number,
    Kind.FACTS: _facts,
    Kind.AGENCIES: _agencies,
    Kind.SEATS: _seats,
}


def _listed(other: str) -> dict[str, Any]:
    pair = {name: {"type": "string"} for name in ("name", other)}
    each = {"type": "object", "properties": pair, "required": ["name", other],
            "additionalProperties": False}  # fmt: skip
    return {"type": "array", "items": each, "maxItems": _MANY}


_SCHEMAS: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.LINE: {"type": "string"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.NUMBER: {"type": "integer", "minimum": 0, "maximum": MOST_REVISIONS},
    Kind.FACTS: {"type": "object", "additionalProperties": {"type": "string"}},
    Kind.AGENCIES: _listed("email"),
    Kind.SEATS: _listed("how"),
}


def schema(fields: Iterable[Field]) -> dict[str, Any]:
    """The JSON Schema of a body with these fields."""
    known = tuple(fields)
    return {
        "type": "object",
        "properties": {f.name: {**_SCHEMAS[f.kind], "description": f.words} for f in known},
        "required": [f.name for f in known if f.needed],
        "additionalProperties": False,
    }
