"""Every page of a house behind one address, and the server that shows them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.errors import Refused
from web.answers import app_of
from web.api.doors import ROOT
from web.api.entrance import api_of
from web.entrance import console_of
from web.health import routes_of
from web.root import path_in
from web.shield import shielded
from workflows.wiring import Premises


def pages_of(premises: Premises) -> ASGIApp:
    """What a house shows: the console, the pages people answer on, the API, and its state."""
    answers, console = app_of(premises), console_of(premises)

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        asked = path_in(scope).startswith(("/r/", "/calendar/", "/answers."))
        await (answers if asked else console)(scope, receive, send)

    api = Mount(ROOT, api_of(premises))
    return shielded(Starlette(routes=[*routes_of(premises), api, Mount("/", either)]))


class Window(uvicorn.Server):
    """The web server of one process. Signals are the business of whoever opened it."""

    def __init__(self, pages: ASGIApp, root: str = "", tls: ssl.SSLContext | None = None) -> None:
        """Root is the path that a server in front takes off, like /northmoor."""
        # An address may hold a key, as older mail does: no log of addresses. No header is trusted.
        super().__init__(
            uvicorn.Config(
                pages,
                root_path=root,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                # What it logs goes where all is logged, without its words.
                log_config=None,
                ssl_context_factory=(lambda *_: tls) if tls else None,
                timeout_graceful_shutdown=10,
            )
        )
        self.open = threading.Event()
        self.scheme = scheme_of(tls)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone: uvicorn would raise them again when it is done."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self.open.set()

    def show(self, listening: socket.socket) -> None:
        """Answer until should_exit is set, then end what is under way."""
        self.run(sockets=[listening])


def scheme_of(tls: ssl.SSLContext | None) -> str:
    """How an address begins that is answered with or without TLS."""
    return "https" if tls else "http"


def listen(host: str, port: int) -> socket.socket:
    """A socket others can call; port 0 takes a free one. Errors: Refused where it cannot be."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=kind, backlog=512)
    except (OSError, OverflowError) as fault:
        why = getattr(fault, "strerror", None) or "it is not an address of this machine"
        raise Refused([f"nobody can be answered on {host}, port {port}: {why}"]) from None
