"""One [[rule]] table of the timescales file: its keys, their types, and the rule it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from engine.length import Length
from engine.london import parse_day
from engine.rules import STANDINGS, Rule, Rung
from engine.rungs import rung_faults

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_AUDIENCE = re.compile(r"[a-z][a-z0-9_]*(@[a-z]+)?")
_CLOSES = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_NEEDED = ("process", "timescale", "length", "standing", "citation", "since")


@dataclass(frozen=True, slots=True)
class Row:
    """One table of the file: its place, its faults, and the values that could be read."""

    place: str
    faults: tuple[str, ...]
    values: Mapping[str, Any]

    @property
    def rule(self) -> Rule:
        """The rule of a row without faults."""
        return Rule(**self.values)


def read_row(place: str, table: object) -> Row:
    """Read one table, collecting every fault as "place, key: problem"."""
    if not isinstance(table, dict):
        return Row(place, (f"{place}: a [[rule]] table is needed",), {})
    values: dict[str, Any] = {}
    faults = [f"{key}: it is missing" for key in _NEEDED if key not in table]
    for key, stored in table.items():
        try:
            values[key] = _reader(key)(stored)
        except ValueError as fault:
            faults.append(f"{key}: {fault}")
    faults += _disagreements(values)
    return Row(place, tuple(f"{place}, {fault}" for fault in faults), values)


def _reader(key: str) -> Callable[[Any], Any]:
    if key not in _READERS:
        raise ValueError(f"there is no such key; the keys are {', '.join(_READERS)}")
    return _READERS[key]


def _disagreements(values: Mapping[str, Any]) -> Iterator[str]:
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        yield f"until: {until} is before since, {since}"
    cited = values.get("citation", "").lower()
    if values.get("standing") == "statutory" and "unverified" in cited:
        yield "standing: a source that is unverified is never called statutory"


def _key(stored: object) -> str:
    if not isinstance(stored, str) or not _KEY.fullmatch(stored):
        raise ValueError("a key in snake_case is needed")
    return stored


def _key_or_none(stored: object) -> str:
    return "" if stored == "" else _key(stored)


def _length(stored: object) -> Length:
    if not isinstance(stored, str):
        raise ValueError('a length is written as text, like "15wd"')
    return Length.parse(stored)


def _standing(stored: object) -> str:
    if not isinstance(stored, str) or stored not in STANDINGS:
        raise ValueError(f"it must be one of: {', '.join(STANDINGS)}")
    return stored


def _citation(stored: object) -> str:
    if not isinstance(stored, str) or not stored.strip():
        raise ValueError("name the authority; say so where nobody has published a length")
    if not stored.isprintable():
        raise ValueError("it must be one line of printable words")
    return stored.strip()


def _day(stored: object) -> date:
    if isinstance(stored, date) and not isinstance(stored, datetime):
        return stored
    if isinstance(stored, str):
        return parse_day(stored)
    raise ValueError("a day is written year-month-day, like 2024-12-20")


def _closing(stored: object) -> time:
    if isinstance(stored, time):
        return stored.replace(microsecond=0)
    if isinstance(stored, str) and _CLOSES.fullmatch(stored):
        return time.fromisoformat(stored)
    raise ValueError('a London time of day is written like "17:00"')


def _count(stored: object) -> int:
    if isinstance(stored, bool) or not isinstance(stored, int) or not 0 <= stored <= 1000:  # noqa: PLR2004 - nobody extends a thousand times
        raise ValueError("a whole number of extensions is needed, 0 for none")
    return stored


def _flag(stored: object) -> bool:
    if not isinstance(stored, bool):
        raise ValueError("true or false is needed")
    return stored


def _ladder(stored: object) -> tuple[Rung, ...]:
    if not isinstance(stored, list):
        raise ValueError('a list is needed, like [{ at = "-3wd", to = ["recipient"] }]')
    faults = [f"step {n}: {f}" for n, one in enumerate(stored, 1) for f in _step_faults(one)]
    if faults:
        raise ValueError("; ".join(faults))
    return tuple(Rung(one["at"], tuple(one["to"])) for one in stored)


def _step_faults(stored: object) -> Iterator[str]:
    if not isinstance(stored, dict) or stored.keys() != {"at", "to"}:
        yield "it needs at and to, and nothing else"
        return
    at, to = stored["at"], stored["to"]
    yield from rung_faults(at) if isinstance(at, str) else ("at is written as text, like -3wd",)
    if not isinstance(to, list) or not to or not all(_is_audience(word) for word in to):
        yield "to is a list of readers: roles, recipient, parties or role@parties"


def _is_audience(word: object) -> bool:
    return isinstance(word, str) and _AUDIENCE.fullmatch(word) is not None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "process": _key,
    "timescale": _key,
    "length": _length,
    "standing": _standing,
    "citation": _citation,
    "since": _day,
    "until": _day,
    "variant": _key_or_none,
    "start": _key_or_none,
    "closes": _closing,
    "ladder": _ladder,
    "extensions": _count,
    "override": _flag,
}
