"""Values: a case and all that hangs on it, as one immutable picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

RUNNING, MET, MET_LATE, BREACHED, HELD, CANCELLED = (
    "running",
    "met",
    "met_late",
    "breached",
    "held",
    "cancelled",
)
OPEN_STATES = (RUNNING, HELD, BREACHED)
WAITING = "open"
# How an agency came to a meeting; the first two count as present.
PRESENT, DEPUTY, APOLOGIES, ABSENT = HOW = ("present", "deputy", "apologies", "absent")
CAME = (PRESENT, DEPUTY)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact's value as text, the day it happened, the instant we learnt it, and where."""

    value: str
    on: date
    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Entry:
    """The case entered a stage: the instant, the business day, and the event."""

    stage: str
    at: datetime
    on: date
    sequence: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch during which something outside stops some clocks; until is None while open."""

    kind: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """One deadline was given a later day, agreed on a day."""

    deadline: str
    task: str
    cycle: int
    to: date
    agreed_on: date


@dataclass(frozen=True, slots=True)
class Link:
    """This case belongs with another one."""

    other: str
    kind: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with its attendance; deputies count as present.

    agencies holds, where it was recorded, how each agency came: (name, one of HOW), by name.
    """

    on: date
    invited: int
    present: int
    kind: str = "meeting"
    agencies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One person's or agency's piece of work on a case; status is open or its answer.

    sequence is the number of the event that asked for it; reply what its recipient last said of
    it without settling it.
    """

    id: str
    kind: str
    agency: str
    recipient: str
    asked_at: datetime
    status: str = WAITING
    settled_on: date | None = None
    settled_at: datetime | None = None
    sequence: int = 0
    reply: str = ""

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date on a case: derived from the record, never typed.

    due and raw_due are aware UTC instants; raw_due leaves holds and extensions out. start is
    the start's text (a day or an instant), start_fact what it came from and began the number of
    the event that started it. look_at is the next
    instant at which the watch has something to do; looked_at the last at which it did.
    """

    key: str
    task: str
    cycle: int
    start: str
    start_fact: str
    due: datetime
    raw_due: datetime
    length: str
    standing: str
    status: str = RUNNING
    met_on: date | None = None
    breached_at: datetime | None = None
    look_at: datetime | None = None
    looked_at: datetime | None = None
    calendar: str = ""
    provisional: bool = False
    variant: str = ""
    began: int = 0

    @property
    def identity(self) -> tuple[str, str, int]:
        return (self.key, self.task, self.cycle)

    @property
    def by_hour(self) -> bool:
        return self.length.endswith("h")

    @property
    def estimated(self) -> bool:
        """Whether hours are counted from the beginning of a day, because no time of it is known."""
        return self.by_hour and "T" not in self.start

    @property
    def is_open(self) -> bool:
        """Whether something is still awaited; a missed date is, until it is met late or ended."""
        return self.status in OPEN_STATES and self.met_on is None

    def status_at(self, now: datetime) -> str:
        """The status a reader sees: a passed date shows as breached before any sweep."""
        return BREACHED if self.status == RUNNING and now > self.due else self.status


@dataclass(frozen=True, slots=True)
class Case:
    """One review, death or dispute under one pinned definition.

    An identifying fact stands in facts as a keyed digest only; its value is in identity, which
    never reaches an event, a message or a printed form of the case.
    """

    reference: str
    process: str
    version: str
    digest: str
    rules: str
    stage: str
    opened_at: datetime
    revision: int = 0
    sequence: int = 0
    seal: str = ""
    pseudonym: str = ""
    facts: Mapping[str, Recorded] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    tasks: tuple[Task, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    holds: tuple[Hold, ...] = ()
    extensions: tuple[Extension, ...] = ()
    links: tuple[Link, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    recused: tuple[str, ...] = ()
    episode: int = 0
    closed_at: datetime | None = None
    identity: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def value(self, fact: str) -> str | None:
        """A fact's value; for an identifying fact only its digest stands here."""
        found = self.facts.get(fact)
        return found.value if found else None

    def task(self, task: str) -> Task | None:
        wanted = task.upper() if task[:1].upper() == "T" else f"T{task}"
        return next((t for t in self.tasks if t.id == wanted), None)


@dataclass(frozen=True, slots=True)
class Event:
    """One sealed line of the record: what happened, when, who did it, and when we learnt it."""

    sequence: int
    at: datetime
    on: date
    actor: str
    account: str
    kind: str
    data: Mapping[str, Any]
    calendar: str
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message one person must be sent; the anchor makes it unique on its case.

    about carries only words fit for an email: nothing that identifies a child. not_before is the
    instant until which it rests, where it may only come in working hours.
    """

    anchor: str
    kind: str
    recipient: str
    role: str
    urgent: bool
    about: Mapping[str, str]
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The result of a decision: the case before and after, its events and what is owed.

    parts are the names of whoever has a part in the case since this step.
    """

    before: Case | None
    case: Case
    events: tuple[Event, ...]
    owed: tuple[Owed, ...]
    identity: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The deadlines the step made or changed."""
        known = set(self.before.deadlines) if self.before else set()
        return tuple(d for d in self.case.deadlines if d not in known)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks the step opened or settled."""
        known = set(self.before.tasks) if self.before else set()
        return tuple(t for t in self.case.tasks if t not in known)


__all__ = [
    "Case",
    "Deadline",
    "Entry",
    "Event",
    "Extension",
    "Hold",
    "Link",
    "Meeting",
    "Owed",
    "Recorded",
    "Step",
    "Task",
]
