"""SQL built from the tables once for each database, to be run on the driver itself.

Building a statement costs more than running it, and so does making an object of each row; a
statement here is text and the order of its values, and its rows are plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple, Protocol, Self

from sqlalchemy import Dialect, Table
from sqlalchemy.sql.expression import ClauseElement

Row = tuple[Any, ...]
Values = Mapping[str, Any]
NOTHING: Values = {}


class Upsert(Protocol):
    """An insert that says what happens where the row is there already."""

    @property
    def excluded(self) -> Any: ...
    def values(self, *args: Any, **kwargs: Any) -> Self: ...
    def on_conflict_do_nothing(self, index_elements: Any = None) -> Self: ...
    def on_conflict_do_update(self, *, index_elements: Any, set_: Any) -> Self: ...
    def returning(self, *columns: Any) -> Self: ...


class Made(NamedTuple):
    """A statement for one kind of database: its text, its values in order, and known values."""

    sql: str
    names: tuple[str, ...]
    known: Values

    def bind(self, values: Values) -> Row:
        """The values in the order the text wants them. Errors: KeyError where one is missing."""
        if self.known:
            values = {**self.known, **values}
        return tuple([values[name] for name in self.names])


@dataclass(eq=False, slots=True)
class Statement:
    """One statement, made ready at its first use with each kind of database."""

    build: Callable[[str], Any]
    columns: tuple[str, ...] | None = None
    _made: dict[str, Made] = field(default_factory=dict)

    def on(self, dialect: Dialect) -> Made:
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self._make(dialect)
        return made

    def _make(self, dialect: Dialect) -> Made:
        built: ClauseElement = self.build(dialect.name)
        keys = None if self.columns is None else list(self.columns)
        made = built.compile(dialect=dialect, column_keys=keys)
        names = tuple(getattr(made, "positiontup", None) or ())
        return Made(str(made), names, _known(made))


def _known(made: Any) -> Values:
    """The values a statement was built with, those of a limit or an offset for one."""
    columns = made.column_keys or ()
    return {
        name: bound.value
        for bound, name in made.bind_names.items()
        if not bound.required and name not in columns
    }


def plain(built: Any) -> Statement:
    """A statement that is the same for every kind of database."""
    return Statement(lambda _: built)


def upsert(table: Table, dialect: str) -> Upsert:
    """An insert of whole rows in the words of one kind of database."""
    # Only the dialect that is used: each is dear to import.
    made: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return made.inline()  # type: ignore[no-any-return]


def insert_or_leave(table: Table, keys: Iterable[str], without: Iterable[str] = ()) -> Statement:
    """Insert a row; where one is there under these keys, leave that one."""
    names, columns = list(keys), _columns(table, without)
    return Statement(
        lambda dialect: upsert(table, dialect).on_conflict_do_nothing(index_elements=names),
        columns,
    )


def insert_or_replace(table: Table) -> Statement:
    """Insert a row; where one is there under its primary key, it takes the new values."""
    names = [column.name for column in table.primary_key]
    others = _columns(table, names)

    def build(dialect: str) -> Upsert:
        made = upsert(table, dialect)
        fresh = {name: made.excluded[name] for name in others}
        return made.on_conflict_do_update(index_elements=names, set_=fresh)

    return Statement(build, _columns(table))


def insert(table: Table, without: Iterable[str] = ()) -> Statement:
    return Statement(lambda dialect: upsert(table, dialect), _columns(table, without))


def _columns(table: Table, without: Iterable[str] = ()) -> tuple[str, ...]:
    left_out = frozenset(without)
    return tuple(column.name for column in table.columns if column.name not in left_out)
