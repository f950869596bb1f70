"""The one-time codes and the calendar feeds of a house in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from engine.codes import Code
from engine.keys import FIRST_SERIAL
from engine.outbox import SIGN_IN
from store.faults import refused_by_database
from store.memory.picture import Pages


class Codes:
    """The codes of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def add(self, code: Code) -> None:
        kept: dict[int, Code] = self._pages.own("codes")
        if code.message not in self._pages.seen.messages:
            raise self._pages.failed(refused_by_database("FOREIGN KEY"))
        kept[len(kept) + 1] = replace(code, id=len(kept) + 1)

    def newest(self, message: int, browser: str) -> Code | None:
        """The last one this browser asked for through the link of a message."""
        codes = self._pages.seen.codes.values()
        own = [c for c in codes if (c.message, c.browser) == (message, browser)]
        return own[-1] if own else None

    def asked(self, since: datetime, recipient: str, to_sign_in: bool) -> Sequence[Code]:
        """Those of one person that were asked for since then: to sign in, or with links."""
        own = [c for c in self._pages.seen.codes.values() if c.recipient == recipient]
        messages = self._pages.seen.messages
        return [
            code
            for code in own
            if code.asked_at > since
            and (messages[code.message].message.kind == SIGN_IN) == to_sign_in
        ]

    def tried(self, number: int, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough."""
        return self._change(
            number, lambda c: replace(c, tries=c.tries + 1) if c.tries < most else None
        )

    def use(self, number: int, now: datetime, browser: str) -> bool:
        """A code opens a page, for another token of its browser; False where one was opened."""
        return self._change(
            number,
            lambda c: replace(c, used_at=now, browser=browser) if c.used_at is None else None,
        )

    def finish(self, number: int, now: datetime) -> bool:
        """Something was decided on the page; False where that was so already."""
        return self._change(
            number, lambda c: replace(c, done_at=now) if c.used_at and not c.done_at else None
        )

    def _change(self, number: int, change: Callable[[Code], Code | None]) -> bool:
        kept: dict[int, Code] = self._pages.own("codes")
        changed = change(kept[number]) if number in kept else None
        if changed is not None:
            kept[number] = changed
        return changed is not None


class Feeds:
    """The feeds of a house, as one unit of work sees them: serials under addresses, in order."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def of(self, email: str) -> tuple[int, int]:
        """The number and the serial of a person's feed, which begins where there is none."""
        if email not in self._pages.seen.feeds:
            self._pages.own("feeds").setdefault(email, FIRST_SERIAL)
        return self._found(email)

    def get(self, number: int) -> tuple[str, int] | None:
        """Whose feed has this number, and its serial."""
        feeds = list(self._pages.seen.feeds.items())
        return feeds[number - 1] if 0 < number <= len(feeds) else None

    def renew(self, email: str) -> tuple[int, int]:
        """Give a person's feed the next serial: its address is another one from now on."""
        kept: dict[str, int] = self._pages.own("feeds")
        kept[email] = max(kept.get(email, 0) + 1, FIRST_SERIAL)
        return self._found(email)

    def _found(self, email: str) -> tuple[int, int]:
        feeds = self._pages.seen.feeds
        return list(feeds).index(email) + 1, feeds[email]
