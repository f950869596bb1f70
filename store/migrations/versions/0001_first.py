"""The first tables of a house.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
PART = "pre"

TEXT, NUMBER, DAY, FLAG = sa.String(), sa.Integer(), sa.Date(), sa.Boolean()
BYTES = sa.LargeBinary()
INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")

Columns = list[sa.Column[Any]]


def of(kind: Any, *names: str) -> Columns:
    return [sa.Column(name, kind, nullable=False) for name in names]


def maybe(kind: Any, *names: str) -> Columns:
    return [sa.Column(name, kind, nullable=True) for name in names]


def counted() -> Columns:
    """A number the database gives to each row."""
    return [sa.Column("id", NUMBER, nullable=False, autoincrement=True)]


def table(name: str, columns: list[Columns], *limits: sa.Constraint, key: list[str]) -> None:
    """A table; in SQLite the rows of a case lie side by side where its key begins with the case."""
    flat = [column for several in columns for column in several]
    options: dict[str, Any] = {"sqlite_with_rowid": False} if key[0] == "case" else {}
    primary = sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}"))
    op.create_table(name, *flat, *limits, primary, **options)


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{name}_{'_'.join(columns)}"))


def refers(name: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    full = f"fk_{name}_{column}_{to.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [to], name=op.f(full))


def check(name: str, limit: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{name}_{limit}"))


def only_where(name: str, on: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, on, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    _library()
    _people_and_numbers()
    _case()
    _house()
    _event()
    _task()
    _deadline()
    _outbox()
    _attempt()
    _letter()


def downgrade() -> None:
    for name in ("letter", "attempt", "outbox", "deadline", "task", "event", "identity"):
        op.drop_table(name)
    for name in ("house", "case", "number", "person", "calendar", "rulebook", "definition"):
        op.drop_table(name)


def _library() -> None:
    table(
        "definition",
        [counted(), of(TEXT, "key", "version", "digest", "json")],
        unique("definition", "key", "version"),
        unique("definition", "digest"),
        key=["id"],
    )
    table(
        "rulebook",
        [counted(), of(TEXT, "digest", "edition", "json")],
        unique("rulebook", "digest"),
        key=["id"],
    )
    table(
        "calendar",
        [counted(), of(TEXT, "snapshot", "json")],
        unique("calendar", "snapshot"),
        key=["id"],
    )


def _people_and_numbers() -> None:
    table("person", [of(TEXT, "email", "name", "agency", "roles", "area")], key=["email"])
    table("number", [of(TEXT, "prefix"), of(NUMBER, "year", "last")], key=["prefix", "year"])


def _case() -> None:
    columns = [
        of(TEXT, "reference", "process", "version", "digest", "rules", "stage"),
        of(NUMBER, "revision", "sequence"),
        of(TEXT, "seal", "pseudonym"),
        of(INSTANT, "opened_at"),
        maybe(INSTANT, "closed_at"),
        of(NUMBER, "episode"),
        of(TEXT, "state"),
    ]
    table(
        "case",
        columns,
        check("case", "revision", "revision >= 1"),
        check("case", "sequence", "sequence >= 1"),
        refers("case", "digest", "definition.digest"),
        refers("case", "rules", "rulebook.digest"),
        key=["reference"],
    )
    table(
        "identity",
        [of(TEXT, "case", "fact", "value")],
        refers("identity", "case", "case.reference"),
        key=["case", "fact"],
    )


def _house() -> None:
    columns = [
        [sa.Column("id", NUMBER, nullable=False, autoincrement=False)],
        of(FLAG, "practice"),
        maybe(INSTANT, "practice_now"),
        of(FLAG, "hold"),
        of(NUMBER, "directory_revision"),
        of(TEXT, "mail_domain", "area"),
        maybe(TEXT, "rules", "calendar"),
    ]
    table(
        "house",
        columns,
        check("house", "single", "id = 1"),
        check("house", "directory_revision", "directory_revision >= 0"),
        refers("house", "rules", "rulebook.digest"),
        refers("house", "calendar", "calendar.snapshot"),
        key=["id"],
    )


def _event() -> None:
    columns = [
        of(TEXT, "case"),
        of(NUMBER, "sequence"),
        of(INSTANT, "at"),
        of(DAY, "happened_on"),
        of(TEXT, "actor", "account", "kind", "data", "calendar", "seal"),
    ]
    table(
        "event",
        columns,
        check("event", "sequence", "sequence >= 1"),
        refers("event", "case", "case.reference"),
        key=["case", "sequence"],
    )


def _task() -> None:
    columns = [
        of(TEXT, "case", "id"),
        of(NUMBER, "place"),
        of(TEXT, "kind", "agency", "recipient"),
        of(INSTANT, "asked_at"),
        of(TEXT, "status"),
        maybe(DAY, "settled_on"),
        maybe(INSTANT, "settled_at"),
        of(NUMBER, "sequence"),
        of(TEXT, "reply"),
    ]
    table("task", columns, refers("task", "case", "case.reference"), key=["case", "id"])


def _deadline() -> None:
    columns = [
        of(TEXT, "case", "key", "task"),
        of(NUMBER, "cycle", "place"),
        of(TEXT, "start", "start_fact"),
        of(INSTANT, "due", "raw_due"),
        of(TEXT, "length", "standing", "status"),
        maybe(DAY, "met_on"),
        maybe(INSTANT, "breached_at", "look_at", "looked_at"),
        of(TEXT, "calendar"),
        of(FLAG, "provisional"),
        of(TEXT, "variant"),
        of(NUMBER, "began"),
    ]
    standing = "standing IN ('statutory', 'guidance', 'local', 'default')"
    status = "status IN ('running', 'met', 'met_late', 'breached', 'held', 'cancelled')"
    table(
        "deadline",
        columns,
        check("deadline", "standing", standing),
        check("deadline", "status", status),
        refers("deadline", "case", "case.reference"),
        key=["case", "key", "task", "cycle"],
    )
    only_where("ix_deadline_look_at", "deadline", ["look_at", "case"], "look_at IS NOT NULL")


def _outbox() -> None:
    columns = [
        counted(),
        of(TEXT, "case", "anchor", "recipient", "kind", "role"),
        of(FLAG, "urgent"),
        of(TEXT, "about", "message_id"),
        of(INSTANT, "owed_at", "patience_from"),
        maybe(INSTANT, "not_before"),
        of(TEXT, "state"),
        of(NUMBER, "tries"),
        maybe(INSTANT, "next_at", "lease_until"),
        maybe(TEXT, "lease_by"),
        of(TEXT, "last_words"),
    ]
    table(
        "outbox",
        columns,
        unique("outbox", "case", "anchor", "recipient"),
        unique("outbox", "message_id"),
        check("outbox", "state", "state IN ('owed', 'accepted', 'refused', 'parked', 'dropped')"),
        check("outbox", "tries", "tries >= 0"),
        check("outbox", "lease", "(lease_until IS NULL) = (lease_by IS NULL)"),
        refers("outbox", "case", "case.reference"),
        key=["id"],
    )
    only_where("ix_outbox_owed", "outbox", ["urgent", "owed_at", "id"], "state = 'owed'")


def _attempt() -> None:
    columns = [counted(), of(NUMBER, "outbox"), of(INSTANT, "at"), of(TEXT, "courier", "verdict")]
    columns += [of(NUMBER, "code"), of(TEXT, "words", "moment")]
    table("attempt", columns, refers("attempt", "outbox", "outbox.id"), key=["id"])
    op.create_index("ix_attempt_outbox", "attempt", ["outbox"])


def _letter() -> None:
    columns = [
        counted(),
        of(BYTES, "raw"),
        of(TEXT, "digest", "fingerprint"),
        of(INSTANT, "received_at"),
        of(TEXT, "sender", "kind"),
        maybe(NUMBER, "outbox"),
        maybe(TEXT, "case"),
        of(TEXT, "words", "proposed", "status", "reason"),
        maybe(DAY, "back_on"),
        maybe(TEXT, "settled_by"),
        maybe(INSTANT, "settled_at"),
    ]
    kind = "kind IN ('answer', 'automatic', 'away', 'bounce', 'unreadable')"
    status = "status IN ('proposed', 'kept', 'confirmed', 'dismissed', 'unmatched')"
    table(
        "letter",
        columns,
        unique("letter", "digest"),
        unique("letter", "fingerprint"),
        check("letter", "kind", kind),
        check("letter", "status", status),
        check("letter", "matched", '(outbox IS NULL) = ("case" IS NULL)'),
        check("letter", "settled", "(settled_by IS NULL) = (settled_at IS NULL)"),
        refers("letter", "outbox", "outbox.id"),
        refers("letter", "case", "case.reference"),
        key=["id"],
    )
    op.create_index("ix_letter_case", "letter", ["case"])
