"""A connection and its transaction: reads share a snapshot, writes stand or fall together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from engine.errors import HouseDown
from store.faults import ENDED, Fault, origin
from store.statement import NOTHING, Row, Statement, Values

Watch = Callable[[str], None]


class Phase(Enum):
    IDLE = "idle"
    READING = "reading"
    WRITING = "writing"
    FAILED = "failed"


class Asked(NamedTuple):
    """A statement with its values, or with many; a guard must reach a row, or all is Stale."""

    statement: Statement
    values: Values | Sequence[Values] = NOTHING
    guard: bool = False


class Ready(NamedTuple):
    """What the driver is given: text, one row of values or many."""

    sql: str
    values: Row
    many: Sequence[Row] | None
    guard: bool


class Done(NamedTuple):
    """What came back: rows, and how many rows were reached."""

    rows: list[Row]
    reached: int


class Session(ABC):
    """A connection, taken when first needed. Reads see one moment of the database.

    The first write leaves that moment for the newest one, under the database's own lock, so a
    writer relies on guards and not on what it read. Errors: HouseDown, Stale; after either, nothing
    is kept until `rollback`.
    """

    BEGIN_READING: tuple[str, ...]
    BEGIN_WRITING: tuple[str, ...]

    def __init__(self, engine: Engine, watch: Watch | None = None) -> None:
        self._engine = engine
        self._watch = watch
        self._phase = Phase.IDLE
        self._wire: PoolProxiedConnection | None = None

    def read(self, statement: Statement, values: Values = NOTHING) -> list[Row]:
        return self.read_all([Asked(statement, values)])[0].rows

    def read_all(self, asked: Sequence[Asked]) -> list[Done]:
        if self._phase is Phase.IDLE:
            return self._begin(Phase.READING, asked)
        return self._go_on(asked)

    def write(self, statement: Statement, values: Values | Sequence[Values] = NOTHING) -> Done:
        return self.write_all([Asked(statement, values)])[0]

    def write_all(self, asked: Sequence[Asked]) -> list[Done]:
        if self._phase in (Phase.IDLE, Phase.READING):
            return self._begin(Phase.WRITING, asked)
        return self._go_on(asked)

    def commit(self) -> None:
        """Make what was written last. Errors: HouseDown, and then nothing of it was kept."""
        if self._phase is Phase.FAILED:
            raise HouseDown(ENDED)
        if self._phase is not Phase.IDLE:
            self._go_on([], "COMMIT")
        self._end()

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        if self._phase in (Phase.READING, Phase.WRITING):
            self._abandon()
        self._end()

    def close(self) -> None:
        self.rollback()
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    @abstractmethod
    def _run(self, opening: Iterable[str], ready: Sequence[Ready]) -> list[Done]:
        """Run everything on the driver, in order. Errors: the driver's own, Stale."""

    @abstractmethod
    def _words(self, fault: Exception) -> Fault | None:
        """A driver's fault in plain words; None where it is not the driver's."""

    @abstractmethod
    def _lost(self) -> bool:
        """Whether the connection is gone."""

    @property
    def _driver(self) -> Any:
        if self._wire is None:
            self._wire = self._engine.raw_connection()
        return self._wire.driver_connection

    def _begin(self, phase: Phase, asked: Sequence[Asked]) -> list[Done]:
        opening = self.BEGIN_WRITING if phase is Phase.WRITING else self.BEGIN_READING
        if self._phase is Phase.READING:
            opening = ("ROLLBACK", *opening)
        self._phase = phase
        return self._attempt(opening, asked, again=True)

    def _go_on(self, asked: Sequence[Asked], *opening: str) -> list[Done]:
        if self._phase is Phase.FAILED:
            raise HouseDown(ENDED)
        return self._attempt(opening, asked, again=False)

    def _attempt(self, opening: Sequence[str], asked: Sequence[Asked], again: bool) -> list[Done]:
        """Run; where the connection turns out to be gone before anything began, once more."""
        try:
            return self._run(opening, [self._ready(a) for a in asked])
        except Exception as fault:
            if again and self._wire is not None and self._lost():
                self._engine.dispose()
                self._let_go()
                fresh = [sql for sql in opening if sql != "ROLLBACK"]
                return self._attempt(fresh, asked, again=False)
            raise self._failed(fault) from None

    def _failed(self, fault: Exception) -> Exception:
        self._abandon()
        self._end()
        self._phase = Phase.FAILED
        cause = origin(fault)
        return self._words(cause) or cause

    def _ready(self, asked: Asked) -> Ready:
        statement, values, guard = asked
        made = statement.on(self._engine.dialect)
        if isinstance(values, Sequence):
            return Ready(made.sql, (), [made.bind(row) for row in values], guard)
        return Ready(made.sql, made.bind(values), None, guard)

    def _abandon(self) -> None:
        """Leave the transaction; a connection that cannot is thrown away."""
        if self._wire is None:
            return
        with suppress(Exception):
            self._driver.rollback()
            return
        self._let_go()

    def _let_go(self) -> None:
        if self._wire is not None:
            with suppress(Exception):
                self._wire.invalidate()
            self._wire = None

    def _end(self) -> None:
        self._phase = Phase.IDLE

    def _say(self, sql: str) -> None:
        if self._watch is not None:
            self._watch(sql)
