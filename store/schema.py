"""The tables' own history: moving a database up and down its migrations.

Each migration says in PART whether the earlier release goes on working beside it ("pre": it only
adds) or not ("post"). One that only adds is numbered after the point: 0009.1 adds to 0009, so that
a release that works with 0009 knows it can bear it without knowing it.

Alembic is imported only when something is moved; a house that is up to date never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.engine import URL

from engine.errors import HouseDown, Refused
from store.connection import file_of, parse, whole
from store.session import Session
from store.statement import plain

if TYPE_CHECKING:
    from alembic.config import Config

Part = Literal["pre", "post"]

EDITIONS = ("0010.3",)  # that this release works with: from its last "pre" to its newest
SCRIPTS = Path(__file__).with_name("migrations")

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32)))
_CURRENT = select(_VERSION.c.version_num)
_AT = plain(_CURRENT)
# Also where they own one table, by themselves or as one of a group, or stand above all rights.
_MAY_CHANGE = (
    "SELECT has_schema_privilege(current_schema(), 'CREATE') OR EXISTS (SELECT FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'MEMBER'))"
)


def current(url: str | URL) -> str | None:
    """The migration a database is at; None where it has no tables. Errors: HouseDown."""
    with whole(parse(url)) as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.execute(_CURRENT).scalar()


def may_change(url: str | URL) -> bool:
    """Whether the user of an address may make, change or drop tables there. Errors: HouseDown."""
    parsed = parse(url)
    if file_of(parsed) is not None:
        return False  # a file is whole for whoever may write to it
    with whole(parsed) as connection:
        return bool(connection.exec_driver_sql(_MAY_CHANGE).scalar())


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
    """Make sure the tables are some this release works with. Errors: HouseDown."""
    rows = session.read(_AT)
    if why := why_not(str(rows[0][0]) if rows else ""):
        raise HouseDown(why)


def why_not(at: str) -> str:
    """Why this release cannot work with tables of an edition, and what to do; "" where it can."""
    if at in EDITIONS:
        return ""
    if at and at not in known():
        return "" if _number(at) == _number(EDITIONS[-1]) else too_new(at)
    beside = " Or run `waymark migrate --pre`: what is running can go on."
    return (
        f"The database is at edition {at or 'none'} and this release works with {_named()}. Stop"
        " what is running on it, make a backup, and run `waymark migrate`."
        f"{beside if at and _after_pre(at) in EDITIONS else ''}"
    )


def still_open(at: str) -> str:
    """What of a migration is left to do where the tables can be worked with; "" for nothing."""
    if at == EDITIONS[-1]:
        return ""
    if at in EDITIONS:
        return (
            "The migration is half done: when nothing of the earlier release runs any more, run"
            " `waymark migrate --post`."
        )
    return (
        f"The database is ready for a later release (edition {at}): start that one, and end this"
        " one, everywhere."
    )


def too_new(at: str) -> str:
    return (
        f"The database is at edition {at}, which this release does not know; it works with"
        f" {_named()}. Install the release that made it, or a later one."
    )


def _named() -> str:
    return " to ".join(dict.fromkeys((EDITIONS[0], EDITIONS[-1])))


def _number(edition: str) -> str:
    return edition.partition(".")[0]


def goal(at: str, part: Part | None) -> str:
    """The edition to which a part of the migration leads, or both parts of it.

    Errors: Refused where the parts cannot be apart, or come in the wrong order; HouseDown.
    """
    if at not in known():
        raise HouseDown(too_new(at))
    if part == "pre":
        return _before_post(at)
    if part == "post" and at not in EDITIONS:
        raise Refused([
            "the pre part comes first: run `waymark migrate --pre` and start this release"
            " everywhere; or stop all that runs, and run `waymark migrate`"
        ])  # fmt: skip
    return EDITIONS[-1]


def _before_post(at: str) -> str:
    reached = _after_pre(at)
    if reached in EDITIONS:
        return reached
    barrier = next(edition for edition, part in ahead(at) if part == "post")
    raise Refused([
        f"from edition {at} this release cannot be reached with the earlier one running: edition"
        f" {barrier}, on the way, is one it cannot bear; go by the releases between, or stop all"
        " that runs, and run `waymark migrate`"
    ])  # fmt: skip


def _after_pre(at: str) -> str:
    """How far up a database can be moved while the earlier release is running."""
    borne = takewhile(lambda each: each[1] == "pre", ahead(at))
    return [at, *(edition for edition, _ in borne)][-1]


def ahead(at: str) -> list[tuple[str, str]]:
    """Every edition after one, oldest first, each with the part it belongs to."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see the top of the file

    scripts = ScriptDirectory.from_config(config())
    found = scripts.iterate_revisions("heads", at)
    return [(script.revision, script.module.PART) for script in found][::-1]


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
