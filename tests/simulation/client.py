"""What stands in the place of the mail library's client: its server is the year's exchange."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING

from aiosmtplib import (
    SMTPConnectError,
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from tests.faults.smtp_script import REPLIES

if TYPE_CHECKING:
    from tests.simulation.exchange import Exchange

LOSSES = ("close", "reset", "hang", "garbage", "overlong")
TAKEN_ALL_THE_SAME = 0.7
WAITS = {"after_dot": 600, "body": 120}


class _Ready(selectors.SelectSelector):
    """Nothing is ever waited for: whatever can go on goes on at once."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []


def a_loop() -> asyncio.AbstractEventLoop:
    """A loop for work that never waits; the caller closes it."""
    return asyncio.SelectorEventLoop(_Ready())


class _Wire(asyncio.WriteTransport):
    """Something that still has bytes to send where the server answers before it has them all."""

    stuck = False

    def get_write_buffer_size(self) -> int:
        return int(self.stuck)

    def abort(self) -> None:
        """There is nothing to cut."""


class Client:
    """Speaks as the library's client and its protocol do; asked by one connection only."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._fate = exchange, exchange.fate
        self._trouble = exchange.opening()
        self._begun = False
        self._recipient, self._mail = "", b""
        self._reply: asyncio.Future[SMTPResponse] | None = None
        self.transport: _Wire | None = _Wire()
        self.protocol: Client | None = self

    async def connect(self) -> None:
        self._fate.reach("connecting")
        try:
            self._answer("connect")
        except SMTPServerDisconnected:
            raise SMTPConnectError("no connection") from ConnectionRefusedError()
        self._expect("banner")

    async def ehlo(self) -> None:
        self._expect("ehlo")
        self._trouble = "", ""

    async def rset(self) -> None:
        # From the second message of a connection on, this is where its dialogue begins.
        self._trouble, self._begun = self._exchange.dialogue(), True
        self._expect("rset")

    async def mail(self, _sender: str) -> None:
        if not self._begun:
            self._trouble = self._exchange.dialogue()
        self._begun = False
        self._expect("mail")

    async def rcpt(self, recipient: str) -> None:
        self._recipient = recipient
        self._expect("rcpt")

    async def quit(self) -> None:
        self._fate.reach("QUIT")

    async def execute_command(self, _data: bytes) -> SMTPResponse:
        self._fate.reach("DATA")
        self._reply = asyncio.get_running_loop().create_future()
        return self._answer("data") or SMTPResponse(354, "Go on")

    def close(self) -> None:
        self.protocol = self.transport = None

    def _expect(self, moment: str) -> None:
        """Send a command and want a plain yes. Errors: as those of the library."""
        self._fate.reach(moment)
        reply = self._answer(moment)
        if reply is not None:
            raise SMTPResponseException(reply.code, reply.message)

    def _answer(self, moment: str) -> SMTPResponse | None:
        """The server's other words at a moment; None for its usual ones."""
        at, deed = self._trouble
        if at != moment:
            return None
        self._trouble = "", ""
        exchange = self._exchange
        exchange.troubles[f"{moment} {deed}"] += 1
        if deed == "hang":
            exchange.clock.forward(WAITS.get(moment, 60))
        return _said(deed)

    def write(self, data: bytes) -> None:
        if data == b".\r\n":
            self._fate.about("the final dot", self._end)
        else:
            self._fate.about("the body", lambda: self._give(data))

    def _give(self, data: bytes) -> None:
        self._mail = data
        if self._trouble[0] == "body" and self.transport is not None:
            self.transport.stuck = True
            self._settle("body")

    def _end(self) -> None:
        """The server takes the mail over and says so; or says no; or its answer is lost."""
        at, deed = self._trouble
        exchange = self._exchange
        cut = at == "after_dot"
        if not cut or (deed in LOSSES and exchange.random.random() < TAKEN_ALL_THE_SAME):
            exchange.take(self._mail, self._recipient, cut)
        self._settle("after_dot")

    def _settle(self, moment: str) -> None:
        assert self._reply is not None
        try:
            self._reply.set_result(self._answer(moment) or SMTPResponse(250, "Ok: queued"))
        except Exception as lost:
            self._reply.set_exception(lost)

    async def read_response(self) -> SMTPResponse:
        assert self._reply is not None
        reply = await self._reply
        self._fate.reach("the next message")
        return reply


def _said(deed: str) -> SMTPResponse:
    """What a deed of the server is to the client. Errors: as those of the library."""
    if deed in ("close", "reset"):
        cause = ConnectionResetError() if deed == "reset" else None
        raise SMTPServerDisconnected("the connection was lost") from cause
    if deed == "hang":
        raise SMTPReadTimeoutError("no answer in time")
    if deed in ("garbage", "overlong"):
        words = "Response too long" if deed == "overlong" else "Malformed response line"
        raise SMTPResponseException(-1, words)
    reply = REPLIES[deed]
    return SMTPResponse(int(reply[:3]), reply[4:].decode().strip())
