"""Pages of the console, as their server is asked for them: at ten thousand cases, and at a hundred.

No network and no browser: what is measured is the time from a request to the last byte of a page.
"""

from __future__ import annotations

import asyncio
import gc
import time
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from typing import Any

from starlette.types import ASGIApp, Message

from benchmarks.houses import clone, new_house
from benchmarks.roads import MANAGER, at_the_meeting
from benchmarks.tables import Row
from engine.visits import Visit
from web import guard
from web.entrance import console_of
from workflows.wiring import Premises

FEW, MANY = 100, 10_000
REQUESTS, PATIENCE = 200, 30.0  # of each page: so many, or as many as fit into so many seconds
PAGES = (("my work", "/"), ("the board", "/cases"), ("a case", "/cases/{reference}"))


def measure(folder: Path) -> list[Row]:
    """Ask for each page again and again, as somebody who may read every case."""
    few, many = (_asked(folder / f"pages{number}", number) for number in (FEW, MANY))
    return [_row(name, few[name], many[name]) for name, _ in PAGES]


def _asked(home: Path, number: int) -> dict[str, list[float]]:
    premises = new_house(home)
    reference = at_the_meeting(premises.house)
    clone(premises.settings.database_url, reference, number - 1)
    cookie, app = _signed_in(premises), console_of(premises)
    taken = {
        name: asyncio.run(_times(app, address.format(reference=reference), cookie))
        for name, address in PAGES
    }
    premises.store.close()
    return taken


def _signed_in(premises: Premises) -> str:
    """The cookie of a visit that has just begun."""
    cookie, now = guard.new_pass(), premises.house.clock.now()
    with premises.store.begin() as work:
        work.visits.begin(Visit(guard.digest_of(cookie), MANAGER.email, now, now))
        work.commit()
    return cookie


async def _times(app: ASGIApp, address: str, cookie: str) -> list[float]:
    await _get(app, address, cookie)
    gc.collect()
    began, taken = time.perf_counter(), []
    while len(taken) < REQUESTS and time.perf_counter() - began < PATIENCE:
        asked = time.perf_counter()
        await _get(app, address, cookie)
        taken.append(time.perf_counter() - asked)
    return taken


async def _get(app: ASGIApp, address: str, cookie: str) -> None:
    """Ask for a page, and take it whole. Errors: AssertionError where it is not shown."""
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(_scope(address, cookie), receive, send)
    if said[0]["status"] != HTTPStatus.OK:
        raise AssertionError(f"{address} answered {said[0]['status']}")


def _scope(address: str, cookie: str) -> dict[str, Any]:
    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"{guard.COOKIE}={cookie}".encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }


def _row(name: str, few: list[float], many: list[float]) -> Row:
    """What nineteen of twenty requests took at most."""
    ours, beside = (quantiles(taken, n=20)[-1] for taken in (many, few))
    what = f"page: {name}, {MANY:,} cases, p95 of {len(many)}"
    words = f"{ours * 1000:,.0f} ms", f"{beside * 1000:,.0f} ms with {FEW:,}"
    return Row(what, *words, ours / beside, "none")
