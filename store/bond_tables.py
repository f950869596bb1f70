"""The table of bonds between people and the lasting names an organisation has for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint

from store.columns import Table, instant, instant_or_none, numbered


class BondRow(Table, table=True):
    """A person and the digest of a name. One that was released stays as the record of that."""

    __tablename__ = "bond"
    __table_args__ = (
        CheckConstraint("(released_at IS NULL) = (released_by = '')", name="released"),
    )
    id: int | None = numbered()
    email: str
    name: str
    bound_at: datetime = instant()
    released_at: datetime | None = instant_or_none()
    released_by: str


BOND = Table.metadata.tables["bond"]
