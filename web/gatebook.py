"""What the log is told of who came in, and of who was turned away, at the pages and the API.

A visit is named by the first letters of its digest and a token by its number: whoever may read the
database finds the person there, and nobody finds one in the log.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from workflows import logbook

# So that whoever is turned away very often does not fill the disk with it.
MOST = 600
_MINUTE = 60.0
TURNED_AWAY = 400
_LETTERS = 8


class Gatebook:
    """The lines of one house and process, at most MOST a minute; those beyond are counted."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = logbook.log_of(home, sys.stderr), clock
        self._lock = threading.Lock()
        self._began, self._said, self._unsaid = clock(), 0, 0

    def note(self, event: str, visit: str = "", **facts: Any) -> None:
        """Write that something happened; visit is the digest of a visitor's cookie."""
        named = {**facts, "visit": visit[:_LETTERS]} if visit else facts
        room, unsaid = self._room()
        if unsaid:
            self._log.warning("lines_left_out", count=unsaid)
        if room:
            self._log.info(event, **named)

    def turned_away(self, status: int, page: str, visit: str = "", token: int = 0) -> None:
        """Write that a request was refused, where it was; page is a module of ours."""
        if status >= TURNED_AWAY:
            more = {"token": token} if token else {}
            self.note("turned_away", visit, status=status, page=page, **more)

    def _room(self) -> tuple[bool, int]:
        """Whether there is room for a line, and how many were left out in the minute before."""
        with self._lock:
            unsaid = 0
            if self._clock() - self._began >= _MINUTE:
                unsaid, self._began, self._said, self._unsaid = self._unsaid, self._clock(), 0, 0
            self._said += 1
            self._unsaid += self._said > MOST
            return self._said <= MOST, unsaid


@lru_cache(maxsize=1_000)
def gatebook_of(home: Path) -> Gatebook:
    """The one gatebook a process has of a house."""
    return Gatebook(home)
