"""Prefect's server as a child of the service: it ends with whoever started it, however that ends.

It reads what it is to do from its parent, on standard input: the number of the socket to answer
on. When that pipe closes, because the parent stopped it or is no more, it ends too.
"""

from __future__ import annotations

import os
import socket
import sys
import threading


def main() -> None:
    """Serve until the pipe closes."""
    listening = socket.socket(fileno=int(sys.stdin.readline()))
    import uvicorn

    window = uvicorn.Server(
        uvicorn.Config(
            "prefect.server.api.server:create_app",
            factory=True,
            log_level="error",
            lifespan="on",
            access_log=False,
        )
    )
    threading.Thread(target=_end_with_parent, args=(window,), daemon=True).start()
    window.run(sockets=[listening])


def _end_with_parent(window: object) -> None:
    """Ask to end when nobody holds the other end of the pipe; insist after two seconds."""
    sys.stdin.read()
    window.should_exit = True  # type: ignore[attr-defined]
    threading.Event().wait(2)
    os._exit(0)


if __name__ == "__main__":
    main()
