"""The couriers of a year: the house's own, one after another, some of which die on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast
from unittest.mock import patch

from config.settings import Settings
from engine.casework import House
from engine.outbox import Attempt, Message, State, Verdict
from notifications.courier import Tally
from notifications.post import Post
from store.house import DatabaseStore
from tests.notifications.mailroom import a_letterhead
from tests.simulation.exchange import Exchange
from tests.simulation.fate import Died, Fate
from tests.simulation.ground import FatedStore
from workflows.wiring import Premises, deliver_owed

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
    loop: asyncio.AbstractEventLoop
    excused: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    dead: list[str] = field(default_factory=list)
    number: int = 0

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Meanwhile the house's wiring takes its couriers, and their post, from here."""
        with (
            patch("workflows.couriers.courier", self._courier),
            patch("workflows.mailing.post_of", _post),
        ):
            yield self

    def run(self) -> Tally:
        """Send what is owed. Errors: HouseDown and Died, where fate strikes."""
        house = Premises(Path(), cast(Settings, None), cast(DatabaseStore, self.store), self.house)
        return self.loop.run_until_complete(deliver_owed(house, self._kept))

    @contextmanager
    def _courier(self, *_house: object) -> Iterator[str]:
        """A courier's name for one run, after the messages of dead couriers were given back."""
        self.number += 1
        name = f"courier-{self.number}"
        try:
            self._bury()
            yield name
        except BaseException as end:
            self._broken_off(name, isinstance(end, Died))
            raise
        # A courier that ends in order has no excuse for a mail of which it kept nothing.
        self.exchange.unknown.clear()

    def _bury(self) -> None:
        while self.dead:
            with self.house.store.begin() as work:
                work.outbox.free(self.dead[0])
                work.commit()
            del self.dead[0]

    def _kept(self, message: Message, attempt: Attempt) -> None:
        """A try is kept: now the house knows of the mail, unless the answer to it was lost."""
        self.tries[attempt.verdict] += 1
        identity, exchange = message.message_id, self.exchange
        if attempt.verdict is Verdict.UNSURE and identity in exchange.unanswered:
            self.excused[identity] += 1
        exchange.unknown.discard(identity)
        exchange.unanswered.discard(identity)

    def _broken_off(self, courier: str, died: bool) -> None:
        """A mail was taken, and the courier ended before the house could keep that."""
        if self.exchange.unknown:
            messages = (owing.message for owing in self.store.picture.messages.values())
            known = {m.message_id for m in messages if m.state is State.ACCEPTED}
            self.excused.update(self.exchange.unknown - known)
        self.exchange.unknown.clear()
        self.exchange.unanswered.clear()
        # On another machine its lock cannot be seen: there its leases must end by themselves.
        if died and self.fate.random.random() < HERE:
            self.dead.append(courier)


def _post(_settings: object, courier: str, _store: object) -> Post:
    return Post("localhost", 25, a_letterhead(), courier, security="none")
