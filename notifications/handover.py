"""DATA, the body and the final dot: three steps, because each of them fails differently."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from aiosmtplib import SMTP, SMTPDataError, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from notifications.post import Post

TAKEN, GO_ON = 250, 354
_LOOK = 0.01
_DOTS = re.compile(rb"(?m)^\.")


def stuffed(mail: bytes) -> bytes:
    """The mail as it goes over the wire, up to but without the final dot (RFC 5321, 4.5.2)."""
    body = _DOTS.sub(b"..", mail)
    return body if body.endswith(b"\r\n") else body + b"\r\n"


async def hand_over(client: SMTP, mail: bytes, post: Post, at: Callable[[str], None]) -> str:
    """Give the server the mail and return its words of acceptance, often a queue number.

    at is told of each moment as it begins. Errors: those of the connection and of the answers.
    """
    at("data")
    answer = await client.execute_command(b"DATA")
    if answer.code != GO_ON:
        raise SMTPDataError(answer.code, answer.message)
    protocol = client.protocol
    if protocol is None:
        raise SMTPServerDisconnected("the connection was lost")
    at("body")
    reading = asyncio.create_task(protocol.read_response())
    try:
        await _give(protocol, stuffed(mail), reading, post.body)
        protocol.write(b".\r\n")
        # From here on silence may mean yes.
        at("after_dot")
        reply = await asyncio.wait_for(reading, post.after_dot)
    finally:
        _forget(reading)
    if reply.code != TAKEN:
        raise SMTPDataError(reply.code, reply.message)
    return reply.message


async def _give(
    protocol: SMTPProtocol, body: bytes, reading: asyncio.Task[SMTPResponse], within: float
) -> None:
    """Wait until the body has left this machine; an answer before the final dot is a no."""
    # The reader must be listening before the first byte leaves.
    await asyncio.sleep(0)
    protocol.write(body)
    async with asyncio.timeout(within):
        while _unsent(protocol) and not reading.done():
            await asyncio.sleep(_LOOK)
    if reading.done():
        early = reading.result()
        raise SMTPDataError(early.code, early.message)


def _unsent(protocol: SMTPProtocol) -> int:
    transport = protocol.transport
    return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


def _forget(reading: asyncio.Task[SMTPResponse]) -> None:
    """Let go of an answer nobody waits for any more, without a complaint from the loop."""
    if not reading.cancel() and not reading.cancelled():
        reading.exception()
