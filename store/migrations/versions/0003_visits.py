"""Who is signed in to the console, and what each person read of a case.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "visit",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("digest", "email")),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("began", "seen")),
        sa.Column("ended", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_visit")),
    )
    op.create_table(
        "access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("email", "case", "what")),
        sa.ForeignKeyConstraint(["case"], ["case.reference"], name=op.f("fk_access_case_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
    )
    op.create_index(op.f("ix_access_case"), "access", ["case"])


def downgrade() -> None:
    op.drop_index(op.f("ix_access_case"), table_name="access")
    op.drop_table("access")
    op.drop_table("visit")
