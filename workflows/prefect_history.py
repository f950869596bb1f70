"""Prefect's history of the rounds: old runs are taken away, a portion at a time.

Left to itself it grows for ever, and faster than anything of the house.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_PORTION = 100


async def prune(days: int, portion: int = A_PORTION) -> int:
    """Take away runs that ended more than so many days ago, through Prefect's own client.

    Returns how many. Errors: httpx.HTTPError where the server is away.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterEndTime

    before = datetime.now(UTC) - timedelta(days=days)
    ended = FlowRunFilterEndTime.model_validate({"before_": before})
    old = FlowRunFilter(end_time=ended)
    async with get_client(sync_client=False) as client:
        found = await client.read_flow_runs(flow_run_filter=old, limit=portion)
        for run in found:
            await client.delete_flow_run(run.id)
    return len(found)
