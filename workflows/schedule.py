"""The heartbeat: APScheduler ticks that know nothing of what is due; the record decides.

A memory job store, interval ticks, no misfire limit: a tick that is late, missed or doubled
changes nothing, because a sweep finds what is due by the record and is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler

EVERY_MINUTE = 60


def heartbeat(sweep: Callable[[], object], deliver: Callable[[], object]) -> BackgroundScheduler:
    """A scheduler that sweeps and delivers every minute once it is started; stop it explicitly."""
    scheduler = BackgroundScheduler(timezone="Europe/London")
    for name, work in (("sweep", sweep), ("deliver", deliver)):
        scheduler.add_job(
            work,
            "interval",
            seconds=EVERY_MINUTE,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler
