"""The answer pages: one question, its answers, one button. Only pressing it changes anything.

GET and HEAD read, so that a mail scanner that follows every link does no harm. The key of a link
is the whole of what a reader brings. It comes in the body of a form, and stands in no address but
those of mail that was sent before, which lead on at once.
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
from engine.keys import copied
from engine.length import parse_day
from engine.links import number_of
from engine.replies import LATER, NOT_ME, Reply
from web import feeds
from web.deciding import Deciding
from web.held import Held, NoKey, held_of, is_number, opened
from web.page import HEADERS, LARGEST, Pages, form_of, script, style
from workflows.wiring import Premises

__all__ = ["HEADERS", "LARGEST", "app_of"]


def app_of(premises: Premises) -> Starlette:
    """An application that serves the answer pages of one house, to run alone or to be mounted."""
    pages = Pages(premises)
    asked, decided = _Asked(pages), Deciding(pages)
    routes = [
        Route("/r/", asked.await_key, methods=["GET"]),
        Route("/r/", asked.enter, methods=["POST"]),
        Route("/r/{number}", asked.ask, methods=["GET"]),
        Route("/r/{number}", asked.take, methods=["POST"]),
        Route("/r/{number}/code", decided.await_code, methods=["GET"]),
        Route("/r/{number}/code", decided.send_code, methods=["POST"]),
        Route("/r/{number}/open", decided.open, methods=["POST"]),
        Route("/r/{number}/decide", decided.look, methods=["GET"]),
        Route("/r/{number}/decide", decided.decide, methods=["POST"]),
        Route("/r/{number}/close", decided.close, methods=["POST"]),
        Route("/calendar/{named}.ics", feeds.Feeds(premises, pages).show, methods=["GET"]),
        Route("/answers.css", style, methods=["GET"]),
        Route("/answers.js", script, methods=["GET"]),
    ]
    faults = {HTTPException: pages.no_page, NoKey: pages.no_key, Exception: pages.broken}
    return Starlette(routes=routes, exception_handlers=faults)


class _Asked:
    """The page of a question, and what becomes of its answer."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.house = pages, pages.house

    async def await_key(self, request: Request) -> Response:
        return self.pages.key(request, 200)

    async def enter(self, request: Request) -> Response:
        key = copied((await form_of(request)).get("key", ""))
        return await self.pages.answered(lambda: self._entered(request, key))

    async def ask(self, request: Request) -> Response:
        named = request.path_params["number"]
        if not is_number(named):
            key = copied(named)
            return await self.pages.answered(lambda: self._entered(request, key, lax=True))
        held = held_of(request)
        return await self.pages.answered(lambda: self._form(held, {}, ()))

    async def take(self, request: Request) -> Response:
        held, form = held_of(request), await form_of(request)
        return await self.pages.answered(lambda: self._taken(held, form))

    def _entered(self, request: Request, key: str, lax: bool = False) -> Response:
        """To the page of a key, whose address has the number alone."""
        number = str(number_of(self.house, key))
        held = opened(request, key)
        return held.go_on(number, held.token, lax)

    def _form(self, held: Held, form: Mapping[str, str], reasons: tuple[str, ...]) -> Response:
        asked = question(self.house, held.key)
        return self.pages.page("asked.html", 422 if reasons else 200, asked=asked, form=form,
                               reasons=reasons, later=LATER, not_me=NOT_ME,
                               number=held.number)  # fmt: skip

    def _taken(self, held: Held, form: Mapping[str, str]) -> Response:
        choice = form.get("choice", "")
        try:
            respond(self.house, held.key, choice, _reply(choice, form))
        except Absent:
            raise
        except (Refused, Stale) as no:
            return self._form(held, form, tuple(no.reasons))
        return self.pages.said(200, "Thank you", _thanks(question(self.house, held.key)))


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
