"""What a browser holds for the link of an email: its key, and a token while somebody decides there.

The key stands in no address: it comes in the body of a form, and is held from then on in one
cookie a link. The cookie is for the whole site, as its prefix asks, so the browser sends it to
other pages too; its name says for which message it is, so that two that are open at once do not
disturb each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine import codes
from web.guard import hold, name_for
from web.page import HEADERS

# Not the name of the console's cookie: a browser sends both, and one would hide the other.
COOKIE = "waymark_link_"
MOST = 5  # a browser sends them all with each page; whoever opens more links loses the first
NUMBER = "[1-9][0-9]{0,9}"
# A question may stay open while its reader finds out; a page that decides ends sooner.
A_DAY = timedelta(hours=12)
_DECIDING, _NO_TIME = codes.LIFE + codes.OPEN, timedelta()


class NoKey(Exception):  # noqa: N818 - not an error: the key is asked for
    """The browser holds no key for the page it asks for."""


def is_number(named: str) -> bool:
    """Whether a page is named by the number of a message, as all are, and not by a key."""
    return re.fullmatch(NUMBER, named) is not None


@dataclass(frozen=True, slots=True)
class Held:
    """A browser at the link of a message: the mark that makes the number a key, and a token."""

    request: Request
    number: str
    mark: str
    token: str = ""

    @property
    def key(self) -> str:
        """The key of the message."""
        return f"{self.number}.{self.mark}"

    def go_on(self, to: str, token: str = "", lax: bool = False) -> Response:
        """To the next page, with this token or none; lax: also where another site's link led here.
        """  # fmt: skip
        response = RedirectResponse(to, 303, headers=HEADERS)
        for name in self._beyond():
            hold(self.request, response, name, "", _NO_TIME, "strict")
        self._give(response, token, "lax" if lax else "strict")
        return response

    def forget(self, response: Response) -> None:
        """Take the token back: its page has ended. What the email asks can still be answered."""
        self._give(response, "", "strict")

    def _give(self, response: Response, token: str, samesite: Literal["lax", "strict"]) -> None:
        lasts = _DECIDING if token else A_DAY
        hold(self.request, response, self._name, f"{self.mark}.{token}", lasts, samesite)

    @property
    def _name(self) -> str:
        return name_for(self.request, f"{COOKIE}{self.number}")

    def _beyond(self) -> list[str]:
        """The cookies beyond a handful; a browser sends the one it has had longest first."""
        known = re.compile(f"{name_for(self.request, COOKIE)}{NUMBER}")
        names = [n for n in self.request.cookies if known.fullmatch(n) and n != self._name]
        return names[: max(0, len(names) + 1 - MOST)]


def held_of(request: Request) -> Held:
    """What the browser holds for the link whose page it asks for. Errors: NoKey."""
    number = request.path_params["number"]
    held = _held(request, number)
    if not held.mark or not is_number(number):
        raise NoKey
    return held


def opened(request: Request, key: str) -> Held:
    """A browser that was given a key; where it had it already it keeps its token.

    Whoever waits for a code may open the link once more.
    """
    number, _, mark = key.partition(".")
    held = _held(request, number)
    return held if held.mark == mark else Held(request, number, mark)


def _held(request: Request, number: str) -> Held:
    found = request.cookies.get(name_for(request, f"{COOKIE}{number}"), "")
    mark, _, token = found.partition(".")
    return Held(request, number, mark, token)
