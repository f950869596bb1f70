"""An owed message becomes a mail: plain text and HTML, one recipient, nothing of the child."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from engine.errors import Refused
from engine.outbox import Message
from notifications import templates
from notifications.letterhead import Letterhead, is_address
from notifications.lint import lint
from notifications.templates import KINDS

# Seven bits only: a relay that cannot carry eight would re-encode the mail and break its signature.
POLICY = SMTP.clone(cte_type="7bit")
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


def _words(message: Message, letterhead: Letterhead) -> dict[str, object]:
    words: dict[str, object] = {key: _line(value) for key, value in message.about.items()}
    urgent = message.urgent or bool(message.about.get("urgent"))
    return words | {
        "urgent": urgent,
        "practice": letterhead.practice,
        "partnership": letterhead.partnership,
        "phone": letterhead.phone,
    }


def _without(text: str, known: Iterable[str]) -> str:
    for value in known:
        text = text.replace(value, " ")
    return text


def _check(parts: tuple[str, str, str], letterhead: Letterhead, forbidden: Iterable[str]) -> None:
    subject, text, html = parts
    # The letterhead is the house's own: its telephone number is nobody's NHS number.
    known = (letterhead.phone, letterhead.partnership)
    seen = "\n".join((subject, text, Markup(html).striptags()))  # noqa: S704 - read, never shown
    reasons = lint(_without(seen, known), forbidden)
    if reasons:
        raise Refused(reasons)


def _headers(message: Message, letterhead: Letterhead, subject: str) -> Mapping[str, str]:
    thread = thread_id(message.case, letterhead.domain)
    urgent = {"Importance": "high"} if message.urgent or message.about.get("urgent") else {}
    return {
        # The mail library would decode an encoded word, line ends and all, into new headers.
        "Subject": _line(subject, LONGEST_SUBJECT).replace("=?", "= ?"),
        "To": message.recipient,
        "Reply-To": letterhead.reply_to,
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
    parts = templates.render(message.kind, _words(message, letterhead))
    _check(parts, letterhead, forbidden)
    subject, text, html = parts
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(letterhead.sender_name, addr_spec=letterhead.sender)
    mail["Date"] = format_datetime(now or message.owed_at)
    for name, value in _headers(message, letterhead, subject).items():
        mail[name] = value
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    # Written twice, a message is the same mail; the mark between its parts is not left to chance.
    mail.set_boundary(f"=_{thread_id(message.message_id, letterhead.domain)[1:41]}")
    return mail


__all__ = ["KINDS", "LONGEST", "POLICY", "Letterhead", "compose", "thread_id"]
