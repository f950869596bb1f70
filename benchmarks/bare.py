"""Prepared mails over bare connections: commands together, and nothing remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple


class Prepared(NamedTuple):
    """A mail as it goes to the server, and its envelope."""

    sender: str
    recipient: str
    content: bytes

    @property
    def envelope(self) -> bytes:
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{self.recipient}>\r\nDATA\r\n".encode()


async def pipelined(port: int, mails: Sequence[Prepared], connections: int) -> None:
    """Send every mail, each connection its share of them."""
    shares = (mails[place::connections] for place in range(connections))
    await asyncio.gather(*(_one(port, share) for share in shares))


async def _one(port: int, mails: Sequence[Prepared]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"EHLO bare.example\r\n")
    await _hear(reader, 2)
    following = [*(mail.envelope for mail in mails[1:]), b"QUIT\r\n"]
    writer.write(mails[0].envelope)
    await _hear(reader, 3)
    for mail, after in zip(mails, following, strict=True):
        writer.write(b"%s.\r\n%s" % (mail.content, after))
        await _hear(reader, 2 if after == b"QUIT\r\n" else 4)
    writer.close()


async def _hear(reader: asyncio.StreamReader, lines: int) -> None:
    for _ in range(lines):
        await reader.readline()
