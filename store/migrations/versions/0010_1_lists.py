"""Lists find a case by what they show: its order among others, and who has a part in it.

Going back takes the table of parts away; it says nothing that the cases do not say.

Revision ID: 0010.1
Revises: 0010
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010.1"
down_revision = "0010"
branch_labels = None
depends_on = None
# What an earlier release wrote beside it would be in no list; 0010 keeps one from running.
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
COLUMNS = ("case_due", "task_due", "late_from")
INDEXES = {
    "ix_case_reference": (("digest", "reference", "closed_at"), None),
    "ix_case_opened": (("digest", "opened_at", "reference"), None),
    "ix_case_open": (("digest", "opened_at", "reference", "late_from"), "closed_at IS NULL"),
    "ix_case_due": (("digest", "stage", "case_due", "reference"), "case_due IS NOT NULL"),
    "ix_case_tasks_due": (("digest", "task_due", "reference"), "task_due IS NOT NULL"),
}
AWAITED = 'd."case" = "case".reference AND d.met_on IS NULL AND d.status IN ({})'
AWAITING, OPEN = "'running', 'held', 'breached'", "closed_at IS NULL"
FIRST = (
    ("case_due", AWAITING, "d.task = ''", OPEN),
    ("task_due", AWAITING, "d.task <> ''", OPEN),
    ("late_from", "'running'", "1 = 1", "1 = 1"),
)
LONG_AGO = "1970-01-01T00:00:00+00:00"
MANY = 1_000


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("case", sa.Column(name, INSTANT, nullable=True))
    op.create_table(
        "part",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.reference"], name=op.f("fk_part_case_case")),
        sa.PrimaryKeyConstraint("who", "case", name=op.f("pk_part")),
        sqlite_with_rowid=False,
    )
    _date_cases()
    _name_parts()
    for name, (columns, where) in INDEXES.items():
        only = sa.text(where) if where else None
        op.create_index(name, "case", columns, sqlite_where=only, postgresql_where=only)


def _date_cases() -> None:
    """What each open case awaits first, and since when each case is late."""
    for column, states, which, cases in FIRST:
        op.execute(
            f'UPDATE "case" SET {column} = (SELECT MIN(d.due) FROM deadline d WHERE'  # noqa: S608 - every word of it stands above
            f" {AWAITED.format(states)} AND {which}) WHERE {cases}"
        )
    missed = AWAITED.format("'breached'")
    op.execute(
        f"UPDATE \"case\" SET late_from = '{LONG_AGO}' WHERE EXISTS"  # noqa: S608 - as above
        f" (SELECT 1 FROM deadline d WHERE {missed})"
    )


def _name_parts() -> None:
    """Who was asked, as the tasks say; who opened a case and whom it is between, as its facts do.

    The facts are in the JSON of a case, in which the two databases look in different words.
    """
    op.execute(
        'INSERT INTO part (who, "case") SELECT recipient, "case" FROM task WHERE recipient <> \'\''
        " UNION SELECT agency, \"case\" FROM task WHERE agency <> ''"
    )
    wire = op.get_bind()
    parties = {
        digest: json.loads(text).get("parties_fact", "")
        for digest, text in wire.execute(sa.text("SELECT digest, json FROM definition"))
    }
    last = ""
    while rows := wire.execute(_SOME, {"last": last, "most": MANY}).all():
        last = rows[-1][0]
        found = [
            {"who": who, "case": reference}
            for reference, digest, state in rows
            for who in _named(json.loads(state)["facts"], parties[digest])
        ]
        if found:
            wire.execute(_PUT, found)


_SOME = sa.text(
    'SELECT reference, digest, state FROM "case" WHERE reference > :last ORDER BY reference'
    " LIMIT :most"
)
_PUT = sa.text('INSERT INTO part (who, "case") VALUES (:who, :case) ON CONFLICT DO NOTHING')


def _named(facts: dict[str, list[str]], parties: str) -> set[str]:
    """Whoever opened a case, and the agencies it is between; each fact is its value and more."""
    between = facts.get(parties, [""])[0].split(";") if parties else []
    return set(filter(None, (*facts.get("raised_by", [""])[:1], *between)))


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "case")
    op.drop_table("part")
    with op.batch_alter_table("case") as case:
        for name in COLUMNS:
            case.drop_column(name)
