"""The tables of a house's mail: what it owes, and every try."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint

from store.columns import Table, instant, instant_or_none, numbered, one_of, refers


class OutboxRow(Table, table=True):
    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("case", "anchor", "recipient"),
        UniqueConstraint("message_id"),
        one_of("state", "owed", "accepted", "refused", "parked", "dropped"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("(lease_until IS NULL) = (lease_by IS NULL)", name="lease"),
        # A digest tells one person of many cases, a code to sign in with of none.
        CheckConstraint("(\"case\" IS NULL) = (kind IN ('digest', 'sign_in'))", name="of_no_case"),
    )
    id: int | None = numbered()
    case: str | None = refers("case.reference")
    anchor: str
    recipient: str
    kind: str
    role: str
    urgent: bool
    about: str
    message_id: str
    owed_at: datetime = instant()
    patience_from: datetime = instant()
    not_before: datetime | None = instant_or_none()
    state: str
    tries: int
    next_at: datetime | None = instant_or_none()
    lease_until: datetime | None = instant_or_none()
    lease_by: str | None = None
    last_words: str


class AttemptRow(Table, table=True):
    __tablename__ = "attempt"
    id: int | None = numbered()
    outbox: int = refers("outbox.id", index=True)
    at: datetime = instant()
    courier: str
    verdict: str
    code: int
    words: str
    moment: str
    template: str


OUTBOX = Table.metadata.tables["outbox"]
ATTEMPT = Table.metadata.tables["attempt"]
