"""DBOS: a step is a workflow of one transaction; its own tables stand in a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dbos import DBOS, SQLAlchemyDatasource

from benchmarks.sent import Sent, send

OWN = "dbos.db"


@contextmanager
def prepare(database: Path, steps: Sequence[Sequence[Sent]]) -> Iterator[Callable[[int], None]]:
    """Its own tables are in OWN beside the database, which may be there already."""
    DBOS(
        config={
            "name": "reviews",
            "system_database_url": f"sqlite:///{database.with_name(OWN)}",
            "run_admin_server": False,
            "log_level": "ERROR",
        }
    )
    source = SQLAlchemyDatasource.create(f"sqlite:///{database}")

    @source.transaction()
    def keep(number: int) -> None:
        send(source.sql_session().connection().connection.driver_connection, steps[number])

    @DBOS.workflow()
    def take(number: int) -> None:
        keep(number)

    DBOS.launch()
    try:
        yield take
    finally:
        DBOS.destroy()
