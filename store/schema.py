"""The tables' own history: moving a database up and down its migrations.

Alembic is imported only when something is moved; a house that is up to date never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.engine import URL

from engine.errors import HouseDown
from store.connection import file_of, parse, whole
from store.session import Session
from store.statement import plain

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0010"
SCRIPTS = Path(__file__).with_name("migrations")

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))
_CURRENT = select(_VERSION.c.version_num)
_AT = plain(_CURRENT)


def current(url: str | URL) -> str | None:
    """The migration a database is at; None where it has no tables. Errors: HouseDown."""
    with whole(parse(url)) as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(_CURRENT).scalar()


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Move a database up to a migration, all of it or nothing. Errors: HouseDown."""
    from alembic import command  # noqa: PLC0415 - see the top of the file

    _move(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str | URL, revision: str) -> None:
    """Move a database down to a migration; "base" takes the tables away, with all they hold.

    Errors: HouseDown.
    """
    from alembic import command  # noqa: PLC0415 - see the top of the file

    _move(url, lambda config: command.downgrade(config, revision))


def check(session: Session) -> None:
    """Make sure the tables are those this release works with. Errors: HouseDown."""
    rows = session.read(_AT)
    at = str(rows[0][0]) if rows else ""
    if at == HEAD:
        return
    if at and at not in known():
        raise HouseDown(too_new(at))
    raise HouseDown(
        f"The database is at edition {at or 'none'} and this release works with {HEAD}. Stop what"
        " is running on it, make a backup, and run `waymark migrate`."
    )


def too_new(at: str) -> str:
    return (
        f"The database is at edition {at}, which this release does not know; it works with {HEAD}."
        " Install the release that made it, or a later one."
    )


def config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know, with no file to read it from."""
    from alembic.config import Config  # noqa: PLC0415 - see the top of the file

    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def known() -> frozenset[str]:
    """Every migration this release has."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see the top of the file

    scripts = ScriptDirectory.from_config(config())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _move(url: str | URL, move: Callable[[Config], None]) -> None:
    parsed = parse(url)
    # SQLite rebuilds a table to change it; its rows would lose what refers to them on the way.
    with whole(parsed, rebuilding=True) as connection:
        at = _version(connection)
        if at is not None and at not in known():
            raise HouseDown(too_new(at))
        move(config(connection))
        if file_of(parsed) is not None and connection.exec_driver_sql(_ORPHANS).first():
            raise HouseDown("The migration would leave rows that refer to nothing; it was undone.")


_ORPHANS = "PRAGMA foreign_key_check"
