"""R8: the mail server is away for two days; all that was owed leaves soon after it is back.

A release is proved on 1,000 messages: OUTAGE_MESSAGES=1000.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.keyring import Secret
from engine.outbox import PATIENCE, State
from engine.ports import Store
from notifications.courier import deliver
from store.memory import MemoryStore
from tests.faults.smtp_script import ScriptedServer
from tests.notifications.mailroom import ABOUT, HandClock, a_post
from tests.store.samples import NOW, a_message, furnish, keep, opening

OWED = int(os.environ.get("OUTAGE_MESSAGES", "200"))
AWAY = timedelta(hours=48)
SOON = timedelta(minutes=30)
# In hours after the last message was owed: some come due just before patience ends.
NOBODY_LISTENS = 9


SECRET = Secret.of(b"only for the tests: 32 bytes.  x")


@pytest.fixture
def store() -> Store:
    """A house that owes many messages of one hour, every fifth of them urgent."""
    made = MemoryStore(SECRET, True, "Exampleshire", "mail.example")
    pins = furnish(made)
    owed = [replace(a_message(f"m{n}"), about=ABOUT, urgent=n % 5 == 0) for n in range(OWED)]
    keep(made, opening(pins, owed=owed))
    return made


async def wait(store: Store, clock: HandClock, port: int, until: datetime, minutes: int) -> None:
    """Tick until then, or until nothing is owed."""
    while clock.now() < until and owed(store):
        await deliver(store, clock, a_post(port, lease=3000.0))
        clock.forward(minutes=minutes)


def owed(store: Store) -> int:
    with store.begin() as work:
        return work.outbox.counts()[State.OWED]


async def test_after_an_outage_of_two_days_everything_is_delivered(store: Store) -> None:
    """Within half an hour, over ten connections at most, urgent ones first, each one once."""
    assert AWAY < PATIENCE
    clock = HandClock(NOW)
    await wait(store, clock, NOBODY_LISTENS, NOW + AWAY, minutes=5)
    assert owed(store) == OWED
    async with ScriptedServer() as server:
        back = clock.now()
        await wait(store, clock, server.port, back + AWAY, minutes=1)
    assert owed(store) == 0
    assert clock.now() - back <= SOON
    assert server.connections <= 10
    assert len(server.recipients) == OWED
    with store.begin() as work:
        messages = work.outbox.list(State.ACCEPTED)
        taken = {m.id: work.outbox.attempts(m.id)[-1].at for m in messages}
    first = min(taken[m.id] for m in messages)
    assert {taken[m.id] for m in messages if m.urgent} == {first}
