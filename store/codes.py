"""The one-time codes of a house: each is asked for once, tried a few times and used once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select, update

from engine.codes import Code
from store import hot
from store.answer_tables import CODE
from store.instants import moment, read, written
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
_SINCE = select(func.count()).where(CODE.c.asked_at > bindparam("since"))
_WITH_LINK = plain(_SINCE.where(CODE.c.message == bindparam("of")))
_BY_PERSON = plain(_SINCE.where(CODE.c.recipient == bindparam("recipient")))
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
        if not found:
            return None
        number, of, recipient, held, digest, asked_at, tries, used_at, done_at = found[0]
        return Code(number, of, recipient, held, digest, moment(asked_at), tries,
                    read(used_at), read(done_at))  # fmt: skip

    def asked(self, since: datetime, message: int, recipient: str) -> tuple[int, int]:
        """How many were asked for since then: with one link, and for one person."""
        when = {"since": written(since)}
        linked = self._session.read(_WITH_LINK, {**when, "of": message})
        personal = self._session.read(_BY_PERSON, {**when, "recipient": recipient})
        return int(linked[0][0]), int(personal[0][0])

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
