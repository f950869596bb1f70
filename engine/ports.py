"""What the house needs from its edges: a clock, a unit of work, and the rooms behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from engine.authenticators import Authenticators
from engine.bonds import Bonds
from engine.case import (
    Step,
)
from engine.case_ports import Cases
from engine.definition import Process
from engine.health import Pulse
from engine.keyring import Secret
from engine.mail_ports import Codes, Feeds, Letters, Outbox
from engine.roles import Directory, Person
from engine.rules import Rulebook
from engine.ticks import Lease, Outcome, Tick
from engine.tokens import Tokens
from engine.visits import Visits
from engine.working_days import Calendar


class Clock(Protocol):
    """Tells the time once, at the edge."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC, whole seconds."""
        ...


class Library(Protocol):
    """Published definitions, rulebooks and calendars, kept for as long as a case needs them."""

    def publish(self, process: Process) -> str:
        """Keep a definition; returns its digest. Errors: Refused where other content stands."""
        ...

    def process(self, digest: str) -> Process: ...

    def current(self, key: str) -> tuple[str, Process]:
        """The digest and definition new cases open under. Errors: Absent."""
        ...

    def openable(self) -> Mapping[str, Process]:
        """The definition new cases of each process open under, by its key, in order of keys."""
        ...

    def kept(self) -> Mapping[str, Process]:
        """Every definition there is, by its digest."""
        ...

    def keep_rules(self, rules: Rulebook) -> str: ...
    def rules(self, digest: str) -> Rulebook: ...
    def current_rules(self) -> tuple[str, Rulebook]: ...
    def keep_calendar(self, calendar: Calendar) -> None: ...
    def calendars(self) -> Sequence[str]: ...
    def calendar(self, snapshot: str) -> Calendar: ...
    def current_calendar(self) -> Calendar: ...

    def calendar_to_change(self) -> Calendar:
        """The current calendar, which nobody else can change until this unit is over."""
        ...


class People(Protocol):
    """Who is in the directory."""

    def directory(self) -> Directory: ...

    def put(self, people: Iterable[Person]) -> tuple[int, int, int]:
        """Add, change or leave alone; returns how many of each. Nobody is removed."""
        ...


class Duty(Protocol):
    """Who keeps the house's clock, and what each round of the service did last."""

    def now(self) -> datetime:
        """The database's own time."""
        ...

    def take(self, holder: str, kind: str) -> bool:
        """Take or keep the clock for a while; False where another process has it."""
        ...

    def leave(self, holder: str) -> None:
        """Let others have the clock at once; nothing happens where another process has it."""
        ...

    def lease(self) -> Lease | None:
        """Who keeps the clock now; None where nobody does."""
        ...

    def begin(self, name: str, by: str) -> None:
        """Note that a round begins."""
        ...

    def end(self, name: str, by: str, outcome: Outcome, words: str) -> None:
        """Note how a round ended."""
        ...

    def ticks(self) -> Mapping[str, Tick]:
        """The last of each round, by its name."""
        ...


class UnitOfWork(Protocol):
    """One read, one decision, one write, one commit; leaving without commit keeps nothing."""

    @property
    def cases(self) -> Cases: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def codes(self) -> Codes: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def library(self) -> Library: ...
    @property
    def people(self) -> People: ...
    @property
    def duty(self) -> Duty: ...
    @property
    def pulse(self) -> Pulse: ...
    @property
    def visits(self) -> Visits: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def authenticators(self) -> Authenticators: ...
    @property
    def bonds(self) -> Bonds: ...

    def keep(self, step: Step) -> None:
        """Write a step: the only writer of cases, events, deadlines, tasks and owed messages.

        Errors: Stale where the case is no longer at the revision the step began from.
        """
        ...

    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """A house's store: it begins units of work and knows the house's own few facts."""

    def begin(self) -> UnitOfWork: ...
    @property
    def secret(self) -> Secret: ...
    @property
    def mail_domain(self) -> str: ...
    @property
    def practice(self) -> bool: ...

    def practice_now(self) -> datetime | None: ...
    def set_practice_now(self, now: datetime) -> None: ...

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        ...

    def set_hold(self, hold: bool) -> None: ...
