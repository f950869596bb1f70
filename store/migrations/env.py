"""Runs the migrations on the connection it is given; there is no settings file to read."""

from __future__ import annotations

from alembic import context

from store.columns import Table
from store.indexes import INDEXES

if INDEXES:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Table.metadata,
        render_as_batch=True,
    )

with context.begin_transaction():
    context.run_migrations()
