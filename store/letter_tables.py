"""The table of the letters that came in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint

from store.columns import Table, instant, instant_or_none, numbered, one_of, refers


class LetterRow(Table, table=True):
    """A letter that came in; its words and raw bytes may name somebody and stand nowhere else."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("digest"),
        UniqueConstraint("fingerprint"),
        one_of("kind", "answer", "automatic", "away", "bounce", "unreadable"),
        one_of("status", "proposed", "kept", "confirmed", "dismissed", "unmatched"),
        one_of("failure", "", "hard", "soft", "delayed", "ours"),
        CheckConstraint('(outbox IS NULL) = ("case" IS NULL)', name="matched"),
        CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled"),
    )
    id: int | None = numbered()
    raw: bytes
    digest: str
    fingerprint: str
    received_at: datetime = instant()
    sender: str
    kind: str
    outbox: int | None = refers("outbox.id", index=True)
    case: str | None = refers("case.reference", index=True)
    words: str
    proposed: str
    status: str
    reason: str
    back_on: date | None = None
    settled_by: str | None = None
    settled_at: datetime | None = instant_or_none()
    failure: str
    shape: str
    suggested: int | None = refers("outbox.id")


LETTER = Table.metadata.tables["letter"]
