"""Prefect beside the service: its local server as a child of ours, and a round made as a flow.

With the server away, not yet ready, or too slow, the round is made without it: nothing waits for
Prefect and nothing is decided by it. A tick of its own says so where it is away.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from config.sign_in import is_safe
from engine.errors import HouseDown
from engine.ticks import Outcome
from workflows import logbook, signals
from workflows.rounds import Desk, make

NAME = "prefect"
FOLDER = "prefect"
PATIENCE = 15.0  # seconds for a flow to begin, and for its end to be noted
HALF_AN_HOUR = 1_800.0
ANEW = 300.0  # seconds between two tries at starting a server that ended
AWAY = "Prefect is away: the rounds are made without it, and are not in its history."
IN_THE_CLEAR = (
    "PREFECT_API_URL leads to another machine without encryption: give it an address that begins"
    " with https://, or take it away."
)
UNNOTED = "done; Prefect did not note it"
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
}
_SERVER = {
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_SERVER_API_BLOCKS_REGISTER_ON_START": "0",
}


class Prefect:
    """A local server for one house, from start() to stop(), and a way of making rounds as flows."""

    def __init__(self, home: Path, history_days: int = 30) -> None:
        self.home, self.history_days = home, history_days
        self.child: subprocess.Popen[bytes] | None = None
        self.ready = False
        self._log = logbook.log_of(home, sys.stderr)
        self._password = secrets.token_urlsafe(24)
        self._port, self._begun, self._pruned, self._said = 0, 0.0, 0.0, ""
        # A server somebody else runs, for several machines, is used as it is.
        self._theirs = os.environ.get("PREFECT_API_URL", "")
        if self._theirs and not is_safe(self._theirs):
            raise HouseDown(IN_THE_CLEAR)

    @property
    def address(self) -> str:
        return self._theirs or f"http://127.0.0.1:{self._port}/api"

    @property
    def alive(self) -> bool:
        return bool(self._theirs) or (self.child is not None and self.child.poll() is None)

    def start(self) -> None:
        """Start the server in the background; it is ready after some seconds."""
        os.environ.update(QUIET)
        if not self._theirs:
            self._start_own(self.home.absolute() / FOLDER)
        self.ready, self._begun = False, time.monotonic()

    def _start_own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        with socket.create_server(("127.0.0.1", self._port)) as listening:
            self._port = listening.getsockname()[1]
            os.environ.update(PREFECT_HOME=str(folder), PREFECT_API_URL=self.address)
            # Whoever else is on this machine has no business with it.
            os.environ["PREFECT_API_AUTH_STRING"] = f"waymark:{self._password}"
            auth = {"PREFECT_SERVER_API_AUTH_STRING": f"waymark:{self._password}"}
            self.child = subprocess.Popen(
                [sys.executable, "-P", "-m", "workflows.prefect_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**os.environ, **_SERVER, **auth},
                pass_fds=(listening.fileno(),),
                start_new_session=True,
            )
            pipe = self.child.stdin
            if pipe is not None:
                pipe.write(f"{listening.fileno()}\n".encode())
                pipe.flush()

    def stop(self) -> None:
        """End the server; it is gone when this returns."""
        child, self.child = self.child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(timeout=8)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    async def call(self, name: str, desk: Desk) -> str:
        """Make a round as a flow, or by itself where Prefect is away. Errors: as the round's."""
        if not (self.alive and self.ready):
            return await make(name, desk)
        begun, done = desk.begun[name], desk.done[name]
        try:
            words = await self._as_flow(name, desk, begun)
            await self._prune()
            return words
        except Exception as error:
            if desk.done[name] > done:
                return UNNOTED
            if desk.begun[name] > begun:
                raise
            self._log.warning("prefect_is_away", fault=error)
            self.ready = False
            self._tell(desk, Outcome.FAILED, AWAY)
        return await make(name, desk)

    async def _as_flow(self, name: str, desk: Desk, begun: int) -> str:
        from workflows.flows import FLOWS

        flowing = asyncio.ensure_future(FLOWS[name](str(self.home)))
        try:
            await _some(flowing, PATIENCE, lambda: desk.begun[name] > begun)
            if not flowing.done() and desk.begun[name] == begun:
                raise TimeoutError
            await _some(flowing, None, lambda: desk.ended[name] > begun)
            return await asyncio.wait_for(flowing, PATIENCE)
        finally:
            flowing.cancel()

    async def _prune(self) -> None:
        """Now and then, after a round: nothing waits for it, and nothing depends on it."""
        if time.monotonic() - self._pruned < HALF_AN_HOUR:
            return
        from workflows.prefect_history import prune

        self._pruned = time.monotonic()
        try:
            await asyncio.wait_for(prune(self.history_days), PATIENCE)
        except Exception as error:
            self._log.warning("history_is_not_pruned", fault=error)

    async def look(self, desk: Desk) -> None:
        """See whether the server is there; one that ended is started anew, but not all the time."""
        if self.alive and self.ready:
            return
        if not self.alive:
            self.ready = False
            self._tell(desk, Outcome.FAILED, AWAY)
            if self.child is not None and time.monotonic() - self._begun > ANEW:
                await asyncio.to_thread(self.start)
        elif await asyncio.to_thread(self._answers):
            await asyncio.to_thread(import_module, "workflows.flows")
            self.ready = True
            self._tell(desk, Outcome.DONE, "Prefect keeps the history of the rounds.")

    def _answers(self) -> bool:
        # The one address of Prefect that asks for no password.
        return signals.call(f"{self.address}/health")

    def _tell(self, desk: Desk, outcome: Outcome, words: str) -> None:
        """Keep once what is new: other processes show it."""
        if words == self._said:
            return
        self._said = words
        well = outcome is Outcome.DONE
        self._log.warning("prefect_is_here" if well else "prefect_is_away")
        with suppress(HouseDown), desk.premises.store.begin() as work:
            work.duty.begin(NAME, desk.by)
            work.duty.end(NAME, desk.by, outcome, words)
            work.commit()


async def _some(task: asyncio.Future[str], seconds: float | None, true: Callable[[], bool]) -> None:
    """Wait for a task to end or something to be so, for so many seconds or for ever."""
    give_up = time.monotonic() + seconds if seconds is not None else float("inf")
    while not task.done() and not true() and time.monotonic() < give_up:
        await asyncio.wait([task], timeout=0.05)
