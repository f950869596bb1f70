"""Couriers of one house: each holds a lock for its life, so a dead one's messages come back.

A lease alone would make a killed courier's messages wait for the better part of an hour. The
operating system frees a lock the moment its process dies, however it dies; whoever can take the
lock of another courier knows that it is no more. A lock reaches no further than its machine:
couriers of other machines are left to their leases, also where the folder is shared.
"""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from engine.errors import HouseDown
from engine.ports import Store

FOLDER = "couriers"
_DOOR = ".door"


def process_name() -> str:
    """A name for this process that no other has, on any machine."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def machine_of(name: str) -> str:
    """The machine of a process, by the process's name."""
    return name.rsplit("-", 2)[0]


@contextmanager
def courier(home: Path, store: Store) -> Iterator[str]:
    """A courier's name for one run, after the messages of dead couriers were given back.

    Errors: HouseDown where the house's folder cannot be written.
    """
    folder = home / FOLDER
    name = process_name()
    try:
        folder.mkdir(exist_ok=True)
        # One at a time goes through the door: else a courier that has made its file, and not yet
        # locked it, could be taken for a dead one.
        with (folder / _DOOR).open("a") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            _bury(folder, store)
            lock = _locked(folder / name)
    except OSError as fault:
        raise HouseDown(f"Mail cannot be sent from {folder} ({fault.strerror}).") from None
    with lock:
        yield name
        # Where the run failed the name stays: the next courier gives back what this one had.
        (folder / name).unlink(missing_ok=True)


def _locked(path: Path) -> IO[str]:
    lock = path.open("w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _bury(folder: Path, store: Store) -> None:
    """Give back the messages of every courier whose lock nobody holds any more."""
    for path in sorted(folder.iterdir()):
        if path.name == _DOOR or machine_of(path.name) != socket.gethostname():
            continue
        with suppress(OSError), path.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with store.begin() as work:
                work.outbox.free(path.name)
                work.commit()
            path.unlink(missing_ok=True)
