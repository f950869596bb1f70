"""The tables of authenticator apps, and of the codes that stand in for each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint

from store.columns import Table, instant, instant_or_none, numbered, primary


class AuthenticatorRow(Table, table=True):
    """An app of a person; its secret is made from the chance and the house's secret, and is not
    kept. One that was removed stays as the record of that."""

    __tablename__ = "authenticator"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("(removed_at IS NULL) = (removed_by = '')", name="removed"),
    )
    id: int | None = numbered()
    email: str
    chance: str
    made_at: datetime = instant()
    confirmed_at: datetime | None = instant_or_none()
    removed_at: datetime | None = instant_or_none()
    removed_by: str
    step: int
    tries: int
    tries_from: datetime | None = instant_or_none()


class SpareRow(Table, table=True):
    """A code that stands in for an app, as its digest."""

    __tablename__ = "spare"
    authenticator: int = primary("authenticator.id")
    digest: str = primary()
    used_at: datetime | None = instant_or_none()


AUTHENTICATOR = Table.metadata.tables["authenticator"]
SPARE = Table.metadata.tables["spare"]
