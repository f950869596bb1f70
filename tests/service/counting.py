"""What a process and its house hold, counted twice, and what there is more of then."""

from __future__ import annotations

import gc
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from store.connection import parse
from tests import postgres
from workflows.wiring import Premises

GROWTH = 1.05  # so many times its memory a process may hold at the end


@dataclass(frozen=True)
class Count:
    """What a process holds: bytes in memory, and numbers of the rest."""

    memory: int
    files: int
    kept: int
    sessions: int
    threads: int


def counted(premises: Premises, most: int) -> Count:
    """What this process and its house hold while nothing is under way; most is its memory."""
    gc.collect()
    kept = sum(len(files) for _, _, files in os.walk(premises.home))
    open_files, threads = _entries("/proc/self/fd"), _entries("/proc/self/task")
    return Count(most, open_files, kept, sessions(premises), threads)


def memory() -> int:
    """What this process has in memory, in bytes."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _entries(folder: str) -> int:
    return sum(1 for _ in Path(folder).iterdir())


SESSIONS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def sessions(premises: Premises) -> int:
    """How many the server knows of; of a file, how many connections to it are kept or lent."""
    url = parse(premises.settings.database_url)
    if url.get_backend_name() == "sqlite":
        pool = premises.store.database.engine.pool
        return pool.checkedin() + pool.checkedout()  # type: ignore[attr-defined, no-any-return]
    with postgres.connect(url) as wire:
        return int(wire.execute(SESSIONS).fetchone()[0])  # type: ignore[index]


def grown(before: Count, after: Count) -> list[str]:
    """What there is more of than may be, in words."""
    names = {"files": "open files", "kept": "files in the house's folder"}
    found = [
        f"{value} {names.get(name, name)}, where there were {asdict(before)[name]}"
        for name, value in asdict(after).items()
        if name != "memory" and value > asdict(before)[name]
    ]
    over = after.memory > before.memory * GROWTH
    return [f"memory grew to {much(before, after)}", *found] if over else found


def much(before: Count, after: Count) -> str:
    """What there is in memory, and how much more that is, in words."""
    share = 100 * (after.memory / before.memory - 1)
    return f"{mib(after.memory)} ({share:+.1f} %)"


def mib(size: int) -> str:
    """A number of bytes, in words."""
    return f"{size / 2**20:.1f} MiB"
