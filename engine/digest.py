"""Digests: one email a person and day that says, across cases, what needs them.

A digest adds to the notices and never replaces one: what a step or a date owes is told at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.case import Owed
from engine.digest_lists import daily, weekly
from engine.digest_numbers import monthly
from engine.digest_parts import Gathered, Section
from engine.length import in_words
from engine.london import london_date, moment_of
from engine.outbox import DIGEST, SECTIONS
from engine.roles import Directory, Person, label
from engine.working_days import Calendar

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
ONE_DAY = timedelta(days=1)
READERS = {
    DAILY: ("business_manager", "cdop_coordinator"),
    WEEKLY: ("review_chair", "panel_member"),
    MONTHLY: ("executive_member", "executive_chair", "scrutineer"),
}
NAMES = {DAILY: "daily", WEEKLY: "weekly", MONTHLY: "monthly"}


@dataclass(frozen=True, slots=True)
class Due:
    """One person to whom a digest may be due on a day: its parts, and the roles they are for."""

    person: Person
    parts: tuple[str, ...]
    roles: tuple[str, ...]


def parts_on(day: date, calendar: Calendar) -> tuple[str, ...]:
    """What kinds of digest a London day brings; none on a closed day.

    The weekly one comes on the first working day of a week, the monthly one on that of a month.
    Errors: CalendarEnds.
    """
    if not calendar.is_working(day):
        return ()
    before = calendar.last_working_day(day - ONE_DAY)
    weekly = (WEEKLY,) if before.isocalendar()[:2] != day.isocalendar()[:2] else ()
    monthly = (MONTHLY,) if (before.year, before.month) != (day.year, day.month) else ()
    return (DAILY, *weekly, *monthly)


def is_time(now: datetime, hour: int, looked: datetime | None) -> bool:
    """Whether the hour of this London day has come and was not looked at yet.

    A late look on the same day is still in time; what a whole day missed is not made up for. A
    look that lies ahead was taken by a clock that was wrong, and does not count.
    """
    moment = moment_of(london_date(now), time(hour))
    return moment <= now and not (looked and moment <= looked <= now)


def readers(directory: Directory, parts: Sequence[str]) -> Iterator[Due]:
    """Everybody these parts are for, each person once, whatever roles they hold."""
    found: dict[str, tuple[Person, list[str], list[str]]] = {}
    for part in parts:
        for role in READERS[part]:
            for person in directory.holders(role):
                if person.area and directory.area and person.area != directory.area:
                    continue
                _, mine, roles = found.setdefault(person.email, (person, [], []))
                mine.append(part)
                roles.append(role)
    for person, mine, roles in found.values():
        yield Due(person, tuple(dict.fromkeys(mine)), tuple(dict.fromkeys(roles)))


def digests(gathered: Gathered, parts: Sequence[str]) -> tuple[Owed, ...]:
    """The digests owed at an instant, in the order of their recipients; an empty one is not owed.

    The key is the day and the recipient: whoever looks again owes nothing twice.
    """
    found = (_digest(gathered, due) for due in readers(gathered.directory, parts))
    return tuple(sorted((each for each in found if each), key=lambda owed: owed.recipient))


def _digest(gathered: Gathered, due: Due) -> Owed | None:
    written = {part: _sections(part, gathered, due) for part in due.parts}
    written = {part: sections for part, sections in written.items() if sections}
    if not written:
        return None
    day = london_date(gathered.now)
    sections = [section for each in written.values() for section in each]
    roles = [role for role in due.roles if any(role in READERS[part] for part in written)]
    about = {
        "reference": "",
        "title": _title(written, day),
        "summary": ", ".join(filter(None, (section.counted for section in sections))),
        "because": _because(due.person, roles),
        "parts": ";".join(written),
        "period": day.isoformat(),
        SECTIONS: json.dumps([_plain(section) for section in sections], ensure_ascii=False),
        "urgent": "",
    }
    return Owed(f"{DIGEST}:{day.isoformat()}", DIGEST, due.person.email, roles[0], False, about)


def _sections(part: str, gathered: Gathered, due: Due) -> tuple[Section, ...]:
    """What a part tells somebody, who is told of no case they are recused from."""
    me = due.person.email
    seen = [one for one in gathered.seen if me not in one.case.recused]
    if part == DAILY:
        found = daily(gathered, seen, set(due.roles) & set(READERS[DAILY]))
    elif part == WEEKLY:
        found = weekly(gathered, seen)
    else:
        missed = [each for each in gathered.missed if me not in each[0].case.recused]
        found = monthly(gathered, seen, missed)
    return tuple(section for section in found if section.rows)


def _title(parts: Iterable[str], day: date) -> str:
    names = " and ".join(NAMES[part] for part in parts)
    return f"{names.capitalize()} digest, {in_words(day)}"


def _because(person: Person, roles: Iterable[str]) -> str:
    """Why this person: the roles the digest is for."""
    held = [("hold" if person.holds(role) else "deputise for", label(role)) for role in roles]
    return "you " + " and ".join(f"{verb} the role {name}" for verb, name in held)


def _plain(section: Section) -> dict[str, object]:
    return {"title": section.title, "rows": section.rows, "more": section.more}
