"""The service of a house: one thread with a loop of its own, in which the rounds are made in turn.

APScheduler ticks; it knows nothing of what is due. One process keeps the clock of a house, by a
lease in the database; any other waits, and takes over when the lease ends.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

from engine.errors import HouseDown
from workflows import logbook
from workflows.couriers import process_name
from workflows.rounds import Desk, Stopped, due_now, make, move_out, reside, take_clock
from workflows.schedule import ticking
from workflows.wiring import Premises

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from workflows.prefect_door import Prefect

HOLD, LOOK = 10, 5  # seconds between two renewals of the lease, and two looks at what is due
WORKER = "worker"
GRACE = 25.0  # seconds that work in flight has to come to an end of its own

Call = Callable[[str, Desk], Awaitable[str]]


class Service:
    """Makes the rounds of one house in a thread of its own, from start() to stop().

    kind: which way of keeping the clock this is, as in the settings; or WORKER, which keeps none
    and sends what is owed. call: how a round is made, itself or as a flow around it.
    """

    def __init__(
        self, premises: Premises, kind: str = "embedded", prefect: Prefect | None = None
    ) -> None:
        self.name = process_name()
        self.desk = Desk(premises, self.name, stopping=lambda: self._stopping)
        self.kind, self._prefect = kind, prefect
        self._call: Call = prefect.call if prefect else make
        self._log = logbook.log_of(premises.home, sys.stderr)
        self.elected = kind != WORKER
        self.keeps_clock = not self.elected
        self._stopping, self._said = False, ""
        self._loop: asyncio.AbstractEventLoop
        self._aside: ThreadPoolExecutor  # for what may not wait behind a round
        self._thread = threading.Thread(target=self._run, name="rounds")
        self._scheduler: AsyncIOScheduler | None = None
        self._turn, self._holding = asyncio.Lock(), asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None
        self._ready: threading.Event | None = None

    def start(self, ready: threading.Event | None = None) -> None:
        """Begin with a sweep of what was missed; ready: something to wait for before that."""
        self._ready = ready
        self._loop = asyncio.new_event_loop()
        # Each thread keeps memory of its own, as much as the largest round has ever needed.
        self._loop.set_default_executor(ThreadPoolExecutor(1, "round"))
        self._aside = ThreadPoolExecutor(1, "aside")
        self._thread.start()

    def stop(self, grace: float = GRACE) -> bool:
        """Let what is under way come to its end, and give the clock back; harmless twice.

        False where something would not end: whoever called may leave without it, as each piece of
        work is kept whole or not at all.
        """
        self._stopping = True
        if self._ready is not None:
            self._ready.set()
        if not self._thread.is_alive():
            return True
        ended: Future[bool] = asyncio.run_coroutine_threadsafe(self._wind_up(grace), self._loop)
        whole = ended.result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        return whole and not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        reside(self.desk)
        self._loop.create_task(self._begin())
        try:
            self._loop.run_forever()
        finally:
            move_out(self.desk)
            self._aside.shutdown(wait=False)
            self._loop.close()

    async def _begin(self) -> None:
        if self._ready is not None:
            await asyncio.to_thread(self._ready.wait)
        async with self._turn:
            if self.elected:
                # At once, and so without Prefect.
                await self._do("sweep", make)
                await self._hold()
        if self._stopping:
            return
        if self._prefect is not None:
            await asyncio.to_thread(self._prefect.start)
        jobs = ((self._hold, HOLD), (self._look, LOOK))
        self._scheduler = ticking(self._loop, *jobs[not self.elected :])
        self._scheduler.start()

    async def _hold(self) -> None:
        """Keep the clock, or see who does."""
        try:
            async with self._holding:
                taken = self._loop.run_in_executor(self._aside, take_clock, self.desk, self.kind)
                self.keeps_clock = await taken
        except HouseDown:
            self.keeps_clock = False
            self._say("clock_cannot_be_kept")
            return
        if self.keeps_clock:
            self._say("clock_is_kept_here")
        else:
            self._say("clock_is_kept_elsewhere")

    async def _look(self) -> None:
        """Make every round that is due, one after another; the record says which are."""
        if not self.keeps_clock:
            return
        async with self._turn:
            if self._prefect is not None:
                await self._prefect.look(self.desk)
            await self._make_due()

    async def _make_due(self) -> None:
        try:
            due = await asyncio.to_thread(self._due)
        except HouseDown:
            self._say("nothing_can_be_looked_for")
            return
        for name in due:
            if self.keeps_clock:
                await self._do(name)

    def _due(self) -> list[str]:
        return due_now(self.desk) if self.elected else ["deliver"]

    async def _do(self, name: str, call: Call | None = None) -> None:
        """Make one round; its own tick tells of a failure, and the next round goes on."""
        if self._stopping:
            return
        self._under_way = self._loop.create_task(self._called(name, call or self._call))
        try:
            await asyncio.wait([self._under_way])
        finally:
            self._under_way = None

    async def _called(self, name: str, call: Call) -> None:
        began, log = perf_counter(), self._log
        try:
            await call(name, self.desk)
        except Stopped:
            log.info("round", round=name, outcome="stopped")
        except Exception as error:
            log.warning("round", round=name, outcome="failed", fault=error)
        else:
            log.info("round", round=name, outcome="done", seconds=round(perf_counter() - began, 3))

    def _say(self, event: str) -> None:
        """Log what is new, and not what was said ten seconds ago."""
        if event != self._said:
            self._said = event
            self._log.warning(event, process=self.name)

    async def _wind_up(self, grace: float) -> bool:
        """No new round; what is under way ends by itself, or is broken off where it can be."""
        if self._scheduler is not None:
            self._scheduler.pause()
        whole = await _within(grace, self._turn.acquire())
        if not whole and self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way], timeout=5)
        await _within(5, self._holding.acquire())
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        with suppress(HouseDown):
            await self._loop.run_in_executor(self._aside, self._leave)
        if self._prefect is not None:
            await self._loop.run_in_executor(self._aside, self._prefect.stop)
        return whole

    def _leave(self) -> None:
        with self.desk.premises.store.begin() as work:
            work.duty.leave(self.name)
            work.commit()


async def _within(seconds: float, work: Awaitable[object]) -> bool:
    """Whether a work ended in time; one that did not is broken off."""
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return False
    return True
