"""Who keeps the house's clock, and what each round did last; every instant is the database's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, literal_column, null, or_, select, text

from engine.ticks import LEASE as LENGTH
from engine.ticks import Lease, Outcome, Tick, is_live
from store.duty_tables import LEASE, TICK
from store.instants import moment, read
from store.session import Session
from store.statement import POSTGRES, Row, for_each, plain, upsert

CLOCK = "clock"
_TEXT = "%Y-%m-%dT%H:%M:%S+00:00"
_SECONDS = int(LENGTH.total_seconds())


def _now(dialect: str) -> Any:
    """The database's time in the form in which instants are kept there, in whole seconds."""
    if dialect == POSTGRES:
        return text("date_trunc('second', clock_timestamp())")
    return func.strftime(_TEXT, "now")


def _later(dialect: str) -> Any:
    if dialect == POSTGRES:
        return text(f"date_trunc('second', clock_timestamp()) + interval '{_SECONDS} seconds'")
    return func.strftime(_TEXT, "now", f"+{_SECONDS} seconds")


_TIME = for_each(lambda dialect: select(_now(dialect)))
_LEASE = plain(select(LEASE.c.holder, LEASE.c.kind, LEASE.c.until).where(LEASE.c.name == CLOCK))
_LEAVE = plain(delete(LEASE).where(LEASE.c.name == CLOCK, LEASE.c.holder == bindparam("holder")))
_TICKS = plain(select(*(TICK.c[name] for name in TICK.c.keys())))  # noqa: SIM118 - columns, no dict


def _taken(dialect: str) -> Any:
    """Whoever has it keeps it; another gets it once it has run out, or was written by a clock that
    has been put back since."""
    fresh = {"holder": bindparam("holder"), "kind": bindparam("kind"), "until": _later(dialect)}
    free = or_(
        LEASE.c.holder == bindparam("holder"),
        LEASE.c.until <= _now(dialect),
        LEASE.c.until > _later(dialect),
    )
    put = upsert(LEASE, dialect).values(name=CLOCK, **fresh)
    put = put.on_conflict_do_update(index_elements=["name"], set_=fresh, where=free)
    return put.returning(LEASE.c.holder)


def _begun(dialect: str) -> Any:
    fresh = {
        "began_at": _now(dialect),
        "ended_at": null(),
        "outcome": bindparam("outcome"),
        "words": bindparam("words"),
        "by": bindparam("keeper"),
    }
    put = upsert(TICK, dialect).values(name=bindparam("round"), done_at=null(), **fresh)
    return put.on_conflict_do_update(index_elements=["name"], set_=fresh)


def _ended(dialect: str) -> Any:
    well = bindparam("outcome") == literal_column("'done'")
    return (
        TICK.update()
        .where(TICK.c.name == bindparam("round"), TICK.c.by == bindparam("keeper"))
        .values(
            ended_at=_now(dialect),
            outcome=bindparam("outcome"),
            words=bindparam("words"),
            done_at=case((well, _now(dialect)), else_=TICK.c.done_at),
        )
    )


_TAKE, _BEGIN, _END = for_each(_taken), for_each(_begun), for_each(_ended)


class Duty:
    """The service of a house, as one unit of work sees it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def now(self) -> datetime:
        """The database's own time."""
        return moment(self._session.read(_TIME)[0][0])

    def take(self, holder: str, kind: str) -> bool:
        """Take or keep the clock for a while; False where another process has it."""
        return bool(self._session.write(_TAKE, {"holder": holder, "kind": kind}).rows)

    def leave(self, holder: str) -> None:
        """Let others have the clock at once; nothing happens where another process has it."""
        self._session.write(_LEAVE, {"holder": holder})

    def lease(self) -> Lease | None:
        """Who keeps the clock now; None where nobody does."""
        rows = self._session.read(_LEASE)
        if not rows:
            return None
        holder, kind, until = rows[0]
        lease = Lease(holder, kind, moment(until))
        return lease if is_live(lease, self.now()) else None

    def begin(self, name: str, by: str) -> None:
        """Note that a round begins."""
        said = {"outcome": str(Outcome.RUNNING), "words": ""}
        self._session.write(_BEGIN, {"round": name, "keeper": by, **said})

    def end(self, name: str, by: str, outcome: Outcome, words: str) -> None:
        """Note how a round ended."""
        said = {"outcome": str(outcome), "words": words}
        self._session.write(_END, {"round": name, "keeper": by, **said})

    def ticks(self) -> Mapping[str, Tick]:
        """The last of each round, by its name."""
        found = map(_tick, self._session.read(_TICKS))
        return {tick.name: tick for tick in found}


def _tick(row: Row) -> Tick:
    name, began_at, ended_at, outcome, words, by, done_at = row
    return Tick(name, moment(began_at), read(ended_at), Outcome(outcome), words, by, read(done_at))
