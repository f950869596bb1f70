"""The outbox of a house: what is owed, who carries it, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import bindparam, func, null, select, update

from engine import outbox
from engine.case import Owed
from engine.errors import Refused
from engine.outbox import Attempt, Message, State, Verdict
from store import hot
from store.codec import canonical
from store.instants import moment, read, written
from store.refusals import first_state, no_message, not_owed, why_not_release
from store.session import Session
from store.statement import Row, Statement, Values, plain
from store.tables import ATTEMPT, OUTBOX

# Why a reader is told: the one thing in which the messages about one event differ.
WHY = "because"

_MESSAGE = select(*hot.columns(OUTBOX, *hot.MESSAGE_COLUMNS))
_ONE = plain(_MESSAGE.where(OUTBOX.c.id == bindparam("of")))
_LOCKED = plain(_MESSAGE.where(OUTBOX.c.id == bindparam("of")).with_for_update())
_COUNTS = plain(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
_ATTEMPT = ("at", "courier", "verdict", "code", "words", "moment")
_ATTEMPTS = plain(
    select(*hot.columns(ATTEMPT, *_ATTEMPT))
    .where(ATTEMPT.c.outbox == bindparam("of"))
    .order_by(ATTEMPT.c.id)
)
_FREE = {"lease_until": null(), "lease_by": null(), "next_at": null()}
_PARK = plain(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("of"))
    .values(state=bindparam("state"), last_words=bindparam("last_words"), **_FREE)
)
_RELEASE = plain(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("of"))
    .values(
        state=bindparam("state"),
        patience_from=bindparam("now"),
        tries=bindparam("tries"),
        **_FREE,
    )
)


class Outbox:
    """The messages of a house, as one unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        """Lease owed messages whose time has come, urgent and oldest first; none while held."""
        which = {"now": written(now), "until": written(until), "courier": courier}
        which["too_far"] = written(now + outbox.TOO_FAR)
        which["no_rest"] = written(now + outbox.LONGEST_REST)
        urgent = self._claim({**which, "urgent": True}, limit)
        return (*urgent, *self._claim({**which, "urgent": False}, limit - len(urgent)))

    def settle(self, message: Message, attempt: Attempt) -> bool:
        """Record one try; False, and nothing is written, where the lease was lost."""
        mine = {"of": message.id, "courier": attempt.courier}
        leased = self._session.write(hot.LEASED, mine).rows
        if not leased:
            return False
        tries, patience_from = leased[0]
        known = replace(message, tries=tries, owed_at=moment(patience_from))
        state, next_at = outbox.settle(known, attempt.verdict, attempt.at)
        settled = {"of": message.id, "state": str(state), "tries": tries + 1}
        settled |= {"next_at": written(next_at), "last_words": attempt.words}
        self._session.write(hot.SETTLE, settled)
        self._session.write(hot.ADD_ATTEMPT, _attempt_row(message.id, attempt))
        return True

    def let_go(self, message: Message, courier: str) -> None:
        """Give an untried message back."""
        self._session.write(hot.LET_GO, {"of": message.id, "courier": courier})

    def drop(self, message: Message, courier: str, reason: str) -> bool:
        """Leave a leased message unsent for good; False where the lease was lost."""
        mine = {"of": message.id, "courier": courier}
        said = {"to": str(State.DROPPED), "words": reason}
        return self._session.write(hot.DROP, {**mine, **said}).reached > 0

    def hasten(self, now: datetime) -> int:
        """Let messages that last found no mail server be tried at once; returns how many."""
        return self._session.write(hot.HASTEN, {"now": written(now)}).reached

    def free(self, courier: str) -> int:
        """Give back what a courier that is no more had leased; returns how many messages."""
        return self._session.write(hot.FREE, {"courier": courier}).reached

    def get(self, number: int) -> Message:
        """One message. Errors: Absent."""
        return _found(self._session.read(_ONE, {"of": number}), number)

    def attempts(self, number: int) -> Sequence[Attempt]:
        """Every try at a message, the first one first."""
        return tuple(map(_attempt, self._session.read(_ATTEMPTS, {"of": number})))

    def list(self, state: State | None = None, case: str = "") -> Sequence[Message]:
        """Messages in the order in which they were owed."""
        which = {"state": str(state or ""), "case": case}
        rows = self._session.read(_listed(state is not None, bool(case)), which)
        return tuple(map(_message, rows))

    def counts(self) -> Mapping[str, int]:
        """How many messages there are in each state."""
        found = {str(state): int(number) for state, number in self._session.read(_COUNTS)}
        return {str(state): found.get(str(state), 0) for state in State}

    def park(self, number: int, reason: str) -> None:
        """Take an owed message out of sending. Errors: Absent, Refused."""
        message = self._locked(number)
        if message.state is not State.OWED:
            raise not_owed(message)
        parked = {"of": number, "state": str(State.PARKED), "last_words": reason}
        self._session.write(_PARK, parked)

    def release(self, number: int, now: datetime) -> None:
        """Owe a parked or refused message again, with fresh patience. Errors: Absent, Refused."""
        message = self._locked(number)
        if reasons := why_not_release(message):
            raise Refused(reasons)
        owed = {"of": number, "state": str(State.OWED), "now": written(now), "tries": 0}
        self._session.write(_RELEASE, owed)

    def _claim(self, which: Values, most: int) -> Sequence[Message]:
        if most <= 0:
            return ()
        claimed = map(_message, self._session.write(hot.CLAIM, {**which, "most": most}).rows)
        return sorted(claimed, key=lambda message: (message.owed_at, message.id))

    def _locked(self, number: int) -> Message:
        return _found(self._session.write(_LOCKED, {"of": number}).rows, number)


@cache
def _listed(by_state: bool, by_case: bool) -> Statement:
    listed = _MESSAGE.order_by(OUTBOX.c.id)
    if by_state:
        listed = listed.where(OUTBOX.c.state == bindparam("state"))
    if by_case:
        listed = listed.where(OUTBOX.c.case == bindparam("case"))
    return plain(listed)


def owed_row(case: str, owed: Owed, at: datetime, mail_domain: str) -> dict[str, Any]:
    """A new row; where nobody holds the role there is nobody to send to, so it is parked."""
    state, words = first_state(owed)
    return {
        "case": case,
        "anchor": owed.anchor,
        "recipient": owed.recipient,
        "kind": owed.kind,
        "role": owed.role,
        "urgent": owed.urgent,
        "about": _told(owed.about),
        "message_id": outbox.message_id(case, owed.anchor, owed.recipient, mail_domain),
        "owed_at": written(at),
        "patience_from": written(owed.not_before or at),
        "not_before": written(owed.not_before),
        "state": str(state),
        "tries": 0,
        "next_at": None,
        "lease_until": None,
        "lease_by": None,
        "last_words": words,
    }


def _told(about: Mapping[str, str]) -> str:
    """What a message tells, as canonical JSON; people told of one thing differ in why alone."""
    if WHY not in about:
        return canonical(dict(about))
    shared = _shared(tuple([pair for pair in about.items() if pair[0] != WHY]))
    # A quotation mark inside a value is escaped, so this can only be the empty entry itself.
    return shared.replace(f'"{WHY}":""', f'"{WHY}":{canonical(about[WHY])}', 1)


@lru_cache(maxsize=64)
def _shared(pairs: tuple[tuple[str, str], ...]) -> str:
    return canonical({**dict(pairs), WHY: ""})


def _found(rows: Sequence[Row], number: int) -> Message:
    if not rows:
        raise no_message(number)
    return _message(rows[0])


def _message(row: Row) -> Message:
    number, case, anchor, kind, recipient, role, urgent, about, name, owed_at = row[:10]
    state, tries, next_at, last_words, not_before = row[10:]
    return Message(
        id=number,
        case=case,
        anchor=anchor,
        kind=kind,
        recipient=recipient,
        role=role,
        urgent=bool(urgent),
        about=json.loads(about),
        message_id=name,
        owed_at=moment(owed_at),
        state=State(state),
        tries=tries,
        next_at=read(next_at),
        last_words=last_words,
        not_before=read(not_before),
    )


def _attempt_row(number: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "outbox": number,
        "at": written(attempt.at),
        "courier": attempt.courier,
        "verdict": str(attempt.verdict),
        "code": attempt.code,
        "words": attempt.words,
        "moment": attempt.moment,
    }


def _attempt(row: Row) -> Attempt:
    at, courier, verdict, code, words, when = row
    return Attempt(moment(at), courier, Verdict(verdict), code, words, when)
