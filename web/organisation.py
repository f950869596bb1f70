"""Signing in by way of an organisation: out to its own sign-in and back, and then a visit.

Whoever it vouches for must be in the directory already: nobody is added by what it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from engine import signing_in
from engine.bonds import Vouched
from engine.errors import Absent, Refused
from engine.visits import Visit
from web import errand, guard, mark
from web.console import NOT_THERE
from web.doors import ANYBODY, Asked, Door
from web.gatebook import gatebook_of
from web.wanted import after, once_more, wanted

if TYPE_CHECKING:
    from workflows.provider import Provider

_OUT, _BACK = "/sign-in/organisation", "/sign-in/organisation/back"
AWAY = "The sign-in of {label} does not answer just now. Try again in a while."
CANCELLED = "{label} did not sign you in: it was cancelled there, or not allowed."
ENDED = (
    "This way of signing in has ended: it works for ten minutes, once, in the browser it was begun"
    " in. Begin again."
)


def go(asked: Asked) -> Response:
    """Leads to the organisation's own sign-in. Nothing is kept until somebody comes back."""
    from workflows.provider import Away, Wrong  # noqa: PLC0415 - dear, and few houses need it

    provider = _provider(asked)
    house = asked.premises.house
    now = house.clock.now()
    begun = errand.begun(house.store.secret, now, wanted(asked), once_more(asked))
    try:
        way = provider.way(begun.state, begun.nonce, begun.verifier, begun.again)
        response = RedirectResponse(way, 303)
    except (Away, Wrong):
        return _said(asked, 503, AWAY)
    begun.give(asked.request, response)
    return response


def back(asked: Asked) -> Response:
    """Takes somebody in whom the organisation hands back, or says clearly why not."""
    _provider(asked)
    house = asked.premises.house
    found = errand.brought(house.store.secret, asked.request)
    mine = found and found.is_mine(asked.query.get("state", ""), house.clock.now())
    if found is None or not mine or not signing_in.spend(house, found.digest):
        return _said(asked, 400, ENDED)
    if "error" in asked.query:
        return _said(asked, 403, CANCELLED)
    return _vouched(asked, found)


def _vouched(asked: Asked, found: errand.Errand) -> Response:
    """Whatever the organisation says that is not enough is refused in the same words."""
    from workflows.provider import Away, Wrong  # noqa: PLC0415 - dear, and few houses need it

    provider, fresh = _provider(asked), mark.fresh_pass(asked)
    try:
        if asked.query.get("iss", provider.settings.issuer) != provider.settings.issuer:
            raise Wrong
        who = provider.who(asked.query.get("code", ""), found.nonce, found.verifier, found.again)
        begun = _begun(asked, who, fresh)
    except Away:
        return _said(asked, 503, AWAY)
    except (Wrong, Refused) as fault:
        if isinstance(fault, signing_in.OtherName):
            gatebook_of(asked.premises.home).note("known_by_another_name")
        return _said(asked, 403, signing_in.NOT_VOUCHED)
    response = asked.go(after(begun, found.to))
    errand.forget(asked.request, response)
    return mark.let_in(asked, response, fresh, begun)


def _begun(asked: Asked, who: Vouched, fresh: str) -> Visit:
    browser, visit = mark.browser_of(asked.request, asked.visit), guard.digest_of(fresh)
    app = asked.premises.settings.sign_in.app
    return signing_in.vouched(asked.premises.house, who, browser, visit, app)


def _provider(asked: Asked) -> Provider:
    settings = asked.premises.settings
    if not settings.sign_in.issuer:
        raise Absent([NOT_THERE])
    from workflows.provider import Provider  # noqa: PLC0415 - dear, and few houses need it

    return Provider(settings.sign_in, settings.mail.answers.rstrip("/") + _BACK)


def _said(asked: Asked, status: int, words: str) -> Response:
    """A page that says what happened, and how one signs in all the same."""
    settings = asked.premises.settings.sign_in
    told = words.format(label=settings.label)
    response = asked.page(
        "not_signed_in.html", status, words=told[:1].upper() + told[1:], only=settings.only
    )
    errand.forget(asked.request, response)
    return response


DOORS = (
    Door(_OUT, "GET", "organisation", ANYBODY, go),
    Door(_BACK, "GET", "organisation-back", ANYBODY, back),
)
