"""The mail of a message as the libraries for mails and calendars build it: slower, but not ours.

It says what a mail is; `notifications.message` must write the same.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, formataddr

from icalendar import Calendar, Event, vCalAddress

from engine.length import in_words, london_date
from engine.outbox import Message
from notifications import templates
from notifications.calendar_entry import HALF_AN_HOUR, NAME, ONE_DAY, Entry, _link
from notifications.letterhead import Letterhead
from notifications.message import POLICY, _headers, _words


def built(
    message: Message,
    facts: dict[str, str],
    letterhead: Letterhead,
    now: datetime,
    entry: Entry | None,
) -> bytes:
    """The mail's bytes. facts: each on one line."""
    subject, text, html = templates.render(message.kind, _words(message, facts, letterhead))
    mail = EmailMessage(policy=POLICY)
    mail["From"] = formataddr((letterhead.sender_name, letterhead.sender))
    mail["Date"] = format_datetime(now)
    for name, value in _headers(message, letterhead, subject).items():
        mail[name] = value
    mail["MIME-Version"] = "1.0"
    forms = [_read("plain", text), _read("html", html)]
    if entry is None:
        _join(mail, "alternative", forms)
        return mail.as_bytes()
    content = base64.encodebytes(entry.text.encode())
    shown = _part(f'text/calendar; method={entry.method}; charset="utf-8"', "base64", content)
    kept = _part("application/ics", "base64", content)
    kept["Content-Disposition"] = f'attachment; filename="{NAME}"'
    inner = MIMEPart(POLICY)
    _join(inner, "alternative", [*forms, shown])
    _join(mail, "mixed", [inner, kept])
    return mail.as_bytes()


def _read(kind: str, words: str) -> MIMEPart:
    encoded = quopri.encodestring(words.encode())
    return _part(f'text/{kind}; charset="utf-8"', "quoted-printable", encoded)


def _part(kind: str, encoding: str, encoded: bytes) -> MIMEPart:
    part = MIMEPart(POLICY)
    part["Content-Type"] = kind
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(encoded.decode())
    return part


def _join(whole: MIMEPart, kind: str, parts: Iterable[MIMEPart]) -> None:
    whole["Content-Type"] = f'multipart/{kind}; boundary="=_{kind}"'
    for part in parts:
        whole.attach(part)


def calendar(
    message: Message,
    facts: dict[str, str],
    letterhead: Letterhead,
    now: datetime,
    entry: Entry,
    identity: str,
) -> Calendar:
    """The entry's own text, as the calendar's library would have it."""
    due = datetime.fromisoformat(facts["due"])
    day = london_date(due)
    hour = facts["due_words"].startswith(in_words(due))
    begins, ends = (due - HALF_AN_HOUR, due) if hour else (day, day + ONE_DAY)
    summary, _, description = entry.words.partition("\n")
    event = Event()
    for name, value in {
        "uid": identity,
        "sequence": int(facts["sequence"]),
        "dtstamp": now.astimezone(UTC),
        "dtstart": begins,
        "dtend": ends,
        "summary": summary,
        "description": description,
        "class": "PRIVATE",
        "transp": "TRANSPARENT",
        **({"status": "CANCELLED"} if entry.method == "CANCEL" else {}),
    }.items():
        event.add(name, value)
    event.add("organizer", vCalAddress(_link(letterhead.reply_to)))
    asked = {"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", vCalAddress(_link(message.recipient)), asked)
    whole = Calendar()
    for name, told in (("prodid", "-//Waymark//EN"), ("version", "2.0"), ("method", entry.method)):
        whole.add(name, told)
    whole.add_component(event)
    return whole
