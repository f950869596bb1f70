"""A person's dates as a calendar that their own calendar program reads now and then.

The address has a number, and the program sends the key as a password. Some programs can send none:
a house may answer an address that has the key in it, too, and each answers those of release 0.1.
"""

from __future__ import annotations

import base64
import hashlib

from starlette.requests import Request
from starlette.responses import Response

from engine.errors import Absent
from engine.feeds import dates
from notifications.calendar_entry import feed
from web.held import is_number
from web.page import HEADERS, Pages
from workflows.wiring import Premises

_KIND = "text/calendar; charset=utf-8"
# A calendar program asks when it likes; nobody between it and the house may keep what it got.
_KEPT = {**HEADERS, "Cache-Control": "private, no-cache"}
_ASKED = {**HEADERS, "WWW-Authenticate": 'Basic realm="Calendar", charset="UTF-8"'}


class Feeds:
    """The feeds of one house; whatever is wrong with an address or a password looks the same."""

    def __init__(self, premises: Premises, pages: Pages) -> None:
        self.house, self.pages = premises.house, pages
        self.domain, self.practice = premises.settings.mail_domain, premises.store.practice
        self.only_old = premises.settings.mail.calendar_keys == "header"

    async def show(self, request: Request) -> Response:
        named, known = request.path_params["named"], request.headers.get("if-none-match", "")
        if not is_number(named):
            return await self.pages.answered(lambda: self._by_address(named, known))
        password = _password(request.headers.get("authorization", ""))
        return await self.pages.answered(lambda: self._by_password(named, password, known))

    def _by_address(self, token: str, known: str) -> Response:
        try:
            return self._shown(token, known, self.only_old)
        except Absent as absent:
            return Response("\n".join(absent.reasons), 404, HEADERS, "text/plain")

    def _by_password(self, number: str, password: str, known: str) -> Response:
        """With the name nothing is done: the key alone says whose calendar it is."""
        token = password if password.partition(".")[0] == number else ""
        try:
            return self._shown(token, known)
        except Absent as absent:
            return Response("\n".join(absent.reasons), 401, _ASKED, "text/plain")

    def _shown(self, token: str, known: str, of_old: bool = False) -> Response:
        """The calendar of a token. Errors: Absent."""
        text = feed(dates(self.house, token, of_old), self.domain, self.practice)
        tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        headers = {**_KEPT, "ETag": tag}
        if tag in [each.strip().removeprefix("W/") for each in known.split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(text, 200, headers, _KIND)


def _password(header: str) -> str:
    """The password a program sent; empty where it sent none that can be read."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2].strip()
    except ValueError:
        return ""
