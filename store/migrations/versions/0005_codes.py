"""One-time codes that were asked for, and people's calendar feeds.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("message", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.String(), nullable=False) for n in ("recipient", "browser", "digest")),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_code_tries")),
        sa.CheckConstraint("done_at IS NULL OR used_at IS NOT NULL", name=op.f("ck_code_done")),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], name=op.f("fk_code_message_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
    )
    op.create_index("ix_code_message", "code", ["message"])
    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_feed_serial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("email", name=op.f("uq_feed_email")),
    )


def downgrade() -> None:
    op.drop_table("feed")
    op.drop_table("code")
