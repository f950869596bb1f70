"""The service of a host: one thread that makes the rounds of every house, one house after another.

Each house's own record says what is due there, and each house's clock is kept by the lease in its
own database, as by the service of one house. No Prefect: a host makes its rounds itself.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from engine.errors import HouseDown
from workflows import logbook
from workflows.couriers import process_name
from workflows.hosting import Host, why_not
from workflows.rounds import Desk, Stopped, due_now, make, take_clock
from workflows.schedule import ticking
from workflows.wiring import Premises

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

EVERY, LOOK = 30.0, 5.0  # seconds between two looks at every house, and at those just written in
GRACE = 35.0
KIND = "embedded"


class HostService:
    """Makes the rounds of every house of a host in a thread of its own, from start() to stop().

    broken: why a house could not be worked in when it was last visited, by its name.
    """

    def __init__(self, host: Host) -> None:
        self.host, self.name = host, process_name()
        self.broken: dict[str, str] = {}
        self._more: dict[str, set[str]] = {}
        self._looked: float | None = None
        self._stopping = False
        self._log = logbook.log_of(host.folder, sys.stderr)
        self._turn = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop
        self._scheduler: AsyncIOScheduler
        self._thread = threading.Thread(target=self._run, name="rounds of the host")

    def start(self) -> None:
        """Begin with a look at every house."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()

    def stop(self, grace: float = GRACE) -> bool:
        """Let what is under way end between two pieces of work; False where it would not."""
        self._stopping = True
        ended = asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop)
        with suppress(TimeoutError):
            ended.result(grace)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        return not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._scheduler = ticking(self._loop, (self._look, LOOK))
        self._loop.create_task(self._look())
        self._loop.call_soon(self._scheduler.start)
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    async def _wind_up(self) -> None:
        self._scheduler.pause()
        async with self._turn:
            self._scheduler.shutdown(wait=False)

    async def _look(self) -> None:
        """Visit every house from time to time, and in between those where something was done."""
        async with self._turn:
            for name in self._wanted():
                if not self._stopping:
                    await self._attend(name)

    def _wanted(self) -> Sequence[str]:
        stirred = self.host.stirred()
        if self._looked is not None and monotonic() - self._looked < EVERY:
            left = {name for name, more in self._more.items() if more}
            return sorted(left | stirred)
        self._looked = monotonic()
        try:
            return self.host.names()
        except HouseDown as down:
            self._log.warning("host_cannot_be_read", fault=down)
            return ()

    async def _attend(self, name: str) -> None:
        """Make what is due in one house; one that cannot work never stops the others."""
        try:
            with self.host.visit(name) as premises:
                await self._rounds(name, premises)
        except Exception as error:
            self._is_broken(name, why_not(error), error)
        else:
            self.broken.pop(name, None)

    async def _rounds(self, name: str, premises: Premises) -> None:
        more = self._more.setdefault(name, set())
        desk = Desk(premises, self.name, lambda: self._stopping, more=more)
        if premises.settings.clock != KIND or not take_clock(desk, KIND):
            return
        for one in due_now(desk):
            if self._stopping or not take_clock(desk, KIND):
                return
            with suppress(Stopped):
                await make(one, desk)

    def _is_broken(self, name: str, why: str, error: Exception) -> None:
        """Log what is new; the house's own page of its health tells more."""
        if self.broken.get(name) != why:
            self._log.warning("house_cannot_work", house=name, fault=error)
        self.broken[name] = why
