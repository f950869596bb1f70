"""Prefect flows: a few lines each, over the rounds that also run from the command line.

Nothing depends on Prefect for correctness: with it away, the rounds are made without it.
Parameters are the house's folder only, never a name. Telemetry is off before Prefect is imported.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"

from prefect import flow

from workflows.rounds import make_at


@flow(name="sweep")
async def sweep(home: str) -> str:
    """Look for what is due: reminders, missed dates, escalations."""
    return await make_at("sweep", Path(home))


@flow(name="deliver")
async def deliver(home: str) -> str:
    """Send what is owed, one recipient a transaction."""
    return await make_at("deliver", Path(home))


@flow(name="collect")
async def collect(home: str) -> str:
    """Read replies and bounces from the mailbox."""
    return await make_at("collect", Path(home))


@flow(name="verify_and_checkpoint")
async def verify_and_checkpoint(home: str) -> str:
    """Check every record, and let the heads of all of them leave the house."""
    return await make_at("verify_and_checkpoint", Path(home))


@flow(name="back_up")
async def back_up(home: str) -> str:
    """Write a backup while the house goes on working."""
    return await make_at("back_up", Path(home))


@flow(name="recalendar")
async def recalendar(home: str) -> str:
    """Take in a newer list of bank holidays, and count open cases again."""
    return await make_at("recalendar", Path(home))


@flow(name="retention_review")
async def retention_review(home: str) -> str:
    """Propose closed cases whose local retention period has passed; destroy nothing."""
    return await make_at("retention_review", Path(home))


_ALL = (sweep, deliver, collect, verify_and_checkpoint, back_up, recalendar, retention_review)
FLOWS: Mapping[str, Callable[[str], Awaitable[str]]] = {one.name: one for one in _ALL}
