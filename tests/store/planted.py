"""Migrations of releases to come, put beside those there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection

from store import schema

TEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{revision}", "{earlier}"
{part}


def upgrade():
    {up}


def downgrade():
    {down}
"""


def plant(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *planted: tuple[str, str, str],
    down: str = "pass",
) -> None:
    """Each as its edition, its part ("" declares none) and what it does, after the last there is.

    The release goes on working with the editions it worked with.
    """
    folder.mkdir(exist_ok=True)
    earlier, own = schema.EDITIONS[-1], schema.config
    for revision, part, up in planted:
        declared = f'PART = "{part}"' if part else ""
        text = TEXT.format(revision=revision, earlier=earlier, part=declared, up=up, down=down)
        (folder / f"{revision.replace('.', '_')}_planted.py").write_text(text)
        earlier = revision

    def both(connection: Connection | None = None) -> Config:
        made = own(connection)
        made.set_main_option("version_locations", f"{schema.SCRIPTS / 'versions'}:{folder}")
        made.set_main_option("path_separator", ":")
        return made

    monkeypatch.setattr(schema, "config", both)
