"""How a column of a house is declared, and how every constraint gets its name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, MetaData
from sqlmodel import Field, SQLModel

from store.instants import Instant

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}

# A row of these is found by its case first, so SQLite keeps the rows of a case side by side.
BY_CASE = {"sqlite_with_rowid": False}


class Table(SQLModel):
    metadata = MetaData(naming_convention=NAMES)


def primary(refers_to: str | None = None) -> Any:
    """A column of the primary key, which may refer to a row of another table."""
    if refers_to is None:
        return Field(primary_key=True)
    return Field(primary_key=True, foreign_key=refers_to)


def numbered() -> Any:
    """A number the database gives to each new row."""
    return Field(default=None, primary_key=True)


def refers(refers_to: str, index: bool = False) -> Any:
    return Field(foreign_key=refers_to, index=index)


def instant() -> Any:
    return Field(sa_type=Instant, nullable=False)


def instant_or_none() -> Any:
    return Field(default=None, sa_type=Instant, nullable=True)


def json() -> Any:
    """Canonical JSON as text, in a column called json; a model may not call a field so."""
    return Field(sa_column_kwargs={"name": "json"})


def one_of(column: str, *words: str) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
