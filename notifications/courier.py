"""Carries owed messages to the mail server: claim, send, settle, one message at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from engine.ports import Clock, Store
from notifications.lane import Lane
from notifications.letterhead import Letterhead
from notifications.post import Post
from notifications.run import Gone, Progress, Run, Tally


async def deliver(
    store: Store,
    clock: Clock,
    post: Post,
    limit: int = 10_000,
    progress: Progress | None = None,
    gone: Gone | None = None,
) -> Tally:
    """Send what is owed and due, at most limit messages; returns what became of them.

    No mail is given to the server inside a unit of work, and on each connection each try is kept
    before the next mail is given. progress hears of each try once it is kept. gone is asked before
    a message is offered, and again just before it is given, why it need not go any more; one with
    a reason is dropped. Errors: HouseDown where the store cannot be used.
    """
    run = Run(store, clock, post, limit, progress, gone)
    try:
        await _carry([Lane(run, connection) for connection in run.connections])
    finally:
        run.give_back()
    return run.tally


async def _carry(lanes: Sequence[Lane]) -> None:
    """Let every connection send; where one fails, the others end what they have in hand first."""
    if len(lanes) == 1:
        return await lanes[0].carry()
    for end in await asyncio.gather(*(lane.carry() for lane in lanes), return_exceptions=True):
        if end is not None:
            raise end
    return None


__all__ = ["Letterhead", "Post", "Progress", "Tally", "deliver"]
