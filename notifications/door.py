"""The house's own door for letters: another mail server on this machine hands them in as they come.

A letter is stored before its server hears yes. It relays nothing: an address that is not the
house's own is refused. RFC 5321 (SMTP), RFC 2033 (LMTP).
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterable
from typing import Any

from notifications.letterhead import is_address
from notifications.listener import HERE, Listener
from notifications.parts import LARGEST

STORED = "250 2.6.0 Stored"
NOT_OURS = "550 5.1.1 There is no such address here"
_NOBODY = ("", "<>")
# What is written above a letter here must not make it too large to be kept whole.
_LABELS = 4 * 1024
ONE_EACH = "452 4.5.3 One recipient a letter; hand it in again for the next"
ENCRYPTED_FIRST = "530 5.7.0 Must issue a STARTTLS command first"
NOT_NOW = "451 4.3.0 The letter could not be stored; keep it and try again"


def is_ours(address: str, own: Iterable[str]) -> bool:
    """Whether a letter is for one of the house's own addresses, with or without a key behind +."""
    local, at, domain = address.lower().rpartition("@")
    plain = f"{local.partition('+')[0]}{at}{domain}"
    return is_address(address) and plain in {each.lower() for each in own if each}


class Door:
    """The door between start and stop, in a thread of its own; one letter is taken in at a time.

    own are the house's addresses. take keeps one letter for good, or raises; it is called in a
    thread. Larger letters than largest bytes are refused with 552, as its greeting says. With
    tls, set before it starts, it hears nothing of a letter until STARTTLS was said.
    """

    def __init__(
        self,
        own: Iterable[str],
        take: Callable[[bytes], object],
        host: str = HERE,
        port: int = 0,
        lmtp: bool = False,
        largest: int = LARGEST - _LABELS,
    ) -> None:
        self.own, self.take = tuple(own), take
        self.host, self.port, self.lmtp, self.largest = host, port, lmtp, largest
        self.tls: ssl.SSLContext | None = None
        self._turn = asyncio.Lock()
        self._server: Listener | None = None

    def start(self) -> None:
        """Begin to listen; port is then the one that was had. Errors: OSError."""
        # Its log repeats what it hears.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        server = Listener(
            self,
            self.host,
            self.port,
            self.lmtp,
            data_size_limit=self.largest,
            enable_SMTPUTF8=True,
            ident="Waymark",
            tls_context=self.tls,
        )
        self.port = server.port
        server.start()
        self._server = server

    def stop(self) -> None:
        """Hang up; a letter that was not answered yet is kept by its server and comes again."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_MAIL(  # noqa: N802 - this name and the next two are those aiosmtpd calls
        self, _server: object, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Hear whom a letter is from; nothing of one is heard in the clear where there is TLS.

        aiosmtpd's own way to insist knows no LMTP.
        """
        if self.tls is not None and session.ssl is None:
            return ENCRYPTED_FIRST
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        """One recipient of the house's own; LMTP would want an answer for each."""
        if not is_ours(address, self.own):
            return NOT_OURS
        if envelope.rcpt_tos:
            return ONE_EACH
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Store one letter, then say so."""
        raw = _labelled(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.original_content)
        async with self._turn:
            try:
                await asyncio.to_thread(self.take, raw)
            except Exception:
                # Why is the house's own business, and may hold words of the letter.
                return NOT_NOW
        return STORED

    async def handle_exception(self, _error: Exception) -> str:
        """Whatever goes wrong in the dialogue, its server keeps the letter."""
        return NOT_NOW


def _labelled(sender: str, recipient: str, content: bytes) -> bytes:
    """The letter as a delivered one: with where it came from and whom it was for, as was said.

    The key of a reply may stand nowhere else, and only an empty sender tells some machines.
    """
    known = sender in _NOBODY or is_address(sender)
    path = "" if sender in _NOBODY else sender
    head = f"Return-Path: <{path}>\r\n" if known else ""
    return f"{head}Delivered-To: {recipient}\r\n".encode() + content
