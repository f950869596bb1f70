"""Notifying a child's death without an account: a form, a look at what was written, a receipt.

Anybody may open this page, so it tells nothing of the house: no name, no date, no other review.
"""

from __future__ import annotations

import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from starlette.responses import Response

from engine import casework
from engine.casework import Caller, House
from engine.errors import Refused
from engine.facts import Fact, Kind
from notifications.letterhead import is_address
from web import forms
from web.deed import asked_for
from web.doors import ANYBODY, Asked, Door
from web.record_words import fact_words

PROCESS, ROLE, ACCOUNT = "child_death_review", "practitioner", "public form, not signed in"
YOU = Fact("your_email", "Your work email address", Kind.PERSON)
# What the house knows better than whoever writes to it: when it was told.
_OURS = frozenset(("notified_at",))
EACH_HOUR = 60
_HOUR = timedelta(hours=1)
_LONGEST_MARK = 64
TOO_MANY = (
    "very many deaths were notified here within the hour, more than this form takes; ring the"
    " Child Death Overview Panel's coordinator instead"
)
NO_ADDRESS = "write your work email address (your_email), like name@example.org"


@dataclass
class Receipts:
    """What came in of late for one house: a form sent twice has one receipt, a flood an end."""

    taken: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    times: deque[datetime] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def room(self, now: datetime) -> bool:
        """Whether one more may be taken in within this hour."""
        while self.times and not timedelta() <= now - self.times[0] < _HOUR:
            self.times.popleft()
        for mark in [m for m, (_, at) in self.taken.items() if not timedelta() <= now - at < _HOUR]:
            del self.taken[mark]
        return len(self.times) < EACH_HOUR

    def keep(self, mark: str, reference: str, now: datetime) -> None:
        self.times.append(now)
        self.taken[mark] = (reference, now)


class Notifying:
    """The pages of the public form, for every house of this process."""

    def __init__(self) -> None:
        # Each house has a clock of its own.
        self.receipts: defaultdict[Path, Receipts] = defaultdict(Receipts)

    def ask(self, asked: Asked) -> Response:
        """The empty form."""
        return self._form(asked, {"mark": [secrets.token_hex(16)]}, ())

    def take(self, asked: Asked) -> Response:
        """The look at what was written, or the receipt once it is sent."""
        if asked.form.get("go") == "change":
            return self._form(asked, asked.lists, ())
        try:
            return self._taken(asked)
        except Refused as no:
            return self._form(asked, asked.lists, no.reasons)

    def _taken(self, asked: Asked) -> Response:
        house, asks = asked.premises.house, _asks(asked)
        given = forms.given((*asks[0], *asks[1]), asked.lists)
        if asked.form.get("go") != "save":
            _opened(House(house.store, house.clock, dry_run=True), asked, given)
            return self._look(asked, given)
        receipts = self.receipts[asked.premises.home]
        with receipts.lock:
            return self._receipt(asked, *self._sent(receipts, asked, given))

    def _sent(
        self, receipts: Receipts, asked: Asked, given: Mapping[str, str]
    ) -> tuple[str, datetime]:
        house = asked.premises.house
        now, mark = house.clock.now(), asked.visit + asked.form.get("mark", "")[:_LONGEST_MARK]
        room = receipts.room(now)
        if mark not in receipts.taken:
            if not room:
                raise Refused([TOO_MANY])
            receipts.keep(mark, _opened(house, asked, given), now)
        return receipts.taken[mark]

    def _form(
        self, asked: Asked, lists: Mapping[str, Sequence[str]], refused: Sequence[str]
    ) -> Response:
        asks, more = _asks(asked)
        reasons = forms.reasons_of(refused, (fact.key for fact in (YOU, *asks, *more)))
        shown = forms.fields(more, lists, reasons)
        return asked.page(
            "notify.html",
            422 if reasons else 200,
            fields=forms.fields((YOU, *asks), lists, reasons),
            more=shown,
            open_more=any(f.error or f.values or any(v for _, v in f.parts) for f in shown),
            reasons=reasons,
            mark=(*lists.get("mark", ()), "")[0],
        )

    def _look(self, asked: Asked, given: Mapping[str, str]) -> Response:
        labels = {fact.key: fact for group in _asks(asked) for fact in group}
        answers = [(labels[key].label, fact_words(labels[key], v)) for key, v in given.items()]
        answers = [(YOU.label, asked.form.get(YOU.key, "")), *answers]
        return asked.page("notify_look.html", answers=answers, lists=asked.lists)

    def _receipt(self, asked: Asked, reference: str, at: datetime) -> Response:
        return asked.page("notify_receipt.html", reference=reference, at=at)


def _asks(asked: Asked) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    with asked.premises.house.store.begin() as work:
        _, process = work.library.current(PROCESS)
    opening = next(t for t in process.transitions if not t.sources)
    asks, more = asked_for(process, opening, ())
    return asks, tuple(fact for fact in more if fact.key not in _OURS)


def _opened(house: House, asked: Asked, given: Mapping[str, str]) -> str:
    """Open the review, and say its reference. Errors: Refused, with every reason."""
    email = asked.form.get(YOU.key, "").strip()
    reasons = [] if is_address(email) else [NO_ADDRESS]
    try:
        step = casework.open_case(
            House(house.store, house.clock, dry_run=house.dry_run or bool(reasons)),
            PROCESS,
            Caller(email, ACCOUNT, ROLE),
            given,
        )
    except Refused as no:
        raise Refused([*reasons, *no.reasons]) from None
    if reasons:
        raise Refused(reasons)
    return step.case.reference


_NOTIFYING = Notifying()
DOORS = (
    Door("/notify-a-death", "GET", "notify", ANYBODY, _NOTIFYING.ask),
    Door("/notify-a-death", "POST", "notified", ANYBODY, _NOTIFYING.take),
)
