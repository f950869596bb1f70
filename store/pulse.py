"""What a house says of itself: how long its messages have waited, and what falls due next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, or_, select

from engine.notices import STANDING_WORDS
from engine.outbox import Verdict
from store import hot
from store.case_tables import DEADLINE
from store.instants import moment, read, written
from store.mail_tables import ATTEMPT, OUTBOX
from store.session import Session
from store.statement import plain

# A message that may rest waits from when its rest is over.
_SINCE: ColumnElement[datetime] = case(
    (OUTBOX.c.not_before.is_(None), OUTBOX.c.owed_at), else_=OUTBOX.c.not_before
)
_OLDEST = select(func.min(_SINCE)).where(
    OUTBOX.c.state == hot.OWED,
    or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= bindparam("now")),
)
_OLDEST_OWED = plain(_OLDEST)
_OLDEST_STATUTORY = plain(
    _OLDEST.where(or_(OUTBOX.c.urgent.is_(True), OUTBOX.c.about.like(bindparam("statutory"))))
)
STATUTORY = f'%"standing_words":"{STANDING_WORDS["statutory"]}"%'

_UNTRIED = plain(
    select(OUTBOX.c.id)
    .where(OUTBOX.c.state == hot.OWED, OUTBOX.c.tries == literal_column("0"))
    .where(or_(OUTBOX.c.not_before.is_(None), OUTBOX.c.not_before <= bindparam("now")))
    .where(or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until <= bindparam("now")))
    .limit(literal_column("1"))
)

# Tries are numbered in the order of time: those of a day are the last ones, and no older is read.
_BEFORE = (
    select(ATTEMPT.c.id)
    .where(ATTEMPT.c.at < bindparam("since"))
    .order_by(ATTEMPT.c.id.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
)
_VERDICTS = plain(
    select(ATTEMPT.c.verdict, func.count())
    .where(ATTEMPT.c.id > func.coalesce(_BEFORE, literal_column("0")))
    .group_by(ATTEMPT.c.verdict)
)

# A running deadline is looked at before it is due, or a second after: so the index by look finds
# the earliest without reading them all.
_RUNNING = (DEADLINE.c.look_at.is_not(None), DEADLINE.c.status == literal_column("'running'"))
_ONE_DUE = plain(
    select(DEADLINE.c.due).where(*_RUNNING).order_by(DEADLINE.c.look_at).limit(literal_column("1"))
)
_FIRST_DUE = plain(
    select(func.min(DEADLINE.c.due)).where(*_RUNNING, DEADLINE.c.look_at <= bindparam("by"))
)
_LAST_LOOK = timedelta(seconds=1)


class Pulse:
    """What one unit of work sees of the house's own state."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def oldest_owed(self, now: datetime, statutory: bool = False) -> datetime | None:
        """Since when the message that has waited longest could have been sent.

        statutory: only of messages that are urgent or tell of a statutory date.
        """
        asked = _OLDEST_STATUTORY if statutory else _OLDEST_OWED
        rows = self._session.read(asked, {"now": written(now), "statutory": STATUTORY})
        return read(rows[0][0])

    def untried(self, now: datetime) -> bool:
        """Whether a message waits that nobody has tried to send, and that may go now."""
        return bool(self._session.read(_UNTRIED, {"now": written(now)}))

    def verdicts(self, since: datetime) -> Mapping[str, int]:
        """How many tries ended in each way since then."""
        rows = self._session.read(_VERDICTS, {"since": written(since)})
        found = {str(verdict): int(number) for verdict, number in rows}
        return {str(verdict): found.get(str(verdict), 0) for verdict in Verdict}

    def next_due(self) -> datetime | None:
        """The earliest running deadline of the house."""
        found = self._session.read(_ONE_DUE)
        if not found:
            return None
        by = moment(found[0][0]) + _LAST_LOOK
        return read(self._session.read(_FIRST_DUE, {"by": written(by)})[0][0])
