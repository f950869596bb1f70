"""Envelope, body and final dot: steps of their own, because each of them fails differently."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from aiosmtplib import SMTPDataError, SMTPResponseException

from notifications.dialogue import Dialogue, Envelope
from notifications.letterhead import is_address
from notifications.post import Post

TAKEN, GO_ON = 250, 354
DOT, RSET = b".\r\n", b"RSET\r\n"
MOMENTS = ("mail", "rcpt", "data")
_GOOD = {"mail": {TAKEN}, "rcpt": {TAKEN, 251}, "data": {GO_ON}}
# What is no longer than this leaves this machine at one blow.
AT_ONCE = 1 << 16
_LOOK = 0.01
_DOTS = re.compile(rb"(?m)^\.")

At = Callable[[str], None]


def stuffed(mail: bytes) -> bytes:
    """The mail as it goes over the wire, up to but without the final dot (RFC 5321, 4.5.2)."""
    body = _DOTS.sub(b"..", mail) if b"\n." in mail or mail.startswith(b".") else mail
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def commands(envelope: Envelope) -> tuple[bytes, bytes, bytes]:
    """The three commands that ask to hand a mail over. Errors: ValueError for no plain address."""
    if not all(map(is_address, envelope)):
        raise ValueError("an envelope takes one plain address on either side")
    sender, recipient = (address.encode("ascii") for address in envelope)
    return b"MAIL FROM:<%s>\r\n" % sender, b"RCPT TO:<%s>\r\n" % recipient, b"DATA\r\n"


async def asked(line: Dialogue, commands: tuple[bytes, ...], within: float, at: At) -> None:
    """Ask to hand a mail over, one command after another; the server is then ready for it.

    at is told of each moment as it begins. Errors: those of the connection and of the answers.
    """
    for moment, command in zip(MOMENTS, commands, strict=True):
        at(moment)
        line.write(command, asking=1)
        await _yes(line, moment, within)


async def admitted(line: Dialogue, within: float, at: At) -> None:
    """Hear the answers to three commands that went together; errors as in `asked`.

    Where the server said no and wants the mail all the same, it is given an empty one, which goes
    to nobody (RFC 2920, 3.1).
    """
    refused: SMTPResponseException | None = None
    try:
        for moment in MOMENTS:
            if refused is None:
                at(moment)
            refused = await _heard(line, moment, within, refused)
    except Exception:
        if refused is None:
            raise
        # The first no stands, whatever became of the connection after it.
        line.hang_up()
    if refused is not None:
        raise refused


async def _heard(
    line: Dialogue, moment: str, within: float, refused: SMTPResponseException | None
) -> SMTPResponseException | None:
    """Hear one answer; the no that stands after it."""
    try:
        await _yes(line, moment, within)
    except SMTPResponseException as no:
        if no.code // 100 not in (4, 5) or no.code == 421:  # noqa: PLR2004 - RFC 5321
            raise
        return refused or no
    if refused is not None and moment == "data":
        line.write(DOT, asking=1)
        await line.answer(within)
    return refused


async def _yes(line: Dialogue, moment: str, within: float) -> None:
    answer = await line.answer(within)
    if answer.code not in _GOOD[moment]:
        raise SMTPResponseException(answer.code, answer.message)


async def give(line: Dialogue, mail: bytes, after: bytes, asking: int, post: Post, at: At) -> None:
    """Give a mail, and then the final dot with what comes after it; errors as in `asked`.

    A long mail goes ahead of its dot: an answer that comes before the dot is a no.
    """
    at("body")
    body = stuffed(mail)
    if len(body) > AT_ONCE:
        await _ahead(line, body, post.body)
        body = b""
    # From here on silence may mean yes.
    at("after_dot")
    line.write(body + DOT + after, asking=asking)


async def _ahead(line: Dialogue, body: bytes, within: float) -> None:
    """Wait until the body has left this machine."""
    line.write(body)
    async with asyncio.timeout(within):
        while line.unsent and not line.has_heard:
            await asyncio.sleep(_LOOK)
    if line.has_heard:
        early = await line.answer(within)
        raise SMTPDataError(early.code, early.message)


async def taken(line: Dialogue, within: float) -> str:
    """The server's words of acceptance, often with its queue number. Errors: as in `asked`."""
    answer = await line.answer(within)
    if answer.code != TAKEN:
        raise SMTPDataError(answer.code, answer.message)
    return answer.message
