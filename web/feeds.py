"""A person's dates as a calendar that their own calendar program reads now and then."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from engine.errors import Absent
from engine.feeds import dates
from notifications.calendar_entry import feed
from web.page import HEADERS, Pages
from workflows.wiring import Premises

_KIND = "text/calendar; charset=utf-8"
# A calendar program asks when it likes; nobody between it and the house may keep what it got.
_KEPT = {**HEADERS, "Cache-Control": "private, no-cache"}


class Feeds:
    """The feeds of one house; whatever is wrong with an address looks the same."""

    def __init__(self, premises: Premises, pages: Pages) -> None:
        self.house, self.pages = premises.house, pages
        self.domain, self.practice = premises.settings.mail_domain, premises.store.practice

    async def show(self, request: Request) -> Response:
        token, known = request.path_params["token"], request.headers.get("if-none-match", "")
        return await self.pages.answered(lambda: self._shown(token, known))

    def _shown(self, token: str, known: str) -> Response:
        try:
            found = dates(self.house, token)
        except Absent as absent:
            return Response("\n".join(absent.reasons), 404, HEADERS, "text/plain")
        text = feed(found, self.domain, self.practice)
        tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        headers = {**_KEPT, "ETag": tag}
        if tag in [each.strip().removeprefix("W/") for each in known.split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(text, 200, headers, _KIND)
