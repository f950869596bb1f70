"""Instants in the database: always aware, always UTC, in an order the database can sort by."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from engine.london import aware


class Instant(TypeDecorator[datetime]):
    """An aware moment: timestamptz in PostgreSQL, ISO 8601 text in UTC in SQLite.

    The texts sort in order of time, with or without a fraction of a second: "+" is before ".".
    """

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind = DateTime(timezone=True) if dialect.name == "postgresql" else String(32)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return written(value) if dialect.name == "sqlite" or value is None else aware(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        return read(value)


def written(moment: datetime | None) -> str | None:
    """Write a moment as both databases take it. Errors: ValueError if it has no time zone."""
    return None if moment is None else _text(moment)


# A case's facts share few moments, and each is written and read with every step.
@lru_cache(maxsize=4096)
def _text(moment: datetime) -> str:
    return aware(moment).astimezone(UTC).isoformat()


_parsed = lru_cache(maxsize=4096)(datetime.fromisoformat)
_parsed_day = lru_cache(maxsize=4096)(date.fromisoformat)


def read(stored: str | datetime | None) -> datetime | None:
    return None if stored is None else moment(stored)


def moment(stored: str | datetime) -> datetime:
    """Read a moment that is there: text from SQLite, a datetime from PostgreSQL; in UTC."""
    if isinstance(stored, str):
        return _parsed(stored)
    return stored.astimezone(UTC)


def day(stored: str | date) -> date:
    """Read a day that is there: text from SQLite, a date from PostgreSQL."""
    return _parsed_day(stored) if isinstance(stored, str) else stored


def day_or_none(stored: str | date | None) -> date | None:
    return None if stored is None else day(stored)
