"""The pages behind a one-time code: what was recorded, what may be done, and doing one thing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from engine import codes, deciding
from engine.deciding import Opened
from engine.errors import Absent, Refused, Stale
from engine.facts import Kind
from engine.offers import Offer
from web.forms import without_keys
from web.held import Held, held_of
from web.page import Pages, facts_in, form_of
from web.record_words import fact_words

_UP = "../.."
_TOO_MANY = 429
_CHANCE = 16


class Deciding:
    """Asking for a code, typing it in, and the one decision it opens the way to."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.house = pages, pages.house

    async def await_code(self, request: Request) -> Response:
        held = held_of(request)
        return await self.pages.answered(lambda: self._awaiting(held, ()))

    async def send_code(self, request: Request) -> Response:
        held, _ = held_of(request), await form_of(request)
        return await self.pages.answered(lambda: self._sent(held))

    async def open(self, request: Request) -> Response:
        held, form = held_of(request), await form_of(request)
        return await self.pages.answered(lambda: self._entered(held, form.get("code", "")))

    async def look(self, request: Request) -> Response:
        held, choice = held_of(request), request.query_params.get("choice", "")
        return await self.pages.answered(lambda: self._choosing(held, choice))

    async def decide(self, request: Request) -> Response:
        held, form = held_of(request), await form_of(request)
        return await self.pages.answered(lambda: self._decided(held, form))

    async def close(self, request: Request) -> Response:
        held, _ = held_of(request), await form_of(request)
        return await self.pages.answered(lambda: self._closed(held))

    def _awaiting(self, held: Held, reasons: tuple[str, ...]) -> Response:
        try:
            deciding.find(self.house, held.key)
        except Absent:
            raise
        except Refused as no:
            return self._ended(held, no)
        return self.pages.page("code.html", 422 if reasons else 200, _UP, reasons=reasons)

    def _sent(self, held: Held) -> Response:
        token = secrets.token_urlsafe(32)
        try:
            deciding.ask(self.house, held.key, token, secrets.token_hex(_CHANCE))
        except Absent:
            raise
        except Refused as no:
            return self._ended(held, no)
        return held.go_on("code", token)

    def _entered(self, held: Held, typed: str) -> Response:
        fresh = secrets.token_urlsafe(32)
        try:
            deciding.enter(self.house, held.key, held.token, typed, fresh)
        except Absent:
            raise
        except Refused as no:
            return self._awaiting(held, tuple(no.reasons))
        return held.go_on("decide", fresh)

    def _choosing(self, held: Held, choice: str) -> Response:
        try:
            opened = deciding.look(self.house, held.key, held.token)
        except Absent:
            raise
        except Refused as no:
            return self._ended(held, no)
        return self._page(opened, choice, {}, ())

    def _decided(self, held: Held, form: Mapping[str, str]) -> Response:
        choice, seen = form.get("choice", ""), form.get("seen", "")
        try:
            step = deciding.decide(self.house, held.key, held.token, choice, facts_in(form), seen)
        except Absent:
            raise
        except Refused as no:
            return self._again(held, form, no)
        kept = f"Your decision about {step.case.reference} is recorded."
        told = (kept, "You can close this page.")
        return self._over(held, self.pages.said(200, "Thank you", told, up=_UP))

    def _again(self, held: Held, form: Mapping[str, str], no: Refused) -> Response:
        """The form once more, with what was typed and every reason; or that the page has ended."""
        try:
            opened = deciding.look(self.house, held.key, held.token)
        except Absent:
            raise
        except Refused as ended:
            return self._ended(held, ended)
        return self._page(opened, form.get("choice", ""), form, tuple(no.reasons))

    def _page(
        self, opened: Opened, choice: str, form: Mapping[str, str], reasons: tuple[str, ...]
    ) -> Response:
        status, chosen = 422 if reasons else 200, _chosen(opened, choice)
        told = [(fact.label, fact_words(fact, value)) for fact, value in opened.told]
        keys = {each.key for offer in opened.offers for each in offer.fields}
        why = [without_keys(reason, keys) for reason in reasons]
        known = {"opened": opened, "told": told, "reasons": why}
        if chosen is None:
            return self.pages.page("choose.html", status, _UP, **known)
        begins = {f"f_{name}": value for name, value in chosen.begins.items()}
        return self.pages.page("decide.html", status, _UP, **known, chosen=chosen,
                               form={**begins, **form}, kinds=Kind)  # fmt: skip

    def _closed(self, held: Held) -> Response:
        try:
            deciding.close(self.house, held.key, held.token)
        except Absent:
            raise
        except Refused as no:
            return self._ended(held, no)
        told = ("Nothing was decided.", "You can close this page.")
        return self._over(held, self.pages.said(200, "Closed", told, f"../{held.number}", _UP))

    def _ended(self, held: Held, no: Refused) -> Response:
        heading, back = "Nothing more can be done here", f"../{held.number}"
        status = _TOO_MANY if isinstance(no, codes.TooMany) else 403
        response = self.pages.said(status, heading, no.reasons, back, _UP)
        # Where no other code was sent, the one that was sent before goes on.
        goes_on = isinstance(no, codes.TooMany | Stale)
        return response if goes_on else self._over(held, response)

    def _over(self, held: Held, response: Response) -> Response:
        """A page after which nothing goes on: the browser need hold nothing for it any more."""
        if held.token:
            held.forget(response)
        return response


def _chosen(opened: Opened, choice: str) -> Offer | None:
    return next((o for o in opened.offers if o.key == choice and not o.barred), None)
