"""Carries owed messages to the mail server: claim, send, settle, one message at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.errors import Refused
from engine.outbox import Attempt, Message, State, Verdict, settle
from engine.ports import Clock, Store
from notifications.letterhead import Letterhead
from notifications.message import compose, envelope_sender
from notifications.outcome import Outcome
from notifications.post import Post
from notifications.smtp import Connection

Progress = Callable[[Message, Attempt], None]
Gone = Callable[[Message], str]


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


class _LeaseLost(Exception):  # noqa: N818 - what happened, not an error of ours
    """Another courier has the message now, or a person took it back."""


class _Run:
    """One run of one courier over what is owed."""

    def __init__(
        self, store: Store, clock: Clock, post: Post, progress: Progress | None, gone: Gone | None
    ) -> None:
        self.store, self.clock, self.post, self.progress = store, clock, post, progress
        self.gone = gone
        self.tally = Tally()
        self.connection = Connection(post)
        self.handled = 0
        self.stopped = False

    def claim(self, most: int) -> tuple[Sequence[Message], datetime]:
        now = self.clock.now()
        until = now + timedelta(seconds=self.post.lease)
        with self.store.begin() as work:
            batch = work.outbox.claim(now, until, self.post.courier, most)
            work.commit()
        return batch, until

    async def carry(self, batch: Sequence[Message], until: datetime) -> bool:
        """Send one batch; tells whether another batch makes sense now."""
        waiting, before = deque(batch), self.tally.accepted
        try:
            while waiting and self._has_time(until) and not self.store.on_hold:
                if not await self._carry_next(waiting):
                    break
        except _LeaseLost:
            self.stopped = True
        finally:
            done = not waiting
            self._give_back(waiting)
        return not self.stopped and (done or self.tally.accepted > before)

    async def _carry_next(self, waiting: deque[Message]) -> bool:
        message = waiting[0]
        if self.gone and (reason := self.gone(message)):
            self._drop(waiting.popleft(), reason)
            return True
        mail = self._written(message)
        if mail is None:
            waiting.popleft()
            return True
        if not self.connection.may_open:
            return False
        trouble = await self.connection.ready()
        if trouble is not None:
            self._defer_all(waiting, trouble)
            return False
        waiting.popleft()
        self._settle(message, await self._sent(message, mail))
        return True

    async def _sent(self, message: Message, mail: bytes) -> Outcome:
        try:
            sender = envelope_sender(message, self.post.letterhead)
            return await self.connection.send(message.recipient, mail, sender)
        except asyncio.CancelledError as stop:
            # Told to stop in the middle of a message: what is known of it is kept first.
            self._settle(message, self.connection.broken_off(stop))
            raise

    def _has_time(self, until: datetime) -> bool:
        """Whether the lease still covers the longest exchange one message can need."""
        return until - self.clock.now() >= timedelta(seconds=self.post.longest_dialogue)

    def _written(self, message: Message) -> bytes | None:
        """The mail's bytes; a message that cannot be written is parked, never tried for ever."""
        try:
            return compose(message, self.post.letterhead, self.clock.now()).as_bytes()
        except Refused as refusal:
            reason = " ".join(refusal.reasons)
        except Exception as error:
            # The error's own words may hold a value of the case: only its kind is told.
            reason = f"The message could not be written ({type(error).__name__}); tell support."
        self._park(message, reason)
        return None

    def _drop(self, message: Message, reason: str) -> None:
        with self.store.begin() as work:
            dropped = work.outbox.drop(message, self.post.courier, reason)
            work.commit()
        if not dropped:
            raise _LeaseLost
        self.handled += 1
        self.tally = replace(self.tally, dropped=self.tally.dropped + 1)

    def _park(self, message: Message, reason: str) -> None:
        try:
            with self.store.begin() as work:
                work.outbox.park(message.id, reason)
                work.commit()
        except Refused:
            # Somebody dealt with it in the meantime.
            return
        self.handled += 1
        self.tally = replace(self.tally, parked=self.tally.parked + 1)

    def _defer_all(self, waiting: deque[Message], trouble: Outcome) -> None:
        """The server is away: one connection told us, and it is so for every claimed message."""
        self.stopped = True
        while waiting:
            self._settle(waiting.popleft(), trouble)

    def _settle(self, message: Message, outcome: Outcome) -> None:
        """Record a try at once, in a unit of its own, before anything else is done."""
        now = self.clock.now()
        attempt = Attempt(
            now, self.post.courier, outcome.verdict, outcome.code, outcome.words, outcome.moment
        )
        with self.store.begin() as work:
            kept = work.outbox.settle(message, attempt)
            if outcome.verdict is Verdict.ACCEPTED and not self.tally.accepted:
                # The server is there: those that were put off because it was away need not wait.
                work.outbox.hasten(now)
            work.commit()
        if not kept:
            raise _LeaseLost
        self._count(message, outcome, now)
        if self.progress:
            self.progress(message, attempt)

    def _count(self, message: Message, outcome: Outcome, now: datetime) -> None:
        parked = settle(message, outcome.verdict, now)[0] is State.PARKED
        name = "parked" if parked else outcome.verdict.value
        away = outcome.ours or (outcome.verdict is Verdict.DEFERRED and not outcome.code)
        trouble = outcome.words if away else self.tally.trouble
        self.tally = replace(self.tally, **{name: getattr(self.tally, name) + 1}, trouble=trouble)
        self.handled += 1

    def _give_back(self, waiting: deque[Message]) -> None:
        """Untried messages are owed again at once; the store knows which are still ours."""
        if not waiting:
            return
        with self.store.begin() as work:
            for message in waiting:
                work.outbox.let_go(message, self.post.courier)
            work.commit()


async def deliver(
    store: Store,
    clock: Clock,
    post: Post,
    limit: int = 10_000,
    progress: Progress | None = None,
    gone: Gone | None = None,
) -> Tally:
    """Send what is owed and due, at most limit messages; returns what became of them.

    No mail is sent inside a unit of work, and each try is kept before the next begins. progress
    hears of each try once it is kept. gone is asked just before sending why a message need not go
    any more; one with a reason is dropped. Errors: HouseDown where the store cannot be used.
    """
    run = _Run(store, clock, post, progress, gone)
    going = True
    try:
        while going and run.handled < limit:
            batch, until = run.claim(min(post.batch, limit - run.handled))
            going = bool(batch) and await run.carry(batch, until)
    finally:
        await run.connection.close()
    return run.tally


__all__ = ["Letterhead", "Post", "Progress", "Tally", "deliver"]
