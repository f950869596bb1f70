"""R9: people go on working in a house whose disk is full, again and again, and lose nothing.

FULL_VOLUME_ATTEMPTS=1000 makes the run of a release.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.casework import House
from engine.errors import HouseDown
from engine.verification import verify
from store.faults import FULL
from store.house import DatabaseStore, create_house, open_store
from tests.desk import AREA, everybody
from tests.proof.houses import SECRET, HandClock
from tests.sessions.commands import COMMANDS, DONE, DOWN, REFUSED, of, tried
from tests.sessions.gates import Outcome
from tests.sessions.scenes import Builder, Scene, answered, dispute
from tests.sessions.stage import furnish, sqlite_url
from tests.sessions.volume import Lid, Volume, small_volume

ATTEMPTS = int(os.environ.get("FULL_VOLUME_ATTEMPTS", "100"))
# From nothing at all to room enough for most steps, in pages.
ROOM = range(0, 40, 3)


class Full:
    """A house with a dispute in it, where the disk can be filled and emptied."""

    def __init__(self, folder: Path, volume: Volume | None) -> None:
        self.path = folder / "house.db"
        self.url = sqlite_url(folder)
        create_house(self.url, practice=True, area=AREA, mail_domain="mail.example")
        self.store: DatabaseStore = open_store(self.url, secret=SECRET)
        furnish(self.store)
        self.scene = self._disputed()
        self.disk: Volume | Lid = volume or Lid(self.store, self.path)

    @property
    def house(self) -> House:
        return House(self.store, HandClock(self.scene.now))

    def attempt(self, name: str) -> Outcome:
        return tried(of(name, 0), self.house, self.scene)

    def check(self) -> None:
        """The file is sound, and every record, date and message is what it should be."""
        with sqlite3.connect(self.path) as wire:
            assert wire.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert wire.execute("PRAGMA foreign_key_check").fetchall() == []
        wire.close()
        assert verify(self.house).faults == []

    def enter_again(self) -> None:
        """What every command does: the house is left and entered."""
        self.store.close()
        self.store = open_store(self.url, secret=SECRET)
        if isinstance(self.disk, Lid):
            self.disk.store = self.store

    def begin_again(self) -> None:
        """Everybody is back in the directory, and there is a new case on which all is possible."""
        with self.store.begin() as work:
            work.people.put(everybody().people)
            work.commit()
        self.scene = self._disputed()

    def _disputed(self) -> Scene:
        builder = Builder(self.store)
        scene = dispute(builder)
        answered(builder, scene)
        return scene


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Full]:
    """On a volume of its own; without one, in a file that may not grow."""
    with small_volume(tmp_path / "volume", f"{8 + ATTEMPTS // 10}m") as volume:
        house = Full(tmp_path / "volume", volume)
        yield house
        house.store.close()


@pytest.mark.timeout(0)
def test_a_full_volume_refuses_every_command_in_plain_words_and_loses_nothing(full: Full) -> None:
    """Every command in turn, each with a little more or less room, until enough were refused."""
    told: Counter[tuple[str, ...]] = Counter()
    wanted = ATTEMPTS if isinstance(full.disk, Volume) else ATTEMPTS // 10
    tries = refused = 0
    while refused < wanted:
        for name in COMMANDS:
            full.disk.leave(ROOM[tries % len(ROOM)])
            outcome = full.attempt(name)
            told[(name, *outcome[: 2 if outcome[0] == DOWN else 1])] += 1
            refused += outcome[0] == DOWN
            tries += 1
        full.disk.make_room()
        full.check()
        full.enter_again()
        full.begin_again()
        assert tries < 20 * ATTEMPTS, told
    assert {outcome[2] for outcome in told if outcome[1] == DOWN} == {FULL}
    assert {outcome[1] for outcome in told} <= {DONE, REFUSED, DOWN}
    full.check()
    if isinstance(full.disk, Volume):
        assert {outcome[0] for outcome in told if outcome[1] == DOWN} >= {
            "advance",
            "sweep",
            "open",
        }


def test_a_house_is_entered_and_read_on_a_full_volume_or_says_that_it_is_full(full: Full) -> None:
    """Leaving puts the log away, which takes room; entering needs room for the log again."""
    for pages in (0, 1, 5, 9, 20):
        full.disk.make_room()
        assert full.attempt("note")[0] == DONE
        full.disk.leave(pages)
        assert _entered(full) in ("", FULL)
        full.disk.make_room()
        full.enter_again()
        full.check()


def _entered(full: Full) -> str:
    """Empty where a house can be entered and verified, else what a person is told."""
    try:
        full.enter_again()
        faults = verify(full.house).faults
    except HouseDown as down:
        return str(down)
    assert faults == []
    return ""
