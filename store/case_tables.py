"""The tables of cases: what each is, what happened in it, and what it owes by when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint

from store.columns import BY_CASE, Table, instant, instant_or_none, one_of, primary, refers


class CaseRow(Table, table=True):
    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("sequence >= 1", name="sequence"),
    )
    reference: str = primary()
    process: str
    version: str
    digest: str = refers("definition.digest")
    rules: str = refers("rulebook.digest")
    stage: str
    revision: int
    sequence: int
    seal: str
    pseudonym: str
    opened_at: datetime = instant()
    closed_at: datetime | None = instant_or_none()
    episode: int
    state: str
    case_due: datetime | None = instant_or_none()
    task_due: datetime | None = instant_or_none()
    late_from: datetime | None = instant_or_none()


class IdentityRow(Table, table=True):
    """The only place of an identifying value: a row can go and the record stays whole."""

    __tablename__ = "identity"
    __table_args__ = BY_CASE
    case: str = primary("case.reference")
    fact: str = primary()
    value: str


class EventRow(Table, table=True):
    __tablename__ = "event"
    __table_args__ = (CheckConstraint("sequence >= 1", name="sequence"), BY_CASE)
    case: str = primary("case.reference")
    sequence: int = primary()
    at: datetime = instant()
    happened_on: date
    actor: str
    account: str
    kind: str
    data: str
    calendar: str
    seal: str


class TaskRow(Table, table=True):
    __tablename__ = "task"
    __table_args__ = BY_CASE
    case: str = primary("case.reference")
    id: str = primary()
    place: int
    kind: str
    agency: str
    recipient: str
    asked_at: datetime = instant()
    status: str
    settled_on: date | None = None
    settled_at: datetime | None = instant_or_none()
    sequence: int
    reply: str


class DeadlineRow(Table, table=True):
    __tablename__ = "deadline"
    __table_args__ = (
        one_of("standing", "statutory", "guidance", "local", "default"),
        one_of("status", "running", "met", "met_late", "breached", "held", "cancelled"),
        BY_CASE,
    )
    case: str = primary("case.reference")
    key: str = primary()
    task: str = primary()
    cycle: int = primary()
    place: int
    start: str
    start_fact: str
    due: datetime = instant()
    raw_due: datetime = instant()
    length: str
    standing: str
    status: str
    met_on: date | None = None
    breached_at: datetime | None = instant_or_none()
    look_at: datetime | None = instant_or_none()
    looked_at: datetime | None = instant_or_none()
    calendar: str
    provisional: bool
    variant: str
    began: int


class NumberRow(Table, table=True):
    __tablename__ = "number"
    prefix: str = primary()
    year: int = primary()
    last: int


CASE = Table.metadata.tables["case"]
IDENTITY = Table.metadata.tables["identity"]
EVENT = Table.metadata.tables["event"]
TASK = Table.metadata.tables["task"]
DEADLINE = Table.metadata.tables["deadline"]
NUMBER = Table.metadata.tables["number"]
