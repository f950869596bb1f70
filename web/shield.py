"""What every answer of a house tells the browser, whichever page, file or fault it is."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import guard

# For what says nothing of its own: nothing is loaded from it, framed, guessed at or passed on.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# A year, by TLS alone; a browser takes it only where TLS brought it.
TLS_ONLY = "max-age=31536000; includeSubDomains"


def shielded(pages: ASGIApp) -> ASGIApp:
    """The same pages, each answer with these headers wherever it has none of its own."""

    async def show(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await pages(scope, receive, send)
            return
        told = {**HEADERS}
        if guard.is_encrypted(Request(scope)):
            told["Strict-Transport-Security"] = TLS_ONLY
        await pages(scope, receive, _telling(send, told))

    return show


def _telling(send: Send, told: dict[str, str]) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in told.items():
                headers.setdefault(name, value)
        await send(message)

    return tell
