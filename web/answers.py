"""The answer pages: one question, its answers, one button. Only pressing it changes anything.

GET and HEAD read, so that a mail scanner that follows every link does no harm. The key in the
address is the whole of what a reader brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engine.answering import Question, question, respond
from engine.errors import Absent, Refused, Stale
from engine.length import parse_day
from engine.replies import LATER, NOT_ME, Reply
from web import feeds
from web.deciding import Deciding
from web.page import HEADERS, LARGEST, Pages, form_of, style
from workflows.wiring import Premises

__all__ = ["HEADERS", "LARGEST", "app_of"]


def app_of(premises: Premises) -> Starlette:
    """An application that serves the answer pages of one house, to run alone or to be mounted."""
    pages = Pages(premises)
    asked, decided = _Asked(pages), Deciding(pages)
    routes = [
        Route("/r/{key}", asked.ask, methods=["GET"]),
        Route("/r/{key}", asked.take, methods=["POST"]),
        Route("/r/{key}/code", decided.await_code, methods=["GET"]),
        Route("/r/{key}/code", decided.send_code, methods=["POST"]),
        Route("/r/{key}/open", decided.open, methods=["POST"]),
        Route("/r/{key}/decide", decided.look, methods=["GET"]),
        Route("/r/{key}/decide", decided.decide, methods=["POST"]),
        Route("/r/{key}/close", decided.close, methods=["POST"]),
        Route("/calendar/{token}.ics", feeds.Feeds(premises, pages).show, methods=["GET"]),
        Route("/answers.css", style, methods=["GET"]),
    ]
    faults = {HTTPException: pages.no_page, Exception: pages.broken}
    return Starlette(routes=routes, exception_handlers=faults)


class _Asked:
    """The page of a question, and what becomes of its answer."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.house = pages, pages.house

    async def ask(self, request: Request) -> Response:
        key = request.path_params["key"]
        return await self.pages.answered(lambda: self._form(key, {}, ()))

    async def take(self, request: Request) -> Response:
        key, form = request.path_params["key"], await form_of(request)
        return await self.pages.answered(lambda: self._taken(key, form))

    def _form(self, key: str, form: Mapping[str, str], reasons: tuple[str, ...]) -> Response:
        asked = question(self.house, key)
        return self.pages.page("asked.html", 422 if reasons else 200, asked=asked, form=form,
                               reasons=reasons, later=LATER, not_me=NOT_ME, key=key)  # fmt: skip

    def _taken(self, key: str, form: Mapping[str, str]) -> Response:
        choice = form.get("choice", "")
        try:
            respond(self.house, key, choice, _reply(choice, form))
        except Absent:
            raise
        except (Refused, Stale) as no:
            return self._form(key, form, tuple(no.reasons))
        return self.pages.said(200, "Thank you", _thanks(question(self.house, key)))


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
