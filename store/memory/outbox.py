"""The outbox of a house in memory."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from engine import outbox
from engine.case import Owed
from engine.errors import Refused
from engine.outbox import AWAY, Attempt, Message, State
from engine.values import replace
from store.codec import canonical
from store.faults import refused_by_database
from store.memory.picture import Owing, Pages, Picture
from store.refusals import first_state, no_message, not_owed, why_not_release


class Outbox:
    """The messages of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def claim(self, now: datetime, until: datetime, courier: str, limit: int) -> Sequence[Message]:
        """Lease owed messages whose time has come, urgent and oldest first; none while held."""
        picture = self._pages.to_write()
        if picture.house.hold:
            return ()
        ready = [owing for owing in map(picture.messages.__getitem__, picture.owed)
                 if _is_ready(owing, now)]  # fmt: skip
        ready.sort(key=lambda o: (not o.message.urgent, o.message.owed_at, o.message.id))
        claimed = ready[: max(limit, 0)]
        for owing in claimed:
            self._put(replace(owing, lease_until=until, lease_by=courier))
        return tuple(replace(owing.message, owed_at=owing.patience_from) for owing in claimed)

    @property
    def on_hold(self) -> bool:
        """Whether nothing may be mailed until a person releases the house."""
        return bool(self._pages.seen.house.hold)

    def settle(self, message: Message, attempt: Attempt) -> bool:
        """Record one try; False, and nothing is written, where the lease was lost."""
        owing = self._leased(message.id, attempt.courier)
        if owing is None:
            return False
        known = replace(owing.message, owed_at=owing.patience_from)
        state, next_at = outbox.settle(known, attempt.verdict, attempt.at)
        settled = replace(
            owing.message,
            state=state,
            tries=owing.message.tries + 1,
            next_at=next_at,
            last_words=attempt.words,
        )
        self._put(Owing(settled, owing.patience_from))
        attempts = self._pages.own("attempts")
        attempts[message.id] = (*attempts.get(message.id, ()), attempt)
        return True

    def let_go(self, message: Message, courier: str) -> None:
        """Give an untried message back."""
        owing = self._leased(message.id, courier)
        if owing is not None:
            self._put(Owing(owing.message, owing.patience_from))

    def drop(self, message: Message, courier: str, reason: str) -> bool:
        """Leave a leased message unsent for good; False where the lease was lost."""
        owing = self._leased(message.id, courier)
        if owing is None:
            return False
        gone = replace(owing.message, state=State.DROPPED, next_at=None, last_words=reason)
        self._put(Owing(gone, owing.patience_from))
        return True

    def hasten(self, now: datetime) -> int:
        """Let messages that last found no mail server be tried at once; returns how many."""
        picture = self._pages.to_write()
        waiting = [o for o in map(picture.messages.__getitem__, picture.owed)
                   if self._found_nobody(o, now)]  # fmt: skip
        for owing in waiting:
            self._put(replace(owing, message=replace(owing.message, next_at=now)))
        return len(waiting)

    def _found_nobody(self, owing: Owing, now: datetime) -> bool:
        message, tried = owing.message, self._pages.seen.attempts.get(owing.message.id, ())
        later = message.next_at is not None and message.next_at > now
        return later and owing.lease_by is None and bool(tried) and tried[-1].moment in AWAY

    def free(self, courier: str) -> int:
        """Give back what a courier that is no more had leased; returns how many messages."""
        picture = self._pages.to_write()
        leased = [o for o in map(picture.messages.__getitem__, picture.owed)
                  if o.lease_by == courier]  # fmt: skip
        for owing in leased:
            self._put(Owing(owing.message, owing.patience_from))
        return len(leased)

    def bounce(self, number: int, attempt: Attempt) -> bool:
        """Refuse an accepted message after all; False, and nothing is written, for any other."""
        owing = self._pages.to_write().messages.get(number)
        if owing is None or owing.message.state is not State.ACCEPTED:
            return False
        refused = replace(
            owing.message,
            state=State.REFUSED,
            tries=owing.message.tries + 1,
            last_words=attempt.words,
        )
        self._put(replace(owing, message=refused))
        attempts = self._pages.own("attempts")
        attempts[number] = (*attempts.get(number, ()), attempt)
        return True

    def told(self, recipient: str) -> Sequence[Message]:
        """What one person was told or is owed, in the order in which it was owed."""
        messages = (owing.message for owing in self._pages.seen.messages.values())
        return tuple(m for m in messages if m.recipient == recipient and m.state in outbox.TOLD)

    def find(self, message_id: str) -> Message | None:
        """The message with this Message-ID, if there is one."""
        messages = (owing.message for owing in self._pages.seen.messages.values())
        return next((m for m in messages if m.message_id == message_id), None)

    def digested_at(self) -> datetime | None:
        """The instant at which digests were last looked for; None before the first time."""
        return self._pages.seen.house.digested_at

    def owe_digests(self, owed: Sequence[Owed], at: datetime) -> int:
        """Owe messages that belong to no case, each once; returns how many are new."""
        new = sum(owe(self._pages, "", each, at) for each in owed)
        picture = self._pages.to_write()
        picture.house = replace(picture.house, digested_at=at)
        return new

    def owe_apart(self, owed: Owed, at: datetime) -> int:
        """Owe one message that belongs to no case; returns its number."""
        owe(self._pages, "", owed, at)
        anchors: dict[tuple[str, str, str], int] = self._pages.seen.anchors
        return anchors["", owed.anchor, owed.recipient]

    def get(self, number: int) -> Message:
        """One message. Errors: Absent."""
        return _found(self._pages.seen, number).message

    def attempts(self, number: int) -> Sequence[Attempt]:
        """Every try at a message, the first one first."""
        return self._pages.seen.attempts.get(number, ())

    def failed(self, owed: datetime, tried: datetime) -> Sequence[tuple[Message, Attempt]]:
        """What of a case is refused or parked, each with its last try."""
        late = [m for m in self.list() if m.state in outbox.FAILED and m.owed_at >= owed]
        late.sort(key=lambda message: (message.owed_at, message.id))
        tries = self._pages.seen.attempts
        last = [(m, tries[m.id][-1]) for m in late if m.case and m.id in tries]
        return [(message, attempt) for message, attempt in last if attempt.at >= tried]

    def list(self, state: State | None = None, case: str = "") -> Sequence[Message]:
        """Messages in the order in which they were owed."""
        picture = self._pages.seen
        numbers = picture.of_case.get(case, ()) if case else picture.messages
        found = (picture.messages[number].message for number in numbers)
        return tuple(message for message in found if state in (None, message.state))

    def counts(self) -> Mapping[str, int]:
        """How many messages there are in each state."""
        found = Counter(owing.message.state for owing in self._pages.seen.messages.values())
        return {str(state): found[state] for state in State}

    def park(self, number: int, reason: str) -> None:
        """Take an owed message out of sending. Errors: Absent, Refused."""
        owing = _found(self._pages.to_write(), number)
        if owing.message.state is not State.OWED:
            raise not_owed(owing.message)
        parked = replace(owing.message, state=State.PARKED, next_at=None, last_words=reason)
        self._put(Owing(parked, owing.patience_from))

    def release(self, number: int, now: datetime) -> None:
        """Owe a parked or refused message again, with fresh patience. Errors: Absent, Refused."""
        message = _found(self._pages.to_write(), number).message
        if reasons := why_not_release(message):
            raise Refused(reasons)
        self._put(Owing(replace(message, state=State.OWED, tries=0, next_at=None), now))

    def _leased(self, number: int, courier: str) -> Owing | None:
        picture = self._pages.to_write()
        owing = picture.messages.get(number)
        return owing if owing and number in picture.owed and owing.lease_by == courier else None

    def _put(self, owing: Owing) -> None:
        put(self._pages, owing)


def put(pages: Pages, owing: Owing) -> None:
    message = owing.message
    pages.own("messages")[message.id] = owing
    if message.state is State.OWED:
        pages.own("owed")[message.id] = None
    elif message.id in pages.seen.owed:
        pages.own("owed").pop(message.id)


def owe(pages: Pages, case: str, owed: Owed, at: datetime) -> bool:
    """Owe a message once: one anchor and one person on a case make one message.

    False where it was owed before. Errors: HouseDown for one of no case whose kind needs one.
    """
    if (not case) is not (owed.kind in outbox.OF_NO_CASE):
        raise refused_by_database("CHECK")
    anchors = pages.own("anchors")
    which = (case, owed.anchor, owed.recipient)
    if which in anchors:
        return False
    anchors[which] = number = len(anchors) + 1
    pages.own("of_case")[case] = (*pages.seen.of_case.get(case, ()), number)
    state, words = first_state(owed)
    message = Message(
        id=number,
        case=case,
        anchor=owed.anchor,
        kind=owed.kind,
        recipient=owed.recipient,
        role=owed.role,
        urgent=owed.urgent,
        about=json.loads(canonical(dict(owed.about))),
        message_id=outbox.message_id(case, owed.anchor, owed.recipient, pages.ground.mail_domain),
        owed_at=at,
        state=state,
        last_words=words,
        not_before=owed.not_before,
    )
    put(pages, Owing(message, owed.not_before or at))
    return True


def _is_ready(owing: Owing, now: datetime) -> bool:
    next_at, leased = owing.message.next_at, owing.lease_until
    due = next_at is None or next_at <= now or next_at > now + outbox.TOO_FAR
    rest = owing.message.not_before
    awake = rest is None or rest <= now or rest > now + outbox.LONGEST_REST
    return due and awake and (leased is None or leased <= now)


def _found(picture: Picture, number: int) -> Owing:
    if number not in picture.messages:
        raise no_message(number)
    return picture.messages[number]
