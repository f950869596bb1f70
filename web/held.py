"""What a browser holds for the link of an email while somebody decides there: one cookie a link.

It is for the whole site, as its prefix asks, so the browser sends it to other pages too; its name
says for which link it is, so that two that are open at once do not disturb each other.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from engine import codes
from web.guard import hold, name_for

# Not the name of the console's cookie: a browser sends both, and one would hide the other.
COOKIE = "waymark_link_"
MOST = 5  # a browser sends them all with each page; whoever opens more links loses the first
_LETTERS = 16
_LASTS, _NO_TIME = codes.LIFE + codes.OPEN, timedelta()


def cookie_of(key: str) -> str:
    """What the cookie of a link is called, before what binds it to TLS; it tells nothing of it."""
    plain = f"cookie of a link\n{key.strip().lower()}".encode(errors="replace")
    return COOKIE + hashlib.sha256(plain).hexdigest()[:_LETTERS]


@dataclass(frozen=True, slots=True)
class Held:
    """A browser at the link of an email, with the token it holds for it."""

    request: Request
    key: str

    @property
    def token(self) -> str:
        """The token; empty where it holds none."""
        return self.request.cookies.get(name_for(self.request, cookie_of(self.key)), "")

    def give(self, response: Response, token: str) -> None:
        """Give the browser another token, and take back the first of those beyond a handful."""
        others = self._others()
        for name in others[: max(0, len(others) + 1 - MOST)]:
            self._set(response, name, "", _NO_TIME)
        self._set(response, name_for(self.request, cookie_of(self.key)), token, _LASTS)

    def forget(self, response: Response) -> None:
        """Take the token back: its page has ended."""
        self._set(response, name_for(self.request, cookie_of(self.key)), "", _NO_TIME)

    def _others(self) -> list[str]:
        """The cookies of other links; a browser sends the one it has had longest first."""
        known = re.compile(f"{name_for(self.request, COOKIE)}[0-9a-f]{{{_LETTERS}}}")
        own = name_for(self.request, cookie_of(self.key))
        return [name for name in self.request.cookies if known.fullmatch(name) and name != own]

    def _set(self, response: Response, name: str, token: str, lasts: timedelta) -> None:
        hold(self.request, response, name, token, lasts, "strict")
