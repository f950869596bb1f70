"""A message is titled by what happened, in the words its process has for it."""

from __future__ import annotations

import pytest

from engine.definition import Process
from tests.proof.plays import play
from workflows.catalogue import PROCESSES


def expected(process: Process, on: str) -> str | None:
    """What a message on a happening is titled; None for what other messages are on."""
    kind, _, key = on.partition(":")
    if kind == "action":
        return {t.action: t.label for t in process.transitions}[key]
    if kind == "fact":
        return f"Recorded: {process.fact_by_key[key].label}"
    if kind == "task":
        return process.task_by_key[key].label
    return f"{process.task_by_key[key].label}: an answer has come" if kind == "answer" else None


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_message_is_titled_by_what_happened(key: str) -> None:
    titled = set()
    for seed in range(40):
        for owed in play(PROCESSES[key], seed, moves=40).owed:
            on = owed.anchor.partition("#")[0]
            title = expected(PROCESSES[key], on)
            if title is not None:
                assert owed.about["title"] == title
                titled.add(on)
    assert len(titled) > 3
