"""Signing in and out: an address, a code by email, and a visit with a cookie of its own."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from starlette.responses import Response

from engine import codes, signing_in
from engine.errors import Refused
from web import guard
from web.doors import ANYBODY, Asked, Door
from web.gatebook import gatebook_of

_CHANCE = 16


def _where(asked: Asked) -> str:
    """The page somebody wanted: one of ours, and never another site."""
    to = asked.form.get("to", "") or asked.query.get("to", "")
    ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if ours else "/"


def sign_in_page(asked: Asked) -> Response:
    """Asks for an address."""
    if asked.visitor.known:
        return asked.go("/")
    return asked.page("sign_in.html", to=_where(asked), email="", reasons=())


def send_code(asked: Asked) -> Response:
    """Mails a code where the address is known; the page is the same where it is not."""
    email = asked.form.get("email", "").strip()
    if email.count("@") != 1 or not email.isprintable():
        reasons = ("Write your email address, like name@example.org",)
        return asked.page("sign_in.html", 422, to=_where(asked), email=email, reasons=reasons)
    browser, nonce = guard.digest_of(asked.visit), secrets.token_hex(_CHANCE)
    number = signing_in.ask(asked.premises.house, email, browser, nonce)
    gatebook_of(asked.premises.home).note("code_asked" if number else "code_not_sent")
    return asked.page("code.html", to=_where(asked), email=email, number=number, reasons=())


def enter(asked: Asked) -> Response:
    """Opens a visit with the code, under a cookie that no earlier page has seen."""
    fresh, text = guard.new_pass(), asked.form.get("number", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no row has more
    browser, visit = guard.digest_of(asked.visit), guard.digest_of(fresh)
    house = asked.premises.house
    try:
        signing_in.enter(house, number, browser, asked.form.get("code", ""), visit)
    except Refused:
        known = {"to": _where(asked), "email": asked.form.get("email", ""), "number": number}
        return asked.page("code.html", 422, **known, reasons=(codes.WRONG,))
    gatebook_of(asked.premises.home).note("signed_in", visit)
    response = asked.go(quote(_where(asked), safe="/?=&%"))
    asked.remember(response, fresh)
    return response


def sign_out(asked: Asked) -> Response:
    """End the visit, whatever else is open in the browser."""
    house, visit = asked.premises.house, guard.digest_of(asked.visit)
    with house.store.begin() as work:
        work.visits.end(visit, house.clock.now())
        work.commit()
    gatebook_of(asked.premises.home).note("signed_out", visit)
    response = asked.go("/sign-in")
    # A page that was shown may not be called back on a machine that others use too.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    asked.remember(response, guard.new_pass())
    return response


DOORS = (
    Door("/sign-in", "GET", "sign-in", ANYBODY, sign_in_page),
    Door("/sign-in", "POST", "send-code", ANYBODY, send_code),
    Door("/sign-in/code", "POST", "enter", ANYBODY, enter),
    Door("/sign-out", "POST", "sign-out", ANYBODY, sign_out),
)
