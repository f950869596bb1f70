"""The one-time codes of a house: each is asked for once, tried a few times and used once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update

from engine.codes import Code
from engine.outbox import SIGN_IN
from store import hot
from store.answer_tables import CODE
from store.instants import moment, read, written
from store.mail_tables import OUTBOX
from store.session import Session
from store.statement import insert, plain

_COLUMNS = (
    "id", "message", "recipient", "browser", "digest", "asked_at", "tries", "used_at", "done_at",
)  # fmt: skip
_ADD = insert(CODE, without=["id"])
_NEWEST = plain(
    select(*hot.columns(CODE, *_COLUMNS))
    .where(CODE.c.message == bindparam("of"), CODE.c.browser == bindparam("browser"))
    .order_by(CODE.c.id.desc())
    .limit(literal_column("1"))
)
_SINCE = (
    select(*hot.columns(CODE, *_COLUMNS))
    .join(OUTBOX, OUTBOX.c.id == CODE.c.message)
    .where(CODE.c.recipient == bindparam("recipient"), CODE.c.asked_at > bindparam("since"))
)
_TO_SIGN_IN = plain(_SINCE.where(OUTBOX.c.kind == bindparam("kind")))
_WITH_LINKS = plain(_SINCE.where(OUTBOX.c.kind != bindparam("kind")))
_TRIED = plain(
    update(CODE)
    .where(CODE.c.id == bindparam("of"), CODE.c.tries < bindparam("most"))
    .values(tries=CODE.c.tries + literal_column("1"))
)
_USE = plain(
    update(CODE)
    .where(CODE.c.id == bindparam("of"), CODE.c.used_at.is_(None))
    .values(used_at=bindparam("now"), browser=bindparam("fresh"))
)
_FINISH = plain(
    update(CODE)
    .where(CODE.c.id == bindparam("of"), CODE.c.used_at.is_not(None), CODE.c.done_at.is_(None))
    .values(done_at=bindparam("now"))
)


class Codes:
    """The codes of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, code: Code) -> None:
        self._session.write(
            _ADD,
            [
                {
                    "message": code.message,
                    "recipient": code.recipient,
                    "browser": code.browser,
                    "digest": code.digest,
                    "asked_at": written(code.asked_at),
                    "tries": code.tries,
                    "used_at": written(code.used_at),
                    "done_at": written(code.done_at),
                }
            ],
        )

    def newest(self, message: int, browser: str) -> Code | None:
        """The last one this browser asked for through the link of a message."""
        found = self._session.read(_NEWEST, {"of": message, "browser": browser})
        return _code(found[0]) if found else None

    def asked(self, since: datetime, recipient: str, to_sign_in: bool) -> Sequence[Code]:
        """Those of one person that were asked for since then: to sign in, or with links."""
        wanted = {"since": written(since), "recipient": recipient, "kind": SIGN_IN}
        found = self._session.read(_TO_SIGN_IN if to_sign_in else _WITH_LINKS, wanted)
        return [_code(row) for row in found]

    def tried(self, number: int, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough."""
        return self._session.write(_TRIED, {"of": number, "most": most}).reached > 0

    def use(self, number: int, now: datetime, browser: str) -> bool:
        """A code opens a page, for another token of its browser; False where one was opened."""
        opened = {"of": number, "now": written(now), "fresh": browser}
        return self._session.write(_USE, opened).reached > 0

    def finish(self, number: int, now: datetime) -> bool:
        """Something was decided on the page; False where that was so already."""
        return self._session.write(_FINISH, {"of": number, "now": written(now)}).reached > 0


def _code(row: Sequence[Any]) -> Code:
    number, message, recipient, browser, digest, asked_at, tries, used_at, done_at = row
    return Code(number, message, recipient, browser, digest, moment(asked_at), tries,
                read(used_at), read(done_at))  # fmt: skip
