"""Pages of the console, as their server is asked for them: at 100,000 cases, and at a hundred.

No network and no browser: what is measured is the time from a request to the last byte of a page,
for one person alone, and for fifty at once with a second of thought between two pages.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

from starlette.types import ASGIApp, Message

from benchmarks.houses import clone, fresh_database, new_house, standing
from benchmarks.roads import MANAGER, SISTER, at_the_meeting, at_the_review_meeting
from benchmarks.tables import Row
from engine.browsers import bound
from engine.visits import Visit
from web import guard, pace
from web.entrance import console_of
from workflows.wiring import Premises

FEW, MANY, OWN = 100, 100_000, 5
REQUESTS, PATIENCE = 200, 30.0  # of each page: so many, or as many as fit into so many seconds
USERS, THOUGHT, WHILE = 50, 1.0, 30.0
LIMIT = 0.1
PAGES = (("My work", "/"), ("the board", "/cases"), ("a case", "/cases/{reference}"))
# A manager reads every rapid review; a nurse has a part in a few child death reviews.
PEOPLE = {"a manager": MANAGER.email, "a practitioner": SISTER.email}
KINDS = ("SQLite", "PostgreSQL")


class Taken(NamedTuple):
    """What requests took one by one, and one of them of the processor, in seconds.

    A server apart, such as PostgreSQL, has time of its own, which is not in it.
    """

    each: list[float]
    processor: float


Times = Mapping[str, Taken]


def measure(folder: Path) -> list[Row]:
    """Ask for each page again and again, on each kind of database."""
    # Two visits stand for fifty people here, so they ask more often than one of them may.
    pace.ASKED = pace.Pace(1_000_000)
    return [row for kind in KINDS for row in _on(folder, kind)]


def _on(folder: Path, kind: str) -> Iterator[Row]:
    with _house(folder / f"{kind}-few", kind, FEW) as (app, cookies, cases):
        few = _alone(app, cookies, cases)
    with _house(folder / f"{kind}-many", kind, MANY) as (app, cookies, cases):
        many = _alone(app, cookies, cases)
        crowd = asyncio.run(_crowd(app, cookies, cases))
    yield from (_row(f"page: {name}, {kind}", many[name], few[name]) for name in many)
    yield _crowd_row(kind, crowd)


@contextmanager
def _house(
    home: Path, kind: str, number: int
) -> Iterator[tuple[ASGIApp, Mapping[str, str], Mapping[str, str]]]:
    """A house with so many cases: its pages, a cookie for each person, and a case of each."""
    with fresh_database() if kind == "PostgreSQL" else nullcontext("") as database:
        premises = new_house(home, database)
        cases = {
            "a manager": at_the_meeting(premises.house),
            "a practitioner": at_the_review_meeting(premises.house),
        }
        for reference, times in zip(cases.values(), (number - OWN, OWN), strict=True):
            clone(premises.settings.database_url, reference, times - 1)
        shown = replace(premises, house=standing(premises))
        yield console_of(shown), _signed_in(shown), cases
        premises.store.close()


def _signed_in(premises: Premises) -> dict[str, str]:
    """The cookies of visits that have just begun."""
    secret, now = premises.store.secret, premises.house.clock.now()
    # What asks here says nothing of itself.
    cookies = {name: bound(secret, guard.new_pass(), "") for name in PEOPLE}
    with premises.store.begin() as work:
        for name, cookie in cookies.items():
            work.visits.begin(Visit(guard.digest_of(cookie), PEOPLE[name], now, now))
        work.commit()
    return cookies


def _alone(app: ASGIApp, cookies: Mapping[str, str], cases: Mapping[str, str]) -> Times:
    """What each page takes where nobody else asks."""
    return {
        f"{page}, {name}": asyncio.run(
            _times(app, address.format(reference=cases[name]), cookies[name])
        )
        for page, address in PAGES
        for name in PEOPLE
    }


async def _times(app: ASGIApp, address: str, cookie: str) -> Taken:
    await _get(app, address, cookie)
    gc.collect()
    taken: list[float] = []
    began, worked = time.perf_counter(), time.process_time()
    while len(taken) < REQUESTS and time.perf_counter() - began < PATIENCE:
        taken.append(await _get(app, address, cookie))
    return Taken(taken, (time.process_time() - worked) / len(taken))


async def _crowd(app: ASGIApp, cookies: Mapping[str, str], cases: Mapping[str, str]) -> list[float]:
    """So many people for a while, each at one page or another, with thought in between."""
    gc.collect()
    end = time.perf_counter() + WHILE
    names = [list(PEOPLE)[number % len(PEOPLE)] for number in range(USERS)]
    people = [_user(app, cookies[n], cases[n], (number, end)) for number, n in enumerate(names)]
    return [taken for each in await asyncio.gather(*people) for taken in each]


async def _user(app: ASGIApp, cookie: str, case: str, which: tuple[int, float]) -> list[float]:
    number, end = which
    # Not for secrets: the same walk of each person in every run.
    chance = random.Random(number)
    taken: list[float] = []
    await asyncio.sleep(chance.random() * THOUGHT)
    while time.perf_counter() < end:
        _, address = chance.choice(PAGES)
        taken.append(await _get(app, address.format(reference=case), cookie))
        await asyncio.sleep(THOUGHT)
    return taken


async def _get(app: ASGIApp, address: str, cookie: str) -> float:
    """Ask for a page, and take it whole; how long it took, in seconds.

    Errors: AssertionError where it is not shown.
    """
    began = time.perf_counter()
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(_scope(address, cookie), receive, send)
    if said[0]["status"] != HTTPStatus.OK:
        raise AssertionError(f"{address} answered {said[0]['status']}")
    return time.perf_counter() - began


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


def _row(name: str, many: Taken, few: Taken) -> Row:
    """What nineteen of twenty requests took at most."""
    words = _words(many), f"{_words(few)}, with {FEW:,}"
    what = f"{name}, {MANY:,} cases, p95 of {len(many.each)}"
    return Row(what, *words, _p95(many.each) / _p95(few.each), "none")


def _words(taken: Taken) -> str:
    return f"{_p95(taken.each) * 1000:,.0f} ms ({taken.processor * 1000:,.1f} of processor)"


def _crowd_row(kind: str, taken: list[float]) -> Row:
    what = f"pages: {USERS} people at once, {kind}, {MANY:,} cases, p95 of {len(taken):,}"
    rate = f"{len(taken) / WHILE:,.0f} pages/s"
    return Row(
        what, f"{_p95(taken) * 1000:,.0f} ms", rate, _p95(taken) / LIMIT, "at most 1.00 of 100 ms"
    )


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]
