"""What the log is told of who came in, and of who was turned away, at the pages and the API.

A visit is named by the first letters of its digest and a token by its number: whoever may read the
database finds the person there, and nobody finds one in the log.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.visits import name_of
from web.pace import Pace
from workflows import logbook

# So that whoever is turned away very often does not fill the disk with it.
MOST = 600
_TURNED_AWAY = 400


class Gatebook:
    """The lines of one house and process, at most MOST a minute; those beyond are counted."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._pace = logbook.log_of(home, sys.stderr), Pace(MOST, clock)
        self._tokens = Pace(1, clock)

    def note(self, event: str, visit: str = "", **facts: Any) -> None:
        """Write that something happened; visit is the digest of a visitor's cookie."""
        named = {**facts, "visit": name_of(visit)} if visit else facts
        room = self._pace.room()
        if unsaid := self._pace.before:
            self._pace.before = 0
            self._log.warning("lines_left_out", count=unsaid)
        if room:
            self._log.info(event, **named)

    def token_taken(self, token: int) -> None:
        """Write that a token was found good, once a minute for each; 0 is none."""
        if token and self._tokens.room(str(token)):
            self.note("token_taken", token=token)

    def turned_away(self, status: int, page: str, visit: str = "", token: int = 0) -> None:
        """Write that a request was refused, where it was; page is a module of ours."""
        if status >= _TURNED_AWAY:
            more = {"token": token} if token else {}
            self.note("turned_away", visit, status=status, page=page, **more)


@lru_cache(maxsize=1_000)
def gatebook_of(home: Path) -> Gatebook:
    """The one gatebook a process has of a house."""
    return Gatebook(home)
