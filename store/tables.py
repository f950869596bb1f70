"""The tables of a house; they carry no behaviour, and every constraint has a name."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from store import (  # noqa: F401 - their tables are declared with these
    answer_tables,
    authenticator_tables,
    duty_tables,
    mail_tables,
    token_tables,
    visit_tables,
)
from store.columns import (
    BY_CASE,
    Table,
    instant,
    instant_or_none,
    json,
    numbered,
    one_of,
    primary,
    refers,
)


class HouseRow(Table, table=True):
    __tablename__ = "house"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("directory_revision >= 0", name="directory_revision"),
    )
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    practice: bool
    practice_now: datetime | None = instant_or_none()
    hold: bool
    directory_revision: int
    mail_domain: str
    area: str
    digested_at: datetime | None = instant_or_none()
    rules: str | None = refers("rulebook.digest")
    calendar: str | None = refers("calendar.snapshot")


class PersonRow(Table, table=True):
    __tablename__ = "person"
    email: str = primary()
    name: str
    agency: str
    roles: str
    area: str


class DefinitionRow(Table, table=True):
    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("key", "version"), UniqueConstraint("digest"))
    id: int | None = numbered()
    key: str
    version: str
    digest: str
    json_text: str = json()


class RulebookRow(Table, table=True):
    __tablename__ = "rulebook"
    __table_args__ = (UniqueConstraint("digest"),)
    id: int | None = numbered()
    digest: str
    edition: str
    json_text: str = json()


class CalendarRow(Table, table=True):
    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("snapshot"),)
    id: int | None = numbered()
    snapshot: str
    json_text: str = json()


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


TABLES = Table.metadata.tables
HOUSE = TABLES["house"]
PERSON = TABLES["person"]
DEFINITION = TABLES["definition"]
RULEBOOK = TABLES["rulebook"]
CALENDAR = TABLES["calendar"]
CASE = TABLES["case"]
IDENTITY = TABLES["identity"]
EVENT = TABLES["event"]
TASK = TABLES["task"]
DEADLINE = TABLES["deadline"]
OUTBOX = TABLES["outbox"]
ATTEMPT = TABLES["attempt"]
LETTER = TABLES["letter"]
CODE = TABLES["code"]
FEED = TABLES["feed"]
NUMBER = TABLES["number"]
LEASE = TABLES["lease"]
TICK = TABLES["tick"]
VISIT = TABLES["visit"]
ACCESS = TABLES["access"]
TOKEN = TABLES["token"]
ANSWER = TABLES["answer"]
SPENT = TABLES["spent"]
AUTHENTICATOR = TABLES["authenticator"]
SPARE = TABLES["spare"]
