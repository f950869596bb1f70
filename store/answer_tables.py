"""The tables of answering: the one-time codes that were asked for, and people's calendar feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint

from store.columns import Table, instant, instant_or_none, numbered, refers


class CodeRow(Table, table=True):
    """A code as it can be recognised, never as it reads: browser and digest are digests."""

    __tablename__ = "code"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("done_at IS NULL OR used_at IS NOT NULL", name="done"),
    )
    id: int | None = numbered()
    message: int = refers("outbox.id", index=True)
    recipient: str
    browser: str
    digest: str
    asked_at: datetime = instant()
    tries: int
    used_at: datetime | None = instant_or_none()
    done_at: datetime | None = instant_or_none()


class FeedRow(Table, table=True):
    """A person's feed; its address is made from the number, the serial and the house's secret."""

    __tablename__ = "feed"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("serial >= 1", name="serial"),
    )
    id: int | None = numbered()
    email: str
    serial: int


CODE = Table.metadata.tables["code"]
FEED = Table.metadata.tables["feed"]
