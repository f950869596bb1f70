"""The indexes over some rows of a table and no others, declared on the tables.

Apart from the tables, because to declare one imports every kind of database: only what makes or
compares tables needs to know them.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from store.authenticator_tables import AUTHENTICATOR
from store.bond_tables import BOND
from store.case_tables import CASE, DEADLINE
from store.mail_tables import OUTBOX


def _only_where(name: str, table: Table, *columns: str, where: str, unique: bool = False) -> Index:
    found = [table.c[column] for column in columns]
    only = text(where)
    return Index(name, *found, unique=unique, sqlite_where=only, postgresql_where=only)


# Whoever looks asks for one order of the cases of one definition; each has an index that ends
# with the reference, and so is read from any place on.
INDEXES = (
    Index("ix_case_reference", CASE.c.digest, CASE.c.reference, CASE.c.closed_at),
    Index("ix_case_opened", CASE.c.digest, CASE.c.opened_at, CASE.c.reference),
    _only_where(
        "ix_case_open",
        CASE,
        *("digest", "opened_at", "reference", "late_from"),
        where="closed_at IS NULL",
    ),
    _only_where(
        "ix_case_due",
        CASE,
        *("digest", "stage", "case_due", "reference"),
        where="case_due IS NOT NULL",
    ),
    _only_where(
        "ix_case_tasks_due",
        CASE,
        *("digest", "task_due", "reference"),
        where="task_due IS NOT NULL",
    ),
    _only_where("ix_deadline_look_at", DEADLINE, "look_at", "case", where="look_at IS NOT NULL"),
    _only_where("ix_outbox_owed", OUTBOX, "urgent", "owed_at", "id", where="state = 'owed'"),
    _only_where(
        "ix_outbox_failed", OUTBOX, "owed_at", "id", where="state IN ('refused', 'parked')"
    ),
    _only_where(
        "ix_outbox_of_no_case",
        OUTBOX,
        "anchor",
        "recipient",
        where='"case" IS NULL',
        unique=True,
    ),
    _only_where(
        "ix_authenticator_of_person",
        AUTHENTICATOR,
        "email",
        where="removed_at IS NULL",
        unique=True,
    ),
    _only_where("ix_bond_of_person", BOND, "email", where="released_at IS NULL", unique=True),
    _only_where("ix_bond_of_name", BOND, "name", where="released_at IS NULL", unique=True),
)
