"""Couriers of one house: each holds a lock for its life, so a dead one's messages come back.

A lease alone would make a killed courier's messages wait for the better part of an hour. The
operating system frees a lock the moment its process dies, however it dies; whoever can take the
lock of another courier knows that it is no more.
"""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.ports import Store

FOLDER = "couriers"


@contextmanager
def courier(home: Path, store: Store) -> Iterator[str]:
    """A courier's name for one run, after the messages of dead couriers were given back."""
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    _bury(folder, store)
    name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    path = folder / name
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield name
        finally:
            path.unlink(missing_ok=True)


def _bury(folder: Path, store: Store) -> None:
    for path in sorted(folder.iterdir()):
        with suppress(OSError), path.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with store.begin() as work:
                work.outbox.free(path.name)
                work.commit()
            path.unlink(missing_ok=True)
