"""One connection to the mail server: opened once, verified, one recipient a transaction."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from notifications.handover import TAKEN, hand_over
from notifications.outcome import Outcome, accepted, failed
from notifications.post import STARTTLS, TLS, Post

GOODBYE = 5.0
OPENINGS = 2
_GOING_AWAY = 421


def _trust(post: Post) -> ssl.SSLContext | None:
    """Whom to believe: the machine's own certificates, or those in the file of the settings."""
    if post.security not in (TLS, STARTTLS):
        return None
    try:
        return ssl.create_default_context(cafile=post.cafile or None)
    except OSError:
        raise SMTPNotSupported("the file of trusted certificates cannot be read") from None


class Connection:
    """A connection for one run; lost, it is opened once more for each message that was accepted.

    It is used by one task and never shared.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._client: SMTP | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._moment = "connect"
        self._used = False
        self._openings = 0

    def __repr__(self) -> str:
        return f"Connection({self._post.host}:{self._post.port}, opened {self._openings})"

    @property
    def may_open(self) -> bool:
        """Whether it is open or may be opened once more."""
        return self._client is not None or self._openings < OPENINGS

    async def ready(self) -> Outcome | None:
        """Be ready for one message; None, or what keeps every message from leaving."""
        if self._client is not None and self._used and not await self._cleared():
            self._drop()
        if self._client is not None:
            return None
        if not self.may_open:
            return failed("connect", SMTPServerDisconnected("lost twice"), self._post)
        return await self._open()

    async def send(self, recipient: str, mail: bytes, sender: str = "") -> Outcome:
        """Hand one mail over for one recipient; every failure becomes an outcome.

        mail has CRLF line ends and seven-bit content. sender is the envelope's, the letterhead's
        where it is not given. Call ready() before each mail.
        """
        self._used = True
        try:
            client = await self._address(sender or self._post.letterhead.sender, recipient)
            words = await hand_over(client, mail, self._post, self._at)
        except Exception as error:
            outcome = failed(self._moment, error, self._post)
            if not self._still_speaks(error):
                self._drop()
            return outcome
        self._openings = 1
        return accepted(TAKEN, words, self._post)

    def broken_off(self, stop: BaseException) -> Outcome:
        """What is known of the message being sent when the courier itself was told to stop."""
        outcome = failed(self._moment, stop, self._post)
        self._drop()
        return outcome

    async def close(self) -> None:
        """Say goodbye, briefly; whatever happens now changes nothing."""
        client = self._client
        try:
            if client is not None:
                self._moment = "quit"
                with suppress(Exception):
                    async with asyncio.timeout(min(GOODBYE, self._post.command)):
                        await client.quit()
        finally:
            self._drop()

    def _still_speaks(self, error: Exception) -> bool:
        """Whether the server answered in order, so that the connection can go on."""
        if not isinstance(error, SMTPResponseException) or self._moment == "body":
            return False
        return error.code // 100 in (4, 5) and error.code != _GOING_AWAY

    def _drop(self) -> None:
        client, transport = self._client, self._transport
        self._client = self._transport = None
        self._used = False
        if client is not None:
            client.close()
        # A server that hangs would keep an orderly goodbye waiting.
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    async def _cleared(self) -> bool:
        client = self._client
        try:
            if client is not None:
                await client.rset()
        except (SMTPException, OSError):
            return False
        return True

    async def _open(self) -> Outcome | None:
        self._openings += 1
        try:
            async with asyncio.timeout(self._post.opening):
                await self._greet()
        except Exception as error:
            outcome = failed(self._moment, error, self._post)
            self._drop()
            return outcome
        return None

    async def _greet(self) -> None:
        self._moment = "connect"
        client = self._client = self._new_client(_trust(self._post))
        await self._connect(client)
        self._moment = "ehlo"
        await client.ehlo()
        if self._post.security == STARTTLS:
            await self._encrypt(client)
        if self._post.username:
            self._moment = "auth"
            await client.login(self._post.username, self._post.password)

    def _new_client(self, trust: ssl.SSLContext | None) -> SMTP:
        return SMTP(
            hostname=self._post.host,
            port=self._post.port,
            # The library would otherwise ask the network for this machine's own name.
            local_hostname=self._post.letterhead.domain,
            timeout=self._post.command,
            use_tls=self._post.security == TLS,
            # Never by opportunity: encryption is begun below, or nothing is sent.
            start_tls=False,
            tls_context=trust,
        )

    async def _connect(self, client: SMTP) -> None:
        try:
            await client.connect()
        except SMTPException as error:
            spoke = isinstance(error, SMTPResponseException)
            if spoke or isinstance(error.__cause__, SMTPException):
                self._moment = "banner"
            raise
        self._transport = client.transport

    async def _encrypt(self, client: SMTP) -> None:
        self._moment = "starttls"
        if not client.supports_extension("starttls"):
            raise SMTPNotSupported("the mail server does not offer STARTTLS")
        await client.starttls()
        self._transport = client.transport
        self._moment = "ehlo"
        await client.ehlo()

    def _at(self, moment: str) -> None:
        self._moment = moment

    async def _address(self, sender: str, recipient: str) -> SMTP:
        client = self._open_client()
        self._at("mail")
        await client.mail(sender)
        self._at("rcpt")
        await client.rcpt(recipient)
        return client

    def _open_client(self) -> SMTP:
        if self._client is None or self._client.protocol is None:
            raise SMTPServerDisconnected("the connection is not open")
        return self._client
