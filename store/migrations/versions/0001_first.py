"""The first tables of a house.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def texts_or_none(*names: str) -> list[sa.Column[str]]:
    return [text_or_none(name) for name in names]


def text_or_none(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String())


def numbers(*names: str) -> list[sa.Column[int]]:
    return [number(name) for name in names]


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def day(name: str) -> sa.Column[date]:
    return sa.Column(name, sa.Date(), nullable=False)


def day_or_none(name: str) -> sa.Column[date]:
    return sa.Column(name, sa.Date())


def instants(*names: str) -> list[sa.Column[Any]]:
    return [instant(name) for name in names]


def instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=False)


def instants_or_none(*names: str) -> list[sa.Column[Any]]:
    return [instant_or_none(name) for name in names]


def instant_or_none(name: str) -> sa.Column[Any]:
    return sa.Column(name, INSTANT)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{to.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [to], name=op.f(name))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    for make in TABLES.values():
        make()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _calendar() -> None:
    op.create_table(
        "calendar",
        number("id"),
        *text("snapshot", "json"),
        primary("calendar", "id"),
        unique("calendar", "snapshot"),
    )


def _definition() -> None:
    op.create_table(
        "definition",
        number("id"),
        *text("key", "version", "digest", "json"),
        primary("definition", "id"),
        unique("definition", "digest"),
        unique("definition", "key", "version"),
    )


def _number() -> None:
    op.create_table(
        "number", *text("prefix"), *numbers("year", "last"), primary("number", "prefix", "year")
    )


def _person() -> None:
    op.create_table(
        "person", *text("email", "name", "agency", "roles", "area"), primary("person", "email")
    )


def _rulebook() -> None:
    op.create_table(
        "rulebook",
        number("id"),
        *text("digest", "edition", "json"),
        primary("rulebook", "id"),
        unique("rulebook", "digest"),
    )


def _case() -> None:
    op.create_table(
        "case",
        *text("reference", "process", "version", "digest", "rules", "stage"),
        *numbers("revision", "sequence"),
        *text("seal", "pseudonym"),
        instant("opened_at"),
        instant_or_none("closed_at"),
        number("episode"),
        *text("state"),
        check("case", "revision", "revision >= 1"),
        check("case", "sequence", "sequence >= 1"),
        refers("case", "digest", "definition.digest"),
        refers("case", "rules", "rulebook.digest"),
        primary("case", "reference"),
    )


def _house() -> None:
    op.create_table(
        "house",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        flag("practice"),
        instant_or_none("practice_now"),
        flag("hold"),
        number("directory_revision"),
        *text("mail_domain", "area"),
        *texts_or_none("rules", "calendar"),
        check("house", "directory_revision", "directory_revision >= 0"),
        check("house", "single", "id = 1"),
        refers("house", "calendar", "calendar.snapshot"),
        refers("house", "rules", "rulebook.digest"),
        primary("house", "id"),
    )


def _deadline() -> None:
    op.create_table(
        "deadline",
        *text("case", "key", "task"),
        *numbers("cycle", "place"),
        *text("start", "start_fact"),
        *instants("due", "raw_due"),
        *text("length", "standing", "status"),
        day_or_none("met_on"),
        *instants_or_none("breached_at", "look_at", "looked_at"),
        *text("calendar"),
        flag("provisional"),
        *text("variant"),
        number("began"),
        check("deadline", "standing", "standing IN ('statutory', 'guidance', 'local', 'default')"),
        check(
            "deadline",
            "status",
            "status IN ('running', 'met', 'met_late', 'breached', 'held', 'cancelled')",
        ),
        refers("deadline", "case", "case.reference"),
        primary("deadline", "case", "key", "task", "cycle"),
        sqlite_with_rowid=False,
    )
    where = sa.text("look_at IS NOT NULL")
    kinds = {"sqlite_where": where, "postgresql_where": where}
    op.create_index("ix_deadline_look_at", "deadline", ["look_at", "case"], **kinds)


def _event() -> None:
    op.create_table(
        "event",
        *text("case"),
        number("sequence"),
        instant("at"),
        day("happened_on"),
        *text("actor", "account", "kind", "data", "calendar", "seal"),
        check("event", "sequence", "sequence >= 1"),
        refers("event", "case", "case.reference"),
        primary("event", "case", "sequence"),
        sqlite_with_rowid=False,
    )


def _identity() -> None:
    op.create_table(
        "identity",
        *text("case", "fact", "value"),
        refers("identity", "case", "case.reference"),
        primary("identity", "case", "fact"),
        sqlite_with_rowid=False,
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        number("id"),
        *text("case", "anchor", "recipient", "kind", "role"),
        flag("urgent"),
        *text("about", "message_id"),
        *instants("owed_at", "patience_from"),
        *text("state"),
        number("tries"),
        *instants_or_none("next_at", "lease_until"),
        text_or_none("lease_by"),
        *text("last_words"),
        check("outbox", "state", "state IN ('owed', 'accepted', 'refused', 'parked')"),
        check("outbox", "lease", "(lease_until IS NULL) = (lease_by IS NULL)"),
        check("outbox", "tries", "tries >= 0"),
        refers("outbox", "case", "case.reference"),
        primary("outbox", "id"),
        unique("outbox", "case", "anchor", "recipient"),
        unique("outbox", "message_id"),
    )
    where = sa.text("state = 'owed'")
    kinds = {"sqlite_where": where, "postgresql_where": where}
    op.create_index("ix_outbox_owed", "outbox", ["urgent", "owed_at", "id"], **kinds)


def _task() -> None:
    op.create_table(
        "task",
        *text("case", "id"),
        number("place"),
        *text("kind", "agency", "recipient"),
        instant("asked_at"),
        *text("status"),
        day_or_none("settled_on"),
        instant_or_none("settled_at"),
        refers("task", "case", "case.reference"),
        primary("task", "case", "id"),
        sqlite_with_rowid=False,
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        *numbers("id", "outbox"),
        instant("at"),
        *text("courier", "verdict"),
        number("code"),
        *text("words", "moment"),
        refers("attempt", "outbox", "outbox.id"),
        primary("attempt", "id"),
    )
    op.create_index("ix_attempt_outbox", "attempt", ["outbox"])


TABLES = {
    "calendar": _calendar,
    "definition": _definition,
    "number": _number,
    "person": _person,
    "rulebook": _rulebook,
    "case": _case,
    "house": _house,
    "deadline": _deadline,
    "event": _event,
    "identity": _identity,
    "outbox": _outbox,
    "task": _task,
    "attempt": _attempt,
}
