"""A letter says what kind of failure it tells of, and which message it may belong to.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
# An earlier release writes letters without the new columns, which must not be empty.
PART = "post"

KIND = "failure IN ('', 'hard', 'soft', 'delayed', 'ours')"


def upgrade() -> None:
    """Letters kept before tell no failure of their own; their messages keep what became of them."""
    with op.batch_alter_table("letter") as letter:
        for name in ("failure", "shape"):
            letter.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        letter.add_column(sa.Column("suggested", sa.Integer(), nullable=True))
        letter.create_check_constraint("failure", KIND)
        letter.create_foreign_key("fk_letter_suggested_outbox", "outbox", ["suggested"], ["id"])
        letter.create_index("ix_letter_outbox", ["outbox"])
    with op.batch_alter_table("letter") as letter:
        for name in ("failure", "shape"):
            letter.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("letter") as letter:
        letter.drop_index("ix_letter_outbox")
        letter.drop_constraint("fk_letter_suggested_outbox", type_="foreignkey")
        letter.drop_constraint("failure", type_="check")
        for name in ("suggested", "shape", "failure"):
            letter.drop_column(name)
