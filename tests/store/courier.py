"""What couriers and people do with messages, each in a unit of work of its own."""

from __future__ import annotations

from datetime import datetime

from engine.case import Owed
from engine.outbox import Attempt, Message, Verdict
from engine.ports import Store
from tests.store.samples import (
    HOUR,
    NOW,
    Pins,
    keep,
    opening,
)

ME, OTHER = "courier-1", "courier-2"


def owe(store: Store, pins: Pins, *owed: Owed) -> None:
    keep(store, opening(pins, owed=owed))


def claim(store: Store, now: datetime = NOW, courier: str = ME, limit: int = 99) -> list[Message]:
    with store.begin() as work:
        claimed = work.outbox.claim(now, now + HOUR, courier, limit)
        work.commit()
    return list(claimed)


def a_try(verdict: Verdict, at: datetime = NOW, courier: str = ME) -> Attempt:
    return Attempt(at, courier, verdict, 451, "4.3.0 try again later", "RCPT", "1a2b3c4d")


def settle(store: Store, message: Message, attempt: Attempt) -> bool:
    with store.begin() as work:
        kept = work.outbox.settle(message, attempt)
        work.commit()
    return kept


def get(store: Store, number: int) -> Message:
    with store.begin() as work:
        return work.outbox.get(number)


def only(store: Store) -> Message:
    with store.begin() as work:
        (message,) = work.outbox.list()
    return message


def park(store: Store, number: int, reason: str = "By hand.") -> None:
    with store.begin() as work:
        work.outbox.park(number, reason)
        work.commit()


def release(store: Store, number: int, now: datetime) -> None:
    with store.begin() as work:
        work.outbox.release(number, now)
        work.commit()
