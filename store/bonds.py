"""The bonds of a house between people and the lasting names an organisation has for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from engine.bonds import Bond
from store import hot
from store.bond_tables import BOND
from store.instants import moment, read, written
from store.session import Session
from store.statement import Row, insert_or_leave, plain

_COLUMNS = ("id", "email", "name", "bound_at", "released_at", "released_by")
_HERE = BOND.c.released_at.is_(None)
# Whichever of the two is bound already: neither the person nor the name gets a second bond.
_BIND = insert_or_leave(BOND, (), without=["id"])
_BOUND = plain(
    select(BOND.c.id).where(
        BOND.c.email == bindparam("of"), BOND.c.name == bindparam("named"), _HERE
    )
)
_LIST = plain(select(*hot.columns(BOND, *_COLUMNS)).order_by(BOND.c.id))
_RELEASE = plain(
    update(BOND)
    .where(BOND.c.email == bindparam("of"), _HERE)
    .values(released_at=bindparam("now"), released_by=bindparam("by"))
)


class Bonds:
    """The bonds of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def bind(self, email: str, name: str, at: datetime) -> bool:
        """Bind a person and a name that are free; False where either is bound to another."""
        asked = {"of": email, "named": name}
        if self._session.read(_BOUND, asked):
            return True
        row = {"email": email, "name": name, "bound_at": written(at),
               "released_at": None, "released_by": ""}  # fmt: skip
        # Where others came first this waits for them, and then finds what they bound.
        self._session.write(_BIND, [row])
        return bool(self._session.read(_BOUND, asked))

    def list(self) -> Sequence[Bond]:
        """Every one there was, the first made first."""
        return tuple(map(_bond, self._session.read(_LIST)))

    def release(self, email: str, at: datetime, by: str) -> bool:
        """Let a person be bound anew; False where they are not bound."""
        values = {"of": email, "now": written(at), "by": by}
        return bool(self._session.write(_RELEASE, values).reached)


def _bond(row: Row) -> Bond:
    number, email, name, bound, released, by = row
    return Bond(number, email, name, moment(bound), read(released), by)
