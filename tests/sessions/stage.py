"""The stage: a house that is put back before each performance, and looked at after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, create_engine, select

from config.calendar import official_calendar
from config.timescales import load
from engine.casework import House
from engine.ports import Store
from engine.verification import verify
from store.house import DatabaseStore, create_house, open_store
from store.tables import TABLES
from tests import postgres
from tests.desk import AREA, everybody
from tests.proof.houses import SECRET, HandClock
from tests.sessions.commands import of, tried
from tests.sessions.gates import FIRST, SECOND, Outcome, interleave, listen
from tests.sessions.scenes import Builder, Scene, answered
from workflows.catalogue import PROCESSES

# What commands write, in groups that refer to nothing outside; definitions and rules never change.
GROUPS = (
    ("calendar", "person", "house"),
    ("number",),
    ("case", "event", "task", "deadline", "identity", "part", "outbox", "attempt", "letter"),
)
CHANGING = tuple(name for group in GROUPS for name in group)
UNTOLD = {
    "calendar": ("id",),
    "outbox": ("id",),
    "attempt": ("id", "outbox", "courier"),
    "letter": ("id", "outbox", "suggested"),
}

Picture = Mapping[str, list[str]]
Ended = tuple[tuple[Outcome, ...], Picture]


@dataclass
class Stage:
    """One house in one database, with a store for each of two sessions, as two programs have."""

    scene: Scene
    stores: tuple[DatabaseStore, DatabaseStore]
    engine: Engine
    before: Picture = field(default_factory=dict)
    changed: frozenset[str] = frozenset(CHANGING)
    times: int = 0

    @property
    def server(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def remember(self) -> None:
        """Keep everything as it is now, to be put back."""
        with self.engine.begin() as wire:
            for name in CHANGING:
                wire.exec_driver_sql(f'CREATE TABLE kept_{name} AS SELECT * FROM "{name}"')
        self.before = self.picture()

    def put_back(self) -> None:
        """Everything as it was when the scene was set; what did not change is left alone."""
        self.times += 1
        if self.times % postgres.SWEPT == 0 and self.server:
            with self.engine.connect() as wire:
                wire.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")
        changed = [group for group in GROUPS if not self.changed.isdisjoint(group)]
        commands = [command for group in changed for command in _restoring(group)]
        with self.engine.begin() as wire:
            # A server takes all of them in one journey, and SQLite one at a time.
            together = self.server and commands
            for command in ["; ".join(commands)] if together else commands:
                wire.exec_driver_sql(command)
        self.changed = frozenset(CHANGING)

    def picture(self) -> Picture:
        """All a house holds, but for numbers only the database itself knows, and who carried."""
        with self.engine.connect() as wire:
            found = {name: _told(wire, TABLES[name]) for name in CHANGING}
        self.changed = frozenset(name for name in found if found[name] != self.before.get(name))
        return found

    def house(self, which: int) -> House:
        return House(self.stores[which], HandClock(self.scene.now))

    def alone(self, *commands: tuple[str, int]) -> Ended:
        """Commands one after the other, each with whose it is of the two."""
        self.put_back()
        done = tuple(tried(of(*each), self.house(FIRST), self.scene) for each in commands)
        return done, self.picture()

    def together(self, first: str, second: str, order: tuple[int, ...], shared: bool) -> Ended:
        """Two commands at once; shared: in one program, else in two."""
        self.put_back()
        mine, theirs = self.house(FIRST), self.house(FIRST if shared else SECOND)
        done = interleave(
            lambda: tried(of(first, FIRST), mine, self.scene),
            lambda: tried(of(second, SECOND), theirs, self.scene),
            order,
        )
        return done, self.picture()

    def statements(self, name: str) -> list[str]:
        """What the database is told by one command alone."""
        self.put_back()
        told: list[str] = []
        database = self.stores[FIRST].database
        database.watch = told.append
        tried(of(name, FIRST), self.house(FIRST), self.scene)
        listen(database)
        return told

    def faults(self) -> list[str]:
        """What verification finds in the house as it stands."""
        return verify(self.house(FIRST)).faults


def _restoring(group: Sequence[str]) -> Iterator[str]:
    """The house's own row is never taken away: it is what refers to the calendar in use."""
    names = [name for name in group if name != "house"]
    if "house" in group:
        yield "UPDATE house SET calendar = NULL"
    yield from (f'DELETE FROM "{name}"' for name in reversed(names))
    yield from (f'INSERT INTO "{name}" SELECT * FROM kept_{name}' for name in names)
    if "house" in group:
        facts = ("calendar", "directory_revision")
        yield "UPDATE house SET " + ", ".join(f"{f} = (SELECT {f} FROM kept_house)" for f in facts)


def _told(wire: Connection, table: Table) -> list[str]:
    return sorted(str(tuple(row)) for row in wire.execute(_all_of(table)))


@cache
def _all_of(table: Table) -> Select[Any]:
    """What is asked of a table, made once: it is asked some hundred thousand times."""
    left_out = UNTOLD.get(table.name, ())
    columns = [column for column in table.columns if column.name not in left_out]
    if table.name in ("attempt", "letter"):
        outbox = TABLES["outbox"]
        columns += [outbox.c.case, outbox.c.anchor, outbox.c.recipient]
        joined = table.join(outbox, table.c.outbox == outbox.c.id, isouter=True)
        return select(*columns).select_from(joined)
    return select(*columns)


@contextmanager
def staged(url: str, setting: Any) -> Iterator[Stage]:
    """A house in an empty database with its scene set."""
    create_house(url, practice=True, area=AREA, mail_domain="mail.example")
    stores = (open_store(url, secret=SECRET), open_store(url, secret=SECRET))
    furnish(stores[FIRST])
    builder = Builder(stores[FIRST])
    scene = setting(builder)
    builder.carry_all_but(3)
    answered(builder, scene)
    engine = create_engine(url)
    stage = Stage(scene, stores, engine)
    stage.remember()
    for store in stores:
        listen(store.database)
    try:
        yield stage
    finally:
        engine.dispose()
        for store in stores:
            store.close()


def furnish(store: Store) -> None:
    with store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(process)
        work.library.keep_rules(load())
        work.library.keep_calendar(official_calendar())
        work.people.put(everybody().people)
        work.commit()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'house.db'}"
