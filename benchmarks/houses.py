"""Houses to measure: practice houses with sample people, copies of them, copies of their cases."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import Connection, make_url

from config.directory import read_people
from engine.casework import House
from engine.length import parse_instant
from store.connection import parse, whole
from workflows.wiring import Premises, set_up, walk_in

SAMPLE = Path(__file__).parent.parent / "config" / "sample_directory.csv"
MORNING = "2025-01-06T10:00"
SERVER = "postgresql://root@127.0.0.1:5432/postgres"


class StandingClock:
    """A real house reads the world's clock, not its database; this one stands still."""

    NOW = parse_instant("2025-01-06T11:00")

    def now(self) -> datetime:
        return self.NOW


def standing(premises: Premises) -> House:
    return House(premises.store, StandingClock())


def new_house(home: Path, database: str = "") -> Premises:
    """A practice house whose clock stands at a working morning."""
    premises = set_up(home, practice=True, database=database)
    with premises.store.begin() as work:
        work.people.put(read_people(SAMPLE.read_text("utf-8")))
        work.commit()
    premises.store.set_practice_now(parse_instant(MORNING))
    return premises


def copy_of(home: Path, to: Path) -> Premises:
    """The same house again, from its file as it stands."""
    settle(home)
    shutil.copytree(home, to)
    return walk_in(to)


def settle(home: Path) -> None:
    """Move what the write-ahead log holds into the database file."""
    with sqlite3.connect(home / "waymark.db") as wire:
        wire.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    wire.close()


@contextmanager
def fresh_database(template: str = "") -> Iterator[str]:
    """The URL of a database on the server of this machine, empty or as a template; then gone."""
    name = f"waymark_bench_{uuid4().hex[:12]}"
    like = f' TEMPLATE "{make_url(template).database}"' if template else ""
    with psycopg.connect(SERVER, autocommit=True) as wire:
        wire.execute(f'CREATE DATABASE "{name}"{like}')
        try:
            yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        finally:
            with suppress(psycopg.Error):
                wire.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


PARTS = (("case", "reference"), ("task", "case"), ("deadline", "case"), ("event", "case"),
         ("identity", "case"), ("part", "case"))  # fmt: skip


def clone(url: str, reference: str, times: int) -> list[str]:
    """Copies of a case, its messages left out; each is a case as good as the first to step on."""
    stem, first = f"{reference[:2]}-2099-", 10_000_000
    with whole(parse(url)) as connection:
        for table, key in PARTS:
            _copy(connection, table, key, (reference, stem, first, times))
        if connection.dialect.name == "postgresql":
            # What a server does by itself, a while after so many rows have come.
            connection.exec_driver_sql("ANALYZE")
    return [f"{stem}{first + number}" for number in range(1, times + 1)]


def _copy(connection: Connection, table: str, key: str, which: tuple[str, str, int, int]) -> None:
    reference, stem, first, times = which
    names = tuple(connection.exec_driver_sql(f'SELECT * FROM "{table}" WHERE 1 = 0').keys())
    named = [f"'{stem}' || ({first} + n.i)" if c == key else f'"{c}"' for c in names]
    columns = ", ".join(f'"{name}"' for name in names)
    connection.exec_driver_sql(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})"
        f' INSERT INTO "{table}" ({columns}) SELECT {", ".join(named)} FROM "{table}", n'
        f" WHERE \"{key}\" = '{reference}'"
    )
