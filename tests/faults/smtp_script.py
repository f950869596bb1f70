"""A mail server that follows a script: it misbehaves in one way, at one moment of the dialogue."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

REPLIES = {
    "4xx": b"451 4.3.0 Try again later\r\n",
    "5xx": b"550 5.1.1 No\r\n",
    "policy": b"550 5.7.1 Not for you\r\n",
    "421": b"421 4.3.2 Closing the channel\r\n",
    "garbage": b"\x00\xffwhat?\r\n",
    "overlong": b"25" + b"0" * 40_000 + b"\r\n",
}
NO_SENDER, NOBODY = b"503 5.5.1 Sender first\r\n", b"554 5.5.1 No valid recipients\r\n"
GREETING, DONE = b"220 script.example ready\r\n", b"250 2.0.0 Ok\r\n"


class _Over(Exception):  # noqa: N818 - what happens, not an error
    """The server ends this connection."""


@dataclass
class ScriptedServer:
    """Speaks SMTP on this machine; at the moment `at` it does `do`, `times` times or for ever.

    Moments and deeds are those of notifications.verdict. trust: the server's certificate; with
    implicit=True the connection begins encrypted. pipelining: it takes commands together.
    careless: it wants a mail even where it is for nobody. reply: other words for a deed that
    answers. pace: seconds between the bytes of a slow answer. on_command is told of every command,
    and may change the script or move a clock.
    """

    at: str = ""
    do: str = ""
    times: int | None = None
    trust: ssl.SSLContext | None = None
    implicit: bool = False
    offers_starttls: bool = True
    pipelining: bool = False
    reply: bytes = b""
    pace: float = 1.0
    on_command: Callable[[str], None] | None = None
    careless: bool = False
    port: int = 0
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        # A fault while connecting takes the place of the handshake.
        trust = self.trust if self.implicit and not self._misbehaves_on_connect() else None
        listening = socket.create_server(("127.0.0.1", self.port))
        # A small window, so that a long mail is still on its way when the server misbehaves.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._server = await asyncio.start_server(self._serve, sock=listening, ssl=trust)
        self.port = listening.getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def _misbehaves_on_connect(self) -> bool:
        return self.at == "connect" and self.do != "certificate"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            await _Dialogue(self, reader, writer).run()
        except (_Over, ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort() if self.do in {"hang", "slow"} else writer.close()

    def due(self, moment: str) -> bool:
        """Whether to misbehave now; counts down `times`."""
        if moment != self.at or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


class _Dialogue:
    """One connection from greeting to goodbye."""

    def __init__(
        self, server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.rcpts: list[str] = []
        self.sender = False
        self.ahead = b""

    async def run(self) -> None:
        if self.server.due("connect"):
            await self._misbehave(GREETING)
            raise _Over
        await self._answer("banner", GREETING)
        while line := await self._line():
            text = line.decode("latin-1").strip()
            verb = text.partition(" ")[0].upper()
            self.server.commands.append(verb)
            if self.server.on_command:
                self.server.on_command(verb)
            await self._obey(verb, text)

    async def _line(self) -> bytes:
        """The next command, of which some may have come with the end of a mail."""
        if b"\n" not in self.ahead:
            ahead, self.ahead = self.ahead, b""
            return ahead + await self.reader.readline()
        line, _, self.ahead = self.ahead.partition(b"\n")
        return line + b"\n"

    async def _obey(self, verb: str, text: str) -> None:
        match verb:
            case "EHLO":
                await self._answer("ehlo", self._extensions())
            case "STARTTLS":
                await self._encrypt()
            case "AUTH":
                await self._answer("auth", b"235 2.7.0 Signed in\r\n", echo=text)
            case "MAIL" | "RCPT" | "DATA":
                await self._transact(verb, text)
            case "QUIT":
                await self._answer("quit", b"221 2.0.0 Bye\r\n")
                raise _Over
            case _:
                await self._answer(verb.lower(), DONE)

    async def _transact(self, verb: str, text: str) -> None:
        if verb == "MAIL":
            self.rcpts = []
            self.sender = await self._answer("mail", DONE)
        elif verb == "RCPT" and not self.sender:
            await self._write(NO_SENDER)
        elif verb == "RCPT":
            if await self._answer("rcpt", DONE):
                self.rcpts.append(text[8:].strip("<>"))
        elif not self.rcpts and not self.server.careless:
            await self._write(NOBODY)
        elif await self._answer("data", b"354 Go on\r\n"):
            await self._take()

    def _extensions(self) -> bytes:
        encrypted = self.writer.get_extra_info("sslcontext") is not None
        offered = self.server.trust is not None and self.server.offers_starttls and not encrypted
        starttls = b"250-STARTTLS\r\n" if offered else b""
        starttls += b"250-PIPELINING\r\n" if self.server.pipelining else b""
        return b"250-script.example\r\n" + starttls + b"250 AUTH PLAIN\r\n"

    async def _encrypt(self) -> None:
        if await self._answer("starttls", b"220 2.0.0 Go on\r\n") and self.server.trust:
            await self.writer.start_tls(self.server.trust)

    async def _take(self) -> None:
        first = await self.reader.read(1000)
        if self.server.due("body"):
            await self._misbehave(DONE)
            # Long enough for the words to arrive before the unread rest cuts the connection.
            await asyncio.sleep(0.1)
            raise _Over
        body = first
        searched = 0
        while (end := _end(body, searched)) < 0:
            searched = max(len(body) - 4, 0)
            more = await self.reader.read(65536)
            if not more:
                raise _Over
            body += more
        body, self.ahead = body[:end], body[end:]
        if await self._answer("after_dot", b"250 2.0.0 Ok: queued as 4XyZ\r\n"):
            self.server.mails.append(body[:-3])
            self.server.recipients.append(self.rcpts)

    async def _answer(self, moment: str, usual: bytes, echo: str = "") -> bool:
        """Answer as asked, or misbehave; tells whether the answer was the usual one."""
        if self.server.due(moment) and self.server.do != "certificate":
            await self._misbehave(usual, echo)
            return False
        await self._write(usual)
        return True

    async def _misbehave(self, usual: bytes, echo: str = "") -> None:
        deed = self.server.do
        if deed in REPLIES:
            await self._write(self.server.reply or REPLIES[deed])
            if deed == "421":
                raise _Over
        elif deed == "echo":
            await self._write(f"535 5.7.8 Not known: {echo}\r\n".encode())
        elif deed == "slow":
            for byte in usual:
                await self._write(bytes([byte]))
                await asyncio.sleep(self.server.pace)
        elif deed == "hang":
            await asyncio.Event().wait()
        else:
            self._cut(deed)

    def _cut(self, deed: str) -> None:
        if deed == "reset":
            plug = self.writer.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        raise _Over

    async def _write(self, words: bytes) -> None:
        self.writer.write(words)
        await self.writer.drain()


def _end(body: bytes, searched: int) -> int:
    """Where a mail is over, its final dot included; -1 where it is not."""
    if body.startswith(b".\r\n"):
        return 3
    found = body.find(b"\r\n.\r\n", searched)
    return found if found < 0 else found + 5
