"""R14: two people do two things to one case at the same moment, and it is as if one had come first.

Every ordered pair of commands, stepped statement by statement: the result is that of one of the
two after the other, or one of them was told that somebody else was first and kept nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from store import sqlite
from tests import postgres
from tests.sessions import gates
from tests.sessions.commands import COMMANDS, DONE
from tests.sessions.judgement import Serial
from tests.sessions.orders import orders, spoken
from tests.sessions.scenes import SCENES
from tests.sessions.seeing import atoms, kinds, sampled, shuffled
from tests.sessions.stage import Ended, sqlite_url, staged

SHORT = "-c timezone=UTC -c lock_timeout=10s -c deadlock_timeout=50ms -c synchronous_commit=off"
MEMORY = Path("/dev/shm")
STAGES = [(kind, scene) for kind in ("sqlite", "postgres") for scene in SCENES]


@pytest.fixture(scope="module", params=STAGES, ids="-".join)
def serial(request: pytest.FixtureRequest) -> Iterator[Serial]:
    """A scene on a database of each kind; whoever waits for a lock gives up after ten seconds."""
    kind, scene = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "PATIENCE", 10.0)
        patch.setattr("store.postgres.OPTIONS", SHORT)
        with _empty(kind) as url, staged(url, SCENES[scene]) as stage:
            yield Serial(stage)


@contextmanager
def _empty(kind: str) -> Iterator[str]:
    """An empty database; a file is kept in memory where there is room, for its many commits."""
    if kind == "postgres":
        with postgres.fresh_database() as url:
            yield url.render_as_string(hide_password=False)
        return
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield sqlite_url(Path(folder))


@pytest.mark.parametrize("first", COMMANDS)
def test_two_at_once_are_as_one_after_the_other(serial: Serial, first: str) -> None:
    """One command against each other one, in the chosen orders of their statements."""
    wrong = []
    stage = serial.stage
    mine = serial.statements(first)
    for second in COMMANDS:
        theirs = serial.statements(second)
        for number, order in enumerate(orders(mine, theirs, f"{first} {second}", stage.server)):
            ended = stage.together(first, second, order, shared=number % 2 == 1)
            verdict = serial.verdict(first, second, ended)
            if verdict:
                wrong.append(f"{first} and {second}, {spoken(order)}: {verdict}")
    assert wrong == []


@pytest.mark.parametrize("first", COMMANDS)
def test_orders_held_to_be_one_end_alike(
    serial: Serial, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out above is what cannot differ: an order told otherwise ends as it does.

    On a busy machine a slow statement is taken for one that waits, and the order is another: where
    two differ they are performed again with more patience, and then they are alike.
    """
    dice, stage = Random(first), serial.stage
    second = dice.choice(list(COMMANDS))
    told = [kinds(serial.statements(name), stage.server) for name in (first, second)]
    mine, theirs = (atoms(each, stage.server) for each in told)
    order = next(sampled(mine, theirs, dice))
    other = shuffled(order, (told[0], told[1]), dice)

    def both() -> list[Ended]:
        return [stage.together(first, second, each, shared=False) for each in (order, other)]

    ended, again = both()
    if ended != again:
        monkeypatch.setattr(gates, "WAITS", 1.0)
        ended, again = both()
    assert ended == again, f"{second}: {spoken(order)}; and: {spoken(other)}"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_alone_leaves_a_house_that_verifies(serial: Serial, name: str) -> None:
    """Nothing above is compared with nothing: alone, each is done, and the house is sound."""
    (told,), _ = serial.stage.alone((name, 0))
    assert told[0] == DONE or (serial.stage.scene.key, name) == ("dispute", "hold")
    assert serial.stage.faults() == []
