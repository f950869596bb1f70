"""A house in memory that fate can strike, and the book of what was truly kept in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from importlib import resources
from typing import Any, TypeVar, cast

from config.calendar import official_calendar
from config.directory import read_people
from config.timescales import load
from engine import mail_ports
from engine.case import Owed, Step
from engine.errors import HouseDown
from store.memory import MemoryStore
from store.memory.house import MemoryUnit
from store.memory.picture import Ground, Pages, Picture
from tests.proof.houses import SECRET
from tests.simulation.fate import STATEMENTS, Died, Fate
from workflows.catalogue import PROCESSES

Result = TypeVar("Result")


@dataclass
class Book:
    """What became of every step: offered to the store, kept by it, and what was said about it.

    digests: those that were kept, which belong to no step.
    """

    offered: list[Step] = field(default_factory=list)
    kept: list[Step] = field(default_factory=list)
    said_kept: list[Step] = field(default_factory=list)
    said_unsaved: list[Step] = field(default_factory=list)
    digests: list[Owed] = field(default_factory=list)


@cache
def _furnished() -> Picture:
    """A committed picture never changes, so every year begins with the same one."""
    store = MemoryStore(SECRET)
    sample = resources.files("config").joinpath("sample_directory.csv")
    with store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(process)
        work.library.keep_rules(load())
        work.library.keep_calendar(official_calendar())
        work.people.put(read_people(sample.read_text("utf-8")))
        work.commit()
    return store._ground.committed


class FatedStore(MemoryStore):
    """A furnished practice house; whatever is written in it passes fate's points."""

    def __init__(self, fate: Fate, book: Book) -> None:
        super().__init__(SECRET)
        self.fate, self.book = fate, book
        self._ground.committed = _furnished()

    def begin(self) -> MemoryUnit:
        if self.fate.dead:
            raise Died("begin")
        return _Unit(self._ground, self.fate, self.book)

    @property
    def picture(self) -> Picture:
        """All that is kept, as it is kept."""
        return self._ground.committed


class _Unit(MemoryUnit):
    """A unit of work that fate can strike at each statement, and round its commit."""

    def __init__(self, ground: Ground, fate: Fate, book: Book) -> None:
        super().__init__(ground)
        self._fate, self._book = fate, book
        self._steps: list[Step] = []
        self._struck = _Outbox(super().outbox, self._pages, fate)

    @property
    def outbox(self) -> mail_ports.Outbox:
        return cast(mail_ports.Outbox, self._struck)

    def keep(self, step: Step) -> None:
        self._steps.append(step)
        self._book.offered.append(step)
        _about(self._fate, self._pages, "keep", lambda: MemoryUnit.keep(self, step))

    def commit(self) -> None:
        _about(self._fate, self._pages, "COMMIT", self._commit)

    def _commit(self) -> None:
        super().commit()
        self._book.kept += self._steps
        self._book.digests += self._struck.digests
        self._steps, self._struck.digests = [], []


class _Outbox:
    """The outbox of a unit that fate can strike at each statement that writes."""

    def __init__(self, outbox: mail_ports.Outbox, pages: Pages, fate: Fate) -> None:
        self._outbox, self._pages, self._fate = outbox, pages, fate
        self.digests: list[Owed] = []

    def owe_digests(self, owed: Sequence[Owed], at: datetime) -> int:
        self.digests += owed
        owe = partial(self._outbox.owe_digests, owed, at)
        return _about(self._fate, self._pages, "owe_digests", owe)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._outbox, name)
        if name not in STATEMENTS:
            return method
        return lambda *given: _about(self._fate, self._pages, name, lambda: method(*given))


def _about(fate: Fate, pages: Pages, name: str, work: Callable[[], Result]) -> Result:
    """As a database does: after a failure nothing of the unit is kept until it is over."""
    try:
        return fate.about(name, work)
    except HouseDown as down:
        raise pages.failed(down) from None
