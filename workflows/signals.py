"""The signal that a round was done, to a watcher outside that rings when it stays away.

Nothing is in it but that it came. Work never waits for it, and goes on without it.
"""

from __future__ import annotations

from threading import Thread
from urllib.parse import urlsplit

from config.settings import Settings

WAIT = 5.0  # seconds for each step of the call


def signal_done(settings: Settings, name: str) -> None:
    """Call the address that watches a round, beside the work, where there is one.

    Whoever ends the process waits for the call to be over.
    """
    if address := settings.signals.of(name):
        Thread(target=call, args=(address,), name="signal").start()


def call(address: str) -> bool:
    """Ask for an address once, following nothing; whether it was answered well."""
    import http.client
    import ssl

    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port
    wire = http.client.HTTPConnection(host, port, timeout=WAIT)
    if parts.scheme == "https":
        trusted = ssl.create_default_context()
        wire = http.client.HTTPSConnection(host, port, timeout=WAIT, context=trusted)
    target = parts.path or "/"
    try:
        wire.request("GET", f"{target}?{parts.query}" if parts.query else target, headers=_HEADERS)
        return wire.getresponse().status < http.client.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        wire.close()


_HEADERS = {"User-Agent": "waymark", "Connection": "close"}
