"""A code to sign in with belongs to no case either.

Going back takes these messages away with every try at them: an earlier release cannot hold them.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
PART = "pre"

RULE = "ck_outbox_of_no_case"


def upgrade() -> None:
    """Let the kind stand without a case."""
    _rule("(\"case\" IS NULL) = (kind IN ('digest', 'sign_in'))")


def downgrade() -> None:
    """Take them away, and let digests alone stand without one."""
    op.execute("DELETE FROM code WHERE message IN (SELECT id FROM outbox WHERE kind = 'sign_in')")
    op.execute("DELETE FROM attempt WHERE outbox IN (SELECT id FROM outbox WHERE kind = 'sign_in')")
    op.execute("DELETE FROM outbox WHERE kind = 'sign_in'")
    _rule("(\"case\" IS NULL) = (kind = 'digest')")


def _rule(words: str) -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f(RULE), type_="check")
        outbox.create_check_constraint(op.f(RULE), words)
