"""The date of a message as an entry for its reader's calendar (RFC 5545, sent as RFC 5546 says)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from urllib.parse import quote

from engine.length import in_words, london_date, parse_instant
from engine.outbox import Message
from notifications.letterhead import Letterhead

NAME = "date.ics"
HALF_AN_HOUR, ONE_DAY = timedelta(minutes=30), timedelta(days=1)

# What a closed case still names is the next date that runs on, such as that of an action: it is
# neither asked for by this mail nor taken back.
_NAMES_NO_DATE = frozenset({"closed"})
_MET = "met:"
_SEQUENCE = re.compile(r"[0-9]{1,9}")
# RFC 6068, 2: what an address may show of itself in a mailto link.
_PLAIN_IN_A_LINK = "@!$'*+"


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar's own text, the method it is sent with, and all of it that is words to a reader.

    method is REQUEST, or CANCEL where the date was met and should leave the calendar again.
    """

    method: str
    words: str
    text: str


def entry_of(
    message: Message, facts: Mapping[str, str], letterhead: Letterhead, sent: datetime
) -> Entry | None:
    """The entry of a message's date; None where it names none that stands, or it is over.

    facts are the message's own, each on one line; sent is the instant that dates the mail.
    """
    due = _due(message, facts)
    if due is None or sent > due:
        return None
    method = "CANCEL" if message.anchor.startswith(_MET) else "REQUEST"
    mark = "[Practice] " if letterhead.practice else ""
    summary = f"{mark}{facts['reference']}: {facts['title']}"
    description = _description(facts)
    begins, ends = _span(due, facts["due_words"])
    properties = {
        "uid": uid(message.case, facts["clock"], letterhead.domain),
        "sequence": int(facts["sequence"]),
        "dtstamp": sent.astimezone(UTC),
        "dtstart": begins,
        "dtend": ends,
        "summary": summary,
        "description": description,
        "class": "PRIVATE",
        "transp": "TRANSPARENT",
        **({"status": "CANCELLED"} if method == "CANCEL" else {}),
    }
    text = _written(method, properties, letterhead.reply_to, message.recipient)
    return Entry(method, f"{summary}\n{description}", text)


def uid(case: str, clock: str, domain: str) -> str:
    """The identity of a date, the same however it moves and whoever reads it; it tells nothing."""
    name = hashlib.sha256(f"date\n{case}\n{clock}".encode()).hexdigest()[:40]
    return f"{name}@{domain}"


def _due(message: Message, facts: Mapping[str, str]) -> datetime | None:
    """The instant a date can be entered for: a mail is never kept back for want of an entry."""
    named = facts.get("clock") and _SEQUENCE.fullmatch(facts.get("sequence", ""))
    if not named or message.kind in _NAMES_NO_DATE:
        return None
    try:
        return parse_instant(facts.get("due", ""))
    except ValueError:
        return None


def _span(due: datetime, due_words: str) -> tuple[date, date]:
    """The whole London day, or the half hour that ends when it is due, where the words say when."""
    if due_words.startswith(in_words(due)):
        return due - HALF_AN_HOUR, due
    day = london_date(due)
    return day, day + ONE_DAY


def _description(facts: Mapping[str, str]) -> str:
    why = ": ".join(filter(None, (facts["standing_words"], facts["citation"])))
    lines = {
        "What is asked": facts["asks"],
        "By when": facts["due_words"],
        "If nothing is done": facts["otherwise"],
        "Why then": why,
    }
    return "\n".join(f"{label}: {words}" for label, words in lines.items() if words)


def _written(method: str, properties: Mapping[str, object], organizer: str, attendee: str) -> str:
    # A courier that finds nothing to send must not wait for it.
    from icalendar import Event, vCalAddress  # noqa: PLC0415

    event = Event()
    for name, value in properties.items():
        event.add(name, value)
    event.add("organizer", vCalAddress(_link(organizer)))
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", vCalAddress(_link(attendee)), asked)
    before, after = _around(method)
    return f"{before}{event.to_ical().decode()}{after}"


@cache
def _around(method: str) -> tuple[str, str]:
    """What stands before and after the event, the same for every date."""
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    for name, value in (("prodid", "-//Waymark//EN"), ("version", "2.0"), ("method", method)):
        calendar.add(name, value)
    before, end, after = calendar.to_ical().decode().partition("END:")
    return before, end + after


def _link(address: str) -> str:
    return f"mailto:{quote(address, safe=_PLAIN_IN_A_LINK)}"
