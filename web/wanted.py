"""Where somebody wanted to go before they signed in."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from engine.visits import Visit
from web.doors import Asked

SECOND = "/sign-in/authenticator"


def wanted(asked: Asked) -> str:
    """The page somebody wanted: one of ours, and never another site."""
    return ours(asked.form.get("to", "") or asked.query.get("to", ""))


def once_more(asked: Asked) -> bool:
    """Whether somebody who is signed in is to show once more who they are."""
    return "1" in (asked.query.get("again"), asked.form.get("again"))


def ours(to: str) -> str:
    """An address as a page of ours, or the first page."""
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if is_ours else "/"


def after(visit: Visit, to: str) -> str:
    """Where somebody goes on with a visit: where they wanted, or first to the second code."""
    if visit.half:
        return f"{SECOND}?{urlencode({'to': ours(to)}, errors='replace')}"
    return quote(ours(to), safe="/?=&%", errors="replace")
