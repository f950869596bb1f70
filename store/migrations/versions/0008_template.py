"""A try at a message keeps which wording its mail had.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
# An earlier release writes tries without a wording, which must not be empty.
PART = "post"


def upgrade() -> None:
    """Of tries made before, the wording is not known: theirs stays empty."""
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(sa.Column("template", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("attempt") as attempt:
        attempt.alter_column("template", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_column("template")
