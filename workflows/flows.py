"""Prefect flows: a few lines each, over the plain functions that also run from the command line.

Nothing depends on Prefect for correctness: with it away, `sweep` and `deliver` by hand do it all.
Parameters are the house's folder only, never a name. Telemetry is off before Prefect is imported.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

from prefect import flow

from engine import upkeep
from workflows.wiring import deliver_owed, enter


@flow(name="sweep")
async def sweep(home: str) -> int:
    """Look for what is due; returns how many messages are now owed for it."""
    with enter(Path(home)) as premises:
        return upkeep.sweep(premises.house).owed


@flow(name="deliver")
async def deliver(home: str) -> int:
    """Send what is owed; returns how many messages the server accepted."""
    with enter(Path(home)) as premises:
        return (await deliver_owed(premises)).accepted
