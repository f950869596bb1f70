"""One try at a message, told in words a business manager can act on."""

from __future__ import annotations

import base64
import socket
import ssl
from dataclasses import dataclass

from aiosmtplib import SMTPResponseException

from engine.outbox import Verdict
from notifications.post import Post
from notifications.verdict import fault, is_ours, judge

LONGEST = 300

_WHEN = {
    "connect": "connecting to the mail server",
    "banner": "waiting for the mail server's greeting",
    "ehlo": "greeting the mail server",
    "starttls": "beginning encryption",
    "auth": "signing in to the mail server",
    "mail": "naming the sender",
    "rcpt": "naming the recipient",
    "data": "asking to hand the message over",
    "body": "handing the message over",
    "after_dot": "waiting for the answer to the message",
    "quit": "saying goodbye",
}
_WHAT = {
    "close": "there is no connection",
    "reset": "the connection was cut",
    "hang": "the mail server did not answer in time",
    "slow": "the mail server did not answer in time",
    "garbage": "the mail server's answer made no sense",
    "overlong": "the mail server's answer had no end",
    "certificate": "the mail server could not prove who it is",
    "unsupported": "the mail server does not offer what the settings ask for",
    "other": "the message could not be handed over",
}
_OURS = "The house's mail settings need attention, not the recipient."
_UNSURE = "It may have been delivered; it is sent again with the same identity."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one try ended: the verdict, at what moment, and the server's last words.

    code is the server's reply, 0 where it gave none. ours: the house must put it right.
    """

    verdict: Verdict
    moment: str
    code: int
    words: str
    ours: bool = False


def _secrets(post: Post) -> tuple[str, ...]:
    """Every form in which the password may come back in a server's words."""
    if not post.password:
        return ()
    password, user = post.password.encode(), post.username.encode()
    forms = (password, b"\0" + user + b"\0" + password)
    return (post.password, *(base64.b64encode(form).decode() for form in forms))


def tidy(words: str, post: Post) -> str:
    """A server's words on one line, at most 300 characters, never with the password in them."""
    for secret in _secrets(post):
        words = words.replace(secret, "[removed]")
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _said(error: BaseException) -> tuple[int, str]:
    if isinstance(error, SMTPResponseException) and error.code > 0:
        return error.code, f"{error.code} {error.message}"
    return 0, ""


def _why(error: BaseException) -> str:
    """What more is known where the server said nothing; in brackets, or nothing."""
    chain = (error, error.__cause__)
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return f" ({link.verify_message})"
        if isinstance(link, socket.gaierror):
            return " (its name is not known)"
        if isinstance(link, ConnectionRefusedError):
            return " (nothing answers there)"
    return f" ({error.message})" if fault(error) == "unsupported" else ""  # type: ignore[attr-defined]


def accepted(code: int, words: str, post: Post) -> Outcome:
    """The server took the message over; its words often carry its own queue number."""
    return Outcome(Verdict.ACCEPTED, "after_dot", code, tidy(f"{code} {words}", post))


def failed(moment: str, error: BaseException, post: Post) -> Outcome:
    """What a failure makes of the message, in the server's words or, where it had none, ours."""
    verdict, ours = judge(moment, error), is_ours(moment, error)
    code, said = _said(error)
    what = said or f"{_WHAT.get(fault(error), _WHAT['other'])}{_why(error)}"
    words = f"While {_WHEN.get(moment, moment)}: {what.rstrip('.')}."
    hint = _OURS if ours else _UNSURE if verdict is Verdict.UNSURE else ""
    return Outcome(verdict, moment, code, tidy(f"{hint} {words}", post), ours)
