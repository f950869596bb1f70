"""An owed message becomes a mail: plain text and HTML, one recipient, nothing of the child."""

from __future__ import annotations

import base64
import hashlib
import json
import quopri
import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache
from html import unescape

from engine import codes
from engine.booked import Booked, taken_back
from engine.errors import Refused
from engine.keys import has_link, key_of
from engine.outbox import SECTIONS, TAKEN_BACK, Message
from notifications import templates
from notifications.calendar_entry import NAME, Entry, entry_of
from notifications.letterhead import Letterhead, is_address
from notifications.lint import lint
from notifications.templates import KINDS

# Seven bits only: a relay that cannot carry eight would re-encode the mail and break its signature.
POLICY = SMTP.clone(cte_type="7bit")
_LINE_END = "\r\n"
_TAG = re.compile("<[^>]*>")
# What a message is about that is no line of words.
_LISTS = frozenset({SECTIONS, TAKEN_BACK})
LONGEST = 1000
LONGEST_SUBJECT = 200
# RFC 5322, 2.1.1: the longest line a mail should have.
_WIDTH = 78


def _line(value: str, longest: int = LONGEST) -> str:
    """The value on one line, without control, direction or invisible characters."""
    start = value[: 4 * longest]
    if not start.isprintable():
        start = "".join(c if c.isprintable() else " " for c in start)
    words = " ".join(start.split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def thread_id(case: str, domain: str) -> str:
    """The identity all mails about one case refer to, so that they stand together.

    No mail has it; it tells nothing of the case.
    """
    name = hashlib.sha256(f"thread\n{case}".encode()).hexdigest()[:40]
    return f"<{name}@{domain}>"


def _words(message: Message, facts: Mapping[str, str], letterhead: Letterhead) -> dict[str, object]:
    urgent = message.urgent or bool(message.about.get("urgent"))
    return {
        "headline": ": ".join(filter(None, (facts.get("reference"), facts.get("title")))),
        "summary": "",
        "meeting_words": "",
        codes.HAPPENED: "",
        **facts,
        "sections": _sections(message),
        "taken_back": [date.words for date in gone_of(message)],
        # A code must come at once, and tells of no danger.
        "urgent": urgent and message.kind not in codes.CARRIERS,
        "code": _code(message, letterhead),
        **_link(message, letterhead),
        "practice": letterhead.practice,
        "partnership": letterhead.partnership,
        "phone": letterhead.phone,
    }


def _sections(message: Message) -> list[dict[str, object]]:
    """The lists of a digest, each cell on one line; none in any other message."""
    return [
        {
            "title": _line(each["title"]),
            "rows": [[_line(cell) for cell in row] for row in each["rows"]],
            "more": each["more"],
        }
        for each in json.loads(message.about.get(SECTIONS, "[]"))
    ]


def gone_of(message: Message) -> tuple[Booked, ...]:
    """The dates a message takes back, each word of them on one line."""
    return tuple(Booked(*map(_line, astuple(date))) for date in taken_back(message.about))


def _link(message: Message, letterhead: Letterhead) -> dict[str, str]:
    """The page on which this message's recipient answers, and its key; empty where there is none.

    The key stands behind the #, which no browser sends: so no server and no log has it.
    """
    if not letterhead.answers or not has_link(message):
        return {"answer_url": "", "answer_key": ""}
    key = key_of(letterhead.secret, message)
    return {"answer_url": f"{letterhead.answers.rstrip('/')}/r/#{key}", "answer_key": key}


def _code(message: Message, letterhead: Letterhead) -> str:
    """The code that a mail carries: it is made when the mail is, and kept nowhere."""
    if not codes.carries(message):
        return ""
    edition = letterhead.secret.at(message.owed_at)
    return codes.code_in(edition, message.case, message.anchor, message.recipient)


def _reply_to(message: Message, letterhead: Letterhead) -> str:
    """Where an answer goes: with the message's key in the address, where replies are read."""
    if not letterhead.replies or not message.about.get("task"):
        return letterhead.reply_to
    return _keyed(letterhead.replies, message, letterhead)


def envelope_sender(message: Message, letterhead: Letterhead) -> str:
    """Where a mail server reports that it could not deliver this message."""
    if not letterhead.bounces:
        return letterhead.sender
    return _keyed(letterhead.bounces, message, letterhead)


def _keyed(address: str, message: Message, letterhead: Letterhead) -> str:
    """An address with the key of a message; without it where both are too long for an address."""
    local, _, domain = address.partition("@")
    keyed = f"{local}+{key_of(letterhead.secret, message)}@{domain}"
    return keyed if is_address(keyed) else address


def _without(text: str, known: Iterable[str]) -> str:
    for value in known:
        text = text.replace(value, " ")
    return text


def _check(seen: Iterable[str], letterhead: Letterhead, forbidden: Iterable[str]) -> None:
    # The letterhead is the house's own: its telephone number is nobody's NHS number.
    known = (letterhead.phone, letterhead.partnership)
    reasons = lint(_without("\n".join(seen), known), forbidden)
    if reasons:
        raise Refused(reasons)


def _headers(message: Message, letterhead: Letterhead, subject: str) -> Mapping[str, str]:
    # Digests stand alone: a thread of them would hide the newest among the oldest.
    thread = thread_id(message.case, letterhead.domain) if message.case else ""
    threaded = {"In-Reply-To": thread, "References": thread} if thread else {}
    urgent = {"Importance": "high"} if message.urgent or message.about.get("urgent") else {}
    return {
        # The mail library would decode an encoded word, line ends and all, into new headers.
        "Subject": _line(subject, LONGEST_SUBJECT).replace("=?", "= ?"),
        "To": message.recipient,
        "Reply-To": _reply_to(message, letterhead),
        "Message-ID": message.message_id,
        **threaded,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "X-Waymark-Template": f"{message.kind}/{templates.version(message.kind)}",
        "Content-Language": "en-GB",
        **urgent,
    }


def compose(
    message: Message,
    letterhead: Letterhead,
    now: datetime | None = None,
    forbidden: Iterable[str] = (),
) -> bytes:
    """The mail of an owed message, for its one recipient, as it goes to the mail server.

    now dates the mail; without it the date is the instant it was owed. forbidden are values that
    may not be in it. Errors: Refused where it may not leave the house or cannot be addressed;
    LookupError and jinja2.UndefinedError where the notice lacks a template or a word.
    """
    if not is_address(message.recipient):
        raise Refused(["The recipient's address is not an email address; correct the directory."])
    sent = now or message.owed_at
    facts = {key: _line(value) for key, value in message.about.items() if key not in _LISTS}
    subject, text, html = templates.render(message.kind, _words(message, facts, letterhead))
    entry = entry_of(message, facts, letterhead, sent, gone_of(message))
    read = unescape(_TAG.sub("", html))
    _check((subject, text, read, entry.words if entry else ""), letterhead, forbidden)
    headers = {
        "From": formataddr((letterhead.sender_name, letterhead.sender)),
        "Date": format_datetime(sent),
        **_headers(message, letterhead, subject),
        "MIME-Version": "1.0",
    }
    lines = [_header(name, value) for name, value in headers.items()]
    return "".join((*lines, _filled(text, html, entry))).encode("ascii")


def _header(name: str, value: str) -> str:
    """A header on its lines, as the mail library would lay it out; the plain ones cost nothing.

    Errors: ValueError where the value would begin another header.
    """
    if value.isascii() and value.isprintable() and "=?" not in value:
        if len(name) + 2 + len(value) <= _WIDTH:
            return f"{name}: {value}{_LINE_END}"
        if " " not in value and len(value) < _WIDTH:
            return f"{name}:{_LINE_END} {value}{_LINE_END}"
    return _laid_out(name, value)


@lru_cache(64)
def _laid_out(name: str, value: str) -> str:
    line: str = POLICY.fold(*POLICY.header_store_parse(name, value))
    return line


def _filled(text: str, html: str, entry: Entry | None) -> str:
    """The parts: a date is there to be shown by the mail program, and as a file to keep."""
    forms = [_read("plain", text), _read("html", html)]
    if entry is None:
        return _joined("alternative", forms)
    kept = base64.encodebytes(entry.text.encode()).decode()
    shown = _part(f'text/calendar; method="{entry.method}"; charset="utf-8"', "base64", kept)
    named = f'Content-Disposition: attachment; filename="{NAME}"'
    file = _part("application/ics", "base64", kept, named)
    return _joined("mixed", [_joined("alternative", [*forms, shown]), file])


def _read(kind: str, words: str) -> str:
    encoded = quopri.encodestring(words.encode()).decode("ascii")
    return _part(f'text/{kind}; charset="utf-8"', "quoted-printable", encoded)


def _part(kind: str, encoding: str, encoded: str, *more: str) -> str:
    head = (f"Content-Type: {kind}", f"Content-Transfer-Encoding: {encoding}", *more, "")
    return _LINE_END.join((*head, encoded.replace("\n", _LINE_END)))


def _joined(kind: str, parts: Iterable[str]) -> str:
    # Written twice, a message is the same mail, so the mark between parts is not left to chance.
    # No part can hold it: in quoted-printable and in base64 nothing is ever written "=_".
    mark = f"=_{kind}"
    between = f"{_LINE_END}--{mark}"
    body = "".join(f"{between}{_LINE_END}{part}" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"{_LINE_END}'
    return f"{head}{body}{between}--{_LINE_END}"


__all__ = ["KINDS", "LONGEST", "POLICY", "Letterhead", "compose", "envelope_sender", "thread_id"]
