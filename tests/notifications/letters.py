"""Letters as they come in: answers, automatic replies and bounces, in the shapes of real programs.

Every name, address and word is made up. What each must be read as stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from html import escape
from itertools import product

DOMAIN = "waymark.example"
KEY = "k7f3-q2"
HOUSE, VERP = f"replies+{KEY}@{DOMAIN}", f"bounces+{KEY}@{DOMAIN}"
PERSON = "designated.nurse@agency.example"
ORIGINAL, THREAD = f"<0001@{DOMAIN}>", f"<thread@{DOMAIN}>"
SENT = "Fri, 09 Jan 2026 10:30:00 +0000"
ASKED = ("Please send your return by Friday 23 January 2026.", "Yes or no?", "Ring 01632 960000.")


@dataclass(frozen=True)
class Sample:
    """One letter, and what it is; answer is what its first line proposes."""

    name: str
    raw: bytes
    kind: str
    words: str = ""
    answer: str = ""
    back_on: date | None = None


# ------------------------------------------------------------------------------------- answers

WORDINGS = {
    "Received.": "received",
    "Sent!": "received",
    "Attached": "received",
    "All done, thanks": "received",
    "Nil return": "nil",
    "NIL": "nil",
    "Nothing.": "nil",
    "None known": "nil",
    "No information": "nil",
    "Hello,\n\nNil return.": "nil",
    "Yes": "agree",
    "Yes, agreed.": "agree",
    "We agree": "agree",
    "No": "disagree",
    "I disagree.": "disagree",
    "Acknowledged": "acknowledge",
    "Noted, thank you.": "acknowledge",
    "ok": "acknowledge",
    "Thanks": "acknowledge",
    "Not me": "not_me",
    "Sorry": "",
    "This is the wrong person": "not_me",
    "Not received": "",
    "Not agreed": "",
    "No, agreed": "",
    "Have you received it?": "",
    "Yes, but only if the panel sees it first": "",
    "No problem": "",
    "Good morning,\n\nThe return follows on Monday.": "",
    "Received.\n\n- one form\n- one letter": "received",
}
QUOTE = "\n".join(f"> {line}" for line in ASKED)
HTML_QUOTE = "".join(f"<p>{line}</p>" for line in ASKED)
WROTE = f"On Fri, 9 Jan 2026 at 09:00, Case reviews <{HOUSE}> wrote:"
SIGNATURE = "-- \nDesignated nurse\nExample Trust, 01632 960001"


def _lines(words: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>\n" for line in words.split("\n"))


def outlook(words: str) -> tuple[str, str]:
    """Outlook's quoting, in plain text."""
    block = f"From: Case reviews <{HOUSE}>\nSent: 09 January 2026 09:00\nTo: {PERSON}\nSubject: RR"
    return f"{words}\n\nKind regards\nJo\n\n{'_' * 32}\n{block}\n\n" + "\n".join(ASKED), ""


def outlook_old(words: str) -> tuple[str, str]:
    """An older Outlook's."""
    return f"{words}\n\n-----Original Message-----\nFrom: {HOUSE}\n\n" + "\n".join(ASKED), ""


def outlook_html(words: str) -> tuple[str, str]:
    """Outlook's quoting, in HTML alone, with its styles and conditional comments."""
    head = "<head><style>p {color: #000} /* yes */</style><!--[if mso]><xml>no</xml><![endif]-->"
    block = f"<b>From:</b> Case reviews &lt;{HOUSE}&gt;<br><b>Sent:</b> 9 January<br><b>To:</b> x"
    quote = f'<div id="divRplyFwdMsg">{block}</div>{HTML_QUOTE}'
    return "", f"<html>{head}</head><body>{_lines(words)}<hr>{quote}</body></html>"


def gmail(words: str) -> tuple[str, str]:
    """Gmail's, both ways, with its introduction on two lines."""
    wrote = WROTE.replace(" <", "\n<")
    html = (
        f'<div class="gmail_quote">{escape(WROTE)}<br><blockquote>{HTML_QUOTE}</blockquote></div>'
    )
    return f"{words}\n\n{wrote}\n\n{QUOTE}\n", _lines(words) + html


def gmail_html(words: str) -> tuple[str, str]:
    """Gmail's HTML alone."""
    return "", gmail(words)[1]


def apple(words: str) -> tuple[str, str]:
    """Apple Mail's, from a telephone."""
    return f"{words}\n\nSent from my iPhone\n\n> {WROTE}\n> \n{QUOTE}\n", ""


def apple_html(words: str) -> tuple[str, str]:
    """Apple Mail's HTML alone."""
    quote = f'<blockquote type="cite">{HTML_QUOTE}</blockquote>'
    return "", f"<html><body>{_lines(words)}<div>{escape(WROTE)}</div>{quote}</body></html>"


def below(words: str) -> tuple[str, str]:
    """An answer under what it quotes, with a signature."""
    return f"{WROTE}\n{QUOTE}\n\n{words}\n\n{SIGNATURE}", ""


def bare(words: str) -> tuple[str, str]:
    """No quote at all, behind a gateway's warning."""
    return f"CAUTION: This email originated from outside the organisation.\n\n{words}", ""


QUOTINGS: tuple[Callable[[str], tuple[str, str]], ...] = (
    outlook, outlook_old, outlook_html, gmail, gmail_html, apple, apple_html, below, bare,
)  # fmt: skip


def mail(plain: str, html: str = "", headers: dict[str, str] | None = None) -> EmailMessage:
    """A mail to the house from a person; headers replace or add, and an empty one removes."""
    message = EmailMessage()
    usual = {
        "From": f'"Nurse, Designated" <{PERSON.upper()}>',
        "To": f"Case reviews <{HOUSE}>",
        "Subject": "Re: RR-2026-0001",
        "Date": SENT,
        "Message-ID": "<reply-1@agency.example>",
        "In-Reply-To": ORIGINAL,
        "References": f"{THREAD} {ORIGINAL}",
    }
    for name, value in (usual | (headers or {})).items():
        if value:
            message[name] = value
    if plain or not html:
        message.set_content(plain)
        if html:
            message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    return message


def answers() -> Iterator[Sample]:
    """Every wording in every quoting."""
    for (words, answer), quoting in product(WORDINGS.items(), QUOTINGS):
        raw = mail(*quoting(words)).as_bytes()
        yield Sample(f"{quoting.__name__}: {words}", raw, "answer", words, answer)


# ----------------------------------------------------------------------------------- automatic

OUT_OF_OFFICE: dict[str, date | None] = {
    "I am out of the office until 12 January 2026.": date(2026, 1, 12),
    "I am on annual leave, back on Monday 12 January.": date(2026, 1, 12),
    "I'm away from my desk and will return 12/01/2026.": date(2026, 1, 12),
    "I am on leave and return to the office on Thursday, 1st of October 2026": date(2026, 10, 1),
    "Out of office. Returning on February 2nd, 2026": date(2026, 2, 2),
    "On leave until 9 January, back in the office on Monday 12 January.": date(2026, 1, 12),
    "I am on leave until 2026-02-03.": date(2026, 2, 3),
    "I am out of the office. Back on Tuesday 12 January.": None,
    "I am on leave until 12 January 2026 inclusive.": None,
    "I was on leave until 1 January 2026.": None,
    "I am on leave, back on 31/02/2026.": None,
    "I am away, back on 12 January 2026. I was back on 14 January 2026.": None,
    "I am on maternity leave. Please write to the duty desk.": None,
    "I am away until Monday.": None,
}
TEMPTING = ("Received.", "Yes", "Nil return", "Noted", "No")
REPLIERS: dict[str, dict[str, str]] = {
    "exchange": {
        "Subject": "Automatic reply: RR-2026-0001",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-MS-Exchange-Inbox-Rules-Loop": PERSON,
    },
    "exchange, its subject alone": {"Subject": "Automatic reply: RR-2026-0001"},
    "outlook, older": {"Subject": "Out of Office: RR-2026-0001", "In-Reply-To": ""},
    "gmail": {"Auto-Submitted": "auto-replied", "Precedence": "bulk", "X-Autoreply": "yes"},
    "postfix vacation": {"Precedence": "junk", "Auto-Submitted": "auto-replied (vacation)"},
    "sieve": {"Subject": "Auto: RR-2026-0001", "Auto-Submitted": "auto-replied (sieve)"},
    "sieve, encoded": {"Subject": "=?utf-8?q?Automatic_reply=3A_RR?=", "Precedence": "bulk"},
    "autorespond": {"X-Autorespond": "RR-2026-0001"},
    "autoreply": {"X-Autoreply": "yes"},
    "autoreply subject": {"Subject": "AutoReply: RR-2026-0001"},
    "precedence": {"Precedence": "auto_reply"},
    "list": {"List-Id": "<safeguarding.lists.example>"},
    "list by precedence": {"Precedence": "list"},
    "null path": {"Return-Path": "<>"},
    "ticket": {"Auto-Submitted": "auto-replied", "Subject": "[Ticket 1] We have your request"},
}


def automatic() -> Iterator[Sample]:
    """Every replier, with words that would be an answer from a person."""
    for (name, headers), words in product(REPLIERS.items(), TEMPTING):
        quoted = f"{words}\n\n{WROTE}\n\n{QUOTE}\n"
        raw = bytes(mail(quoted, headers=headers))
        away = headers.get("Subject", "").startswith("Out of")
        yield Sample(f"{name}: {words}", raw, "away" if away else "automatic", words)
    for words, subject in product(("Accepted", "Yes"), ("Accepted: panel meeting", "Panel")):
        raw = bytes(accepted(words, subject))
        yield Sample(f"calendar: {words}, {subject}", raw, "automatic", words)


def accepted(words: str, subject: str) -> EmailMessage:
    """An invitation accepted by a click."""
    message = mail(words, headers={"Subject": subject})
    message.add_alternative("BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR", subtype="calendar")
    message.get_payload(1).set_param("method", "REPLY")  # type: ignore[union-attr]
    return message


def away() -> Iterator[Sample]:
    """Every out-of-office wording by a few repliers, and by one with no sign but its words."""
    for name in ("exchange", "gmail", "sieve"):
        for words, back in OUT_OF_OFFICE.items():
            raw = bytes(mail(f"Hello,\n\n{words}\n\nRegards", headers=REPLIERS[name]))
            yield Sample(f"{name}: {words}", raw, "away", f"Hello,\n\n{words}", back_on=back)
    words = "I am out of the office until 12 January 2026."
    yield Sample("unsigned", bytes(mail(words)), "away", words, back_on=date(2026, 1, 12))


# ------------------------------------------------------------------------------------- bounces


@dataclass(frozen=True)
class Failure:
    """What a server said, and what that makes of the mail."""

    action: str
    status: str
    said: str
    kind: str


FAILURES = (
    Failure("failed", "5.1.1", "550 5.1.1 <{who}>: Recipient address rejected", "hard"),
    Failure("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "hard"),
    Failure("failed", "5.4.4", "550 5.4.4 Host or domain name not found", "hard"),
    Failure("failed", "5.2.2", "552 5.2.2 The mailbox is full", "soft"),
    Failure("failed", "4.4.7", "451 4.4.7 Delivery time expired", "soft"),
    Failure("failed", "5.7.1", "554 5.7.1 Message refused by policy of the site", "ours"),
    Failure("failed", "5.7.26", "550 5.7.26 This mail has no valid SPF or DKIM", "ours"),
)
DELAYED = Failure("delayed", "4.4.1", "421 4.4.1 Connection timed out", "delayed")
COPY = f"From: {HOUSE}\nTo: {PERSON}\nSubject: RR-2026-0001\nMessage-ID: {ORIGINAL}\n"


@dataclass(frozen=True)
class Bounced:
    """One bounce and the failure it tells of; blunt formats cannot tell a status apart."""

    name: str
    raw: bytes
    failure: Failure


def _report(
    failure: Failure, sender: str, prose: str, extra: str = "", status: str = "", copy: str = ""
) -> bytes:
    words = failure.said.format(who=PERSON)
    kind = copy or "message/rfc822"
    return "\n".join((
        "Return-Path: <>", f"From: {sender}", f"To: {VERP}", "Message-ID: <dsn@mx.example>",
        f"Date: {SENT}", "Subject: Undeliverable: RR-2026-0001", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"', "",
        "--=_b", "Content-Type: text/plain", "", prose, "",
        "--=_b", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; mx.example", extra or "Arrival-Date: x", "",
        f"Final-Recipient: rfc822; {PERSON}", f"Action: {failure.action}",
        f"Status: {status or failure.status}", f"Diagnostic-Code: smtp; {words}", "",
        "--=_b", f"Content-Type: {kind}", "", COPY, "", "--=_b--", "",
    )).encode()  # fmt: skip


def postfix(failure: Failure) -> bytes:
    """Postfix: a report with the headers of the mail."""
    prose = f"This is the mail system at host mx.example.\n\n<{PERSON}>: host said no"
    sender = "MAILER-DAEMON@mx.example (Mail Delivery System)"
    return _report(failure, sender, prose, "X-Postfix-Queue-ID: 4F", copy="text/rfc822-headers")


def exchange(failure: Failure) -> bytes:
    """Exchange: a report from postmaster."""
    return _report(failure, "postmaster@agency.example", "Delivery has failed to these recipients")


def exchange_online(failure: Failure) -> bytes:
    """Exchange where it states 5.0.350 or 4.0.0, and the cause is in the words alone."""
    blunt = f"{failure.status[0]}.0.350"
    return _report(failure, "postmaster@agency.example", "Remote server said", status=blunt)


def gmail_report(failure: Failure) -> bytes:
    """Gmail: a report with windows line ends."""
    sender = "Mail Delivery Subsystem <mailer-daemon@googlemail.example>"
    return _report(failure, sender, "Address not found").replace(b"\n", b"\r\n")


def _prose(subject: str, sender: str, text: str, *more: str) -> bytes:
    head = ("Return-Path: <>", f"From: {sender}", f"To: {VERP}", f"Date: {SENT}", *more)
    return "\n".join((*head, f"Subject: {subject}", "", text)).encode()


def exim(failure: Failure) -> bytes:
    """Exim before it wrote reports."""
    text = (
        "This message was created automatically by mail delivery software.\n\nA message that you "
        "sent could not be delivered to one or more of its\nrecipients. This is a permanent error."
        f"\n\n  {PERSON}\n    SMTP error from remote mail server after RCPT TO:<{PERSON}>:\n"
        f"    host mx.example: {failure.said.format(who=PERSON)}\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{COPY}"
    )
    subject = "Mail delivery failed: returning message to sender"
    sender = "Mail Delivery System <Mailer-Daemon@mx.example>"
    return _prose(subject, sender, text, f"X-Failed-Recipients: {PERSON}")


def qmail(failure: Failure) -> bytes:
    """Qmail's own format."""
    text = (
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver "
        "your message to the following addresses.\nThis is a permanent error; I've given up. Sorry "
        f"it didn't work out.\n\n<{PERSON}>:\nRemote host said: {failure.said.format(who=PERSON)}\n"
        f"\n--- Below this line is a copy of the message.\n\n{COPY}"
    )
    return _prose("failure notice", "MAILER-DAEMON@mx.example", text)


REPORTS = (postfix, exchange, exchange_online, gmail_report)
FORMATS = (*REPORTS, exim, qmail)


def bounces() -> Iterator[Bounced]:
    """Every failure in every format; a delay only where the format has one."""
    for form, failure in product(FORMATS, FAILURES):
        yield Bounced(f"{form.__name__}: {failure.status}", form(failure), failure)
    for form in REPORTS:
        yield Bounced(f"{form.__name__}: delayed", form(DELAYED), DELAYED)
