"""Values to JSON and back: only classes of one closed register, every type checked.

An object carries the name of its class. A field that holds its default is left out, so a field
added later does not change what was published before; a default itself must never change.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine import conditions, definition, facts, rules, shape
from engine.conditions import Condition
from engine.errors import DefinitionError
from engine.inputs import Inputs
from engine.length import Length
from engine.london import parse_day

CLASS = "class"
DEEPEST = 40
_LARGEST = 10**6

_Reader = Callable[[Any, str, int], Any]


def _register() -> dict[str, type]:
    """Every value class of a definition or a rulebook, by its name."""
    modules = (conditions, definition, facts, rules, shape)
    found = (thing for module in modules for thing in vars(module).values())
    classes = {thing for thing in found if isinstance(thing, type) and is_dataclass(thing)}
    classes -= {Length, Inputs}
    return {one.__name__: one for one in sorted(classes, key=lambda one: one.__name__)}


REGISTER: Mapping[str, type] = _register()
_NAMES: Mapping[type, str] = {one: name for name, one in REGISTER.items()}


def write(value: object) -> str:
    """Write a value as canonical JSON: sorted keys, no spaces, every letter as itself.

    Errors: DefinitionError if it holds anything but plain values.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def read(text: str, wanted: Any) -> Any:
    """Read a value of one class from JSON. Errors: DefinitionError, whatever the text."""
    stored = _loads(text)
    return _reader(wanted)(stored, "the definition", 0)


def _plain(value: object) -> object:
    name = _NAMES.get(type(value))
    if name is not None:
        return {CLASS: name, **_fields_of(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is str:
        return _text(value, "the definition", 0)
    if isinstance(value, StrEnum | Length):
        return str(value)
    if isinstance(value, date | time) and type(value) in (date, time):
        return value.isoformat()
    raise DefinitionError([f"a {type(value).__name__} cannot be part of a definition"])


def _fields_of(value: Any) -> dict[str, object]:
    written: dict[str, object] = {}
    of: Any = type(value)
    for field in _fields(of):
        held = getattr(value, field.name)
        if field.default is MISSING or held != field.default:
            written[field.name] = _plain(held)
    return written


@cache
def _fields(of: Any) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(of) if field.init)


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as fault:
        raise DefinitionError([f"it is not JSON from line {fault.lineno} on"]) from None
    except RecursionError:
        raise DefinitionError(["it is nested too deeply to be a definition"]) from None
    except (ValueError, TypeError):
        raise DefinitionError(["it holds a number or a text that cannot be read"]) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DefinitionError(["one object names the same field twice"])
    return found


@cache
def _reader(wanted: Any) -> _Reader:
    """The reader of one declared type, made once."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is tuple:
        return _tuple_reader(arguments)
    if origin in (types.UnionType, Union):
        return _union_reader(arguments)
    if wanted is Condition:
        return _object_reader({n: c for n, c in REGISTER.items() if issubclass(c, Condition)})
    if wanted in _NAMES:
        return _object_reader({_NAMES[wanted]: wanted})
    return _PLAIN_READERS.get(wanted) or _word_reader(wanted)


def _tuple_reader(arguments: tuple[Any, ...]) -> _Reader:
    endless = len(arguments) == 2 and arguments[1] is Ellipsis  # noqa: PLR2004 - tuple[X, ...]
    readers = tuple(_reader(one) for one in arguments if one is not Ellipsis)

    def read_tuple(stored: Any, where: str, depth: int) -> Any:
        if type(stored) is not list:
            raise _wrong(where, "a list is needed")
        if endless:
            return tuple([readers[0](part, where, depth) for part in stored])
        if len(stored) != len(readers):
            raise _wrong(where, f"a list of {len(readers)} is needed")
        return tuple([one(part, where, depth) for one, part in zip(readers, stored, strict=True)])

    return read_tuple


def _union_reader(arguments: tuple[Any, ...]) -> _Reader:
    optional = types.NoneType in arguments
    real = [one for one in arguments if one is not types.NoneType]
    classes = {_NAMES[one]: one for one in real if one in _NAMES}
    inner = _object_reader(classes) if classes else _reader(real[0])

    def read_union(stored: Any, where: str, depth: int) -> Any:
        return None if stored is None and optional else inner(stored, where, depth)

    return read_union


def _object_reader(classes: Mapping[str, type]) -> _Reader:
    def read_object(stored: Any, where: str, depth: int) -> Any:
        if type(stored) is not dict:
            raise _wrong(where, "an object is needed")
        if depth > DEEPEST:
            raise _wrong(where, "it is nested too deeply to be a definition")
        name = stored.get(CLASS)
        found = classes.get(name) if type(name) is str else None
        if found is None:
            raise _wrong(where, f"one of these is needed: {', '.join(classes)}")
        return _build(found, stored, f"{where} > {name}", depth + 1)

    return read_object


def _build(wanted: Any, stored: dict[str, Any], where: str, depth: int) -> Any:
    readers, needed = _plan(wanted)
    given = {}
    for name, value in stored.items():
        if name == CLASS:
            continue
        if name not in readers:
            raise _wrong(where, f"it has no field {name[:40]!r}")
        given[name] = readers[name](value, where, depth)
    missing = [name for name in needed if name not in given]
    if missing:
        raise _wrong(where, f"missing: {', '.join(missing)}")
    return wanted(**given)


@cache
def _plan(wanted: Any) -> tuple[Mapping[str, _Reader], tuple[str, ...]]:
    hints = get_type_hints(wanted)
    plan = {field.name: _reader(hints[field.name]) for field in _fields(wanted)}
    return plan, tuple(field.name for field in _fields(wanted) if field.default is MISSING)


def _wrong(where: str, fault: str) -> DefinitionError:
    return DefinitionError([f"{where}: {fault}"])


def _text(stored: Any, where: str, depth: int) -> str:
    if type(stored) is not str:
        raise _wrong(where, "text is needed")
    if not stored.isascii() and any("\ud800" <= letter <= "\udfff" for letter in stored):
        raise _wrong(where, "a text holds half a letter")
    return stored


def _yes_or_no(stored: Any, where: str, depth: int) -> bool:
    if type(stored) is not bool:
        raise _wrong(where, "true or false is needed")
    return stored


def _number(stored: Any, where: str, depth: int) -> int:
    if type(stored) is not int or abs(stored) > _LARGEST:
        raise _wrong(where, f"a whole number of at most {_LARGEST} is needed")
    return stored


def _word_reader(wanted: Any) -> _Reader:
    """A reader of a value that is written as one word, like a day or a length."""
    convert = _WORDS.get(wanted, wanted)

    def read_word(stored: Any, where: str, depth: int) -> Any:
        try:
            return convert(_text(stored, where, depth))
        except ValueError:
            raise _wrong(where, f"a {wanted.__name__.lower()} cannot be written so") from None

    return read_word


def _time(text: str) -> time:
    read_time = time.fromisoformat(text)
    if read_time.isoformat() != text or read_time.tzinfo:
        raise ValueError(text)
    return read_time


_PLAIN_READERS: Mapping[Any, _Reader] = {str: _text, bool: _yes_or_no, int: _number}
_WORDS: Mapping[Any, Callable[[str], Any]] = {date: parse_day, time: _time, Length: Length.parse}
