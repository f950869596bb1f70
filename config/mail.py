"""How mail leaves the house: server, security, sender, and how long a courier waits."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

Security = Literal["starttls", "tls", "none"]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]

# A whole dialogue: greeting, EHLO, STARTTLS, its handshake, EHLO again and three steps of AUTH;
# MAIL, RCPT, DATA and RSET or QUIT; and twice the time of a command to hand the body over.
COMMANDS = 14
# RFC 5321, 4.5.3.2.6: ten minutes for the answer to a message.
_PATIENCE = 600
_SAFE_MARGIN = 2
_TLS_ALONE = 993
_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\]]+")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_CONFIG = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def one_line(value: str) -> str:
    """Words as they are kept. Errors: ValueError where they are no one line."""
    value = value.strip()
    if not value.isprintable():
        raise ValueError("it must be one line of printable words")
    return value


class Timeouts(BaseModel):
    """Seconds a courier waits: for a connection, for each command, and after the final dot."""

    model_config = _CONFIG

    connect: Seconds = 30
    command: Seconds = 60
    after_dot: Seconds = 600

    @property
    def dialogue(self) -> float:
        """The longest one message can take, in seconds."""
        return self.connect + COMMANDS * self.command + self.after_dot


class Inbox(BaseModel):
    """The mailbox that replies and bounces come to. With no host none is read."""

    model_config = _CONFIG

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 993
    security: Security = "tls"
    username: str = ""
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"

    @field_validator("host", "username", "folder")
    @classmethod
    def _one_line(cls, value: str) -> str:
        return one_line(value)


class Tolerated(BaseModel):
    """How many failures an address may have within so many days before a deputy is told."""

    model_config = _CONFIG

    hard: Annotated[int, Field(ge=1, le=100)] = 1
    soft: Annotated[int, Field(ge=1, le=100)] = 3
    days: Annotated[int, Field(ge=1, le=90)] = 7


class Mail(BaseModel):
    """The mail server and the sender. With no host the house owes mail but sends none."""

    model_config = _CONFIG

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Security = "starttls"
    ca_file: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    sender_name: str = "Waymark"
    reply_to: str = ""
    domain: str = ""
    answers: str = ""
    calendar_keys: Literal["header", "address"] = "header"
    replies: str = ""
    bounces: str = ""
    inbox: Inbox = Inbox()
    tolerance: Tolerated = Tolerated()
    timeouts: Timeouts = Timeouts()
    batch: Annotated[int, Field(ge=1, le=1_000)] = 20
    lease: Seconds = 3_000
    connections: Annotated[int, Field(ge=1, le=10)] = 1

    @field_validator(
        "host",
        "username",
        "sender",
        "sender_name",
        "reply_to",
        "domain",
        "answers",
        "replies",
        "bounces",
    )
    @classmethod
    def _one_line(cls, value: str) -> str:
        return one_line(value)

    @field_validator("answers")
    @classmethod
    def _pages(cls, value: str) -> str:
        here = value.startswith(("http://127.0.0.1", "http://localhost"))
        if value and not (here or value.startswith("https://")):
            raise ValueError("an address that begins with https:// is needed")
        return value

    @field_validator("sender", "reply_to", "replies", "bounces")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not (value.isascii() and _ADDRESS.fullmatch(value)):
            raise ValueError("an email address is needed")
        return value

    @field_validator("domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        if value and not _DOMAIN.fullmatch(value):
            raise ValueError("a domain name is needed, like mail.example.org")
        return value

    @property
    def loopback(self) -> bool:
        """Whether the mail server is on this very machine."""
        return is_loopback(self.host)

    @property
    def ready(self) -> bool:
        """Whether there is a server to send to and an address to send from."""
        return bool(self.host and self.sender)


def is_loopback(host: str) -> bool:
    """Say whether a host is this very machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def disagreements(mail: Mail, practice: bool) -> Iterator[str]:
    """Say which settings are each well written but do not go together."""
    if mail.host and not mail.sender:
        yield "mail.sender: an address to send from is needed"
    if mail.password and not mail.username:
        yield "mail.username: a password was given, but no name to sign in with"
    if mail.username and not mail.password:
        yield "mail.password: a name to sign in with was given, but no password"
    if mail.ca_file is not None and not mail.ca_file.is_file():
        yield "mail.ca_file: there is no such file"
    yield from _inbox(mail)
    yield from _open_mail(mail, practice)
    yield from _haste(mail, practice)


def _inbox(mail: Mail) -> Iterator[str]:
    inbox = mail.inbox
    if inbox.host and not inbox.username:
        yield "mail.inbox.username: a name to sign in with is needed"
    if inbox.host and not (inbox.password or mail.certificate):
        yield "mail.inbox.password: the password of the mailbox is needed, or mail.certificate"
    if inbox.security == "starttls" and inbox.port == _TLS_ALONE:
        yield "mail.inbox.port: 993 is for 'tls'; with 'starttls' it is mostly 143"
    if inbox.host and inbox.security == "none" and not is_loopback(inbox.host):
        yield (
            "mail.inbox.security: a password is never sent over the network without encryption;"
            " use 'tls' or 'starttls'"
        )


def _open_mail(mail: Mail, practice: bool) -> Iterator[str]:
    if mail.security != "none":
        return
    if mail.host and not (mail.loopback or practice):
        yield (
            "mail.security: 'none' would send mail unprotected over the network; use 'starttls'"
            " or 'tls' (only a server on this machine, or a practice house, may do without)"
        )
    if mail.certificate:
        yield "mail.security: a certificate is shown by 'starttls' or 'tls' alone"
    if mail.username or mail.password:
        yield "mail.security: a password is never sent to a mail server without encryption"


def _haste(mail: Mail, practice: bool) -> Iterator[str]:
    """Waiting times so short that a message could go out twice."""
    longest = mail.timeouts.dialogue
    if mail.timeouts.after_dot < _PATIENCE and not practice:
        yield (
            f"mail.timeouts.after_dot: wait at least {_PATIENCE} seconds for the answer to a"
            " message (RFC 5321); one that was accepted could be sent again"
        )
    if mail.lease < _SAFE_MARGIN * longest:
        yield (
            f"mail.lease: {mail.lease:g} seconds is too short; sending one message can take"
            f" {longest:g} seconds, and a message lent for less than twice as long could be sent"
            f" twice. Set it to at least {_SAFE_MARGIN * longest:g}, or shorten the timeouts"
        )
