"""One connection to the mail server: opened once, verified, one recipient a transaction."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications import handover
from notifications.dialogue import Dialogue, Envelope
from notifications.handover import RSET, TAKEN
from notifications.opening import greet, new_client
from notifications.outcome import Outcome, accepted, failed
from notifications.post import Post

GOODBYE = 5.0
OPENINGS = 2
_GOING_AWAY = 421


class LostBefore(Exception):  # noqa: N818 - what happened, not an error of ours
    """The connection ended between two messages: the next one was not begun, and harms nothing."""


class Connection:
    """A connection for one run; lost, it is opened once more for each message that was accepted.

    It is used by one task and never shared. One message is offered, admitted and given at a time;
    where the server offers PIPELINING, the envelope of the next goes with the final dot of this.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._client: SMTP | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._line: Dialogue | None = None
        self._pipelined = False
        self._moment = "connect"
        self._served = False
        self._unclear = False
        self._offered: Envelope | None = None
        self._expected = False
        self._openings = 0

    def __repr__(self) -> str:
        return f"Connection({self._post.host}:{self._post.port}, opened {self._openings})"

    @property
    def is_open(self) -> bool:
        return self._line is not None

    @property
    def may_open(self) -> bool:
        """Whether it is open or may be opened once more."""
        return self.is_open or self._openings < OPENINGS

    async def ready(self) -> Outcome | None:
        """Be ready for one message; None, or what keeps every message from leaving."""
        if self.is_open:
            return None
        if not self.may_open:
            return failed("connect", SMTPServerDisconnected("lost twice"), self._post)
        return await self._open()

    async def offer(self, envelope: Envelope) -> Outcome | None:
        """Ask to hand one message over; None where the server is ready for it, else the failure.

        Call ready() before each message. Errors: LostBefore.
        """
        self._moment, self._expected = "mail", True
        if self._offered not in (None, envelope):
            self._drop()
            raise LostBefore
        try:
            await self._ask(envelope)
        except LostBefore:
            raise
        except Exception as error:
            return self._failed(error)
        return None

    async def give(self, mail: bytes, following: Envelope | None = None) -> Outcome | None:
        """Give the server a message it is ready for; None where it has it whole and has not said.

        mail has CRLF line ends and seven-bit content. following is the envelope of the message to
        be offered next; it goes with the final dot where the server allows.
        """
        self._moment = "body"
        ahead: tuple[bytes, ...] = ()
        try:
            if self._pipelined and following is not None:
                ahead, self._offered = handover.commands(following), following
            self._expected = bool(ahead)
            asking = 1 + len(ahead)
            after = b"".join(ahead)
            await handover.give(self._talking(), mail, after, asking, self._post, self._at)
        except Exception as error:
            return self._failed(error)
        return None

    async def result(self) -> Outcome:
        """What became of the message that was given whole."""
        try:
            words = await handover.taken(self._talking(), self._post.after_dot)
        except Exception as error:
            return self._failed(error)
        self._openings, self._served = 1, True
        return accepted(TAKEN, words, self._post)

    def broken_off(self, stop: BaseException) -> Outcome:
        """What is known of the message being sent when the courier itself was told to stop."""
        outcome = failed(self._moment, stop, self._post)
        self._drop()
        return outcome

    def abandon(self) -> None:
        """Leave without a goodbye, where the server waits for a mail that will not come."""
        if self._expected:
            self._drop()

    async def close(self) -> None:
        """Say goodbye, briefly; whatever happens now changes nothing."""
        line = self._line
        try:
            if line is not None and not self._expected:
                self._moment = "quit"
                with suppress(Exception):
                    line.write(b"QUIT\r\n", asking=1)
                    await line.answer(min(GOODBYE, self._post.command))
        finally:
            self._drop()

    async def _ask(self, envelope: Envelope) -> None:
        """Errors: those of the connection and of the answers, LostBefore."""
        line, within = self._talking(), self._post.command
        try:
            if self._offered is None:
                await self._clear(line)
                told = handover.commands(envelope)
                if not self._pipelined:
                    return await handover.asked(line, told, within, self._at)
                line.write(b"".join(told), asking=len(told))
            self._offered = None
            await handover.admitted(line, within, self._at)
        except Exception as error:
            # Between two messages a server may leave, as one does that limits them.
            if self._served and self._moment == "mail" and _is_loss(error):
                self._drop()
                raise LostBefore from None
            raise
        return None

    async def _clear(self, line: Dialogue) -> None:
        """After a no a transaction is still open; a yes has closed it."""
        if not self._unclear:
            return
        line.write(RSET, asking=1)
        answer = await line.answer(self._post.command)
        if answer.code != TAKEN:
            raise SMTPServerDisconnected("the server would not begin anew")
        self._unclear = False

    def _talking(self) -> Dialogue:
        if self._line is None:
            raise SMTPServerDisconnected("the connection was lost")
        return self._line

    def _failed(self, error: Exception) -> Outcome:
        outcome = failed(self._moment, error, self._post)
        self._unclear = self._moment in handover.MOMENTS
        self._expected = self._expected and not self._unclear
        # A no in good order is service as well: what is lost after it was lost between messages.
        self._served = self._still_speaks(error)
        if not self._served:
            self._drop()
        return outcome

    def _still_speaks(self, error: Exception) -> bool:
        """Whether the server answered in order, so that the connection can go on."""
        if not isinstance(error, SMTPResponseException) or self._moment == "body":
            return False
        return error.code // 100 in (4, 5) and error.code != _GOING_AWAY

    def _drop(self) -> None:
        client, transport = self._client, self._transport
        self._client = self._transport = None
        self._line = self._offered = None
        self._served = self._unclear = self._expected = False
        if client is not None:
            client.close()
        # A server that hangs would keep an orderly goodbye waiting.
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    async def _open(self) -> Outcome | None:
        self._openings += 1
        try:
            async with asyncio.timeout(self._post.opening):
                self._at("connect")
                self._client = new_client(self._post)
                await greet(self._client, self._post, self._at, self._seen)
                self._at("mail")
                self._take_over(self._client)
        except Exception as error:
            outcome = failed(self._moment, error, self._post)
            self._drop()
            return outcome
        return None

    def _take_over(self, client: SMTP) -> None:
        if not client.is_connected or not isinstance(self._transport, asyncio.WriteTransport):
            raise SMTPServerDisconnected("the connection was lost")
        self._pipelined = client.supports_extension("pipelining")
        self._line = Dialogue(self._transport)

    def _at(self, moment: str) -> None:
        self._moment = moment

    def _seen(self, transport: asyncio.BaseTransport | None) -> None:
        self._transport = transport


def _is_loss(error: Exception) -> bool:
    """Whether the connection ended, by itself or with the words that it does."""
    if isinstance(error, SMTPResponseException):
        return error.code == _GOING_AWAY
    return isinstance(error, SMTPException | OSError)
