"""Signing in and out: an address, a code by email, and a visit with a cookie of its own."""

from __future__ import annotations

import secrets

from starlette.responses import Response

from config.sign_in import SignIn
from engine import codes, signing_in
from engine.browsers import Browser
from engine.errors import Absent, Refused
from web import guard, mark
from web.console import NOT_THERE
from web.doors import ANYBODY, Asked, Door
from web.gatebook import gatebook_of
from web.wanted import after, once_more, wanted

_CHANCE = 16


def sign_in_page(asked: Asked) -> Response:
    """Asks for an address, or leads to the sign-in of an organisation; again where it is asked."""
    if asked.visitor.known and not once_more(asked):
        return asked.go("/")
    return _asks(asked, asked.visitor.actor.email)


def _asks(asked: Asked, email: str = "", *reasons: str) -> Response:
    known = {"to": wanted(asked), "email": email, "reasons": reasons, "again": once_more(asked)}
    return asked.page(
        "sign_in.html", 422 if reasons else 200, **known, organisation=_ways_in(asked)
    )


def _ways_in(asked: Asked) -> SignIn:
    return asked.premises.settings.sign_in


def _by_email(asked: Asked) -> None:
    """Errors: Absent where people of this house sign in by their organisation alone."""
    if _ways_in(asked).only:
        raise Absent([NOT_THERE])


def send_code(asked: Asked) -> Response:
    """Mails a code where the address is known; the page is the same where it is not."""
    _by_email(asked)
    email = asked.form.get("email", "").strip()
    if email.count("@") != 1 or not email.isprintable():
        return _asks(asked, email, "Write your email address, like name@example.org")
    nonce = secrets.token_hex(_CHANCE)
    number = signing_in.ask(asked.premises.house, email, _browser(asked), nonce)
    gatebook_of(asked.premises.home).note("code_asked" if number else "code_not_sent")
    return asked.page("code.html", to=wanted(asked), email=email, number=number, reasons=())


def enter(asked: Asked) -> Response:
    """Opens a visit with the code, under a cookie that no earlier page has seen."""
    _by_email(asked)
    fresh, text = mark.fresh_pass(asked), asked.form.get("number", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no row has more
    browser, visit = _browser(asked), guard.digest_of(fresh)
    house, typed, app = asked.premises.house, asked.form.get("code", ""), _ways_in(asked).app
    try:
        begun = signing_in.enter(house, number, browser, typed, visit, app)
    except Refused:
        known = {"to": wanted(asked), "email": asked.form.get("email", ""), "number": number}
        return asked.page("code.html", 422, **known, reasons=(codes.WRONG,))
    return mark.let_in(asked, asked.go(after(begun, wanted(asked))), fresh, begun)


def _browser(asked: Asked) -> Browser:
    return mark.browser_of(asked.request, asked.visit)


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
