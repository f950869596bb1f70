"""What stands in the place of the mail library's client: its server is the year's exchange."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from aiosmtplib import (
    SMTPConnectError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.dialogue import LONGEST_ANSWER, Dialogue
from tests.faults.smtp_script import REPLIES

if TYPE_CHECKING:
    from tests.simulation.exchange import Exchange

LOSSES = ("close", "reset", "hang", "garbage", "overlong")
TAKEN_ALL_THE_SAME = 0.7
TOGETHER = 0.5  # of the connections take commands together
GOING_AWAY, END = 421, b"\r\n.\r\n"
WAITS = {"after_dot": 600, "body": 120}


class _Ready(selectors.SelectSelector):
    """Nothing is ever waited for: whatever can go on goes on at once."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return []


def a_loop() -> asyncio.AbstractEventLoop:
    """A loop for work that never waits; the caller closes it."""
    return asyncio.SelectorEventLoop(_Ready())


class _Wire(asyncio.WriteTransport):
    """What is said to the server; it answers at once, or the connection ends."""

    def __init__(self, server: Client) -> None:
        super().__init__()
        self._server = server
        self._closed = False
        self.dialogue: Dialogue | None = None

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, Dialogue)
        self.dialogue = protocol

    def get_write_buffer_size(self) -> int:
        return 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        for line in self._server.hear(bytes(data)):
            if self._closed or self.dialogue is None:
                return
            self._said(line)

    def _said(self, line: bytes | Exception) -> None:
        assert self.dialogue is not None
        if isinstance(line, bytes):
            self.dialogue.data_received(line)
        elif isinstance(line, SMTPReadTimeoutError):
            self.dialogue._over(line)
        else:
            self._closed = True
            cause = line.__cause__
            self.dialogue.connection_lost(cause if isinstance(cause, Exception) else None)

    def abort(self) -> None:
        self._closed = True


class Client:
    """Speaks as the library's client does until it is ready, and then as its server does."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._fate = exchange, exchange.fate
        self._trouble = exchange.opening()
        self._begun = self._receiving = self._silent = False
        self._sender = False
        self._recipient = ""
        self.transport: _Wire | None = _Wire(self)
        self.is_connected = True

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

    def supports_extension(self, name: str) -> bool:
        """Every other connection takes commands together."""
        return name == "pipelining" and self._exchange.random.random() < TOGETHER

    def close(self) -> None:
        self.transport = None

    def hear(self, data: bytes) -> Iterator[bytes | Exception]:
        """Each answer to what came together; an exception where the connection ends."""
        while data and not self._silent:
            mail, end, rest = data.partition(END) if self._receiving else (b"", b"", data)
            if end:
                self._receiving, data = False, rest
                yield from self._said(partial(self._fate.about, "the final dot", self._end(mail)))
                continue
            line, _, data = data.partition(b"\r\n")
            yield from self._command(line.decode())

    def _command(self, line: str) -> Iterator[bytes | Exception]:
        verb = line[:4]
        if verb == "RSET":
            # After a no, this is where the dialogue of the next message begins.
            self._trouble, self._begun = self._exchange.recovery(), True
        if verb == "MAIL":
            if not self._begun:
                self._trouble = self._exchange.dialogue()
            self._begun, self._recipient = False, ""
        if verb == "QUIT":
            self._fate.reach(verb)
            yield b"221 Bye\r\n"
            return
        yield from self._said(lambda: self._obey(verb, line))

    def _obey(self, verb: str, line: str) -> SMTPResponse:
        """The answer to one command."""
        self._fate.reach(verb)
        if verb == "RCPT" and not self._sender:
            return SMTPResponse(503, "5.5.1 Sender first")
        if verb == "DATA" and not self._recipient:
            return SMTPResponse(554, "5.5.1 No valid recipients")
        moment = verb.lower()
        no = self._answer(moment)
        if verb == "MAIL":
            self._sender = no is None
        if verb == "RCPT" and no is None:
            self._recipient = line[8:].strip("<>")
        if verb == "DATA" and no is None:
            self._receiving = True
            return SMTPResponse(354, "Go on")
        return no or SMTPResponse(250, "Ok")

    def _said(self, answer: Callable[[], SMTPResponse]) -> Iterator[bytes | Exception]:
        try:
            reply = answer()
        except SMTPException as lost:
            self._silent = True
            yield from _wire_words(lost)
        else:
            yield f"{reply.code} {reply.message}\r\n".encode()
            if reply.code == GOING_AWAY:
                self._silent = True
                yield SMTPServerDisconnected("the connection was closed")

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

    def _end(self, mail: bytes) -> Callable[[], SMTPResponse]:
        """The server takes the mail over and says so; or says no; or its answer is lost."""

        def end() -> SMTPResponse:
            at, deed = self._trouble
            exchange = self._exchange
            cut = at in ("body", "after_dot")
            known = at == "after_dot" and deed in LOSSES
            if not cut or (known and exchange.random.random() < TAKEN_ALL_THE_SAME):
                exchange.take(mail + b"\r\n", self._recipient, cut)
            return (self._answer(at) if cut else None) or SMTPResponse(250, "Ok: queued")

        return end


def _wire_words(lost: Exception) -> Iterator[bytes | Exception]:
    """What a loss looks like on the wire."""
    if isinstance(lost, SMTPResponseException):
        yield b"2" * (LONGEST_ANSWER + 1) if "long" in lost.message else b"\x00what?\r\n"
    else:
        yield lost


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
