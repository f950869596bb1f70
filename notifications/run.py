"""One run of a courier: what is claimed, what became of each try, and what is given back."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.errors import Refused
from engine.outbox import Attempt, Message, State, Verdict, settle
from engine.ports import Clock, Store, UnitOfWork
from notifications import templates
from notifications.dialogue import Envelope
from notifications.message import compose, envelope_sender
from notifications.outcome import Outcome
from notifications.post import Post
from notifications.smtp import Connection

Progress = Callable[[Message, Attempt], None]
Gone = Callable[[UnitOfWork, Message], str]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run did with its messages, each counted once; trouble is the last of the house's own.

    parked: could not be written, or was tried for as long as patience lasts. dropped: what it says
    was no longer so.
    """

    accepted: int = 0
    deferred: int = 0
    refused: int = 0
    unsure: int = 0
    parked: int = 0
    dropped: int = 0
    trouble: str = ""


class LeaseLost(Exception):  # noqa: N818 - what happened, not an error of ours
    """Another courier has the message now, or a person took it back."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is written and lent to us until then."""

    message: Message
    mail: bytes
    until: datetime
    envelope: Envelope

    @property
    def template(self) -> str:
        """The version of its wording."""
        return templates.version(self.message.kind)


class Run:
    """One run of one courier over what is owed, over one connection or several."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        post: Post,
        limit: int,
        progress: Progress | None,
        gone: Gone | None,
    ) -> None:
        self.store, self.clock, self.post, self.progress = store, clock, post, progress
        self.gone = gone
        self.tally = Tally()
        self.waiting: deque[tuple[Message, datetime]] = deque()
        self.room = limit
        self.is_empty = False
        self.accepted_before = 0
        self.stopped = False
        self.connections = [Connection(post) for _ in range(post.connections)]
        # One connection finds out whether the server is there; the others wait for it.
        self.opened = asyncio.Event()

    def next(self) -> Letter | None:
        """The next message that may go, written; None where there is none now."""
        while not self.stopped and (self.waiting or self._claim()):
            message, until = self.waiting[0]
            if not self.has_time(until):
                self._renew()
                continue
            reason = self.look(message)
            if self.stopped:
                return None
            self.waiting.popleft()
            if reason:
                self.drop(message, reason)
                continue
            mail = self._written(message)
            if mail is not None:
                sender = envelope_sender(message, self.post.letterhead)
                return Letter(message, mail, until, Envelope(sender, message.recipient))
        return None

    def look(self, message: Message) -> str:
        """Why what a message says is no longer so; a house that is on hold stops the run."""
        with self.store.begin() as work:
            self.stopped = self.stopped or work.outbox.on_hold
            return self.gone(work, message) if self.gone else ""

    def has_time(self, until: datetime, seconds: float = 0) -> bool:
        """Whether the lease still covers so long; without it, the longest exchange there can be."""
        needed = seconds or self.post.longest_dialogue
        return until - self.clock.now() >= timedelta(seconds=needed)

    def put_back(self, letters: deque[Letter]) -> None:
        """Take untried messages back; they are the next to go."""
        while letters:
            letter = letters.pop()
            self.waiting.appendleft((letter.message, letter.until))

    def is_away(self, letters: deque[Letter], trouble: Outcome) -> None:
        """A connection cannot be opened. Where none other is open either, the server is away.

        One connection told us, and it is so for every claimed message.
        """
        if any(connection.is_open for connection in self.connections):
            return
        self.stopped = True
        self.put_back(letters)
        while self.waiting:
            message, _ = self.waiting.popleft()
            self.settle(message, trouble)

    def settle(self, message: Message, outcome: Outcome, template: str = "") -> None:
        """Record a try at once, in a unit of its own, before anything else is given."""
        now, verdict = self.clock.now(), outcome.verdict
        code, words, moment = outcome.code, outcome.words, outcome.moment
        attempt = Attempt(now, self.post.courier, verdict, code, words, moment, template)
        hastened = 0
        with self.store.begin() as work:
            kept = work.outbox.settle(message, attempt)
            if verdict is Verdict.ACCEPTED and not self.tally.accepted:
                # The server is there: those that were put off because it was away need not wait.
                hastened = work.outbox.hasten(now)
            work.commit()
        if not kept:
            raise LeaseLost
        self.is_empty = self.is_empty and not hastened
        self._count(message, outcome, now)
        if self.progress:
            self.progress(message, attempt)

    def _claim(self) -> bool:
        most = min(self.post.batch, self.room)
        if self.is_empty or most <= 0:
            return False
        now = self.clock.now()
        until = now + timedelta(seconds=self.post.lease)
        with self.store.begin() as work:
            batch = work.outbox.claim(now, until, self.post.courier, most)
            work.commit()
        self.room -= len(batch)
        self.is_empty = not batch
        self.accepted_before = self.tally.accepted
        self.waiting.extend((message, until) for message in batch)
        return bool(batch)

    def _renew(self) -> None:
        """The lease is too short for one more exchange: claim anew, where that can help."""
        self.stopped = self.tally.accepted == self.accepted_before
        self.give_back()

    def _written(self, message: Message) -> bytes | None:
        """The mail's bytes; a message that cannot be written is parked, never tried for ever."""
        try:
            return compose(message, self.post.letterhead, self.clock.now())
        except Refused as refusal:
            reason = " ".join(refusal.reasons)
        except Exception as error:
            # The error's own words may hold a value of the case: only its kind is told.
            reason = f"The message could not be written ({type(error).__name__}); tell support."
        self._park(message, reason)
        return None

    def drop(self, message: Message, reason: str) -> None:
        with self.store.begin() as work:
            dropped = work.outbox.drop(message, self.post.courier, reason)
            work.commit()
        if not dropped:
            raise LeaseLost
        self.tally = replace(self.tally, dropped=self.tally.dropped + 1)

    def _park(self, message: Message, reason: str) -> None:
        try:
            with self.store.begin() as work:
                work.outbox.park(message.id, reason)
                work.commit()
        except Refused:
            # Somebody dealt with it in the meantime.
            return
        self.tally = replace(self.tally, parked=self.tally.parked + 1)

    def _count(self, message: Message, outcome: Outcome, now: datetime) -> None:
        parked = settle(message, outcome.verdict, now)[0] is State.PARKED
        name = "parked" if parked else outcome.verdict.value
        away = outcome.ours or (outcome.verdict is Verdict.DEFERRED and not outcome.code)
        trouble = outcome.words if away else self.tally.trouble
        self.tally = replace(self.tally, **{name: getattr(self.tally, name) + 1}, trouble=trouble)

    def give_back(self) -> None:
        waiting = [message for message, _ in self.waiting]
        self.waiting.clear()
        if waiting:
            self.let_go(waiting)

    def let_go(self, untried: Iterable[Message]) -> None:
        """Untried messages are owed again at once; the store knows which are still ours."""
        self.is_empty = False
        with self.store.begin() as work:
            for message in untried:
                work.outbox.let_go(message, self.post.courier)
                self.room += 1
            work.commit()
