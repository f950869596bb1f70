"""The browser of a visitor: its mark, the cookie of a visit in it, and the way into one.

By its mark a browser is known for whoever signed in there: their codes are not counted with
strangers', and their visits last. It names nobody, opens nothing, and stays when its visit ends.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from engine import browsers
from engine.browsers import Browser
from engine.visits import Visit
from web.doors import Asked
from web.gatebook import gatebook_of
from web.guard import digest_of, hold, name_for, new_pass

COOKIE = "waymark-known"
LASTS = timedelta(days=180)
_CHANCE = 16


def browser_of(request: Request, visit: str) -> Browser:
    """What the browser of a visitor holds; visit is the value of the visitor's cookie."""
    return Browser(digest_of(visit), request.cookies.get(name_for(request, COOKIE), ""))


def says(request: Request) -> str:
    """What a browser says of itself."""
    return request.headers.get("user-agent", "")


def fresh_pass(asked: Asked) -> str:
    """A fresh value for the cookie of a visit, bound to the kind of browser that asks."""
    return browsers.bound(asked.premises.store.secret, new_pass(), says(asked.request))


def let_in(asked: Asked, response: Response, fresh: str, begun: Visit) -> Response:
    """Into a visit, or to its second code, under a cookie that no earlier page has seen."""
    asked.remember(response, fresh)
    if begun.half:
        return response
    secret, browser = asked.premises.store.secret, browser_of(asked.request, asked.visit)
    book = gatebook_of(asked.premises.home)
    book.note("signed_in", begun.digest)
    if not browsers.knows(browser, secret, begun.email):
        book.note("browser_is_new", begun.digest)
    mark = browsers.next_mark(secret, begun.email, browser, secrets.token_hex(_CHANCE))
    hold(asked.request, response, name_for(asked.request, COOKIE), mark, LASTS)
    return response
