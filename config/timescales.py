"""The numbers of the house: config/timescales.toml read into a rulebook, every error at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from config.timescale_rows import Row, read_row
from engine.errors import DefinitionError
from engine.rules import Rulebook

FILE = "timescales.toml"
_KNOWN = {"process", "timescale", "since"}
_HEADER = re.compile(r"^\s*\[\[\s*rule\s*\]\]")
_LINE = re.compile(r"at line (\d+)")


def load(path: Path | None = None) -> Rulebook:
    """Read the rulebook that ships with the house, or a house's own file.

    Errors: DefinitionError listing every faulty row with its line, key and problem.
    """
    return _shipped() if path is None else read(_text(path), path.name)


@cache
def _shipped() -> Rulebook:
    return read(_text(None))


def read(text: str, name: str = FILE) -> Rulebook:
    """Read a rulebook from the text of a TOML file. Errors: DefinitionError, every one at once."""
    stored = _parse(text, name)
    rows = _rows(stored, text)
    faults = [*_top_faults(stored), *(fault for row in rows for fault in row.faults)]
    faults += _quarrels([row for row in rows if row.values.keys() >= _KNOWN])
    if faults:
        raise DefinitionError(_shown(f"{name}, {fault}") for fault in faults)
    return Rulebook(stored["edition"], tuple(row.rule for row in rows))


def _shown(fault: str) -> str:
    """A fault fit for a screen: what cannot be printed is written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in fault)


def _text(path: Path | None) -> str:
    try:
        if path is None:
            return resources.files("config").joinpath(FILE).read_text("utf-8")
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise DefinitionError([f"{path.name if path else FILE}: it is not UTF-8 text"]) from None
    except OSError as fault:
        name = path.name if path else FILE
        problem = f"{name}: it cannot be read ({type(fault).__name__})"
        raise DefinitionError([problem]) from None


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DefinitionError([f"{name}: it is nested too deeply to be a rulebook"]) from None
    except ValueError as fault:
        found = _LINE.search(str(fault))
        place = f"line {found.group(1)}" if found else "the end of the file"
        raise DefinitionError([f"{name}, {place}: this is not TOML"]) from None


def _rows(stored: Mapping[str, Any], text: str) -> list[Row]:
    tables = stored.get("rule", [])
    if not isinstance(tables, list):
        return []
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    known = len(lines) == len(tables)
    places = [
        f"rule {number} (line {lines[number - 1]})" if known else f"rule {number}"
        for number in range(1, len(tables) + 1)
    ]
    return [read_row(place, table) for place, table in zip(places, tables, strict=True)]


def _top_faults(stored: Mapping[str, Any]) -> Iterator[str]:
    edition = stored.get("edition")
    if not isinstance(edition, str) or not edition.strip() or not edition.isprintable():
        yield "edition: name this edition of the rules, as text on one line"
    if not isinstance(stored.get("rule"), list) or not stored["rule"]:
        yield "rule: there is no [[rule]] at all"
    for key in stored:
        if key not in ("edition", "rule"):
            yield f"{key}: there is no such key here; only edition and [[rule]]"


def _quarrels(rows: list[Row]) -> Iterator[str]:
    """Rows that cannot both stand: the same twice, or two in force on one day."""
    for number, row in enumerate(rows):
        for earlier in rows[:number]:
            if _clock(row) == _clock(earlier):
                yield from _quarrel(row, earlier)


def _clock(row: Row) -> tuple[str, str, str, bool]:
    of = row.values
    return of["process"], of["timescale"], of.get("variant", ""), of.get("override", False)


def _quarrel(row: Row, earlier: Row) -> Iterator[str]:
    process, timescale, variant, override = _clock(row)
    named = f"{process}.{timescale}{f' ({variant})' if variant else ''}"
    if row.values["since"] == earlier.values["since"]:
        yield f"{row.place}, since: duplicates {earlier.place}: {named}"
    elif not override and _overlap(row.values, earlier.values):
        yield f"{row.place}, since: overlaps {earlier.place}: {named}; end the earlier one first"


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    last = date.max
    begins_in_time = one["since"] <= other.get("until", last)
    return begins_in_time and bool(other["since"] <= one.get("until", last))
