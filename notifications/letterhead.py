"""What every mail of a house has in common: who sends it, whom to answer, whom to ring."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import Refused
from engine.keyring import NONE, Secret

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")

# Where answer pages are: over HTTPS, or on this very machine.
_PAGES = re.compile(
    rf"(?:https://{_DOMAIN.pattern}|http://(?:127\.0\.0\.1|localhost))(?::\d{{1,5}})?(?:/[\w.~-]+)*/?"
)

# RFC 5321, 4.5.3.1: the longest local part and the longest domain.
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 253


def is_domain(text: str) -> bool:
    """Whether this is a plain mail domain: letters, digits, dots and hyphens."""
    return len(text) <= _LONGEST_DOMAIN and _DOMAIN.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether this is one plain email address, fit for a header and an envelope."""
    local, at, domain = text.rpartition("@")
    fits = bool(at) and len(local) <= _LONGEST_LOCAL
    return fits and _LOCAL.fullmatch(local) is not None and is_domain(domain)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The partnership's own lines on a mail; a practice house is marked as such.

    domain stands on the right of every message's identity. answers is the address under which the
    answer pages are served, and secret makes the keys of their links; replies and bounces are the
    addresses whose replies, and whose reports of failure, are read. Empty, mails have no link, and
    replies go to reply_to unread.
    Errors: Refused, listing every fault.
    """

    partnership: str
    sender_name: str
    sender: str
    reply_to: str
    phone: str
    domain: str
    practice: bool = False
    answers: str = ""
    replies: str = ""
    bounces: str = ""
    secret: Secret = NONE

    def __post_init__(self) -> None:
        faults = tuple(self._faults())
        if faults:
            raise Refused(faults)

    def _faults(self) -> list[str]:
        lines = {
            "the partnership's name": self.partnership,
            "the sender's name": self.sender_name,
            "the support telephone": self.phone,
        }
        faults = [
            f"The letterhead needs {what}, on one line."
            for what, text in lines.items()
            if not text.strip() or not text.isprintable() or "=?" in text
        ]
        for what, text in (("sender", self.sender), ("reply", self.reply_to)):
            if not is_address(text):
                faults.append(f"The letterhead's {what} address is not an email address.")
        for what, text in (("replies", self.replies), ("reports of failure", self.bounces)):
            if text and not is_address(text):
                faults.append(f"The address that {what} are read from is not an email address.")
        if self.answers and not _PAGES.fullmatch(self.answers):
            faults.append("The address of the answer pages is not one like https://example.org.")
        if not is_domain(self.domain):
            faults.append("The letterhead's mail domain is not a domain name.")
        return faults
