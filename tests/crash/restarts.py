"""R10, on command: PostgreSQL stopped and started under load.

`python -m tests.crash.restarts --times 50` prints one line; exit code 1 says that it is not proved.
The server is one of our own; it is stopped in turns as an operator stops it and in mid-air.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from config.premises import SECRET
from config.secret_file import read
from engine.errors import HouseDown
from store.house import DatabaseStore, open_store
from tests import postgres
from tests.crash.book import KEPT
from tests.crash.killer import WORKERS, Crew, Toll
from tests.crash.premises import found
from tests.crash.sink import listening

UNDER_LOAD = 1.0  # seconds between a recovery and the next stop
SOON = 10.0  # seconds in which a page is shown again
PATIENCE = 120.0


class Server:
    """A PostgreSQL of our own, with one database, that is up or down."""

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
        """Run until we leave; cut: it is then stopped in the middle of everything."""
        with postgres.running(self.home, self.programs):
            yield
            if cut:
                number = int((self.home / "data" / "postmaster.pid").read_text().split()[0])
                os.kill(number, signal.SIGQUIT)

    def make_database(self) -> None:
        with postgres.connect(self.root) as opened:
            opened.execute("CREATE DATABASE house")


class Watch:
    """Somebody with a page open all the while, who counts how long the house was away."""

    def __init__(self, crew: Crew, store: DatabaseStore) -> None:
        self.crew, self.store = crew, store
        self.page = self.step = 0.0

    def recover(self) -> None:
        """The server is back: how long until a page is shown, and until a step is kept."""
        before, began = self.kept(), time.monotonic()
        until(self._shown, "no page was shown")
        self.page = max(self.page, time.monotonic() - began)
        until(lambda: self.kept() > before, "no step was kept")
        self.step = max(self.step, time.monotonic() - began)

    def kept(self) -> int:
        """How many steps the workers were told are kept."""
        book = self.crew.book
        return book.read_text().count(f"{KEPT} ") if book.exists() else 0

    def _shown(self) -> bool:
        try:
            with self.store.begin() as work:
                return bool(work.cases.references())
        except HouseDown:
            return False


class Stuck(Exception):  # noqa: N818 - what happened
    """The house did not go on though its server is back."""


def until(true: Callable[[], bool], what: str) -> None:
    """Wait. Errors: Stuck, with what did not happen."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > PATIENCE:
            raise Stuck(f"for {PATIENCE:.0f} s after a restart {what}")
        time.sleep(0.02)


def restart(times: int, folder: Path, server: Server) -> tuple[Toll, Watch]:
    """Stop and start under load, so many times; what came of it."""
    with ExitStack() as stack:
        sink = stack.enter_context(listening(folder / "caught"))
        with server.up():
            server.make_database()
            premises = found(folder / "house", server.url, sink.port, wait=30)
            premises.store.close()
            crew = stack.enter_context(Crew(premises, sink, times * (UNDER_LOAD + 2)))
            secret = read((premises.home / SECRET).read_bytes())
            watch = Watch(crew, open_store(server.url, secret=secret))
            stack.callback(watch.store.close)
            until(lambda: watch.kept() > WORKERS, "too few steps were kept")
        for turn in range(times):
            print(f"{turn} of {times} restarts, {watch.kept()} steps", file=sys.stderr)
            with server.up(cut=turn % 2 == 1):
                watch.recover()
                time.sleep(UNDER_LOAD)
        with server.up():
            watch.recover()
            return crew.rest(), watch


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--times", type=int, default=50)
    times = wanted.parse_args().times
    began = time.monotonic()
    try:
        # The folder's name is short: a socket's whole path may have about a hundred characters.
        with (
            tempfile.TemporaryDirectory(prefix="wm-pg-") as home,
            tempfile.TemporaryDirectory(prefix="wm-") as folder,
        ):
            toll, watch = restart(times, Path(folder), Server(Path(home)))
    except Stuck as stuck:
        print(f"not proved after {time.monotonic() - began:.0f} s: {stuck}")
        return 1
    print(
        f"{times + 1} restarts in {time.monotonic() - began:.0f} s: {toll}; a page was back after"
        f" {watch.page:.1f} s at most, a step after {watch.step:.1f} s"
    )
    for finding in toll.findings:
        print(finding)
    proved = not toll.findings and watch.page <= SOON and toll.repeats <= times * WORKERS + WORKERS
    return 0 if proved else 1


if __name__ == "__main__":
    sys.exit(main())
