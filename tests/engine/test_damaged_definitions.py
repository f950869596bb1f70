"""A damaged definition is refused in words: it never upsets the reader and never gets past it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DefinitionError
from engine.publishing import (
    from_json,
    rules_from_json,
    to_json,
)
from tests.engine.small import (
    process,
)
from workflows.catalogue import PROCESSES

SMALL = process()

SPARE: list[Any] = [
    None, True, 0, -1, 10**30, 1.5, "", "x", "\x00", "\ud800", "a" * 5000, "@now", [], [[]], {},
    {"class": "Not"}, {"class": "Always"}, {"class": "Process"}, {"class": None}, ["x", "y", "z"],
]  # fmt: skip


def places(stored: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a stored value."""
    if path:
        yield path
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(stored, dict):
        inner = stored.items()
    elif isinstance(stored, list):
        inner = enumerate(stored)
    for key, value in inner:
        yield from places(value, (*path, key))


@cache
def _places_of(text: str) -> tuple[tuple[Any, ...], ...]:
    """Every place of a sound text, found once: finding them costs more than all else here."""
    return tuple(places(json.loads(text)))


def mutated(text: str, dice: random.Random) -> str:
    """The text with one to three things in it removed, replaced, moved, doubled or torn."""
    stored = json.loads(text)
    for _ in range(dice.randint(1, 3)):
        _mutate(stored, _places_of(text), dice)
    written = json.dumps(stored)
    if dice.random() < 0.2:
        at, upto = sorted(dice.sample(range(len(written)), 2))
        written = written[:at] + written[min(upto, at + 9) :]
    return written


def _some(stored: Any, every: Sequence[tuple[Any, ...]], dice: random.Random) -> tuple[Any, Any]:
    """What holds one of these places that is still there, and its key or number in it."""
    while True:
        *path, last = dice.choice(every)
        with suppress(KeyError, IndexError, TypeError):
            holder = stored
            for key in path:
                holder = holder[key]
            _ = holder[last]
            return holder, last


def _mutate(stored: Any, every: Sequence[tuple[Any, ...]], dice: random.Random) -> None:
    holder, last = _some(stored, every, dice)
    home, place = _some(stored, every, dice)
    other = home[place]
    doing = dice.randrange(5)
    if doing == 0:
        del holder[last]
    elif doing == 1:
        holder[last] = json.loads(json.dumps(other))
    elif doing == 2 and isinstance(holder, dict):
        holder[dice.choice(["bogus", "class", "key", "when"])] = holder.pop(last)
    elif doing == 3 and isinstance(holder, list):
        holder.append(holder[last])
    else:
        holder[last] = dice.choice(SPARE)


@pytest.mark.parametrize("seed", range(8))
def test_no_mutated_definition_gets_past_the_reader_or_upsets_it(seed: int) -> None:
    """Of 2,000 damaged definitions each is refused in words, or is a sound process after all."""
    dice = random.Random(seed)
    texts = [to_json(SMALL), *(to_json(p) for p in PROCESSES.values())]
    refused = 0
    for _ in range(250):
        text = mutated(dice.choice(texts), dice)
        try:
            again = from_json(text)
        except DefinitionError as fault:
            refused += bool(fault.faults)
        else:
            assert from_json(to_json(again)) == again
    assert refused > 150


@given(st.text())
def test_no_text_at_all_upsets_the_reader(text: str) -> None:
    """Anything that is not a definition is refused, never a crash."""
    with pytest.raises(DefinitionError):
        from_json(text)
    with pytest.raises(DefinitionError):
        rules_from_json(text)
