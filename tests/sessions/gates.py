"""Gates: two sessions in two threads, each stopped before every statement until it is let on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from store.connection import Database

FIRST, SECOND = 0, 1
# A statement that has not come back after so long waits for the other session's lock.
WAITS = 0.03
# Nothing here may take so long: whoever does is stuck for ever.
STUCK = 20.0

Outcome = tuple[str, ...]
Work = Callable[[], Outcome]
_here = threading.local()


class Stuck(AssertionError):  # noqa: N818 - what happened to them
    """Both sessions wait, each for the other."""


@dataclass
class Session:
    """One command in a thread of its own; it goes on by one statement each time it is let."""

    work: Work
    ready: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)
    statements: list[str] = field(default_factory=list)
    outcome: Outcome | None = None

    def start(self) -> None:
        """Run as far as the first statement; whoever begins by writing may have to wait there."""
        threading.Thread(target=self._run, daemon=True).start()
        self.ready.wait(WAITS)

    def stop_before(self, statement: str) -> None:
        """Called in the session's own thread, before each statement."""
        self.statements.append(statement)
        self.ready.set()
        if not self.go.wait(STUCK):
            raise Stuck("nobody let this session go on")
        self.go.clear()

    def step(self) -> bool:
        """Let one statement be run; False where it waits for a lock."""
        self.ready.clear()
        self.go.set()
        return self.ready.wait(WAITS)

    def _run(self) -> None:
        _here.session = self
        try:
            self.outcome = self.work()
        except BaseException as fault:
            self.outcome = ("fault", f"{type(fault).__name__}: {fault}")
        finally:
            _here.session = None
            self.ready.set()

    @property
    def over(self) -> bool:
        return self.outcome is not None and self.ready.is_set()


def listen(database: Database) -> None:
    """Put a gate before each statement of a database, for the sessions that are stepped."""

    def gate(statement: str) -> None:
        session: Session | None = getattr(_here, "session", None)
        if session is not None:
            session.stop_before(statement)

    database.watch = gate


def interleave(first: Work, second: Work, order: Sequence[int]) -> tuple[Outcome, Outcome]:
    """Run two commands in this order of statements; whoever must wait for a lock goes on later.

    Errors: Stuck.
    """
    sessions = (Session(first), Session(second))
    for session in sessions:
        session.start()
    for which in order:
        _go_on(sessions, which)
    while not all(session.over for session in sessions):
        _go_on(sessions, FIRST)
    mine, theirs = (session.outcome for session in sessions)
    assert mine is not None
    assert theirs is not None
    return mine, theirs


def _go_on(sessions: Sequence[Session], wanted: int) -> None:
    for session in (sessions[wanted], sessions[1 - wanted]):
        if session.ready.is_set() and not session.over:
            session.step()
            return
    waiting = [session for session in sessions if not session.over]
    give_up = time.monotonic() + STUCK
    # Whoever was waited for has just gone: its lock is on its way to the other.
    while waiting and not any(session.ready.is_set() for session in waiting):
        if time.monotonic() > give_up:
            raise Stuck("both sessions wait, each for the other")
        time.sleep(0.001)
