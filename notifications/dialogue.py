"""What is said over one open connection: commands out, and the server's answers in their order.

The mail library connects, encrypts and signs in; its protocol hears one answer at a time. From then
on this one listens, which hears as many answers as were asked for (RFC 2920).
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from aiosmtplib import (
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

# RFC 5321, 4.5.3.1.5: a line of an answer has at most 512 octets; servers say more.
LONGEST_LINE, LONGEST_ANSWER = 8192, 32768
_NO_ANSWER = -1


class Envelope(NamedTuple):
    """From whom, for the reports of failure, and to whom: plain addresses both."""

    sender: str
    recipient: str


class Dialogue(asyncio.Protocol):
    """Takes over an open connection; it is used by one task and never shared.

    An answer is never taken for one to another command: what nobody asked for ends the connection.
    """

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._heard = bytearray()
        self._lines: list[bytes] = []
        self._length = 0
        self._answers: deque[SMTPResponse] = deque()
        self._end: Exception | None = None
        self._asked = 0
        self._waiting: asyncio.Future[None] | None = None
        transport.set_protocol(self)

    def write(self, data: bytes, asking: int = 0) -> None:
        """Send; asking says how many answers it calls for. Errors: where the connection ended."""
        if not self._asked and (self._answers or self._heard or self._lines):
            self._over(SMTPServerDisconnected("the server spoke without being asked"))
        if self._end is not None:
            raise self._end
        self._asked += asking
        self._transport.write(data)

    @property
    def unsent(self) -> int:
        """How many bytes have not left this machine."""
        return self._transport.get_write_buffer_size()

    @property
    def has_heard(self) -> bool:
        """Whether there is an answer, or there will be none."""
        return bool(self._answers) or self._end is not None

    async def answer(self, within: float) -> SMTPResponse:
        """The server's next answer. Errors: where it makes no sense or never comes."""
        if not self.has_heard:
            await self._listen(within)
        if not self._answers and self._end is not None:
            raise self._end
        self._asked -= 1
        return self._answers.popleft()

    def hang_up(self) -> None:
        """Say and hear nothing more."""
        self._over(SMTPServerDisconnected("the connection was given up"))
        self._answers.clear()

    async def _listen(self, within: float) -> None:
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within):
                await self._waiting
        except TimeoutError:
            # One that came while this machine was busy with something else is an answer.
            if not self.has_heard:
                raise SMTPReadTimeoutError("no answer in time") from None

    def data_received(self, data: bytes) -> None:
        self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = rest
        try:
            for line in lines:
                self._hear(bytes(line))
            _within_bounds(len(rest), self._length + len(rest))
        except SMTPResponseException as fault:
            self._over(fault)
        self._wake()

    def _hear(self, line: bytes) -> None:
        """Take one line of an answer; the last one has no hyphen after the code."""
        if self._end is not None:
            return
        self._length += len(line)
        _within_bounds(len(line), self._length)
        if not line[:3].isdigit():
            raise SMTPResponseException(_NO_ANSWER, "Malformed answer")
        self._lines.append(line[4:].strip(b" \t\r"))
        if line[3:4] == b"-":
            return
        words = b"\n".join(self._lines).decode("utf-8", "surrogateescape")
        self._answers.append(SMTPResponse(int(line[:3]), words))
        self._lines, self._length = [], 0

    def eof_received(self) -> bool:
        self._over(SMTPServerDisconnected("the connection was closed"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        end = SMTPServerDisconnected("the connection was lost")
        end.__cause__ = exc
        self._over(end)

    def _over(self, end: Exception) -> None:
        """Nothing more is heard; answers that came before keep their place."""
        self._end = self._end or end
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done() and self.has_heard:
            self._waiting.set_result(None)


def _within_bounds(line: int, answer: int) -> None:
    if line > LONGEST_LINE or answer > LONGEST_ANSWER:
        raise SMTPResponseException(_NO_ANSWER, "Answer too long")
