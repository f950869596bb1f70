"""What failed lately is found by an index: a delivery looks at nothing else for it.

Going back takes the index away; it holds nothing that the messages do not say.

Revision ID: 0010.2
Revises: 0010.1
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010.2"
down_revision = "0010.1"
branch_labels = None
depends_on = None
# An index more changes nothing for an earlier release.
PART = "pre"

FAILED = "ix_outbox_failed"


def upgrade() -> None:
    only = sa.text("state IN ('refused', 'parked')")
    columns = ["owed_at", "id"]
    op.create_index(FAILED, "outbox", columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index(FAILED, "outbox")
