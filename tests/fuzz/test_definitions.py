"""S7: damaged definitions. Each is refused in words, or is a process cases can be worked under."""

from __future__ import annotations

from random import Random

import pytest

from engine.definition import Process
from engine.errors import DefinitionError
from engine.publishing import from_json, to_json
from tests.engine.test_damaged_definitions import mutated
from tests.fuzz.damage import TIMES, damaged, seeds
from tests.proof.plays import begun
from workflows.catalogue import PROCESSES

TEXTS = {key: to_json(process) for key, process in sorted(PROCESSES.items())}
MOVES = 15


@pytest.mark.parametrize("part", range(20))
def test_a_damaged_definition_is_refused_or_works(part: int) -> None:
    """1,000 damaged definitions: only DefinitionError, with a fault in words."""
    refused = 0
    for seed in seeds(50):
        dice = Random(f"definition {part} {seed}")
        text = TEXTS[dice.choice(list(TEXTS))]
        text = mutated(text, dice) if seed % 3 else damaged(text, dice)
        read = _read(text)
        if not isinstance(read, Process):
            assert read, (part, seed)
            refused += 1
            continue
        played = begun(read, seed)
        for _ in range(MOVES):
            dice.choice((played.act, played.wait))()
    assert refused >= 25 * TIMES


def _read(text: str) -> Process | tuple[str, ...]:
    """A process, or everything that is wrong with it."""
    try:
        return from_json(text)
    except DefinitionError as fault:
        return fault.faults
