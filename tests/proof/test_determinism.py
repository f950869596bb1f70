"""R22: the same case, the same steps: the engine reads no clock, no environment and no chance."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.sealed import fingerprint

ROOT = Path(__file__).parents[2]
SURROUNDINGS = {
    "Kiritimati": {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    "New York": {"PYTHONHASHSEED": "4242", "TZ": "America/New_York", "HOME": "/nowhere"},
}


def elsewhere(program: list[str], surroundings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *program]
    return subprocess.run(
        command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("place", SURROUNDINGS)
def test_a_machine_without_clock_or_chance_comes_to_the_same_end(place: str) -> None:
    """24 whole cases, in another zone, with another order of every set: the same seals and mail.

    There, whoever asks for the time, a file, the network, the environment or a dice is stopped.
    """
    done = elsewhere(["-m", "tests.proof.sealed"], SURROUNDINGS[place])
    assert done.stderr == ""
    assert done.stdout.strip() == fingerprint(sealed=False)


LEAKS = {
    "the time": "engine.watch.datetime = engine.length.datetime; engine.length.datetime.now()",
    "the day": "engine.situation.date.today()",
    "chance": "import random; random.random()",
    "a file": "open('/etc/hostname')",
    "the environment": "import os; os.environ('HOME')",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_whoever_reaches_outside_there_is_stopped(leak: str) -> None:
    """The machine above does what it says."""
    program = f"""
import engine.length, engine.situation, engine.watch
from tests.proof.sealed import seal_in
seal_in()
{LEAKS[leak]}
"""
    done = elsewhere(["-c", program], SURROUNDINGS["New York"])
    assert "tests.proof.sealed.Reached" in done.stderr
