"""The outbox of a house: what is owed, who carries it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, func, literal_column, null, or_, select, update

from engine import outbox
from engine.case import Owed
from engine.errors import Refused
from engine.outbox import Attempt, Message, State
from store import hot
from store.house_tables import HOUSE
from store.instants import moment, read, written
from store.mail_tables import ATTEMPT, OUTBOX
from store.outbox_rows import attempt_of, attempt_row, message_of, owed_row
from store.refusals import no_message, not_owed, why_not_release
from store.session import Session
from store.statement import Row, Statement, Values, insert_or_leave, plain

_MESSAGE = select(*hot.columns(OUTBOX, *hot.MESSAGE_COLUMNS))
_ONE = plain(_MESSAGE.where(OUTBOX.c.id == bindparam("of")))
_LOCKED = plain(_MESSAGE.where(OUTBOX.c.id == bindparam("of")).with_for_update())
_NAMED = plain(_MESSAGE.where(OUTBOX.c.message_id == bindparam("name")))
_BOUNCE = plain(
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("of"), OUTBOX.c.state == bindparam("accepted"))
    .values(
        state=bindparam("to"),
        tries=OUTBOX.c.tries + literal_column("1"),
        last_words=bindparam("words"),
    )
)
_TOLD = plain(
    _MESSAGE.where(
        OUTBOX.c.recipient == bindparam("recipient"),
        or_(*(OUTBOX.c.state == literal_column(f"'{state}'") for state in outbox.TOLD)),
    ).order_by(OUTBOX.c.id)
)
_COUNTS = plain(select(OUTBOX.c.state, func.count()).group_by(OUTBOX.c.state))
_ATTEMPT = ("at", "courier", "verdict", "code", "words", "moment", "template")
_ATTEMPTS = plain(
    select(*hot.columns(ATTEMPT, *_ATTEMPT))
    .where(ATTEMPT.c.outbox == bindparam("of"))
    .order_by(ATTEMPT.c.id)
)
_LATER = ATTEMPT.alias()
FAILED = plain(
    select(*hot.columns(OUTBOX, *hot.MESSAGE_COLUMNS), *hot.columns(ATTEMPT, *_ATTEMPT))
    .join(ATTEMPT, ATTEMPT.c.outbox == OUTBOX.c.id)
    .where(
        OUTBOX.c.state.in_([literal_column(f"'{state}'") for state in outbox.FAILED]),
        OUTBOX.c.owed_at >= bindparam("owed"),
        OUTBOX.c.case.is_not(null()),
        ATTEMPT.c.at >= bindparam("tried"),
        ATTEMPT.c.id
        == select(func.max(_LATER.c.id)).where(_LATER.c.outbox == OUTBOX.c.id).scalar_subquery(),
    )
    .order_by(OUTBOX.c.owed_at, OUTBOX.c.id)
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
_OWE_DIGEST = insert_or_leave(OUTBOX, ["anchor", "recipient"], ["id"], where='"case" IS NULL')
_DIGESTED = plain(select(HOUSE.c.digested_at))
_DIGEST = plain(update(HOUSE).values(digested_at=bindparam("at")))


class Outbox:
    """The messages of a house, as one unit of work sees them."""

    def __init__(self, session: Session, mail_domain: str) -> None:
        self._session = session
        self._mail_domain = mail_domain

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        """Lease owed messages whose time has come, urgent and oldest first; none while held."""
        which = {"now": written(now), "until": written(until), "courier": courier}
        which["too_far"] = written(now + outbox.TOO_FAR)
        which["no_rest"] = written(now + outbox.LONGEST_REST)
        urgent = self._claim({**which, "urgent": True}, limit)
        return (*urgent, *self._claim({**which, "urgent": False}, limit - len(urgent)))

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        return bool(self._session.read(hot.HELD)[0][0])

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
        self._session.write(hot.ADD_ATTEMPT, attempt_row(message.id, attempt))
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

    def bounce(self, number: int, attempt: Attempt) -> bool:
        """Refuse an accepted message after all; False, and nothing is written, for any other."""
        states = {"accepted": str(State.ACCEPTED), "to": str(State.REFUSED)}
        done = self._session.write(_BOUNCE, {**states, "of": number, "words": attempt.words})
        if done.reached == 0:
            return False
        self._session.write(hot.ADD_ATTEMPT, attempt_row(number, attempt))
        return True

    def told(self, recipient: str) -> Sequence[Message]:
        """What one person was told or is owed, in the order in which it was owed."""
        return tuple(map(message_of, self._session.read(_TOLD, {"recipient": recipient})))

    def find(self, message_id: str) -> Message | None:
        """The message with this Message-ID, if there is one."""
        found = self._session.read(_NAMED, {"name": message_id})
        return message_of(found[0]) if found else None

    def digested_at(self) -> datetime | None:
        """The instant at which digests were last looked for; None before the first time."""
        return read(self._session.read(_DIGESTED)[0][0])

    def owe_digests(self, owed: Sequence[Owed], at: datetime) -> int:
        """Owe messages that belong to no case, each once; returns how many are new."""
        rows = [owed_row("", each, at, self._mail_domain) for each in owed]
        new = sum(self._session.write(_OWE_DIGEST, [row]).reached for row in rows)
        self._session.write(_DIGEST, {"at": written(at)})
        return new

    def owe_apart(self, owed: Owed, at: datetime) -> int:
        """Owe one message that belongs to no case; returns its number."""
        row = owed_row("", owed, at, self._mail_domain)
        self._session.write(_OWE_DIGEST, [row])
        return int(self._session.read(_NAMED, {"name": row["message_id"]})[0][0])

    def get(self, number: int) -> Message:
        """One message. Errors: Absent."""
        return _found(self._session.read(_ONE, {"of": number}), number)

    def attempts(self, number: int) -> Sequence[Attempt]:
        """Every try at a message, the first one first."""
        return tuple(map(attempt_of, self._session.read(_ATTEMPTS, {"of": number})))

    def failed(self, owed: datetime, tried: datetime) -> Sequence[tuple[Message, Attempt]]:
        """What of a case is refused or parked, each with its last try."""
        rows = self._session.read(FAILED, {"owed": written(owed), "tried": written(tried)})
        many = len(hot.MESSAGE_COLUMNS)
        return tuple((message_of(row[:many]), attempt_of(row[many:])) for row in rows)

    def list(self, state: State | None = None, case: str = "") -> Sequence[Message]:
        """Messages in the order in which they were owed."""
        which = {"state": str(state or ""), "case": case}
        rows = self._session.read(_listed(state is not None, bool(case)), which)
        return tuple(map(message_of, rows))

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
        claimed = map(message_of, self._session.write(hot.CLAIM, {**which, "most": most}).rows)
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


def _found(rows: Sequence[Row], number: int) -> Message:
    if not rows:
        raise no_message(number)
    return message_of(rows[0])
