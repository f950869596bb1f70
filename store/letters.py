"""The letters of a house: each kept once, as it came, with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update

from engine.letters import Kind, Letter, Status
from store import hot
from store.instants import day_or_none, moment, read, written
from store.letter_tables import LETTER
from store.mail_tables import OUTBOX
from store.refusals import letter_moved, no_letter
from store.session import Session
from store.statement import Row, Statement, for_each, plain, upsert

_COLUMNS = (
    "id", "digest", "fingerprint", "received_at", "sender", "kind", "outbox", "case", "words",
    "proposed", "status", "reason", "back_on", "settled_by", "settled_at", "failure", "shape",
    "suggested",
)  # fmt: skip
_SETTLED = (
    "outbox", "case", "proposed", "status", "reason", "settled_by", "settled_at", "suggested",
)  # fmt: skip
_LETTER = select(*hot.columns(LETTER, *_COLUMNS))
_ONE = plain(_LETTER.where(LETTER.c.id == bindparam("of")))
_RAW = plain(select(LETTER.c.raw).where(LETTER.c.id == bindparam("of")))
# Whichever of its two marks is known: two collectors may meet over one letter.
_KEEP = for_each(
    lambda dialect: (
        upsert(LETTER, dialect)
        .values({name: bindparam(name) for name in ("raw", *_COLUMNS[1:])})
        .on_conflict_do_nothing()
        .returning(LETTER.c.id)
    )
)
_ASSIGNED = plain(_LETTER.where(LETTER.c.suggested == LETTER.c.outbox).order_by(LETTER.c.id))
_FAILURES = plain(
    _LETTER.join(OUTBOX, OUTBOX.c.id == LETTER.c.outbox)
    .where(LETTER.c.failure != literal_column("''"), LETTER.c.received_at >= bindparam("since"))
    .where(OUTBOX.c.recipient == bindparam("recipient"))
    .order_by(LETTER.c.id)
)
_SETTLE = plain(
    update(LETTER)
    .where(LETTER.c.id == bindparam("of"), LETTER.c.status == bindparam("seen"))
    .values({name: bindparam(name) for name in _SETTLED})
)


class Letters:
    """The letters of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, letter: Letter, raw: bytes) -> int | None:
        """Keep a letter under a new number; None where it is kept already."""
        rows = self._session.write(_KEEP, {**_row(letter), "raw": raw}).rows
        return int(rows[0][0]) if rows else None

    def get(self, number: int) -> Letter:
        """One letter. Errors: Absent."""
        found = self._session.read(_ONE, {"of": number})
        if not found:
            raise no_letter(number)
        return _letter(found[0])

    def raw(self, number: int) -> bytes:
        """A letter as it came. Errors: Absent."""
        found = self._session.read(_RAW, {"of": number})
        if not found:
            raise no_letter(number)
        return bytes(found[0][0])

    def list(self, status: Status | None = None, case: str = "") -> Sequence[Letter]:
        """Letters in the order in which they came."""
        which = {"seen": str(status or ""), "case": case}
        return tuple(
            map(_letter, self._session.read(_listed(status is not None, bool(case)), which))
        )

    def assigned(self) -> Sequence[Letter]:
        """Those a person has assigned to a message, in the order in which they came."""
        return tuple(map(_letter, self._session.read(_ASSIGNED, {})))

    def failures(self, recipient: str, since: datetime) -> Sequence[Letter]:
        """Notices that messages to an address failed, kept since, the first one first."""
        which = {"recipient": recipient, "since": written(since)}
        return tuple(map(_letter, self._session.read(_FAILURES, which)))

    def settle(self, letter: Letter, seen: Status) -> None:
        """Write where a letter is now. Errors: Stale where it is no longer as it was seen."""
        row = _row(letter)
        values = {name: row[name] for name in _SETTLED}
        done = self._session.write(_SETTLE, {**values, "of": letter.id, "seen": str(seen)})
        if done.reached == 0:
            raise letter_moved(letter.id)


@cache
def _listed(by_status: bool, by_case: bool) -> Statement:
    listed = _LETTER.order_by(LETTER.c.id)
    if by_status:
        listed = listed.where(LETTER.c.status == bindparam("seen"))
    if by_case:
        listed = listed.where(LETTER.c.case == bindparam("case"))
    return plain(listed)


def _row(letter: Letter) -> dict[str, Any]:
    return {
        "digest": letter.digest,
        "fingerprint": letter.fingerprint,
        "received_at": written(letter.received_at),
        "sender": letter.sender,
        "kind": str(letter.kind),
        "outbox": letter.outbox,
        "case": letter.case or None,
        "words": letter.words,
        "proposed": letter.proposed,
        "status": str(letter.status),
        "reason": letter.reason,
        "back_on": letter.back_on.isoformat() if letter.back_on else None,
        "settled_by": letter.settled_by or None,
        "settled_at": written(letter.settled_at),
        "failure": letter.failure,
        "shape": letter.shape,
        "suggested": letter.suggested,
    }


def _letter(row: Row) -> Letter:
    number, digest, fingerprint, received_at, sender, kind, outbox, case = row[:8]
    words, proposed, status, reason, back_on, settled_by, settled_at = row[8:15]
    failure, shape, suggested = row[15:]
    return Letter(
        id=number,
        digest=digest,
        fingerprint=fingerprint,
        received_at=moment(received_at),
        sender=sender,
        kind=Kind(kind),
        outbox=outbox,
        case=case or "",
        words=words,
        proposed=proposed,
        status=Status(status),
        reason=reason,
        back_on=day_or_none(back_on),
        settled_by=settled_by or "",
        settled_at=read(settled_at),
        failure=failure,
        shape=shape,
        suggested=suggested,
    )
