"""The pages behind a one-time code: what was recorded, what may be done, and doing one thing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine import codes, deciding
from engine.deciding import Opened
from engine.errors import Absent, Refused
from engine.facts import Kind
from engine.offers import Offer
from web.page import HEADERS, Pages, facts_in, form_of
from web.record_words import fact_words

# Not the name of the console's cookie: a browser sends both, and one would hide the other.
COOKIE = "waymark_link"
_UP = "../.."
_LASTS = int((codes.LIFE + codes.OPEN).total_seconds())
_TOO_MANY = 429
_CHANCE = 16


def cookie_name(secure: bool) -> str:
    """What the cookie of a link is called; its name alone binds it to TLS where there is any."""
    return f"__Secure-{COOKIE}" if secure else COOKIE


class Deciding:
    """Asking for a code, typing it in, and the one decision it opens the way to."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.house = pages, pages.house
        self.cookie = cookie_name(pages.secure)

    async def await_code(self, request: Request) -> Response:
        key = request.path_params["key"]
        return await self.pages.answered(lambda: self._awaiting(key, ()))

    async def send_code(self, request: Request) -> Response:
        key, _ = request.path_params["key"], await form_of(request)
        return await self.pages.answered(lambda: self._sent(key))

    async def open(self, request: Request) -> Response:
        key, form = request.path_params["key"], await form_of(request)
        token = request.cookies.get(self.cookie, "")
        return await self.pages.answered(lambda: self._entered(key, token, form.get("code", "")))

    async def look(self, request: Request) -> Response:
        key, token = request.path_params["key"], request.cookies.get(self.cookie, "")
        choice = request.query_params.get("choice", "")
        return await self.pages.answered(lambda: self._choosing(key, token, choice))

    async def decide(self, request: Request) -> Response:
        key, form = request.path_params["key"], await form_of(request)
        token = request.cookies.get(self.cookie, "")
        return await self.pages.answered(lambda: self._decided(key, token, form))

    async def close(self, request: Request) -> Response:
        key, _ = request.path_params["key"], await form_of(request)
        token = request.cookies.get(self.cookie, "")
        return await self.pages.answered(lambda: self._closed(key, token))

    def _awaiting(self, key: str, reasons: tuple[str, ...]) -> Response:
        try:
            deciding.find(self.house, key)
        except Absent:
            raise
        except Refused as no:
            return self._ended(key, no)
        return self.pages.page("code.html", 422 if reasons else 200, _UP, reasons=reasons)

    def _sent(self, key: str) -> Response:
        token = secrets.token_urlsafe(32)
        try:
            deciding.ask(self.house, key, token, secrets.token_hex(_CHANCE))
        except Absent:
            raise
        except Refused as no:
            return self._ended(key, no)
        return self._go_on("code", token)

    def _entered(self, key: str, token: str, typed: str) -> Response:
        fresh = secrets.token_urlsafe(32)
        try:
            deciding.enter(self.house, key, token, typed, fresh)
        except Absent:
            raise
        except Refused as no:
            return self._awaiting(key, tuple(no.reasons))
        return self._go_on("decide", fresh)

    def _choosing(self, key: str, token: str, choice: str) -> Response:
        try:
            opened = deciding.look(self.house, key, token)
        except Absent:
            raise
        except Refused as no:
            return self._ended(key, no)
        return self._page(opened, choice, {}, ())

    def _decided(self, key: str, token: str, form: Mapping[str, str]) -> Response:
        choice, seen = form.get("choice", ""), form.get("seen", "")
        try:
            step = deciding.decide(self.house, key, token, choice, facts_in(form), seen)
        except Absent:
            raise
        except Refused as no:
            return self._again(key, token, form, no)
        kept = f"Your decision about {step.case.reference} is recorded."
        return self.pages.said(200, "Thank you", (kept, "You can close this page."), up=_UP)

    def _again(self, key: str, token: str, form: Mapping[str, str], no: Refused) -> Response:
        """The form once more, with what was typed and every reason; or that the page has ended."""
        try:
            opened = deciding.look(self.house, key, token)
        except Absent:
            raise
        except Refused as ended:
            return self._ended(key, ended)
        return self._page(opened, form.get("choice", ""), form, tuple(no.reasons))

    def _page(
        self, opened: Opened, choice: str, form: Mapping[str, str], reasons: tuple[str, ...]
    ) -> Response:
        status, chosen = 422 if reasons else 200, _chosen(opened, choice)
        told = [(fact.label, fact_words(fact, value)) for fact, value in opened.told]
        known = {"opened": opened, "told": told, "reasons": reasons}
        if chosen is None:
            return self.pages.page("choose.html", status, _UP, **known)
        begins = {f"f_{name}": value for name, value in chosen.begins.items()}
        return self.pages.page("decide.html", status, _UP, **known, chosen=chosen,
                               form={**begins, **form}, kinds=Kind)  # fmt: skip

    def _closed(self, key: str, token: str) -> Response:
        try:
            deciding.close(self.house, key, token)
        except Absent:
            raise
        except Refused as no:
            return self._ended(key, no)
        told = ("Nothing was decided.", "You can close this page.")
        response = self.pages.said(200, "Closed", told, f"../{key}", _UP)
        self._hold(response, "", 0)
        return response

    def _ended(self, key: str, no: Refused) -> Response:
        status = _TOO_MANY if isinstance(no, codes.TooMany) else 403
        heading = "Nothing more can be done here"
        return self.pages.said(status, heading, no.reasons, f"../{key}", _UP)

    def _go_on(self, to: str, token: str) -> Response:
        """To the next page; the browser holds the token and sends it to this link's pages alone."""
        response = RedirectResponse(to, 303, headers=HEADERS)
        self._hold(response, token, _LASTS)
        return response

    def _hold(self, response: Response, token: str, seconds: int) -> None:
        """Give the browser a token for so long, or take it back."""
        # No path is named: then it is the folder of the page, under whatever a server in front
        # has put before it.
        response.set_cookie(self.cookie, token, max_age=seconds, path=None,
                            secure=self.pages.secure, httponly=True, samesite="strict")  # fmt: skip


def _chosen(opened: Opened, choice: str) -> Offer | None:
    return next((o for o in opened.offers if o.key == choice and not o.barred), None)
