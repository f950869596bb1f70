"""The answer pages: one question, its answers, one button. Only pressing it changes anything.

GET and HEAD read, so that a mail scanner that follows every link does no harm. Nothing here needs
or keeps a cookie; the key in the address is the whole of what a reader brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from engine.answering import NO_SUCH_LINK, Question, question, respond
from engine.casework import House
from engine.errors import Absent, HouseDown, Refused, Stale
from engine.length import parse_day
from engine.replies import LATER, NOT_ME, Reply
from workflows.wiring import Premises

LARGEST = 20_000  # bytes of a form
_FIELDS = 10
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_DOWN = "This cannot be done just now, and nothing was saved. Try again in an hour, or ring."


def app_of(premises: Premises) -> Starlette:
    """An application that serves the answer pages of one house, to run alone or to be mounted."""
    pages = _Pages(premises)
    routes = [
        Route("/r/{key}", pages.ask, methods=["GET"]),
        Route("/r/{key}", pages.take, methods=["POST"]),
        Route("/answers.css", _style, methods=["GET"]),
    ]
    faults = {HTTPException: pages.no_page, Exception: pages.broken}
    return Starlette(routes=routes, exception_handlers=faults)


class _Pages:
    """What a reader is shown; the work is done off the loop, in a thread."""

    def __init__(self, premises: Premises) -> None:
        self.house: House = premises.house
        self.letterhead = {
            "partnership": premises.settings.partnership or "Safeguarding Children Partnership",
            "phone": premises.settings.phone,
            "practice": premises.store.practice,
        }

    async def ask(self, request: Request) -> Response:
        key = request.path_params["key"]
        return await run_in_threadpool(self._answered, lambda: self._form(key, {}, ()))

    async def take(self, request: Request) -> Response:
        key, form = request.path_params["key"], await _form_of(request)
        return await run_in_threadpool(self._answered, lambda: self._taken(key, form))

    def no_page(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        words = "The form was too large; ring instead." if status == 413 else NO_SUCH_LINK  # noqa: PLR2004 - the code's own name is its number
        return self._page("said.html", status, heading="This cannot be shown", words=(words,))

    def broken(self, _request: Request, _error: Exception) -> Response:
        return self._page("said.html", 500, heading="This did not work", words=(_DOWN,))

    def _answered(self, work: Any) -> Response:
        try:
            response: Response = work()
        except Absent as absent:
            return self._page(
                "said.html", 404, heading="This link is not valid", words=absent.reasons
            )
        except HouseDown:
            return self._page("said.html", 503, heading="Not now", words=(_DOWN,))
        return response

    def _form(self, key: str, form: Mapping[str, str], reasons: tuple[str, ...]) -> Response:
        asked = question(self.house, key)
        return self._page("asked.html", 422 if reasons else 200, asked=asked, form=form,
                          reasons=reasons, later=LATER, not_me=NOT_ME)  # fmt: skip

    def _taken(self, key: str, form: Mapping[str, str]) -> Response:
        choice = form.get("choice", "")
        try:
            respond(self.house, key, choice, _reply(choice, form))
        except (Refused, Stale) as no:
            return self._form(key, form, tuple(no.reasons))
        asked = question(self.house, key)
        return self._page("said.html", 200, heading="Thank you", words=_thanks(asked))

    def _page(self, name: str, status: int, **words: Any) -> Response:
        shown = _environment().get_template(name).render(**self.letterhead, **words)
        return HTMLResponse(shown, status, headers=HEADERS)


def _thanks(asked: Question) -> tuple[str, ...]:
    kept = f"Your answer about {asked.reference} is recorded."
    if asked.over:
        return (kept, "Nothing more is asked of you here.")
    return (kept, "You can come back to this page to say more.")


def _reply(kind: str, form: Mapping[str, str]) -> Reply:
    """Errors: Refused where the day is none."""
    by, words = form.get("by", "").strip(), form.get(f"words_{kind}", "")
    if kind != LATER or not by:
        return Reply(kind, None, words)
    day = _day(by)
    if day is None:
        raise Refused(["write the day like 2026-01-31"])
    return Reply(kind, day, words)


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except ValueError:
        return None


async def _form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once. Errors: HTTPException 413 where it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("web", "pages"), autoescape=True, undefined=StrictUndefined
    )


def _style(_request: Request) -> Response:
    source = _environment().get_template("answers.css").render()
    return Response(source, media_type="text/css", headers={**HEADERS, "Cache-Control": "public"})
