"""An owed message becomes a mail: plain text and HTML, one recipient, nothing of the child."""

from __future__ import annotations

import base64
import hashlib
import quopri
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, Policy
from email.utils import format_datetime, formataddr
from functools import lru_cache

from markupsafe import Markup

from engine.errors import Refused
from engine.keys import key_of
from engine.outbox import Message
from notifications import templates
from notifications.calendar_entry import NAME, Entry, entry_of
from notifications.letterhead import Letterhead, is_address
from notifications.lint import lint
from notifications.templates import KINDS


class _Header(BaseHeader):
    """A header that is laid out on its lines once."""

    def fold(self, *, policy: Policy) -> str:
        kept: tuple[Policy, str] | None = getattr(self, "_kept", None)
        if kept is None or kept[0] is not policy:
            kept = self._kept = policy, super().fold(policy=policy)
        return kept[1]


class _Headers(HeaderRegistry):
    """Reads a header once: most of a mail's are the same in every mail of the house."""

    def __init__(self) -> None:
        super().__init__(base_class=_Header)
        # More than one mail has, so that those all mails share are never the oldest here.
        self._kinds = lru_cache(64)(super().__getitem__)
        self._read = lru_cache(64)(super().__call__)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        return self._kinds(name)

    def __call__(self, name: str, value: str) -> BaseHeader:
        return self._read(name, value)


# Seven bits only: a relay that cannot carry eight would re-encode the mail and break its signature.
POLICY = SMTP.clone(cte_type="7bit", header_factory=_Headers())
LONGEST = 1000
LONGEST_SUBJECT = 200


def _line(value: str, longest: int = LONGEST) -> str:
    """The value on one line, without control, direction or invisible characters."""
    start = value[: 4 * longest]
    words = " ".join("".join(c if c.isprintable() else " " for c in start).split())
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
        **facts,
        "urgent": urgent,
        "answer_url": _answer_url(message, letterhead),
        "practice": letterhead.practice,
        "partnership": letterhead.partnership,
        "phone": letterhead.phone,
    }


def _answer_url(message: Message, letterhead: Letterhead) -> str:
    """The page on which this message's recipient answers; empty where there is none."""
    if not letterhead.answers or not message.about.get("task"):
        return ""
    return f"{letterhead.answers.rstrip('/')}/r/{key_of(letterhead.secret, message)}"


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
    local, _, domain = address.partition("@")
    return f"{local}+{key_of(letterhead.secret, message)}@{domain}"


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
    thread = thread_id(message.case, letterhead.domain)
    urgent = {"Importance": "high"} if message.urgent or message.about.get("urgent") else {}
    return {
        # The mail library would decode an encoded word, line ends and all, into new headers.
        "Subject": _line(subject, LONGEST_SUBJECT).replace("=?", "= ?"),
        "To": message.recipient,
        "Reply-To": _reply_to(message, letterhead),
        "Message-ID": message.message_id,
        "In-Reply-To": thread,
        "References": thread,
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
) -> EmailMessage:
    """The mail of an owed message, for its one recipient.

    now dates the mail; without it the date is the instant it was owed. forbidden are values that
    may not be in it. Errors: Refused where it may not leave the house or cannot be addressed;
    LookupError and jinja2.UndefinedError where the notice lacks a template or a word.
    """
    if not is_address(message.recipient):
        raise Refused(["The recipient's address is not an email address; correct the directory."])
    sent = now or message.owed_at
    facts = {key: _line(value) for key, value in message.about.items()}
    subject, text, html = templates.render(message.kind, _words(message, facts, letterhead))
    entry = entry_of(message, facts, letterhead, sent)
    read = Markup(html).striptags()  # noqa: S704 - read, never shown
    _check((subject, text, read, entry.words if entry else ""), letterhead, forbidden)
    mail = EmailMessage(policy=POLICY)
    mail["From"] = formataddr((letterhead.sender_name, letterhead.sender))
    mail["Date"] = format_datetime(sent)
    for name, value in _headers(message, letterhead, subject).items():
        mail[name] = value
    _fill(mail, [_read("plain", text), _read("html", html)], entry)
    return mail


def _fill(mail: EmailMessage, forms: list[MIMEPart], entry: Entry | None) -> None:
    """Put the parts in: a date is there to be shown by the mail program, and as a file to keep."""
    mail["MIME-Version"] = "1.0"
    if entry is None:
        _join(mail, "alternative", forms)
        return
    text = base64.encodebytes(entry.text.encode())
    shown = _part(f'text/calendar; method={entry.method}; charset="utf-8"', "base64", text)
    kept = _part("application/ics", "base64", text)
    kept["Content-Disposition"] = f'attachment; filename="{NAME}"'
    inner = MIMEPart(POLICY)
    _join(inner, "alternative", [*forms, shown])
    _join(mail, "mixed", [inner, kept])


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
    # Written twice, a message is the same mail, so the mark between parts is not left to chance.
    # No part can hold it: in quoted-printable and in base64 nothing is ever written "=_".
    whole["Content-Type"] = f'multipart/{kind}; boundary="=_{kind}"'
    for part in parts:
        whole.attach(part)


__all__ = ["KINDS", "LONGEST", "POLICY", "Letterhead", "compose", "envelope_sender", "thread_id"]
