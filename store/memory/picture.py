"""Everything a house holds at one moment, and a unit's own view of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from engine.authenticators import Authenticator
from engine.bonds import Bond
from engine.case import Case, Event
from engine.codes import Code
from engine.definition import Process
from engine.errors import HouseDown
from engine.letters import Letter
from engine.outbox import Attempt, Message
from engine.roles import Person
from engine.rules import Rulebook
from engine.ticks import Lease, Tick
from engine.tokens import Kept, Token
from engine.values import replace
from engine.visits import Access, Visit
from engine.working_days import Calendar
from store.faults import BUSY, ENDED

PATIENCE = 30.0  # seconds to wait for another writer


@dataclass(frozen=True, slots=True)
class Owing:
    """A message with what only the store knows of it."""

    message: Message
    patience_from: datetime
    lease_until: datetime | None = None
    lease_by: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """The house's own few facts."""

    hold: bool = False
    practice_now: datetime | None = None
    digested_at: datetime | None = None
    rules: str | None = None
    calendar: str | None = None


@dataclass(slots=True)
class Picture:
    """Everything a house holds at one moment. One that was committed never changes again."""

    house: House = field(default_factory=House)
    cases: dict[str, Case] = field(default_factory=dict)
    identity: dict[str, Mapping[str, str]] = field(default_factory=dict)
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    events: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    messages: dict[int, Owing] = field(default_factory=dict)
    owed: dict[int, None] = field(default_factory=dict)
    of_case: dict[str, tuple[int, ...]] = field(default_factory=dict)
    anchors: dict[tuple[str, str, str], int] = field(default_factory=dict)
    attempts: dict[int, tuple[Attempt, ...]] = field(default_factory=dict)
    letters: dict[int, tuple[Letter, bytes]] = field(default_factory=dict)
    codes: dict[int, Code] = field(default_factory=dict)
    feeds: dict[str, int] = field(default_factory=dict)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    versions: dict[tuple[str, str], str] = field(default_factory=dict)
    rules: dict[str, Rulebook] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    ticks: dict[str, Tick] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    accesses: dict[int, Access] = field(default_factory=dict)
    tokens: dict[int, Token] = field(default_factory=dict)
    answers: dict[tuple[int, str], Kept] = field(default_factory=dict)
    spent: dict[str, datetime] = field(default_factory=dict)
    authenticators: dict[int, Authenticator] = field(default_factory=dict)
    spares: dict[tuple[int, str], datetime | None] = field(default_factory=dict)
    bonds: dict[int, Bond] = field(default_factory=dict)


@dataclass(slots=True)
class Ground:
    """What the units of one store share: the last committed picture, and whose turn it is."""

    area: str
    mail_domain: str
    committed: Picture = field(default_factory=Picture)
    turn: Lock = field(default_factory=Lock)


class Pages:
    """A unit's view: the committed picture, and copies of the parts it writes to."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._seen: Picture | None = None
        self._mine: set[str] | None = None
        self._failed = False

    @property
    def seen(self) -> Picture:
        """What the unit may read: one moment, and its own writes."""
        self._check()
        if self._seen is None:
            self._seen = self.ground.committed
        return self._seen

    def to_write(self) -> Picture:
        """The newest picture, to which this unit alone may now write. Errors: HouseDown."""
        self._check()
        if self._mine is None:
            if not self.ground.turn.acquire(timeout=PATIENCE):
                raise self.failed(HouseDown(BUSY))
            self._mine = set()
            self._seen = replace(self.ground.committed)
        return self.seen

    def own(self, part: str) -> Any:
        """A part of the picture that may be changed: it is copied before the first change."""
        picture = self.to_write()
        if self._mine is not None and part not in self._mine:
            setattr(picture, part, dict(getattr(picture, part)))
            self._mine.add(part)
        return getattr(picture, part)

    def failed(self, fault: Exception) -> Exception:
        """Forget everything, and keep nothing until the unit is rolled back."""
        self.leave()
        self._failed = True
        return fault

    def commit(self) -> None:
        """Show what was written to everybody. Errors: HouseDown where the unit has failed."""
        self._check()
        if self._mine is not None and self._seen is not None:
            self.ground.committed = self._seen
        self.leave()

    def leave(self) -> None:
        """End the unit; what was not committed is gone."""
        mine, self._mine, self._seen, self._failed = self._mine, None, None, False
        if mine is not None:
            self.ground.turn.release()

    def _check(self) -> None:
        if self._failed:
            raise HouseDown(ENDED)
