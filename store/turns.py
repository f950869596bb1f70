"""Turns at one file: its writers queue, and steps that queue are made to last by one commit."""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import suppress
from threading import Event, Lock

from engine.errors import HouseDown
from store.faults import BUSY

PATIENCE = 30.0  # seconds to wait for another writer
MOST = 64  # steps that share a commit
LOST = (
    "Another step that was being saved at the same moment could not be saved, and this one with"
    " it; nothing was saved. Do it again."
)


class Place:
    """A writer's place in the queue, and the connection it writes on.

    shares: it is one short step, which may join others in a transaction and wait with them for
    the commit. One that joins writes on the connection of the first, behind a savepoint.
    """

    __slots__ = ("called", "fault", "joins", "over", "own", "settled", "shares", "waits", "wire")

    def __init__(self, own: sqlite3.Connection, shares: bool) -> None:
        self.own = self.wire = own
        self.shares = shares
        self.joins = self.waits = self.over = False
        self.called, self.settled = Event(), Event()
        self.fault: Exception | None = None


class Turns:
    """Whose turn it is to write, among all threads of a process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._busy = False
        self._queue: deque[Place] = deque()
        self._waiting: list[Place] = []

    def take(self, place: Place) -> None:
        """Wait for the turn. Errors: HouseDown where it does not come in time."""
        with self._lock:
            if not self._busy:
                self._busy = True
                return
            self._queue.append(place)
        try:
            called = place.called.wait(PATIENCE)
        except BaseException:
            if not self._left(place):
                self.abandon(place)
            raise
        if not called and self._left(place):
            raise HouseDown(BUSY)

    def commit(self, place: Place) -> None:
        """Make a step last, with those that queue behind it where it may. Errors: the driver's own.

        Nobody is answered before the commit is on the disk; where it fails all of them are told.
        """
        if place.joins:
            place.wire.execute("RELEASE step")
        if self._hand_on(place):
            place.settled.wait()
            fault = place.fault
        else:
            fault = self._make_last(place)
        if fault is not None:
            raise fault

    def abandon(self, place: Place) -> None:
        """Forget a step and nothing else; what others wrote before it is made to last.

        Nobody is told that a case has changed before the change can be looked at.
        """
        if place.over:
            return
        if place.waits:
            place.settled.wait()
        elif not place.joins:
            self._forget(place)
        elif not _undone(place.wire):
            self._forget(place, HouseDown(LOST))
        elif self._hand_on(place):
            place.settled.wait()
        else:
            self._make_last(place)

    def _left(self, place: Place) -> bool:
        """Whether a place could be taken out of the queue: its turn had not come."""
        with self._lock:
            if place.called.is_set():
                return False
            self._queue.remove(place)
            return True

    def _hand_on(self, place: Place) -> bool:
        """Let the next step join the open transaction, if it may."""
        with self._lock:
            following = self._queue[0] if self._queue else None
            full = len(self._waiting) + 1 >= MOST
            if not place.shares or full or following is None or not following.shares:
                return False
            self._queue.popleft()
            place.waits = True
            self._waiting.append(place)
            following.wire, following.joins = place.wire, True
        following.called.set()
        return True

    def _make_last(self, place: Place) -> Exception | None:
        """Commit for everybody whose step is in the transaction, and tell them."""
        try:
            place.wire.execute("COMMIT")
        except Exception as fault:
            self._forget(place, fault)
            return fault
        self._settle(place, None)
        return None

    def _forget(self, place: Place, fault: Exception | None = None) -> None:
        try:
            place.wire.rollback()
        finally:
            self._settle(place, fault)

    def _settle(self, place: Place, fault: Exception | None) -> None:
        """The transaction is over: tell those who wait for it, and call the next."""
        place.over = True
        told, self._waiting = self._waiting, []
        with self._lock:
            following = self._queue.popleft() if self._queue else None
            self._busy = following is not None
        if following is not None:
            following.called.set()
        for each in told:
            each.fault, each.over = fault, True
            each.settled.set()


def _undone(wire: sqlite3.Connection) -> bool:
    """Take one step back out of the transaction; False where its fault has ended the whole of it.

    A full or broken disk ends a transaction by itself.
    """
    with suppress(sqlite3.Error):
        wire.execute("ROLLBACK TO step")
        wire.execute("RELEASE step")
        return True
    return False
