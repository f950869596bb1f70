"""A mail server of our own, listening in a thread: for letters that come in, or to catch mail."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

HERE = "127.0.0.1"
# Servers break lines at 998 letters; a program that does not should not lose its letter for that.
_LONGEST_LINE = 64 * 1024


class _SmtpDialogue(SMTP):
    line_length_limit = _LONGEST_LINE


class _LmtpDialogue(LMTP):
    line_length_limit = _LONGEST_LINE


class Listener(Controller):
    """Listens on a socket that is already bound, so that a free port can be asked for.

    Errors: OSError where the address cannot be had.
    """

    def __init__(
        self, handler: object, host: str = HERE, port: int = 0, lmtp: bool = False, **more: Any
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.create_server((host, port), family=family)
        # Every client's connection takes this over: an answer of several lines never waits for an
        # acknowledgement of its first.
        self._listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._dialogue = _LmtpDialogue if lmtp else _SmtpDialogue
        bound = self._listening.getsockname()[1]
        super().__init__(handler, hostname=host, port=bound, **more)

    def factory(self) -> SMTP:
        """The dialogue with one client; the name is the one aiosmtpd calls."""
        return self._dialogue(self.handler, **self.SMTP_kwargs)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)
