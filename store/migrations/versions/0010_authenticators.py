"""Authenticator apps, visits that wait for a code of one, and what counts once and was used.

Going back takes every app away: whoever had one signs in by email alone until they set it up again.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
# Half a visit would be a whole one to the earlier release.
PART = "post"

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")
NOT_REMOVED = sa.text("removed_at IS NULL")


def _instants(*names: str, nullable: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, INSTANT, nullable=nullable) for name in names]


def upgrade() -> None:
    """Every visit there is was begun whole."""
    with op.batch_alter_table("visit") as visit:
        visit.add_column(sa.Column("half", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("visit") as visit:
        visit.alter_column("half", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "spent",
        sa.Column("digest", sa.String(), nullable=False),
        *_instants("at", nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent")),
    )
    _authenticator()
    op.create_table(
        "spare",
        sa.Column("authenticator", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        *_instants("used_at"),
        sa.ForeignKeyConstraint(
            ["authenticator"],
            ["authenticator.id"],
            name=op.f("fk_spare_authenticator_authenticator"),
        ),
        sa.PrimaryKeyConstraint("authenticator", "digest", name=op.f("pk_spare")),
    )


def _authenticator() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("email", "chance")),
        *_instants("made_at", nullable=False),
        *_instants("confirmed_at", "removed_at"),
        sa.Column("removed_by", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("step", "tries")),
        *_instants("tries_from"),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_authenticator_tries")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by = '')", name=op.f("ck_authenticator_removed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
    )
    op.create_index(
        "ix_authenticator_of_person",
        "authenticator",
        ["email"],
        unique=True,
        sqlite_where=NOT_REMOVED,
        postgresql_where=NOT_REMOVED,
    )


def downgrade() -> None:
    """Half a visit would be a whole one to an earlier release: it ends."""
    op.execute("DELETE FROM visit WHERE half")
    op.drop_table("spare")
    op.drop_table("authenticator")
    op.drop_table("spent")
    with op.batch_alter_table("visit") as visit:
        visit.drop_column("half")
