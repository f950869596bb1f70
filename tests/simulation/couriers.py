"""The couriers of a year: the house's own, one after another, some of which die on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from engine.casework import House
from engine.outbox import Attempt, Message, State, Verdict
from notifications.courier import Tally, deliver
from notifications.post import Post
from tests.notifications.mailroom import a_letterhead
from tests.simulation.exchange import Exchange
from tests.simulation.fate import Died, Fate
from tests.simulation.ground import FatedStore

# How many couriers run on one machine, where the next one sees that one is dead.
HERE = 0.7


@dataclass
class Couriers:
    """Runs one courier at a time. excused: how often each mail was taken and not known to be.

    dead: couriers whose messages the next one gives back, because their locks are free.
    """

    store: FatedStore
    house: House
    exchange: Exchange
    fate: Fate
    runner: asyncio.Runner
    excused: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    dead: list[str] = field(default_factory=list)
    number: int = 0

    def run(self) -> Tally:
        """Send what is owed. Errors: HouseDown and Died, where fate strikes."""
        self.number += 1
        post = Post("localhost", 25, a_letterhead(), f"courier-{self.number}", security="none")
        try:
            self._bury()
            work = deliver(self.house.store, self.house.clock, post, progress=self._kept)
            tally = self.runner.run(work)
        except BaseException as end:
            self._broken_off(post.courier, isinstance(end, Died))
            raise
        self._excuse(self.exchange.unknown & self.exchange.unanswered)
        return tally

    def _bury(self) -> None:
        while self.dead:
            with self.house.store.begin() as work:
                work.outbox.free(self.dead[0])
                work.commit()
            del self.dead[0]

    def _kept(self, message: Message, attempt: Attempt) -> None:
        """A try is kept: now the house knows of the mail, unless the answer to it was lost."""
        self.tries[attempt.verdict] += 1
        identity = message.message_id
        if attempt.verdict is not Verdict.UNSURE or identity not in self.exchange.unanswered:
            self.exchange.unknown.discard(identity)

    def _broken_off(self, courier: str, died: bool) -> None:
        """A mail was taken, and the courier ended before the house could keep that."""
        messages = (owing.message for owing in self.store.picture.messages.values())
        known = {m.message_id for m in messages if m.state is State.ACCEPTED}
        self._excuse(self.exchange.unknown - known)
        # On another machine its lock cannot be seen: there its leases must end by themselves.
        if died and self.fate.random.random() < HERE:
            self.dead.append(courier)

    def _excuse(self, identities: set[str]) -> None:
        self.excused.update(identities)
        self.exchange.unknown.clear()
        self.exchange.unanswered.clear()
