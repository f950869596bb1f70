"""A connection to the mail server is opened, encrypted and signed in to, or nothing is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPResponseException

from notifications.handover import At
from notifications.post import STARTTLS, TLS, Post

Seen = Callable[[asyncio.BaseTransport | None], None]


def _trust(post: Post) -> ssl.SSLContext | None:
    """Whom to believe: the machine's own certificates, or those in the file of the settings."""
    if post.security not in (TLS, STARTTLS):
        return None
    try:
        trust = ssl.create_default_context(cafile=post.cafile or None)
    except OSError:
        raise SMTPNotSupported("the file of trusted certificates cannot be read") from None
    try:
        if post.certificate:
            trust.load_cert_chain(post.certificate, post.key, password=lambda: "")
    except (OSError, ValueError):
        raise SMTPNotSupported("the house's own certificate cannot be used") from None
    return trust


def new_client(post: Post) -> SMTP:
    """The library's client, which has said nothing yet. Errors: SMTPNotSupported."""
    return SMTP(
        hostname=post.host,
        port=post.port,
        # The library would otherwise ask the network for this machine's own name.
        local_hostname=post.letterhead.domain,
        timeout=post.command,
        use_tls=post.security == TLS,
        # Never by opportunity: encryption is begun below, or nothing is sent.
        start_tls=False,
        tls_context=_trust(post),
    )


async def greet(client: SMTP, post: Post, at: At, seen: Seen) -> None:
    """Connect, encrypt and sign in; at hears of each moment, and seen of what carries the bytes.

    Errors: those of the connection and of the answers.
    """
    await _connect(client, at)
    seen(client.transport)
    at("ehlo")
    await client.ehlo()
    if post.security == STARTTLS:
        await _encrypt(client, at, seen)
    if post.username:
        at("auth")
        await client.login(post.username, post.password)


async def _connect(client: SMTP, at: At) -> None:
    try:
        await client.connect()
    except SMTPException as error:
        spoke = isinstance(error, SMTPResponseException)
        if spoke or isinstance(error.__cause__, SMTPException):
            at("banner")
        raise


async def _encrypt(client: SMTP, at: At, seen: Seen) -> None:
    at("starttls")
    if not client.supports_extension("starttls"):
        raise SMTPNotSupported("the mail server does not offer STARTTLS")
    await client.starttls()
    seen(client.transport)
    at("ehlo")
    await client.ehlo()
