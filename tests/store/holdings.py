"""A house full of work, and everything it holds, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from sqlalchemy import MetaData, select

from engine.authenticators import Authenticator
from engine.outbox import Attempt, Verdict
from engine.roles import Person
from engine.tokens import Kept, Token
from engine.visits import Visit
from store.connection import parse, whole
from store.house import DatabaseStore
from tests.store.samples import (
    CANARY,
    HOUR,
    NOW,
    a_message,
    full_parts,
    furnish,
    further,
    opening,
)


def fill(house: DatabaseStore, number: int) -> None:
    """Cases with something in every field, and a row in every table."""
    pins = furnish(house)
    with house.begin() as work:
        work.people.put([Person("a@agency.example", "Zoë", "Health", frozenset({"police"}))])
        for n in range(1, number + 1):
            owed = [a_message(f"m{n}", f"p{k}@agency.example") for k in range(3)]
            work.cases.next_number("PL", 2026)
            reference = f"PL-2026-{n:04d}"
            parts = {"owed": owed, "names": ["a@health.example"], **full_parts()}
            first = opening(pins, reference, identity={"name": CANARY}, **parts)
            work.keep(first)
            work.keep(further(first.case, owed=[replace(a_message("late"), urgent=True)]))
        work.commit()
    with house.begin() as work:
        for message in work.outbox.claim(NOW, NOW + HOUR, "courier", number):
            attempt = Attempt(NOW, "courier", Verdict.DEFERRED, 451, "later", "RCPT", "0a1b")
            work.outbox.settle(message, attempt)
        work.outbox.claim(NOW, NOW + HOUR, "courier", number)
        work.duty.begin("sweep", "desk-1")
        work.duty.take("desk-1", "embedded")
        scopes = frozenset(("read",))
        token = Token(0, "a" * 64, "a@agency.example", scopes, "Zoë's", "root", NOW, NOW + HOUR)
        number = work.tokens.add(token)
        work.tokens.keep(Kept(number, "key", "b" * 64, 201, "{}", NOW), NOW)
        work.authenticators.begin(Authenticator(0, "a@agency.example", "chance", NOW))
        (app,) = work.authenticators.list()
        work.authenticators.confirm(app.id, NOW)
        work.authenticators.spare(app.id, ["c" * 64, "d" * 64])
        work.bonds.bind("a@agency.example", "9" * 64, NOW)
        work.visits.begin(Visit("e" * 64, "a@agency.example", NOW, NOW))
        work.visits.spend("f" * 64, NOW)
        work.commit()
    house.set_practice_now(NOW)


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in one order whatever the database."""
    found, rows = MetaData(), {}
    with whole(parse(url)) as connection:
        found.reflect(connection)
        for table in found.sorted_tables:
            if table.name != "alembic_version":
                listed = [dict(row) for row in connection.execute(select(table)).mappings()]
                rows[table.name] = sorted(map(as_text, listed), key=str)
    return rows


def as_text(row: dict[str, Any]) -> dict[str, Any]:
    """Both databases' idea of a moment and of yes, as one."""
    plain = {
        name: value.astimezone(UTC).isoformat() if hasattr(value, "astimezone") else value
        for name, value in row.items()
    }
    return dict(sorted(plain.items()))
