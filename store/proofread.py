"""Reading a backup before it is called one: whole, with nothing that refers to nothing, sealed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.audit import first_fault
from engine.errors import HouseDown
from store import sqlite
from store.codec import EVENT_COLUMNS, event_of

Counts = Mapping[str, int]
SAMPLE = 1_000  # records whose every seal is counted again, where not all are asked for


@dataclass(frozen=True, slots=True)
class Read:
    """What was found in a copy; sealed is how many records had every seal counted again."""

    cases: int
    events: int
    messages: int
    sealed: int


def proofread(copy: Path, expected: Counts | None = None, every: bool = False) -> Read:
    """Read a copy of a house, of any edition; expected is how many rows each table must have.

    Each case's record must be of its length and end in its seal; each seal of every record is
    counted again, or of a sample spread over all of them. Errors: HouseDown with what is wrong.
    """
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as wire:
            found = [*_broken(wire), *_miscounted(wire, expected or {}), *_cut_short(wire)]
            counts = {name: _count(wire, name) for name in ("case", "event", "outbox")}
            references = _references(wire, counts["case"], every)
            found += _unsealed(wire, references)
    except sqlite3.Error as fault:
        raise sqlite.words(fault, copy) or fault from None
    if found:
        raise HouseDown(_WRONG.format(found[0]))
    return Read(counts["case"], counts["event"], counts["outbox"], len(references))


_WRONG = (
    "The copy was read again and is not what it should be ({}), so it was not kept. Try once more;"
    " where that fails too, look at the disk and run `waymark verify`."
)


def rows_of(wire: sqlite3.Connection) -> Counts:
    """How many rows each table of a file has."""
    named = wire.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: _count(wire, name) for (name,) in named if not name.startswith("sqlite_")}


def _count(wire: sqlite3.Connection, table: str) -> int:
    # The names are those of the file's own tables.
    return int(wire.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608


def _broken(wire: sqlite3.Connection) -> Iterator[str]:
    if wire.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        yield "the file is damaged"
    if wire.execute("PRAGMA foreign_key_check").fetchone():
        yield "a row refers to nothing"


def _miscounted(wire: sqlite3.Connection, expected: Counts) -> Iterator[str]:
    there = rows_of(wire) if expected else {}
    for name, number in expected.items():
        if there.get(name) != number:
            yield f"{name}: {there.get(name, 0)} rows instead of {number}"


_CUT = """
SELECT reference FROM "case" AS c WHERE c.sequence <> (SELECT count(*) FROM event AS e
WHERE e."case" = c.reference) OR c.seal <> coalesce((SELECT e.seal FROM event AS e
WHERE e."case" = c.reference AND e.sequence = c.sequence), '') LIMIT 1
"""


def _cut_short(wire: sqlite3.Connection) -> Iterator[str]:
    for (reference,) in wire.execute(_CUT):
        yield f"{reference}: its record does not end as the case says"


def _references(wire: sqlite3.Connection, cases: int, every: bool) -> Sequence[str]:
    rows = wire.execute('SELECT reference FROM "case" ORDER BY reference').fetchall()
    step = 1 if every else max(1, -(-cases // SAMPLE))
    return [reference for (reference,) in rows[::step]]


_RECORD = f'SELECT {", ".join(EVENT_COLUMNS)} FROM event WHERE "case" = ? ORDER BY sequence'  # noqa: S608 - names of columns of our own


def _unsealed(wire: sqlite3.Connection, references: Sequence[str]) -> Iterator[str]:
    for reference in references:
        events = tuple(map(event_of, wire.execute(_RECORD, (reference,))))
        if fault := first_fault(reference, events):
            yield fault
