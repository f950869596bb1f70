"""What keeps a form from being sent by somebody else's page: a token, and where it was sent from.

The token is made from the visitor's own cookie, so it needs no row and ends with the cookie.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from config.mail import is_loopback
from engine.keyring import Edition, Secret, is_one
from web.root import root_of

COOKIE = "waymark"
FIELD = "guard"
_LONG = 32
_HANDED_ON = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
_SAFE_ORIGINS = frozenset(("same-origin", "none"))


def cookie_name(secure: bool, root: str = "", base: str = COOKIE) -> str:
    """What a cookie is called, the visitor's or another: the name binds it to TLS and this site.

    A browser keeps to one site only a cookie for all of it, so under a path it is bound to TLS.
    """
    if not secure:
        return base
    return f"__Secure-{base}" if root else f"__Host-{base}"


def brought(request: Request) -> str:
    """The value of the visitor's cookie; empty where there is none."""
    return request.cookies.get(name_for(request), "")


def name_for(request: Request, base: str = COOKIE) -> str:
    """What a cookie of this visitor is called."""
    return cookie_name(is_encrypted(request), root_of(request.scope), base)


def new_pass() -> str:
    """A fresh value for the visitor's cookie: 256 random bits."""
    return secrets.token_urlsafe(_LONG)


def digest_of(visit: str) -> str:
    """What is kept of a cookie: whoever reads the database cannot use it."""
    return hashlib.sha256(visit.encode()).hexdigest()


def token(secret: Secret, visit: str) -> str:
    """The token of every form shown to this visitor."""
    return _token(secret.latest, visit)


def _token(edition: Edition, visit: str) -> str:
    return edition.mac(f"form\n{visit}").hex()


def is_ours(secret: Secret, request: Request, given: str) -> bool:
    """Whether a form was shown by this house to this visitor, and sent from one of its pages."""
    visit = brought(request)
    same = is_one(given, [_token(each, visit) for each in secret.counting])
    return bool(visit) and same and _from_here(request)


def _from_here(request: Request) -> bool:
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said in _SAFE_ORIGINS
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def surely_from_here(request: Request) -> bool:
    """Whether the browser itself says that a page of this house sent a form; no word is a no."""
    if "sec-fetch-site" in request.headers:
        return request.headers["sec-fetch-site"] == "same-origin"
    return "origin" in request.headers and _from_here(request)


def is_here(request: Request) -> bool:
    """Whether a request was made on this very machine, by its own name, and by way of no proxy."""
    client = request.client.host if request.client else ""
    handed_on = any(name in request.headers for name in _HANDED_ON)
    return not handed_on and is_loopback(client) and is_loopback(request.url.hostname or "")


def is_encrypted(request: Request) -> bool:
    """Whether the way to the visitor is encrypted: only this very machine is served without TLS.

    A server in front ends TLS and speaks plainly from there on, so the scheme alone says nothing.
    """
    return request.url.scheme == "https" or not is_here(request)


def give(request: Request, response: Response, visit: str) -> None:
    """Give the visitor a cookie that scripts cannot read and other sites cannot send.

    It is for this house, and for no other of the same host. A link in an email may bring it, so
    that whoever is signed in stays so; a form of another site never does.
    """
    hold(request, response, name_for(request), visit)


def hold(
    request: Request,
    response: Response,
    name: str,
    value: str,
    lasts: timedelta | None = None,
    samesite: Literal["lax", "strict"] = "lax",
) -> None:
    """Let a browser hold something under a full name: for this house, and out of scripts' sight.

    lasts: until the browser is closed, where it is None; no time at all takes it back. strict: no
    link of another site brings it along.
    """
    seconds = None if lasts is None else int(lasts.total_seconds())
    secure, path = is_encrypted(request), f"{root_of(request.scope)}/"
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite=samesite
    )
