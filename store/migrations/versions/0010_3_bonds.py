"""People are bound to the lasting names an organisation has for them.

Going back takes every bond away: whoever signs in by way of an organisation is bound anew later.

Revision ID: 0010.3
Revises: 0010.2
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010.3"
down_revision = "0010.2"
branch_labels = None
depends_on = None
# The earlier release binds nobody and asks for no bond; it takes people in by their address alone.
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
INDEXES = {"ix_bond_of_person": "email", "ix_bond_of_name": "name"}


def upgrade() -> None:
    op.create_table(
        "bond",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("email", "name")),
        sa.Column("bound_at", INSTANT, nullable=False),
        sa.Column("released_at", INSTANT, nullable=True),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by = '')", name=op.f("ck_bond_released")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bond")),
    )
    only = sa.text("released_at IS NULL")
    for name, column in INDEXES.items():
        op.create_index(
            name, "bond", [column], unique=True, sqlite_where=only, postgresql_where=only
        )


def downgrade() -> None:
    op.drop_table("bond")
