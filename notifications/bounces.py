"""What a mail says of another one that failed: delivery reports first, then what servers write."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from notifications.parts import (
    Mail,
    Part,
    addresses,
    keys_in,
    line_of,
    parse,
)

LONGEST_WORDS = 300

_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)", re.ASCII)
_CODE = re.compile(
    r"(?<![\d.])[45]\d\d(?=[ -])|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)", re.ASCII
)
_EXPIRED = "5.4.7"
_SOFT = frozenset({"5.2.2", _EXPIRED})
_FULL = re.compile(r"quota|mailbox (?:is )?full|insufficient|timed? ?out|try again", re.IGNORECASE)
_POLICY = re.compile(
    r"spam|policy|block|blacklist|reputation|\b(?:spf|dkim|dmarc)\b", re.IGNORECASE
)
_ID = re.compile(r"^[> \t]{0,8}message-id:\s{0,3}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_DAEMONS = ("mailer-daemon@", "mail-daemon@", "mdaemon@")
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|has failed|failure|notification|delayed)|failure notice"
    r"|returned mail|mail delivery|mail system error|non-?deliver|warning: (?:message|could not)"
    r"|message (?:not delivered|delivery failed)",
    re.IGNORECASE,
)
_KEPT = ("subject", "content-type", "x-failed-recipients", "x-mailer", "x-uidl")
_SCANNED, _LINES, _LINE, _BLOCKS = 8 * 1024, 250, 160, 50


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says of a mail that failed; what it does not say is empty.

    kind is hard, soft, delayed (it is still trying) or ours (it refused the sender or by policy).
    lasting: the server was told "not now" for as long as its patience lasts, and gave up.
    """

    recipient: str
    status: str
    kind: str
    words: str
    message_id: str
    keys: tuple[str, ...]
    lasting: bool = False


def bounce(mail: bytes | Mail, domain: str = "") -> Bounce | None:
    """What a mail says of a failed one; None where it is no such notice. It never raises.

    keys are those of bounces+KEY@domain, of any domain where none is given.
    """
    try:
        return found_in(parse(mail) if isinstance(mail, bytes) else mail, domain)
    except Exception:
        return None


def found_in(mail: Mail, domain: str = "") -> Bounce | None:
    """The same for a mail taken apart, without the net under it."""
    if not mail.whole:
        return None
    for part in mail.root.leaves():
        if part.kind in ("message/delivery-status", "message/global-delivery-status"):
            blocks = mail.text(part).replace("\r\n", "\n").split("\n\n", _BLOCKS)[:_BLOCKS]
            told = [HeaderParser(policy=compat32).parsestr(b.lstrip("\n")) for b in blocks]
            if any(block["Final-Recipient"] or block["Action"] for block in told):
                return _of_report(mail, told, domain)
    return _of_prose(mail, domain) if _may_be_a_servers(mail.root) else None


def _action(block: Message) -> str:
    action = str(block["Action"] or "").strip().lower()
    if not action and _STATUS.search(str(block["Status"] or "")):
        return "failed"
    return "failed" if action.startswith(("fail", "error")) else action


def _of_report(mail: Mail, blocks: list[Message], domain: str) -> Bounce | None:
    """RFC 3464: a block for each recipient; a failure counts before a delay."""
    for wanted in ("failed", "delayed"):
        for block in blocks:
            if _action(block).startswith(wanted):
                who = (str(block[name] or "") for name in ("Original-Recipient", "Final-Recipient"))
                said = str(block["Diagnostic-Code"] or "").partition(";")
                words = line_of((said[2] or said[0]).strip(), LONGEST_WORDS)
                stated = [*_STATUS.findall(str(block["Status"] or "")), *_STATUS.findall(words)]
                return _bounce(mail, domain, addresses(who), wanted, stated, words)
    return None


def _of_prose(mail: Mail, domain: str) -> Bounce | None:
    delayed, failed = _recognised(mail)
    who = addresses(address.decode("ascii", "replace") for address in sorted(failed or delayed))
    if not who:
        return None
    words = _words(mail, who[0])
    action = "failed" if failed else "delayed"
    return _bounce(mail, domain, who, action, _STATUS.findall(words), words)


def _bounce(
    mail: Mail, domain: str, who: tuple[str, ...], action: str, stated: list[str], words: str
) -> Bounce:
    # A status such as 5.0.0 says nothing; the server's own words may say more.
    telling = [status for status in stated if not status[1:].startswith(".0.")]
    status = next(iter([*telling, *stated]), "")
    kind = _kind(status, words) if action == "failed" else "delayed"
    keys = keys_in(mail.recipients(), domain, "bounces")
    # A server that gives a temporary code for good has tried again until its time was over.
    lasting = kind == "soft" and (status.startswith("4.") or status == _EXPIRED)
    return Bounce(next(iter(who), ""), status, kind, words, _original(mail), keys, lasting)


def _kind(status: str, words: str) -> str:
    if status.startswith("5.7."):
        return "ours"
    if status.startswith("4.") or status in _SOFT:
        return "soft"
    if status and not status.startswith("5.0."):
        return "hard"
    code = _CODE.search(words)
    if _FULL.search(words) or (code and code.group().startswith("4")):
        return "soft"
    return "ours" if _POLICY.search(words) else "hard"


def is_a_servers(head: Part) -> bool:
    """Whether its headers say that a mail server wrote it about another mail."""
    sender = next(iter(addresses(head.headers.get("from", ()))), "")
    by_name = sender.startswith(_DAEMONS) or "x-failed-recipients" in head.headers
    return by_name or _SUBJECTS.match(head.get("subject").strip()) is not None


def _may_be_a_servers(head: Part) -> bool:
    """The same, or perhaps: a person who quotes a server's words has not bounced."""
    sender = next(iter(addresses(head.headers.get("from", ()))), "")
    null = head.get("return-path").strip() == "<>"
    return null or sender.startswith("postmaster@") or is_a_servers(head)


def _recognised(mail: Mail) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The addresses delayed and failed, by the many formats that a library knows."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - only a few mails need it

    # Its complaints would quote what it reads.
    logging.getLogger("flufl.bounce").disabled = True
    # One of its formats fails where nobody is named as the sender.
    sender = next(iter(addresses(mail.root.headers.get("from", ()))), "nobody@invalid")
    known = [f"{name}: {mail.root.get(name)[:_LINE]}" for name in _KEPT if mail.root.get(name)]
    head = "\n".join([f"from: {sender}", *known, "", ""]).encode("ascii", "replace")
    body = mail.raw[mail.root.start : min(mail.root.end, mail.root.start + _SCANNED)]
    lines = body.replace(b"\r\n", b"\n").split(b"\n")[:_LINES]
    short = head + b"\n".join(line[:_LINE] for line in lines)
    try:
        delayed, failed = all_failures(message_from_bytes(short, policy=compat32))
    except Exception:
        return frozenset(), frozenset()
    return frozenset(delayed), frozenset(failed)


def _words(mail: Mail, recipient: str) -> str:
    """The server's own words: the paragraph from its code on, or after the recipient's name."""
    texts = (mail.text(p, _SCANNED) for p in mail.root.leaves() if p.kind == "text/plain")
    lines = next(texts, "").splitlines()
    coded = (i for i, line in enumerate(lines) if _CODE.search(line))
    named = (i + 1 for i, line in enumerate(lines) if recipient in line.lower())
    at = next(coded, next(named, len(lines)))
    paragraph = []
    for line in lines[at : at + 4]:
        if not line.strip():
            break
        paragraph.append(line)
    return line_of(" ".join(paragraph), LONGEST_WORDS)


def _original(mail: Mail) -> str:
    """The identity of the mail that failed: from its copy, from the text, or as answered to."""
    leaves = [part for part in mail.root.leaves() if part.kind in (*_ORIGINALS, "text/plain")]
    for part in sorted(leaves, key=lambda part: part.kind == "text/plain")[:_BLOCKS]:
        if found := _ID.search(mail.text(part)):
            return found.group(1)
    answered = re.findall(r"<[^<>\s]{1,250}>", mail.root.get("in-reply-to"))
    return answered[0] if answered else ""
