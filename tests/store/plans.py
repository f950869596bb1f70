"""How a database says it would answer a question."""

from __future__ import annotations

from typing import Any

from store.house import DatabaseStore
from store.statement import Statement, Values


def explained(house: DatabaseStore, asked: Statement, values: Values) -> str:
    """The plan, in one line; a server plans as if there were too many rows to read whole."""
    made = asked.on(house.database.engine.dialect)
    with house.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if house.database.engine.dialect.name == "sqlite":
            found = driver.execute(f"EXPLAIN QUERY PLAN {made.sql}", made.bind(values))
            return " ".join(row[3] for row in found.fetchall())
        # So few rows are read whole by any sensible server; what is asked is whether it need not.
        driver.execute(
            "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off"
        )
        found = driver.execute(f"EXPLAIN {made.sql}", made.bind(values))
        return " ".join(row[0] for row in found)
