"""Private calendar feeds: the open dates one person was told about, at an address of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.case import Deadline
from engine.casework import House, situate
from engine.errors import Absent, Refused
from engine.keyring import Edition, Secret
from engine.keys import FIRST_SERIAL, is_key, keyed, keyed_short, number_in
from engine.notices import STANDING_WORDS, clock_name, due_words
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.ruling import rule_of
from engine.situation import Situation

NO_SUCH_FEED = "There is no calendar here. Ask the support team for a new address."


@dataclass(frozen=True, slots=True)
class Date:
    """One open date of a feed, in words fit for a calendar that others may see.

    sequence rises whenever the date was told anew, and told_at is when it last was.
    """

    case: str
    clock: str
    label: str
    asks: str
    due: datetime
    due_words: str
    why: str
    sequence: int
    told_at: datetime


def address(house: House, email: str, renew: bool = False) -> str:
    """The token of a person's feed; renew ends the one they had. Errors: Refused."""
    name = email.strip().lower()
    with house.store.begin() as work:
        known = work.people.directory().find(name) is not None or bool(work.outbox.told(name))
        if not known:
            raise Refused(["nobody with this address is in the directory, or was told anything"])
        number, serial = work.feeds.renew(name) if renew else work.feeds.of(name)
        work.commit()
    return _token(house.store.secret.latest, number, name, serial)


def dates(house: House, token: str, of_old: bool = False) -> tuple[Date, ...]:
    """Every open date the person of a feed was told about, earliest first.

    of_old: only a feed that release 0.1 gave out is one. Errors: Absent, in the same words whatever
    is wrong with the token.
    """
    with house.store.begin() as work:
        email = _whose(house, work, token, of_old)
        all_told = [m for m in work.outbox.told(email) if m.case]
        told = {(m.case, m.about.get("clock", "")): m for m in all_told}
        now = house.clock.now()
        found = [date for case in dict.fromkeys(case for case, _ in told)
                 for date in _dates(situate(house, work, case, now), email, told)]  # fmt: skip
    return tuple(sorted(found, key=lambda date: (date.due, date.case, date.clock)))


def _dates(
    situation: Situation, email: str, told: dict[tuple[str, str], Message]
) -> Iterator[Date]:
    case = situation.case
    if email in case.recused:
        return
    for deadline in case.deadlines:
        message = told.get((case.reference, clock_name(deadline)))
        if deadline.is_open and message is not None:
            yield _date(situation, deadline, message)


def _date(situation: Situation, deadline: Deadline, message: Message) -> Date:
    timescale = situation.process.timescale_by_key[deadline.key]
    rule = rule_of(situation, deadline)
    standing = STANDING_WORDS[deadline.standing]
    return Date(
        message.case,
        clock_name(deadline),
        timescale.label,
        timescale.asks,
        deadline.due,
        due_words(deadline),
        ": ".join(filter(None, (standing, rule.citation if rule else ""))),
        int(message.about.get("sequence") or 0),
        message.owed_at,
    )


def _whose(house: House, work: UnitOfWork, token: str, of_old: bool) -> str:
    number = number_in(token)
    email, serial = work.feeds.get(number) or ("", 0)
    same = is_key(token, _counting(house.store.secret, number, email, serial))
    if not same or not serial or (of_old and serial >= FIRST_SERIAL):
        raise Absent([NO_SUCH_FEED])
    return email


def _token(edition: Edition, number: int, email: str, serial: int) -> str:
    """Like the key of a message: a number, and 130 bits nobody can guess."""
    return keyed(edition, number, f"calendar\n{number}\n{email}\n{serial}")


def _counting(secret: Secret, number: int, email: str, serial: int) -> tuple[str, ...]:
    """The tokens that open a feed: a short one goes on until its person is given another."""
    own = tuple(_token(each, number, email, serial) for each in secret.counting)
    if serial >= FIRST_SERIAL:
        return own
    short = f"feed\n{number}\n{email}\n{serial}"
    return own + tuple(keyed_short(each, number, short) for each in secret.counting)
