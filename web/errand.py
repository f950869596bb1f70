"""A browser's way to the sign-in of an organisation and back: used once, and not for long.

All that goes along with it is made from the browser's own cookie and the house's secret, so nothing
is kept until it comes back; what is kept then says only that it was used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from engine.keyring import Edition, Secret
from engine.visits import SHORT
from web.guard import hold, is_encrypted, name_for
from web.root import root_of

COOKIE = "waymark-errand"
_LONG = 32
_FARTHEST = 1_000  # letters of a page that was wanted


@dataclass(frozen=True, slots=True)
class Errand:
    """One way there and back; chance is held by the browser alone, to is the page it wanted.

    again: whoever goes it shows there once more who they are, whatever was open there.
    """

    chance: str = field(repr=False)
    began: datetime
    to: str
    edition: Edition
    again: bool = False

    @property
    def state(self) -> str:
        """What the organisation hands back unread: it shows whose errand it is, and since when."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """What the organisation repeats in what it signs."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves that whoever fetches the answer is who asked (RFC 7636)."""
        return self._made("verifier")

    @property
    def digest(self) -> str:
        """What is kept of an errand that was used."""
        return hashlib.sha256(self.state.encode()).hexdigest()

    def is_mine(self, state: str, now: datetime) -> bool:
        """Whether what came back belongs to this browser's errand, in time."""
        same = hmac.compare_digest(self.state.encode(), state.encode(errors="replace"))
        return same and self.began <= now <= self.began + SHORT

    def give(self, request: Request, response: Response) -> None:
        """Give the browser its cookie; it comes along when another site leads back here."""
        there = base64.urlsafe_b64encode(self.to.encode(errors="replace")).decode()
        value = f"{int(self.began.timestamp())}.{self.chance}.{there}.{int(self.again)}"
        hold(request, response, name_for(request, COOKIE), value, SHORT)

    def _made(self, what: str) -> str:
        words = f"errand\n{what}\n{int(self.began.timestamp())}\n{self.again}\n{self.chance}"
        return self.edition.mac(words).hex()


def begun(secret: Secret, now: datetime, to: str, again: bool = False) -> Errand:
    """A new errand; a page with an address beyond all measure is not remembered."""
    wanted = to if len(to) <= _FARTHEST else "/"
    return Errand(secrets.token_urlsafe(_LONG), now, wanted, secret.at(now), again)


def brought(secret: Secret, request: Request) -> Errand | None:
    """The errand that a browser's cookie tells of; None where it tells of none."""
    cookie = request.cookies.get(name_for(request, COOKIE), "")
    began, _, rest = cookie.partition(".")
    chance, _, rest = rest.partition(".")
    there, _, again = rest.partition(".")
    if not (began.isascii() and began.isdigit() and len(began) < _LONG and chance):
        return None
    try:
        at = datetime.fromtimestamp(int(began), UTC)
        to = base64.urlsafe_b64decode(there).decode()
        return Errand(chance, at, to, secret.at(at), again == "1")
    except (ValueError, OverflowError, OSError, binascii.Error):
        return None


def forget(request: Request, response: Response) -> None:
    """Take the cookie back."""
    name, path = name_for(request, COOKIE), f"{root_of(request.scope)}/"
    response.delete_cookie(name, path=path, secure=is_encrypted(request))
