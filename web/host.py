"""The pages of every house of a host, each under its own name and no other's.

`northmoor.reviews.example/...` and `/northmoor/...` both lead to the house northmoor. Within a
house, what belongs to another is answered as what was never there.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.errors import Absent, DefinitionError, HouseDown, Refused
from engine.links import NO_SUCH_LINK
from web.root import path_in, root_of
from web.shield import shielded
from web.whole import pages_of
from workflows.hosting import Host
from workflows.wiring import Premises

_LOOKING = ("GET", "HEAD")
_DOWN = "This cannot be done just now, and nothing was saved. Try again in an hour, or ring.\n"


class HostPages:
    """An application that shows each house's pages to whoever names it.

    One place among the houses that hold connections is left to the rounds.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._turns = CapacityLimiter(max(1, host.most - 1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        name, within = _placed(self.host, Request(scope))
        async with self._turns:
            await self._shown(name, {**scope, **within}, receive, send)

    async def _shown(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        visit = self.host.visit(name)
        try:
            premises = await run_in_threadpool(visit.__enter__)
        except Absent:
            await shielded(PlainTextResponse(f"{NO_SUCH_LINK}\n", 404))(scope, receive, send)
        except (HouseDown, Refused, DefinitionError):
            await shielded(PlainTextResponse(_DOWN, 503))(scope, receive, send)
        else:
            await _inside(visit, pages_of(premises), (scope, receive, send))
            if scope["method"] not in _LOOKING:
                # Somebody may wait for what is to be mailed now, such as a code to sign in.
                self.host.stir(name)


async def _inside(
    visit: AbstractContextManager[Premises], pages: ASGIApp, call: tuple[Scope, Receive, Send]
) -> None:
    try:
        await pages(*call)
    finally:
        await run_in_threadpool(visit.__exit__, None, None, None)


def _placed(host: Host, request: Request) -> tuple[str, Scope]:
    """The house a request names, and where that house begins."""
    label = (request.url.hostname or "").partition(".")[0]
    if label in host.names():
        return label, {}
    first, _, rest = path_in(request.scope).lstrip("/").partition("/")
    root = f"{root_of(request.scope)}/{first}"
    path = f"{root}/{rest}"
    return first, {"root_path": root, "path": path, "raw_path": path.encode()}


async def _live(receive: Receive, send: Send) -> None:
    """Say yes to being started and stopped: there is nothing to do for either."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
