"""A mail server in a process of its own that says 250 to everything, as fast as can be."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

REPLIES = {
    b"EHLO": b"250-sink.example\r\n250 PIPELINING\r\n",
    b"DATA": b"354 Go on\r\n",
    b"QUIT": b"221 Bye\r\n",
}
DONE, END = b"250 Ok\r\n", b"\r\n.\r\n"


class _Server(asyncio.Protocol):
    """Answers all that came together with one write, after a while."""

    def __init__(self, away: float) -> None:
        self.away = away
        self.heard, self.in_mail = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        self.heard += data
        replies = []
        while (reply := self._next()) is not None:
            replies.append(reply)
        if not replies:
            return
        if self.away:
            asyncio.get_running_loop().call_later(self.away, self._say, b"".join(replies))
        else:
            self._say(b"".join(replies))

    def _say(self, words: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(words)

    def _next(self) -> bytes | None:
        """The answer to the next command or mail; None where it is not here whole."""
        if self.in_mail:
            _, end, rest = self.heard.partition(END)
        else:
            line, end, rest = self.heard.partition(b"\r\n")
        if not end:
            return None
        self.heard = rest
        if self.in_mail:
            self.in_mail = False
            return DONE
        verb = line[:4].upper()
        self.in_mail = verb == b"DATA"
        return REPLIES.get(verb, DONE)


def _serve(told: Connection, away: float) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Server(away), "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def sink(away: float = 0) -> Iterator[int]:
    """The port of a mail server; away: seconds until it answers."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, away), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()
