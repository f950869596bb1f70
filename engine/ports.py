"""What the house needs from its edges: a clock, a unit of work, and the rooms behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from engine.authenticators import Authenticators
from engine.case import (
    BREACHED,
    RUNNING,
    Case,
    Deadline,
    Entry,
    Event,
    Meeting,
    Owed,
    Recorded,
    Step,
)
from engine.codes import Code
from engine.definition import Process
from engine.health import Pulse
from engine.letters import Letter, Status
from engine.lists import Look, Place
from engine.outbox import Attempt, Message, State
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


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list: where it is and what falls due next; overdue counts missed clocks."""

    reference: str
    process: str
    stage: str
    opened_at: datetime
    closed_at: datetime | None
    next_due: datetime | None
    overdue: int
    pseudonym: str


def line_of(case: Case, now: datetime) -> Line:
    """The line of a case, of which the open dates are enough."""
    running = [d.due for d in case.deadlines if d.status == RUNNING and d.due >= now]
    missed = [d for d in case.deadlines if d.is_open and d.status_at(now) == BREACHED]
    return Line(
        reference=case.reference,
        process=case.process,
        stage=case.stage,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        next_due=min(running, default=None),
        overdue=len(missed),
        pseudonym=case.pseudonym,
    )


@dataclass(frozen=True, slots=True)
class Outline:
    """A case without what hangs on it: its stages, facts and meetings, as reports count them."""

    reference: str
    process: str
    digest: str
    entries: tuple[Entry, ...]
    facts: Mapping[str, Recorded]
    meetings: tuple[Meeting, ...]


class Cases(Protocol):
    """The cases of the house."""

    def open(self, reference: str) -> Case:
        """The whole case. Errors: Absent."""
        ...

    def revision(self, reference: str) -> int:
        """How many steps were kept on a case; it tells that a case has moved. Errors: Absent."""
        ...

    def alike(self, reference: str, fact: str) -> Sequence[str]:
        """Other cases whose value of an identifying fact is the same; the value is not told."""
        ...

    def next_number(self, prefix: str, year: int) -> int:
        """A number never given before for this prefix and year."""
        ...

    def due(self, by: datetime, limit: int) -> Sequence[str]:
        """References with a deadline the watch must look at by then, longest waiting first."""
        ...

    def lines(
        self, now: datetime, process: str = "", only_open: bool = False, only_overdue: bool = False
    ) -> Sequence[Line]: ...

    def places(
        self, looks: Sequence[Look], after: Place | None, limit: int
    ) -> Sequence[Sequence[Place]]:
        """For each look the first places of its order behind one, as many as the limit."""
        ...

    def awaited(self, until: datetime | None) -> Sequence[tuple[str, Deadline]]:
        """Open deadlines of open cases due by then, with their case, earliest first."""
        ...

    def missed(self, since: datetime, until: datetime) -> Sequence[tuple[str, Deadline]]:
        """Deadlines of any case that were due, and missed, from one instant up to another.

        until is not part of it. The earliest comes first.
        """
        ...

    def dated(self, since: datetime, until: datetime) -> Sequence[tuple[str, str, Deadline]]:
        """Deadlines of any case due from one instant to another: case, process, deadline.

        Both instants are part of it. The earliest comes first.
        """
        ...

    def outlines(self, since: datetime | None = None) -> Sequence[Outline]:
        """Every case that was not closed before an instant, without what hangs on it."""
        ...

    def crowded(self, who: str, most: int) -> bool:
        """Whether somebody has, or had, a part in more cases than so many."""
        ...

    def sketches(self, references: Sequence[str]) -> Mapping[str, Case]:
        """Some cases by reference with their tasks and open dates, without what identifies.

        It is enough for a line, and to say who may read a case and whose move it is. A reference
        of nothing is left out.
        """
        ...

    def references(self, only_open: bool = False) -> Sequence[str]: ...

    def events(self, reference: str) -> Sequence[Event]: ...


class Outbox(Protocol):
    """The messages of the house."""

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        """Lease owed messages whose time has come, urgent and oldest first; none while held."""
        ...

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        ...

    def settle(self, message: Message, attempt: Attempt) -> bool:
        """Record one try; False, and nothing is written, where the lease was lost."""
        ...

    def drop(self, message: Message, courier: str, reason: str) -> bool:
        """Leave a leased message unsent for good; False where the lease was lost."""
        ...

    def hasten(self, now: datetime) -> int:
        """Let messages that last found no mail server be tried at once; returns how many."""
        ...

    def free(self, courier: str) -> int:
        """Give back what a courier that is no more had leased; returns how many messages."""
        ...

    def let_go(self, message: Message, courier: str) -> None:
        """Give an untried message back."""
        ...

    def told(self, recipient: str) -> Sequence[Message]:
        """What one person was told or is owed, in the order in which it was owed."""
        ...

    def bounce(self, number: int, attempt: Attempt) -> bool:
        """Refuse an accepted message after all; False, and nothing is written, for any other."""
        ...

    def digested_at(self) -> datetime | None:
        """The instant at which digests were last looked for; None before the first time."""
        ...

    def owe_digests(self, owed: Sequence[Owed], at: datetime) -> int:
        """Owe messages that belong to no case, each once; returns how many are new.

        The instant is kept with them: the same moment of a day is not looked at twice.
        """
        ...

    def owe_apart(self, owed: Owed, at: datetime) -> int:
        """Owe one message that belongs to no case; returns its number."""
        ...

    def find(self, message_id: str) -> Message | None:
        """The message with this Message-ID, if there is one."""
        ...

    def get(self, number: int) -> Message: ...
    def attempts(self, number: int) -> Sequence[Attempt]: ...
    def list(self, state: State | None = None, case: str = "") -> Sequence[Message]: ...
    def counts(self) -> Mapping[str, int]: ...

    def park(self, number: int, reason: str) -> None:
        """Take an owed message out of sending. Errors: Absent, Refused."""
        ...

    def release(self, number: int, now: datetime) -> None:
        """Owe a parked or refused message again, with fresh patience. Errors: Absent, Refused."""
        ...


class Letters(Protocol):
    """The letters that came in."""

    def keep(self, letter: Letter, raw: bytes) -> int | None:
        """Keep a letter under a new number; None where it is kept already."""
        ...

    def get(self, number: int) -> Letter:
        """One letter. Errors: Absent."""
        ...

    def raw(self, number: int) -> bytes:
        """A letter as it came. Errors: Absent."""
        ...

    def list(self, status: Status | None = None, case: str = "") -> Sequence[Letter]:
        """Letters in the order in which they came."""
        ...

    def assigned(self) -> Sequence[Letter]:
        """Those a person has assigned to a message, in the order in which they came."""
        ...

    def failures(self, recipient: str, since: datetime) -> Sequence[Letter]:
        """Notices that messages to an address failed, kept since, the first one first."""
        ...

    def settle(self, letter: Letter, seen: Status) -> None:
        """Write where a letter is now. Errors: Stale where it is no longer as it was seen."""
        ...


class Codes(Protocol):
    """The one-time codes that were asked for."""

    def add(self, code: Code) -> None: ...

    def newest(self, message: int, browser: str) -> Code | None:
        """The last one this browser asked for through the link of a message."""
        ...

    def asked(self, since: datetime, message: int, recipient: str) -> tuple[int, int]:
        """How many were asked for since then: with one link, and for one person."""
        ...

    def tried(self, number: int, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough."""
        ...

    def use(self, number: int, now: datetime, browser: str) -> bool:
        """A code opens a page, for another token of its browser; False where one was opened."""
        ...

    def finish(self, number: int, now: datetime) -> bool:
        """Something was decided on the page; False where that was so already."""
        ...


class Feeds(Protocol):
    """The addresses under which people have their dates in a calendar of their own."""

    def of(self, email: str) -> tuple[int, int]:
        """The number and the serial of a person's feed, which begins where there is none."""
        ...

    def get(self, number: int) -> tuple[str, int] | None:
        """Whose feed has this number, and its serial."""
        ...

    def renew(self, email: str) -> tuple[int, int]:
        """Give a person's feed the next serial: its address is another one from now on."""
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

    def keys(self) -> Sequence[str]: ...
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
    def secret(self) -> bytes: ...
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
