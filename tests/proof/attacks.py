"""Attacks on a record: each changes an exported record and says which line must be named first."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from engine.audit import seal
from tests.proof import histories

Lines = list[dict[str, Any]]
Attack = Callable[[Random, str, Lines], int]
SENTENCE = "the child’s case was “reviewed”"


def edit(random: Random, reference: str, lines: Lines) -> int:
    """Change one thing an event says."""
    place = random.randrange(len(lines))
    line = lines[place] = deepcopy(lines[place])
    random.choice((_at, _on, _words, _words, _data, _data, _data, _seal))(random, line)
    return place + 1


def _at(random: Random, line: dict[str, Any]) -> None:
    by = random.choice((1, -1, 60, -3600, 86400, 31536000))
    line["at"] = (datetime.fromisoformat(line["at"]) + timedelta(seconds=by)).isoformat()


def _on(random: Random, line: dict[str, Any]) -> None:
    by = timedelta(days=random.choice((1, -1, 7, -365)))
    line["happened_on"] = (date.fromisoformat(line["happened_on"]) + by).isoformat()


def _words(random: Random, line: dict[str, Any]) -> None:
    name = random.choice(("actor", "account", "kind", "calendar"))
    line[name] = _other(random, line[name])


def _seal(random: Random, line: dict[str, Any]) -> None:
    at = random.randrange(len(line["seal"]))
    other = random.choice([c for c in "0123456789abcdef" if c != line["seal"][at]])
    line["seal"] = line["seal"][:at] + other + line["seal"][at + 1 :]


def _data(random: Random, line: dict[str, Any]) -> None:
    """Change, add or take away something anywhere in an event's data."""
    inside = line["data"]
    while random.random() < 0.7 and any(isinstance(v, dict) and v for v in inside.values()):
        inside = random.choice([v for v in inside.values() if isinstance(v, dict) and v])
    key = random.choice(sorted(inside))
    doing = random.random()
    if doing < 0.15:
        del inside[key]
    elif doing < 0.3:
        inside[f"{key}_"] = SENTENCE
    elif doing < 0.4:
        inside[f" {key}"] = inside.pop(key)
    else:
        inside[key] = _other(random, inside[key])


def _other(random: Random, value: Any) -> Any:
    """A value that is not this one, often one that looks like it."""
    if isinstance(value, str):
        swapped = value.swapcase() if value.swapcase() != value else value + " "
        return random.choice((f"{value} ", f" {value}", value + "\u200b", swapped, [value], None))
    if isinstance(value, bool):
        return random.choice((not value, int(value), str(value)))
    if isinstance(value, int):
        return random.choice((value + 1, -1 - value, str(value), float(value)))
    if isinstance(value, list):
        return [*value, SENTENCE]
    return None if value is not None else 0


def remove(random: Random, reference: str, lines: Lines) -> int:
    """Take one event away, and perhaps number the rest anew; the last one is a cut tail."""
    place = random.randrange(len(lines) - 1)
    del lines[place]
    _numbered_anew(random, lines)
    return place + 1


def insert(random: Random, reference: str, lines: Lines) -> int:
    """Put an event in that never was: a copy of another, or one made up with somebody's name."""
    place = random.randrange(len(lines))
    made = deepcopy(random.choice(lines))
    if random.random() < 0.5:
        made.update(actor="nobody@council.example", data={"text": SENTENCE})
    lines.insert(place, made)
    made["sequence"] = place + 1
    _numbered_anew(random, lines)
    same = place + 1 < len(lines) and made["seal"] == lines[place + 1]["seal"]
    return place + (2 if same and made == {**lines[place + 1], "sequence": place + 1} else 1)


def swap(random: Random, reference: str, lines: Lines) -> int:
    """Let two events change places, and perhaps their numbers too."""
    one, other = sorted(random.sample(range(len(lines)), 2))
    lines[one], lines[other] = lines[other], lines[one]
    _numbered_anew(random, lines)
    return one + 1


def forge(random: Random, reference: str, lines: Lines) -> int:
    """Change an event and seal it again, as anybody could: the next one no longer follows it."""
    place = random.randrange(len(lines) - 1)
    line = lines[place] = deepcopy(lines[place])
    random.choice((_at, _on, _words, _data))(random, line)
    line["seal"] = sealed(reference, lines, place)
    return place + 2


def _numbered_anew(random: Random, lines: Lines) -> None:
    if random.random() < 0.5:
        lines[:] = [{**line, "sequence": place} for place, line in enumerate(lines, start=1)]


def sealed(reference: str, lines: Lines, place: int) -> str:
    """The seal an event would have, were it written by the house."""
    previous = lines[place - 1]["seal"] if place else ""
    event = histories.event(json.loads(json.dumps(lines[place])))
    return seal(previous, reference, replace(event, seal=""))


def reseal_all(reference: str, lines: Lines) -> None:
    """Rewrite a whole record so that every seal fits: only a checkpoint sees it."""
    for place, line in enumerate(lines):
        lines[place] = {**line, "seal": ""}
        lines[place]["seal"] = sealed(reference, lines, place)


ATTACKS: dict[str, Attack] = {
    attack.__name__: attack for attack in (edit, remove, insert, swap, forge)
}
