"""The tables of a house itself: its facts, its people, and the library it works by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from store.columns import Table, instant_or_none, json, numbered, primary, refers


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


HOUSE = Table.metadata.tables["house"]
PERSON = Table.metadata.tables["person"]
DEFINITION = Table.metadata.tables["definition"]
RULEBOOK = Table.metadata.tables["rulebook"]
CALENDAR = Table.metadata.tables["calendar"]
