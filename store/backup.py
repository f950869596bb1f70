"""Backups: one file that holds a whole house, whichever database it came from, and its way back.

A backup is a SQLite file with the same tables. A restored house starts on hold: messages its
backup still owes may have been sent since, so nothing is mailed until a person releases it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Integer, MetaData, func, insert, select, text, update
from sqlalchemy.engine import URL

from engine.errors import HouseDown, Refused
from store import schema, sqlite
from store.case_tables import CASE
from store.connection import file_of, parse, translated, whole
from store.house_tables import HOUSE
from store.instants import written
from store.proofread import Counts, Read, proofread

_VERSION = "alembic_version"
_MANY = 1000


def backup(url: str, file: Path, every: bool = False) -> Read:
    """Copy a house as it is at one moment into a new file, while work on it goes on.

    The copy is read again before it gets its name; every: each seal of every record is counted
    again, and not of a sample. Errors: Refused where the file is there already; HouseDown, and then
    there is no file.
    """
    source, expected = file_of(parse(url)), None
    with _new_file(file) as part:
        if source is None:
            expected = _copy_out(url, part)
        else:
            _copy_file(source, part)
        _settle(part)
        return proofread(part, expected, every)


def restore(file: Path, url: str) -> None:
    """Fill an empty house from a backup, of this release or an earlier one, and put it on hold.

    Errors: Refused where the file is no backup or the house holds cases; HouseDown. The house is
    then as it was.
    """
    parsed = parse(url)
    path = file_of(parsed)
    with TemporaryDirectory(prefix="waymark-") as folder:
        copy = _checked_copy(file, Path(folder) / "house.db")
        made = path is not None and sqlite.make_file(path)
        try:
            schema.upgrade(url)
            with whole(_url(copy)) as source, whole(parsed) as target:
                _fill(source, target)
        except BaseException:
            if path is not None and made:
                sqlite.remove(path)
            raise


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """A file under another name, which gets its own only when it is whole."""
    part = file.with_name(f"{file.name}.part")
    if file.exists():
        raise Refused(
            [f"There is a file called {file.name} already. Give the backup another name."]
        )
    sqlite.remove(part)
    sqlite.make_file(part)
    try:
        yield part
        part.replace(file)
    except OSError as fault:
        raise translated(fault, part) from None
    finally:
        sqlite.remove(part)


def _copy_file(source: Path, part: Path) -> None:
    try:
        with closing(sqlite.open_file(source)) as house, closing(sqlite3.connect(part)) as copy:
            for wire in (house, copy):
                # A page is copied once, so what is kept of it in memory would be of no use.
                wire.execute("PRAGMA cache_size=10")
            house.backup(copy)
    except sqlite3.Error as fault:
        raise translated(fault, part) from None


def _copy_out(url: str, part: Path) -> Counts:
    """From PostgreSQL, table by table, at the migration it is at; how many rows there were."""
    at = schema.current(url)
    if at is None:
        raise Refused(["There is no house in this database yet, so there is nothing to back up."])
    if at not in schema.known():
        raise HouseDown(schema.too_new(at))
    schema.upgrade(_url(part), at)
    with whole(parse(url), one_moment=True) as source, whole(_url(part)) as target:
        _copy_rows(source, target)
        return _counted(source)


def _counted(source: Connection) -> Counts:
    tables = (table for table in _tables(source).sorted_tables if table.name != _VERSION)
    return {
        table.name: source.execute(select(func.count()).select_from(table)).scalar_one()
        for table in tables
    }


def _settle(part: Path) -> None:
    """Leave one file that needs no other beside it, and wait until it is on the disk."""
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as fault:
        raise translated(fault, part) from None
    with part.open("rb") as written_file:
        os.fsync(written_file.fileno())


def _checked_copy(file: Path, copy: Path) -> Path:
    """A copy of a backup, brought up to this release; the backup itself is not touched."""
    no_backup = Refused([f"{file.name} is not a backup of a house, or it is damaged. Try another."])
    try:
        shutil.copyfile(file, copy)
        with closing(sqlite3.connect(copy)) as wire:
            whole_file = wire.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except (OSError, sqlite3.Error):
        raise no_backup from None
    at = schema.current(_url(copy)) if whole_file else None
    if at is None:
        raise no_backup
    if at not in schema.known():
        raise HouseDown(schema.too_new(at))
    schema.upgrade(_url(copy))
    return copy


def _fill(source: Connection, target: Connection) -> None:
    if target.execute(select(CASE.c.reference).limit(1)).first():
        raise Refused(
            ["This house has cases of its own, and a backup never replaces them. Restore into a new"
             " house."]
        )  # fmt: skip
    tables = _tables(target)
    for table in reversed(tables.sorted_tables):
        if table.name != _VERSION:
            target.execute(table.delete())
    _copy_rows(source, target)
    if target.dialect.name == "postgresql":
        _go_on_counting(target, tables)
    target.execute(update(HOUSE).values(hold=True))


def _copy_rows(source: Connection, target: Connection) -> None:
    """Every row of every table, what is referred to before what refers to it."""
    to = _tables(target)
    for table in _tables(source).sorted_tables:
        if table.name == _VERSION:
            continue
        rows = source.execution_options(yield_per=_MANY).execute(select(table))
        for some in rows.mappings().partitions():
            target.execute(insert(to.tables[table.name]), [_plain(row) for row in some])


def _tables(connection: Connection) -> MetaData:
    """The tables as they are there, which may be those of an earlier release."""
    found = MetaData()
    found.reflect(connection)
    return found


def _plain(row: Any) -> dict[str, Any]:
    """A row that either database takes; both read an instant from its text."""
    return {
        name: written(value) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _go_on_counting(target: Connection, tables: MetaData) -> None:
    """New rows get numbers after the restored ones."""
    for table in tables.sorted_tables:
        number = table.columns.get("id")
        if number is None or not isinstance(number.type, Integer) or number.server_default is None:
            continue
        last = target.execute(select(func.max(number))).scalar()
        if last is not None:
            which = {"name": f'"{table.name}"', "last": last}
            target.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), which)


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))
