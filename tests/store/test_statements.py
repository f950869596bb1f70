"""One step is one read and one write: the statements are few, and no more for more rows."""

from __future__ import annotations

import re
from typing import Any

from engine.case import Case, Step, Task
from store.house import DatabaseStore
from tests.store.samples import (
    CANARY,
    NOW,
    TODAY,
    a_deadline,
    a_message,
    full_parts,
    furnish,
    further,
    keep,
    opening,
)

READ = {
    "sqlite": ["BEGIN", "case", "task", "deadline", "identity", "COMMIT"],
    "postgresql": ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "case", "COMMIT; BEGIN"],
}
WRITE = {
    "sqlite": [
        "BEGIN IMMEDIATE", "case", "event", "task", "deadline", "identity", "part", "outbox",
        "house", "COMMIT",
    ],
    "postgresql": ["case event task deadline identity part outbox", "house", "COMMIT"],
}  # fmt: skip


def told(house: DatabaseStore, decide: Any) -> list[str]:
    """What the database is told by one step, each statement by the tables it touches."""
    statements: list[str] = []
    house.database.watch = statements.append
    with house.begin() as work:
        work.keep(decide(work.cases.open("PL-2026-0001")))
        work.commit()
    house.database.watch = None
    return [touched(sql) for sql in statements]


def touched(sql: str) -> str:
    """The tables a statement writes to, or the first one it reads; a command is itself."""
    written = re.findall(r'(?:INSERT INTO|UPDATE) "?([a-z]+)"?', sql)
    read = re.findall(r'FROM "?([a-z]+)"? *\n?(?:WHERE|FOR|$)', sql)
    return " ".join(written) or "".join(read[:1]) or sql


def everything_changes(case: Case, rows: int) -> Step:
    """A step that writes so many rows of every kind."""
    return further(
        case,
        NOW,
        tasks=tuple(Task(f"T{n}", "return", "Health", "a@x.example", NOW) for n in range(rows)),
        deadlines=tuple(a_deadline(f"k{n}", met_on=TODAY, status="met") for n in range(rows)),
        owed=[a_message(f"m{n}:{rows}") for n in range(rows)],
        identity={f"name_{n}": CANARY for n in range(rows)},
        names=[f"a{n}:{rows}@x.example" for n in range(rows)],
    )


def test_a_step_is_one_read_and_one_write(house: DatabaseStore) -> None:
    keep(house, opening(furnish(house)))
    kind = house.database.engine.dialect.name
    expected = READ[kind] + WRITE[kind]
    assert told(house, lambda case: everything_changes(case, 1)) == expected


def test_more_rows_make_no_more_statements(house: DatabaseStore) -> None:
    keep(house, opening(furnish(house)))
    few = told(house, lambda case: everything_changes(case, 1))
    assert told(house, lambda case: everything_changes(case, 99)) == few


def test_what_a_step_leaves_alone_is_not_written(house: DatabaseStore) -> None:
    """A note on a case with tasks and deadlines writes the case and its record, nothing else."""
    keep(house, opening(furnish(house), identity={"n": CANARY}, **full_parts()))
    statements = told(house, further)
    kind = house.database.engine.dialect.name
    written = {
        "sqlite": ["BEGIN IMMEDIATE", "case", "event", "house", "COMMIT"],
        "postgresql": ["case event", "house", "COMMIT"],
    }
    assert statements == READ[kind] + written[kind]
