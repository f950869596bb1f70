"""The mark of a browser in which somebody signed in: their codes are not counted with strangers'.

It names nobody, opens nothing, and stays when its visit ends.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from engine import signing_in
from engine.keyring import Secret
from engine.signing_in import Browser
from web.doors import Asked
from web.guard import digest_of, hold, name_for

COOKIE = "waymark-known"
LASTS = timedelta(days=180)
_CHANCE = 16


def browser_of(asked: Asked) -> Browser:
    """What the browser of a visitor holds."""
    mark = asked.request.cookies.get(name_for(asked.request, COOKIE), "")
    return Browser(digest_of(asked.visit), mark)


def give(request: Request, response: Response, secret: Secret, email: str) -> None:
    """Mark the browser in which somebody has just signed in."""
    mark = signing_in.mark_of(secret.latest, email, secrets.token_hex(_CHANCE))
    hold(request, response, name_for(request, COOKIE), mark, LASTS)
