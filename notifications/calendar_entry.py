"""The date of a message as an entry for its reader's calendar (RFC 5545, sent as RFC 5546 says)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from engine.booked import Booked, booked, is_met
from engine.feeds import Date
from engine.length import in_words, london_date, parse_instant
from engine.meetings import is_meeting
from engine.outbox import Message
from notifications.letterhead import Letterhead

NAME = "date.ics"
HALF_AN_HOUR, ONE_DAY = timedelta(minutes=30), timedelta(days=1)

_TAKEN_BACK = "This date no longer stands; it is taken out of your calendar."
_SEQUENCE = re.compile(r"[0-9]{1,9}")
# RFC 6068, 2: what an address may show of itself in a mailto link.
_PLAIN_IN_A_LINK = "@!$'*+"
# RFC 5545, 3.1: 75 octets a line, one of which is the space that a continued line begins with.
_ROOM = 74
_BACKSLASH = ord("\\")


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar's own text, the method it is sent with, and all of it that is words to a reader.

    method is REQUEST, or CANCEL where dates should leave the calendar again.
    """

    method: str
    words: str
    text: str


def entry_of(
    message: Message,
    facts: Mapping[str, str],
    letterhead: Letterhead,
    sent: datetime,
    gone: Sequence[Booked] = (),
) -> Entry | None:
    """The entry of a message's date; None where it names none that stands, or it is over.

    facts are the message's own, each on one line, and so is what stands in gone: the dates it takes
    back, instead of entering its own. sent is the instant that dates the mail.
    """
    if not _SEQUENCE.fullmatch(facts.get("sequence", "")):
        return None
    date = booked(message.kind, facts)
    dates = gone or ((date,) if date else ())
    ahead = [each for each in dates if (due := _due(each)) and sent <= due]
    if not ahead:
        return None
    method = "CANCEL" if gone or is_met(message.anchor) else "REQUEST"
    own = (message, facts, letterhead, sent)
    written = [_event(each, method, _description(facts, each, gone), own) for each in ahead]
    lines = (line for _, event in written for line in event)
    return Entry(
        method,
        "\n".join(words for words, _ in written),
        _calendar((f"METHOD:{method}", *lines)),
    )


def _event(
    date: Booked,
    method: str,
    description: str,
    own: tuple[Message, Mapping[str, str], Letterhead, datetime],
) -> tuple[str, tuple[str, ...]]:
    """One event: its words to a reader, and its lines."""
    message, facts, letterhead, sent = own
    mark = "[Practice] " if letterhead.practice else ""
    summary = f"{mark}{facts['reference']}: {date.title}"
    return f"{summary}\n{description}", (
        "BEGIN:VEVENT",
        f"SUMMARY:{_text(summary)}",
        *_span(parse_instant(date.due), date.words, is_meeting(date.clock)),
        f"DTSTAMP:{_utc(sent)}",
        f"UID:{uid(message.case, date.clock, letterhead.domain)}",
        f"SEQUENCE:{int(facts['sequence'])}",
        f"ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:{_link(message.recipient)}",
        "CLASS:PRIVATE",
        f"DESCRIPTION:{_text(description)}",
        f"ORGANIZER:{_link(letterhead.reply_to)}",
        *(["STATUS:CANCELLED"] if method == "CANCEL" else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def feed(dates: Iterable[Date], domain: str, practice: bool) -> bytes:
    """A calendar of dates for one person's own program; the same dates are always the same bytes.

    An entry here and the one a mail brought have one identity, so a program shows them once.
    """
    mark = "[Practice] " if practice else ""
    lines = ["METHOD:PUBLISH", f"X-WR-CALNAME:{mark}Case review dates"]
    for each in dates:
        lines += _of_feed(each, domain, mark)
    return _calendar(lines).encode()


def _of_feed(found: Date, domain: str, mark: str) -> Iterator[str]:
    about = {"What is asked": found.asks, "By when": found.due_words, "Why then": found.why}
    words = "\n".join(f"{label}: {said}" for label, said in about.items() if said)
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{_text(f'{mark}{found.case}: {found.label}')}"
    yield from _span(found.due, found.due_words)
    yield f"DTSTAMP:{_utc(found.told_at)}"
    yield f"UID:{uid(found.case, found.clock, domain)}"
    yield f"SEQUENCE:{found.sequence}"
    yield "CLASS:PRIVATE"
    yield f"DESCRIPTION:{_text(words)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def uid(case: str, clock: str, domain: str) -> str:
    """The identity of a date, the same however it moves and whoever reads it; it tells nothing."""
    name = hashlib.sha256(f"date\n{case}\n{clock}".encode()).hexdigest()[:40]
    return f"{name}@{domain}"


def _due(date: Booked) -> datetime | None:
    """The instant a date can be entered for: a mail is never kept back for want of an entry."""
    try:
        return parse_instant(date.due)
    except ValueError:
        return None


@lru_cache(256)
def _span(due: datetime, due_words: str, begins_then: bool = False) -> tuple[str, str]:
    """The whole London day, or the half hour that ends when it is due, where the words say when.

    A meeting begins then; nobody records how long it lasts.
    """
    if due_words.startswith(in_words(due)):
        if begins_then:
            return f"DTSTART:{_utc(due)}", f"DTEND:{_utc(due + HALF_AN_HOUR)}"
        return f"DTSTART:{_utc(due - HALF_AN_HOUR)}", f"DTEND:{_utc(due)}"
    day = london_date(due)
    begins, ends = (f"{each:%Y%m%d}" for each in (day, day + ONE_DAY))
    return f"DTSTART;VALUE=DATE:{begins}", f"DTEND;VALUE=DATE:{ends}"


@lru_cache(256)
def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _description(facts: Mapping[str, str], date: Booked, gone: Sequence[Booked]) -> str:
    if gone:
        return f"By when: {date.words}\n{_TAKEN_BACK}"
    if is_meeting(date.clock):
        return f"When: {date.words}\nWhat is asked: {facts['asks']}"
    why = ": ".join(filter(None, (facts["standing_words"], facts["citation"])))
    lines = {
        "What is asked": facts["asks"],
        "By when": facts["due_words"],
        "If nothing is done": facts["otherwise"],
        "Why then": why,
    }
    return "\n".join(f"{label}: {words}" for label, words in lines.items() if words)


def _text(words: str) -> str:
    """Words as a calendar's text (RFC 5545, 3.3.11)."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _calendar(event: Iterable[str]) -> str:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Waymark//EN", *event, "END:VCALENDAR", "")
    return "\r\n".join(map(_folded, lines))


def _folded(line: str) -> str:
    """A line on as many as it needs, none of more than 75 octets (RFC 5545, 3.1)."""
    octets, pieces = line.encode(), []
    while len(octets) > _ROOM:
        end = _ROOM
        while octets[end] & 0xC0 == 0x80:  # noqa: PLR2004 - UTF-8: never within a letter
            end -= 1
        # A program that reads line by line would miss what a backslash stands before.
        end -= octets[end - 1] == _BACKSLASH
        pieces.append(octets[:end])
        octets = octets[end:]
    return b"\r\n ".join((*pieces, octets)).decode()


def _link(address: str) -> str:
    return f"mailto:{quote(address, safe=_PLAIN_IN_A_LINK)}"
