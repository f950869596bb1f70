"""A small volume, and how much of it is free: to the page."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event

from store.house import DatabaseStore

PAGE = 4096


@dataclass
class Volume:
    """A folder on a volume of its own; ballast takes all but the room that is left."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def leave(self, pages: int) -> None:
        """Let only so much room be free."""
        self.make_room()
        free = shutil.disk_usage(self.folder).free // PAGE
        with self.ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(free - pages, 1) * PAGE)

    def make_room(self) -> None:
        self.ballast.unlink(missing_ok=True)


@contextmanager
def small_volume(folder: Path, size: str) -> Iterator[Volume | None]:
    """A volume in memory of this size; None where this user may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield Volume(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass
class Lid:
    """Without a volume: a database that may not grow beyond so many pages more."""

    store: DatabaseStore
    path: Path

    def leave(self, pages: int) -> None:
        self.make_room()
        with sqlite3.connect(self.path) as wire:
            (now,) = wire.execute("PRAGMA page_count").fetchone()
        wire.close()
        self._most = now + pages
        event.listen(self.store.database.engine, "connect", self._limit)

    def make_room(self) -> None:
        engine = self.store.database.engine
        if event.contains(engine, "connect", self._limit):
            event.remove(engine, "connect", self._limit)
        engine.dispose()

    def _limit(self, wire: sqlite3.Connection, _: object) -> None:
        wire.execute(f"PRAGMA max_page_count={self._most}")
