"""How mail leaves the house: server, security, sender, and how long a courier waits."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

Security = Literal["starttls", "tls", "none"]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]

# A whole dialogue: greeting, EHLO, STARTTLS, its handshake, EHLO again and three steps of AUTH;
# MAIL, RCPT, DATA and RSET or QUIT; and twice the time of a command to hand the body over.
COMMANDS = 14
_ADDRESS = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\]]+")
_DOMAIN = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_CONFIG = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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


class Mail(BaseModel):
    """The mail server and the sender. With no host the house owes mail but sends none."""

    model_config = _CONFIG

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Security = "starttls"
    ca_file: Path | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    sender_name: str = "Waymark"
    reply_to: str = ""
    domain: str = ""
    timeouts: Timeouts = Timeouts()
    batch: Annotated[int, Field(ge=1, le=1_000)] = 20
    lease: Seconds = 3_000

    @field_validator("host", "username", "sender", "sender_name", "reply_to", "domain")
    @classmethod
    def _one_line(cls, value: str) -> str:
        value = value.strip()
        if not value.isprintable():
            raise ValueError("it must be one line of printable words")
        return value

    @field_validator("sender", "reply_to")
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
