"""A connection and its transaction: reads share a snapshot, writes stand or fall together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from engine.errors import HouseDown
from store.faults import ENDED, Fault, origin
from store.statement import NOTHING, Row, Statement, Values

Watch = Callable[[str], None]
Result = TypeVar("Result")

# A snapshot that was only read is left by a commit: after a rollback psycopg prepares every
# statement anew.
LEAVE = "COMMIT"
UNHEARD = (
    "The database went away before it said whether this was saved. Look before you do it again."
)


@dataclass(slots=True)
class Waits:
    """How often work on a database was begun, and the seconds it waited for its turn to."""

    begun: int = 0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.begun += 1
        self.seconds += seconds


class Phase(Enum):
    IDLE = "idle"
    READING = "reading"
    WRITING = "writing"
    FAILED = "failed"


class Asked(NamedTuple):
    """A statement with its values, or with the rows it is to insert."""

    statement: Statement
    values: Values | list[Values] = NOTHING


class Done(NamedTuple):
    """What came back: rows, and how many rows were reached."""

    rows: list[Row]
    reached: int


class Session(ABC):
    """A connection, taken when first needed. Reads see one moment of the database.

    The first write leaves that moment for the newest one, under the database's own lock, so a
    writer relies on a guard and not on what it read. Errors: HouseDown, Stale; after either,
    nothing is kept until `rollback`.
    """

    BEGIN_READING: str
    BEGIN_WRITING: str

    def __init__(self, engine: Engine, watch: Watch | None, waits: Waits) -> None:
        self._engine = engine
        self._waits = waits
        self._watch = watch
        self._phase = Phase.IDLE
        self._wire: PoolProxiedConnection | None = None
        self._line: Any = None

    def read(self, statement: Statement, values: Values = NOTHING) -> list[Row]:
        return self.read_all([Asked(statement, values)])[0]

    def read_all(self, asked: Sequence[Asked]) -> list[list[Row]]:
        """Ask several questions of one moment."""
        return self._in(Phase.READING, lambda: self._read(asked))

    def write(self, statement: Statement, values: Values | list[Values] = NOTHING) -> Done:
        return self._in(Phase.WRITING, lambda: self._write(Asked(statement, values)))

    def write_all(self, guard: Asked, rest: Sequence[Asked]) -> None:
        """Write rows if the guard reaches one. Errors: Stale where it reaches none."""
        self._in(Phase.WRITING, lambda: self._write_all(guard, rest))

    def commit(self) -> None:
        """Make what was written last.

        Errors: HouseDown, and then nothing of it was kept, unless its words say that nobody knows.
        """
        if self._phase is Phase.FAILED:
            raise HouseDown(ENDED)
        if self._phase is Phase.WRITING:
            self._make_last()
        elif self._phase is Phase.READING:
            self._attempt((LEAVE,), lambda: None, again=False)
        self._end()

    def _make_last(self) -> None:
        try:
            self._do(("COMMIT",))
        except Exception as fault:
            unheard = self._wire is not None and self._lost()
            raised = self._failed(fault)
            raise (HouseDown(UNHEARD) if unheard else raised) from None

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        if self._phase is Phase.READING:
            self._leave(self._commit)
        elif self._phase is Phase.WRITING:
            self._leave(self._roll_back)
        self._end()

    def close(self) -> None:
        self.rollback()
        if self._wire is not None:
            self._wire.close()
            self._wire = self._line = None

    @abstractmethod
    def _do(self, commands: Sequence[str]) -> None:
        """Begin or end a transaction. Errors: the driver's own."""

    @abstractmethod
    def _read(self, asked: Sequence[Asked]) -> list[list[Row]]:
        """Answer each question. Errors: the driver's own."""

    @abstractmethod
    def _write(self, asked: Asked) -> Done:
        """Run one statement. Errors: the driver's own."""

    @abstractmethod
    def _write_all(self, guard: Asked, rest: Sequence[Asked]) -> None:
        """Run a guard and what it guards. Errors: the driver's own, Stale."""

    @abstractmethod
    def _words(self, fault: Exception) -> Fault | None:
        """A driver's fault in plain words; None where it is not the driver's."""

    @abstractmethod
    def _lost(self) -> bool:
        """Whether the connection is gone."""

    @property
    def _driver(self) -> Any:
        """The driver's own connection, which the pool keeps for the next session."""
        if self._line is None:
            self._wire = self._engine.raw_connection()
            self._line = self._wire.driver_connection
        return self._line

    def _say(self, sql: str) -> None:
        if self._watch is not None:
            self._watch(sql)

    def _in(self, phase: Phase, work: Callable[[], Result]) -> Result:
        """Run inside a transaction of this phase or a later one; begin it where there is none."""
        if self._phase is Phase.FAILED:
            raise HouseDown(ENDED)
        if self._phase in (phase, Phase.WRITING):
            return self._attempt((), work, again=False)
        leaving = (LEAVE,) if self._phase is Phase.READING else ()
        begin = self.BEGIN_WRITING if phase is Phase.WRITING else self.BEGIN_READING
        self._phase = phase
        return self._attempt((*leaving, begin), work, again=True)

    def _attempt(self, commands: Sequence[str], work: Callable[[], Result], again: bool) -> Result:
        """Run; where the connection turns out to be gone before anything began, once more."""
        try:
            if commands:
                asked = perf_counter()
                self._do(commands)
                self._waits.add(perf_counter() - asked)
            return work()
        except Exception as fault:
            if again and self._wire is not None and self._lost():
                self._engine.dispose()
                self._let_go()
                return self._attempt(commands[-1:], work, again=False)
            raise self._failed(fault) from None

    def _failed(self, fault: Exception) -> Exception:
        self._leave(self._roll_back)
        self._end()
        self._phase = Phase.FAILED
        cause = origin(fault)
        return self._words(cause) or cause

    def _leave(self, leave: Callable[[], object]) -> None:
        """End the transaction; a connection that cannot is thrown away."""
        if self._wire is None:
            return
        with suppress(Exception):
            leave()
            return
        self._let_go()

    def _commit(self) -> None:
        self._do((LEAVE,))

    def _roll_back(self) -> None:
        self._driver.rollback()

    def _let_go(self) -> None:
        if self._wire is not None:
            with suppress(Exception):
                self._wire.invalidate()
            self._wire = self._line = None

    def _end(self) -> None:
        self._phase = Phase.IDLE
