"""Runs the migrations on the connection it is given; there is no settings file to read."""

from __future__ import annotations

from alembic import context

from store.indexes import INDEXES
from store.tables import METADATA

if INDEXES:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
    )

with context.begin_transaction():
    context.run_migrations()
