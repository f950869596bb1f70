"""The tables of visits: who is signed in to the console, and what each person read of a case."""

from __future__ import annotations

from datetime import datetime

from store.columns import Table, instant, instant_or_none, numbered, primary, refers


class VisitRow(Table, table=True):
    __tablename__ = "visit"
    digest: str = primary()
    email: str
    began: datetime = instant()
    seen: datetime = instant()
    ended: datetime | None = instant_or_none()
    half: bool


class SpentRow(Table, table=True):
    """What counts once and was used, as its digest."""

    __tablename__ = "spent"
    digest: str = primary()
    at: datetime = instant()


class AccessRow(Table, table=True):
    __tablename__ = "access"
    id: int | None = numbered()
    at: datetime = instant()
    email: str
    case: str = refers("case.reference", index=True)
    what: str


VISIT = Table.metadata.tables["visit"]
SPENT = Table.metadata.tables["spent"]
ACCESS = Table.metadata.tables["access"]
