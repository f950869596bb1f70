"""The authenticator apps of a house, and the codes that stand in for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    bindparam,
    case,
    delete,
    literal_column,
    or_,
    select,
    text,
    update,
)

from engine.authenticators import Authenticator
from store import hot
from store.authenticator_tables import AUTHENTICATOR, SPARE
from store.instants import moment, read, written
from store.session import Session
from store.statement import Row, Values, for_each, insert, plain, upsert

_COLUMNS = (
    "id", "email", "chance", "made_at", "confirmed_at", "removed_at", "removed_by", "step",
    "tries", "tries_from",
)  # fmt: skip
_HERE = AUTHENTICATOR.c.removed_at.is_(None)
_THIS = AUTHENTICATOR.c.id == bindparam("of")
_ALL = select(*hot.columns(AUTHENTICATOR, *_COLUMNS))
_OF = plain(_ALL.where(AUTHENTICATOR.c.email == bindparam("of"), _HERE))
_LIST = plain(_ALL.order_by(AUTHENTICATOR.c.id))


def _begin(dialect: str) -> object:
    """One that waits, in place of another that waits; its tries go on being counted."""
    values: dict[str, Any] = {name: bindparam(name) for name in _COLUMNS[1:]}
    put = upsert(AUTHENTICATOR, dialect).values(values)
    return put.on_conflict_do_update(
        index_elements=["email"],
        index_where=text("removed_at IS NULL"),
        set_={name: put.excluded[name] for name in ("chance", "made_at")},
        where=AUTHENTICATOR.c.confirmed_at.is_(None),
    )


_BEGIN = for_each(_begin)
_ONE: ColumnElement[int] = literal_column("1")
_FRESH = or_(AUTHENTICATOR.c.tries_from.is_(None), AUTHENTICATOR.c.tries_from <= bindparam("since"))
_TRIED = plain(
    update(AUTHENTICATOR)
    .where(_THIS, or_(_FRESH, AUTHENTICATOR.c.tries < bindparam("most")))
    .values(
        tries=case((_FRESH, _ONE), else_=AUTHENTICATOR.c.tries + _ONE),
        tries_from=case((_FRESH, bindparam("now")), else_=AUTHENTICATOR.c.tries_from),
    )
)
_ACCEPT = plain(
    update(AUTHENTICATOR)
    .where(_THIS, _HERE, AUTHENTICATOR.c.step < bindparam("newest"))
    .values(step=bindparam("newest"))
)
_CONFIRM = plain(
    update(AUTHENTICATOR)
    .where(_THIS, _HERE, AUTHENTICATOR.c.confirmed_at.is_(None))
    .values(confirmed_at=bindparam("now"))
)
_REMOVE = plain(
    update(AUTHENTICATOR)
    .where(_THIS, _HERE)
    .values(removed_at=bindparam("now"), removed_by=bindparam("by"))
)
_OWN = SPARE.c.authenticator == bindparam("of")
_FORGET = plain(delete(SPARE).where(_OWN))
_KEEP = insert(SPARE)
_SPEND = plain(
    update(SPARE)
    .where(_OWN, SPARE.c.digest == bindparam("typed"), SPARE.c.used_at.is_(None))
    .values(used_at=bindparam("now"))
)
_UNSPENT = plain(select(SPARE.c.digest).where(_OWN, SPARE.c.used_at.is_(None)))


class Authenticators:
    """The authenticator apps of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, authenticator: Authenticator) -> None:
        """Keep one that waits to be confirmed, in place of another that waits."""
        row = {name: getattr(authenticator, name) for name in _COLUMNS[1:]}
        moments = {name: written(row[name]) for name in row if name.endswith(("_at", "_from"))}
        self._session.write(_BEGIN, {**row, **moments})

    def of(self, email: str) -> Authenticator | None:
        """The one of a person that was not removed, confirmed or not."""
        rows = self._session.read(_OF, {"of": email})
        return _authenticator(rows[0]) if rows else None

    def list(self) -> Sequence[Authenticator]:
        """Every one there was, the first made first."""
        return tuple(map(_authenticator, self._session.read(_LIST)))

    def tried(self, number: int, now: datetime, since: datetime, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough since."""
        values = {"of": number, "now": written(now), "since": written(since), "most": most}
        return bool(self._session.write(_TRIED, values).reached)

    def accept(self, number: int, step: int) -> bool:
        """Take the code of a step of time; False where that step, or a later one, was taken."""
        return bool(self._session.write(_ACCEPT, {"of": number, "newest": step}).reached)

    def confirm(self, number: int, now: datetime) -> bool:
        """Ask for its codes from now on; False where it was confirmed or removed."""
        return bool(self._session.write(_CONFIRM, {"of": number, "now": written(now)}).reached)

    def remove(self, number: int, now: datetime, by: str) -> bool:
        """Ask for its codes no more; False where it was removed."""
        values = {"of": number, "now": written(now), "by": by}
        return bool(self._session.write(_REMOVE, values).reached)

    def spare(self, number: int, digests: Sequence[str]) -> None:
        """Keep the codes that stand in for it, in place of all there were."""
        self._session.write(_FORGET, {"of": number})
        rows: list[Values] = [
            {"authenticator": number, "digest": one, "used_at": None} for one in digests
        ]
        self._session.write(_KEEP, rows)

    def spend(self, number: int, digest: str, now: datetime) -> bool:
        """Use one of those codes; False where there is none such, or it was used."""
        values = {"of": number, "typed": digest, "now": written(now)}
        return bool(self._session.write(_SPEND, values).reached)

    def unspent(self, number: int) -> Sequence[str]:
        """What is kept of those codes that were not used."""
        return [str(row[0]) for row in self._session.read(_UNSPENT, {"of": number})]


def _authenticator(row: Row) -> Authenticator:
    number, email, chance, made, confirmed, removed, by, step, tries, since = row
    moments = moment(made), read(confirmed), read(removed)
    return Authenticator(number, email, chance, *moments, by, step, tries, read(since))
