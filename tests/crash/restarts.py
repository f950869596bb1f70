"""R10, on command: PostgreSQL stopped and started under load.

`python -m tests.crash.restarts --times 50` prints one line. The server is one of our own; it is
stopped in turns as an operator would stop it and as a power cut would. Exit code 1: not proved.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from engine.errors import HouseDown
from store.house import DatabaseStore
from tests import postgres
from tests.crash.book import KEPT
from tests.crash.killer import WORKERS, Crew, Toll
from tests.crash.premises import found, reopened
from tests.crash.sink import listening

UNDER_LOAD = 1.0  # seconds between a recovery and the next stop
SOON = 10.0  # seconds in which a page answers again


class Server:
    """A PostgreSQL of our own with one database, which is up or down."""

    def __init__(self, home: Path) -> None:
        self.home, self.programs = home, postgres.runnable_programs(home)
        postgres.make_cluster(home, self.programs)
        self.root = URL.create(
            "postgresql+psycopg",
            username="postgres",
            database="postgres",
            query={"host": str(home)},
        )
        self.url = self.root.set(database="house").render_as_string(hide_password=False)

    @contextmanager
    def up(self, cut: bool = False) -> Iterator[None]:
        """Run until we leave; cut: then it stops in the middle of everything."""
        with postgres.running(self.home, self.programs):
            yield
            if cut:
                self._cut()

    def _cut(self) -> None:
        number = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGQUIT)


def until(true: Callable[[], bool]) -> float:
    """Wait for something; how many seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < 120, "the house did not recover in two minutes"
        time.sleep(0.02)
    return time.monotonic() - began


def answers(store: DatabaseStore) -> bool:
    """Whether a page would be shown now, by a store that was open all the while."""
    try:
        with store.begin() as work:
            return bool(work.cases.references())
    except HouseDown:
        return False


def restart(times: int, folder: Path, server: Server) -> tuple[Toll, float, float]:
    """Stop and start under load; the toll, and how long a page and a step took at most."""
    with server.up():
        with postgres.connect(server.root) as opened:
            opened.execute("CREATE DATABASE house")
        premises = found(folder / "house", server.url, 1, wait=30)
"""
