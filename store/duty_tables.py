"""The tables of the service: who keeps the house's clock, and what each round did last."""

from __future__ import annotations

from datetime import datetime

from store.columns import Table, instant, instant_or_none, one_of, primary


class LeaseRow(Table, table=True):
    __tablename__ = "lease"
    name: str = primary()
    holder: str
    kind: str
    until: datetime = instant()


class TickRow(Table, table=True):
    __tablename__ = "tick"
    __table_args__ = (one_of("outcome", "running", "done", "failed"),)
    name: str = primary()
    began_at: datetime = instant()
    ended_at: datetime | None = instant_or_none()
    outcome: str
    words: str
    by: str
    done_at: datetime | None = instant_or_none()


LEASE = Table.metadata.tables["lease"]
TICK = Table.metadata.tables["tick"]
