"""A digest belongs to no case, and the house knows when it last looked for one.

Going back takes the digests away with every try at them: an earlier release cannot hold them.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
RULE, OF_NO_CASE = "ck_outbox_of_no_case", "ix_outbox_of_no_case"
NO_CASE = sa.text('"case" IS NULL')


def upgrade() -> None:
    """Let an outbox row do without a case where it is a digest, each owed once to each person."""
    op.add_column("house", sa.Column("digested_at", INSTANT, nullable=True))
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("case", existing_type=sa.String(), nullable=True)
        outbox.create_check_constraint(op.f(RULE), "(\"case\" IS NULL) = (kind = 'digest')")
    op.create_index(
        OF_NO_CASE,
        "outbox",
        ["anchor", "recipient"],
        unique=True,
        sqlite_where=NO_CASE,
        postgresql_where=NO_CASE,
    )


def downgrade() -> None:
    """Take the digests away, and ask a case of every row again."""
    op.execute('DELETE FROM attempt WHERE outbox IN (SELECT id FROM outbox WHERE "case" IS NULL)')
    op.execute('DELETE FROM outbox WHERE "case" IS NULL')
    op.drop_index(OF_NO_CASE, "outbox")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f(RULE), type_="check")
        outbox.alter_column("case", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("house") as house:
        house.drop_column("digested_at")
