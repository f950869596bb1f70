"""A mail server without a network: it answers the house's own courier as the seed would have it.

The courier, the connection, the handing over and the verdicts are the house's. In the place of
the library's client stands one whose server is a script.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from unittest.mock import patch

from aiosmtplib import (
    SMTPConnectError,
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from engine.outbox import Message
from notifications.letterhead import Letterhead
from notifications.message import compose
from tests.faults.smtp_script import REPLIES
from tests.simulation.clock import HouseClock
from tests.simulation.fate import Fate

OPENING = ("connect", "banner", "ehlo")
DIALOGUE = ("rset", "mail", "rcpt", "data", "body", "after_dot", "after_dot")
LOSSES = ("close", "reset", "hang", "garbage", "overlong")
DEEDS = (*LOSSES, "4xx", "4xx", "5xx", "policy", "421")
TROUBLED_OPENING, TROUBLED_MAIL, WRITTEN_IN_FULL = 0.06, 0.03, 0.005
TAKEN_ALL_THE_SAME = 0.7
WAITS = {"after_dot": 600, "body": 120}
_IDENTITY = re.compile(rb"(?mi)^Message-ID:\s*(<[^>\s]+>)")


@dataclass
class Taken:
    """One mail the server took over: when by the house's clock, its Message-ID, and for whom."""

    at: datetime
    identity: str
    recipient: str


@dataclass
class Exchange:
    """The mail server of a year. away: how it refuses every connection now; empty while it works.

    unknown: mails taken of which the house does not know it yet. unanswered: mails whose answer was
    lost. troubles counts what was met.
    """

    random: Random
    clock: HouseClock
    fate: Fate
    away: str = ""
    calm: bool = False
    taken: list[Taken] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    troubles: Counter[str] = field(default_factory=Counter)

    def opening(self) -> tuple[str, str]:
        """At which moment the next connection goes wrong, and how; twice empty where it works."""
        if self.away:
            return ("connect", "close") if self.away == "close" else ("banner", self.away)
        return self._trouble(TROUBLED_OPENING, OPENING)

    def dialogue(self) -> tuple[str, str]:
        return self._trouble(TROUBLED_MAIL, DIALOGUE)

    def _trouble(self, chance: float, moments: tuple[str, ...]) -> tuple[str, str]:
        if self.calm or self.random.random() >= chance:
            return "", ""
        return self.random.choice(moments), self.random.choice(DEEDS)

    def take(self, mail: bytes, recipient: str, lost: bool) -> None:
        """Take a mail over; lost: the answer to it will not arrive."""
        found = _IDENTITY.search(mail)
        identity = found[1].decode() if found else "a mail without a Message-ID"
        self.taken.append(Taken(self.clock.now(), identity, recipient))
        self.unknown.add(identity)
        if lost:
            self.unanswered.add(identity)

    def letter(
        self, message: Message, letterhead: Letterhead, now: datetime | None = None
    ) -> Any:
        """The mail of a message: some in full, most as their first lines, which costs far less."""
        if self.random.random() < WRITTEN_IN_FULL:
            return compose(message, letterhead, now)
        return _Note(message)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Whatever the house mails meanwhile goes to this server."""
        with ExitStack() as stack:
            for place, instead in (
                ("notifications.smtp.SMTP", lambda **_: _Client(self)),
                ("notifications.courier.compose", self.letter),
                # Nobody waits in a simulated year.
                ("notifications.handover._LOOK", 0),
            ):
                stack.enter_context(patch(place, instead))
            yield


class _Note:
    """The first lines of a mail."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def as_bytes(self) -> bytes:
        said = self._message
        return f"To: {said.recipient}\r\nMessage-ID: {said.message_id}\r\n\r\n.\r\n".encode()


class _Wire(asyncio.WriteTransport):
    """Something that still has bytes to send where the server answers before it has them all."""

    stuck = False

    def get_write_buffer_size(self) -> int:
        return int(self.stuck)

    def abort(self) -> None:
        """There is nothing to cut."""


class _Client:
    """Speaks as the library's client and its protocol do; asked by one connection only."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._fate = exchange, exchange.fate
        self._trouble = exchange.opening()
        self._begun = False
        self._recipient, self._mail = "", b""
        self._reply: asyncio.Future[SMTPResponse] | None = None
        self.transport: _Wire | None = _Wire()
        self.protocol: _Client | None = self

    async def connect(self) -> None:
        self._fate.reach("sending connect")
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
        self._fate.reach("sending QUIT")

    async def execute_command(self, _data: bytes) -> SMTPResponse:
        self._fate.reach("sending DATA")
        self._reply = asyncio.get_running_loop().create_future()
        return self._answer("data") or SMTPResponse(354, "Go on")

    def close(self) -> None:
        self.protocol = self.transport = None

    def _expect(self, moment: str) -> None:
        """Send a command and want a plain yes. Errors: as those of the library."""
        self._fate.reach(f"sending {moment.upper()}")
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
            self._fate.about("sending dot", self._end)
        else:
            self._fate.about("sending body", lambda: self._give(data))

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
        self._fate.reach("sending nothing more")
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
