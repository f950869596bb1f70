"""Tokens of the API, and what was answered to requests that may come again.

Going back takes every token away: whoever used one needs a new one afterwards.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
PART = "pre"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "token",
        sa.Column("id", sa.Integer(), nullable=False),
        *_words("digest", "email", "scopes", "label", "made_by"),
        *(sa.Column(name, INSTANT, nullable=False) for name in ("made_at", "ends_at")),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_token_digest")),
    )
    op.create_table(
        "answer",
        sa.Column("token", sa.Integer(), nullable=False),
        *_words("key", "request"),
        sa.Column("status", sa.Integer(), nullable=False),
        *_words("body"),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["token"], ["token.id"], name=op.f("fk_answer_token_token")),
        sa.PrimaryKeyConstraint("token", "key", name=op.f("pk_answer")),
    )


def downgrade() -> None:
    op.drop_table("answer")
    op.drop_table("token")
