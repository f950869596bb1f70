"""TLS before a real PostgreSQL, which the one of the tests may have been built without."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url

WANTS_TLS, WANTS_GSS = 80_877_103, 80_877_104


@dataclass
class Front:
    """Where it listens, and what it was told in the clear beside the wish for TLS."""

    port: int
    said: list[bytes] = field(default_factory=list)


@contextmanager
def front(url: str, tls: ssl.SSLContext | None) -> Iterator[Front]:
    """Take calls for the server of an address; without tls it says that it has none."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Front(listening.getsockname()[1])
        threading.Thread(target=_answer, args=(listening, url, tls, made), daemon=True).start()
        yield made


def _answer(listening: socket.socket, url: str, tls: ssl.SSLContext | None, made: Front) -> None:
    with suppress(OSError):
        while True:
            caller, _ = listening.accept()
            threading.Thread(target=_one, args=(caller, url, tls, made), daemon=True).start()


def _one(caller: socket.socket, url: str, tls: ssl.SSLContext | None, made: Front) -> None:
    with suppress(OSError), closing(caller):
        while (asked := caller.recv(8)) and int.from_bytes(asked[4:8]) == WANTS_GSS:
            caller.sendall(b"N")
        if int.from_bytes(asked[4:8]) != WANTS_TLS or tls is None:
            caller.sendall(b"N")
            made.said += filter(None, [caller.recv(1_000)])
            return
        caller.sendall(b"S")
        with tls.wrap_socket(caller, server_side=True) as safe, _behind(url) as server:
            back = threading.Thread(target=_carry, args=(server, safe), daemon=True)
            back.start()
            _carry(safe, server)
            back.join()


def _behind(url: str) -> socket.socket:
    known = make_url(url)
    place = known.query.get("host")
    if isinstance(place, str):
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{place}/.s.PGSQL.{known.port or 5432}")
        return server
    return socket.create_connection((known.host or "127.0.0.1", known.port or 5432))


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while some := one.recv(65_536):
            other.sendall(some)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
