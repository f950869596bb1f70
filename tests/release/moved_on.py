"""Put into the earlier release's code for E2: its houses are moved on by migrations it lacks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from store.connection import parse, whole

if TYPE_CHECKING:
    from alembic.config import Config

Upgrade = Callable[..., None]


def on_from(
    own: Upgrade, config: Callable[[Connection], Config], versions: str, edition: str
) -> Upgrade:
    """Its way of making the tables, which then go on to an edition of a folder of migrations.

    A move to an edition that is named stays its own.
    """

    def upgrade(url: str | URL, revision: str = "head") -> None:
        own(url, revision)
        if revision != "head":
            return
        from alembic import command

        with whole(parse(url), rebuilding=True) as connection:
            made = config(connection)
            made.set_main_option("version_locations", versions.replace("%", "%%"))
            made.set_main_option("path_separator", "newline")
            command.upgrade(made, edition)

    return upgrade
