"""What every page of the house shares: its letterhead, its headers, its forms, its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.casework import House
from engine.errors import Absent, HouseDown
from engine.links import NO_SUCH_LINK
from web.gatebook import gatebook_of
from web.root import path_in
from workflows.wiring import Premises

LARGEST = 100_000  # bytes of a form
_FIELDS = 100
TOO_LARGE = 413
_MISSING = 403
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
# The one page with a script: it takes the key of a link from behind the # of its address.
_SCRIPTED = {
    **HEADERS,
    "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; script-src 'self'",
}
_DOWN = "This cannot be done just now, and nothing was saved. Try again in an hour, or ring."
_FOREIGN = "Another site sent this form, so nothing was done. Open the link in the email again."


class Pages:
    """The pages of one house; the work of each is done off the loop, in a thread."""

    def __init__(self, premises: Premises) -> None:
        self.house: House = premises.house
        self.gatebook = gatebook_of(premises.home)
        self.letterhead = {
            "partnership": premises.settings.partnership or "Safeguarding Children Partnership",
            "phone": premises.settings.phone,
            "practice": premises.store.practice,
        }

    async def answered(self, work: Callable[[], Response]) -> Response:
        """The page that some work makes, or the one that says why there is none."""
        return await run_in_threadpool(self._noted, work)

    def _noted(self, work: Callable[[], Response]) -> Response:
        response = self._guarded(work)
        self.gatebook.turned_away(response.status_code, __name__)
        return response

    def _guarded(self, work: Callable[[], Response]) -> Response:
        try:
            return work()
        except Absent as absent:
            return self.said(404, "This link is not valid", absent.reasons)
        except HouseDown:
            return self.said(503, "Not now", (_DOWN,))

    def said(
        self, status: int, heading: str, words: Iterable[str], back: str = "", up: str = ".."
    ) -> Response:
        """A page that says something and asks nothing; back is where to begin again."""
        return self.page("said.html", status, up, heading=heading, words=words, back=back)

    def page(self, name: str, status: int, up: str = "..", **words: Any) -> Response:
        """A page; up is the way from it to where the pages of the house begin."""
        shown = _environment().get_template(name).render(**self.letterhead, up=up, **words)
        return HTMLResponse(shown, status, headers=HEADERS)

    def key(self, request: Request, status: int) -> Response:
        """The page that asks for the key of a link; anew where the status says it was missing."""
        page = self.page("key.html", status, _up(request), missing=status >= _MISSING,
                         sent=request.method == "POST")  # fmt: skip
        page.headers.update(_SCRIPTED)
        return page

    def no_key(self, request: Request, _error: Exception) -> Response:
        self.gatebook.turned_away(_MISSING, __name__)
        return self.key(request, _MISSING)

    def no_page(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status != 404:  # noqa: PLR2004 - the code's own name is its number
            self.gatebook.turned_away(status, __name__)
        large = "The form was too large; ring instead."
        words = {TOO_LARGE: large, 403: _FOREIGN}.get(status, NO_SUCH_LINK)
        return self.said(status, "This cannot be shown", (words,), up=_up(request))

    def broken(self, request: Request, _error: Exception) -> Response:
        return self.said(500, "This did not work", (_DOWN,), up=_up(request))


def _up(request: Request) -> str:
    return "/".join([".."] * (path_in(request.scope).count("/") - 1)) or "."


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form that came from these pages; one given several times, joined by ;.

    Errors: HTTPException 413 where it is too large, 403 where another site sent it.
    """
    # Browsers say so; whatever sends nothing of the kind carries no cookie of a browser either.
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(TOO_LARGE)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
    return {name: _one(name, values) for name, values in fields.items()}


def _one(name: str, values: list[str]) -> str:
    return ";".join(filter(None, values)) if name.startswith("f_") else values[0]


def facts_in(form: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that are facts, under their own keys."""
    return {name.removeprefix("f_"): v for name, v in form.items() if name.startswith("f_")}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("web", "pages"), autoescape=True, undefined=StrictUndefined
    )


def style(_request: Request) -> Response:
    return _file("answers.css", "text/css")


def script(_request: Request) -> Response:
    return _file("answers.js", "text/javascript")


def _file(name: str, kind: str) -> Response:
    source = _environment().get_template(name).render()
    return Response(source, media_type=kind, headers={**HEADERS, "Cache-Control": "public"})
