"""The calendar feeds of people: one a person, whose address changes with its serial."""

from __future__ import annotations

from sqlalchemy import ColumnElement, bindparam, case, literal_column, select

from engine.keys import FIRST_SERIAL
from store.answer_tables import FEED
from store.session import Session
from store.statement import for_each, plain, upsert

_FIRST: ColumnElement[int] = literal_column(str(FIRST_SERIAL))
_ONE: ColumnElement[int] = literal_column("1")
_GET = plain(select(FEED.c.email, FEED.c.serial).where(FEED.c.id == bindparam("of")))
_OF = plain(select(FEED.c.id, FEED.c.serial).where(FEED.c.email == bindparam("email")))
_BEGIN = for_each(
    lambda dialect: (
        upsert(FEED, dialect)
        .values(email=bindparam("email"), serial=_FIRST)
        .on_conflict_do_update(index_elements=["email"], set_={"serial": FEED.c.serial})
        .returning(FEED.c.id, FEED.c.serial)
    )
)
_RENEW = for_each(
    lambda dialect: (
        upsert(FEED, dialect)
        .values(email=bindparam("email"), serial=_FIRST)
        .on_conflict_do_update(
            index_elements=["email"],
            set_={
                "serial": case((FEED.c.serial < _FIRST, _FIRST), else_=FEED.c.serial + _ONE),
            },
        )
        .returning(FEED.c.id, FEED.c.serial)
    )
)


class Feeds:
    """The feeds of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, email: str) -> tuple[int, int]:
        """The number and the serial of a person's feed, which begins where there is none."""
        found = self._session.read(_OF, {"email": email})
        rows = found or self._session.write(_BEGIN, {"email": email}).rows
        return int(rows[0][0]), int(rows[0][1])

    def get(self, number: int) -> tuple[str, int] | None:
        """Whose feed has this number, and its serial."""
        found = self._session.read(_GET, {"of": number})
        return (str(found[0][0]), int(found[0][1])) if found else None

    def renew(self, email: str) -> tuple[int, int]:
        """Give a person's feed the next serial: its address is another one from now on."""
        rows = self._session.write(_RENEW, {"email": email}).rows
        return int(rows[0][0]), int(rows[0][1])
