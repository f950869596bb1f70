"""Who keeps the house's clock, and what each round of the service did last.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lease",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "holder", "kind")),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "tick",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("outcome", "words", "by")),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('running', 'done', 'failed')", name=op.f("ck_tick_outcome")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tick")),
    )


def downgrade() -> None:
    op.drop_table("tick")
    op.drop_table("lease")
