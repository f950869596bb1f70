"""SQL built from the tables once for each database, to be run on the driver itself.

Building a statement costs more than running it, and so does making an object of each row; a
statement here is text and the order of its values, and its rows are plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Dialect, Table, bindparam, column, func, select
from sqlalchemy.sql.expression import ClauseElement, text

Row = tuple[Any, ...]
Values = Mapping[str, Any]
NOTHING: Values = {}

POSTGRES = "postgresql"
GUARD = "guard"


class Made(NamedTuple):
    """A statement for one kind of database: its text, its values in order, and known values.

    Rows to insert go to PostgreSQL as one JSON value, however many they are; `guarded` is then the
    text that inserts them only where the guard of the same statement reached a row.
    """

    sql: str
    names: tuple[str, ...]
    known: Values
    guarded: str = ""

    def bind(self, values: Values) -> Row:
        """The values in the order the text wants them. Errors: KeyError where one is missing."""
        if self.known:
            values = {**self.known, **values}
        return tuple([values[name] for name in self.names])


@dataclass(eq=False, slots=True)
class Statement:
    """One statement, made ready at its first use with each kind of database."""

    make: Callable[[Dialect], Made]
    _made: dict[str, Made] = field(default_factory=dict)

    def on(self, dialect: Dialect) -> Made:
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self.make(dialect)
        return made


def plain(built: ClauseElement) -> Statement:
    """A statement that is the same for every kind of database."""
    return Statement(lambda dialect: _compiled(built, dialect))


def for_each(build: Callable[[str], Any]) -> Statement:
    """A statement built in the words of one kind of database."""
    return Statement(lambda dialect: _compiled(build(dialect.name), dialect))


def insert(table: Table, without: Iterable[str] = ()) -> Statement:
    return _rows(table, without, lambda made: made)


def insert_or_leave(
    table: Table, keys: Sequence[str], without: Iterable[str] = (), where: str = ""
) -> Statement:
    """Insert rows; where one is there under these keys, leave that one; without keys, under any.

    where is the condition of the index over these keys, if it holds some rows only.
    """
    only = text(where) if where else None

    def put(made: Any) -> Any:
        return made.on_conflict_do_nothing(index_elements=keys or None, index_where=only)

    return _rows(table, without, put)


def insert_or_replace(table: Table) -> Statement:
    """Insert rows; where one is there under its primary key, it takes the new values."""
    keys = [key.name for key in table.primary_key]
    others = _names(table, keys)

    def put(made: Any) -> Any:
        fresh = {name: made.excluded[name] for name in others}
        return made.on_conflict_do_update(index_elements=keys, set_=fresh)

    return _rows(table, (), put)


def upsert(table: Table, dialect: str) -> Any:
    """An insert that can say what happens where the row is there, in one database's words."""
    # Only the dialect that is used: each is dear to import.
    made: Any = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    return made.inline()


def as_json(rows: Sequence[Values]) -> str:
    """Rows as PostgreSQL takes them: one JSON value."""
    return orjson.dumps(rows).decode()


def _rows(table: Table, without: Iterable[str], then: Callable[[Any], Any]) -> Statement:
    names = _names(table, without)

    def make(dialect: Dialect) -> Made:
        if dialect.name == POSTGRES:
            sql, guarded = (_from_json(table, names, then, dialect, only) for only in (False, True))
            return Made(sql, (), {}, guarded)
        return _compiled(then(upsert(table, dialect.name)), dialect, names)

    return Statement(make)


def _from_json(
    table: Table,
    names: Sequence[str],
    then: Callable[[Any], Any],
    dialect: Dialect,
    guarded: bool,
) -> str:
    typed = [column(name, table.c[name].type) for name in names]
    given = func.json_to_recordset(bindparam("rows")).table_valued(*typed, name="given")
    given = given.render_derived(with_types=True)
    rows = select(*(given.c[name] for name in names))
    if guarded:
        rows = rows.where(select(text("1")).select_from(text(GUARD)).exists())
    built = then(upsert(table, POSTGRES).from_select(names, rows, include_defaults=False))
    return str(built.compile(dialect=dialect))


def _compiled(built: Any, dialect: Dialect, columns: Sequence[str] | None = None) -> Made:
    made = built.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    names = tuple(getattr(made, "positiontup", None) or ())
    return Made(str(made), names, {} if columns else _known(made))


def _known(made: Any) -> Values:
    """The values a statement was built with, those of a limit or an offset for one."""
    return {name: bound.value for bound, name in made.bind_names.items() if not bound.required}


def _names(table: Table, without: Iterable[str] = ()) -> list[str]:
    left_out = frozenset(without)
    return [each.name for each in table.columns if each.name not in left_out]
