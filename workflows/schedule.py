"""The ticking of a service: APScheduler, which knows nothing of what is due; the record decides.

A memory job store, interval ticks, no misfire limit: a tick that is late, missed or doubled
changes nothing. No tick is tied to a time of day.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Work = Callable[[], Awaitable[None]]


def ticking(loop: asyncio.AbstractEventLoop, *jobs: tuple[Work, float]) -> AsyncIOScheduler:
    """A scheduler that awaits each work every so many seconds, once it is started on its loop."""
    # That a tick comes while one is under way is no news: it is left out, and nothing is missed.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = AsyncIOScheduler(event_loop=loop, timezone="Europe/London")
    for work, seconds in jobs:
        scheduler.add_job(
            work,
            "interval",
            seconds=seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler
