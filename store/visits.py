"""The visits to a house: who is signed in, and what each person read of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import product

from sqlalchemy import bindparam, delete, select, update

from engine.visits import LONGEST, Access, Visit
from store import hot
from store.instants import moment, read, written
from store.session import Session
from store.statement import Row, Statement, insert, insert_or_leave, plain
from store.visit_tables import ACCESS, SPENT, VISIT

_BEGIN = insert(VISIT)
_VISIT = select(*hot.columns(VISIT, "digest", "email", "began", "seen", "ended", "half"))
_FIND = plain(_VISIT.where(VISIT.c.digest == bindparam("of")))
_OF = plain(
    _VISIT.where(VISIT.c.email == bindparam("of"), VISIT.c.ended.is_(None)).order_by(
        VISIT.c.began, VISIT.c.digest
    )
)
_SEEN = plain(update(VISIT).where(VISIT.c.digest == bindparam("of")).values(seen=bindparam("at")))
_END = plain(
    update(VISIT)
    .where(VISIT.c.digest == bindparam("of"), VISIT.c.ended.is_(None))
    .values(ended=bindparam("at"))
)
_FORGET = plain(delete(VISIT).where(VISIT.c.began < bindparam("before")))
_SPEND = insert_or_leave(SPENT, ["digest"])
_LET_GO = plain(delete(SPENT).where(SPENT.c.at < bindparam("before")))
_NOTE = insert(ACCESS, without=["id"])
_ACCESSES = plain(
    select(ACCESS.c.at, ACCESS.c.email, ACCESS.c.case, ACCESS.c.what)
    .where(ACCESS.c.case == bindparam("case"))
    .order_by(ACCESS.c.id)
)


def _latest(by_case: bool, by_person: bool) -> Statement:
    asked = select(ACCESS.c.id, ACCESS.c.at, ACCESS.c.email, ACCESS.c.case, ACCESS.c.what)
    asked = asked.where(ACCESS.c.id < bindparam("before"))
    if by_case:
        asked = asked.where(ACCESS.c.case == bindparam("case"))
    if by_person:
        asked = asked.where(ACCESS.c.email == bindparam("email"))
    return plain(asked.order_by(ACCESS.c.id.desc()).limit(bindparam("most")))


_LATEST = {ways: _latest(*ways) for ways in product((False, True), repeat=2)}


class Visits:
    """The visits to a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, visit: Visit) -> None:
        """Keep that somebody signed in."""
        row = {
            "digest": visit.digest,
            "email": visit.email,
            "began": written(visit.began),
            "seen": written(visit.seen),
            "ended": written(visit.ended),
            "half": visit.half,
        }
        self._session.write(_BEGIN, [row])

    def find(self, digest: str) -> Visit | None:
        """The visit of the cookie with this digest, open or ended."""
        rows = self._session.read(_FIND, {"of": digest})
        return _visit_of(rows[0]) if rows else None

    def of(self, email: str) -> Sequence[Visit]:
        """A person's visits that nobody ended, in the order in which they began."""
        return tuple(map(_visit_of, self._session.read(_OF, {"of": email})))

    def see(self, digest: str, at: datetime) -> None:
        """Note that something was done in a visit."""
        self._session.write(_SEEN, {"of": digest, "at": written(at)})

    def end(self, digest: str, at: datetime) -> None:
        """End a visit; nothing happens to one that is over."""
        self._session.write(_END, {"of": digest, "at": written(at)})

    def forget(self, before: datetime) -> int:
        """Let go of visits that began before an instant; returns how many there were."""
        return self._session.write(_FORGET, {"before": written(before)}).reached

    def spend(self, digest: str, at: datetime) -> bool:
        """Note that something that counts once was used; False where it was.

        Those of long ago are let go: what they were of has ended by itself.
        """
        self._session.write(_LET_GO, {"before": written(at - LONGEST)})
        row = {"digest": digest, "at": written(at)}
        return bool(self._session.write(_SPEND, [row]).reached)

    def note(self, access: Access) -> None:
        """Keep that somebody read something of a case."""
        row = {
            "at": written(access.at),
            "email": access.email,
            "case": access.case,
            "what": access.what,
        }
        self._session.write(_NOTE, [row])

    def accesses(self, case: str) -> Sequence[Access]:
        """Who read what of a case, in order."""
        rows = self._session.read(_ACCESSES, {"case": case})
        return tuple(Access(moment(at), email, of, what) for at, email, of, what in rows)

    def latest(
        self, case: str, email: str, before: int, limit: int
    ) -> Sequence[tuple[int, Access]]:
        """Who read what, the newest first, each with its number; those below a number alone."""
        which = {"case": case, "email": email, "before": before, "most": limit}
        rows = self._session.read(_LATEST[bool(case), bool(email)], which)
        return tuple(
            (number, Access(moment(at), who, of, what)) for number, at, who, of, what in rows
        )


def _visit_of(row: Row) -> Visit:
    digest, email, began, seen, ended, half = row
    return Visit(digest, email, moment(began), moment(seen), read(ended), bool(half))
