"""What each failure means for a message: one table, for every moment and every fault."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping

from aiosmtplib import (
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from engine.outbox import AWAY, Verdict

FAULTS = (
    "4xx", "5xx", "policy", "421", "close", "reset", "hang", "slow",
    "garbage", "overlong", "certificate", "unsupported", "other",
)  # fmt: skip

A, D, R, U = Verdict.ACCEPTED, Verdict.DEFERRED, Verdict.REFUSED, Verdict.UNSURE

# A lasting no (5xx) before the recipient is named is about us or the server's policy: the message
# keeps, and the house is told. After that it is about the recipient or the message. Nothing is
# lost before the final dot; once the dot is sent, silence may mean yes. At QUIT all is settled.
_ROWS = {
    #             4xx 5xx pol 421 clo res han slo gar ove cer uns oth
    "connect":   (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "banner":    (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "ehlo":      (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "starttls":  (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "auth":      (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "mail":      (D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "rcpt":      (D,  R,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "data":      (D,  R,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "body":      (D,  R,  R,  D,  D,  D,  D,  D,  D,  D,  D,  D,  D),
    "after_dot": (D,  R,  R,  D,  U,  U,  U,  U,  U,  U,  U,  U,  U),
    "quit":      (A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A,  A),
}  # fmt: skip

TABLE: Mapping[str, Mapping[str, Verdict]] = {
    moment: dict(zip(FAULTS, row, strict=True)) for moment, row in _ROWS.items()
}
MOMENTS = tuple(TABLE)

_SETTINGS = frozenset({"5xx", "policy", "certificate", "unsupported"})
_POLICY = frozenset({"policy"})
_OURS = dict.fromkeys((*AWAY, "mail"), _SETTINGS) | dict.fromkeys(("rcpt", "data"), _POLICY)

# RFC 3463: class 5, subject 7 is security or policy, subject 5 the protocol; neither is about the
# recipient. Where a server gives no such code, these plain ones (RFC 5321, RFC 4954) say the same.
_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.\d{1,3}\b")
_OF_POLICY = frozenset({500, 502, 503, 504, 530, 534, 535, 538})


def _of_code(code: int, words: str) -> str:
    if code == 421:  # noqa: PLR2004 - RFC 5321: the server is closing the channel
        return "421"
    kind = {4: "4xx", 5: "5xx"}.get(code // 100, "garbage")
    if kind != "5xx":
        return kind
    enhanced = _ENHANCED.match(words)
    ours = enhanced.group(1) in {"5", "7"} if enhanced else code in _OF_POLICY
    return "policy" if ours else "5xx"


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__
    return chain


def fault(error: BaseException | int) -> str:
    """The kind of a failure, one of FAULTS, from a reply's code or from what was raised.

    A server too slow and one that hangs look the same from here: both are "hang".
    """
    if isinstance(error, int):
        return _of_code(error, "")
    if isinstance(error, SMTPResponseException):
        if error.code == -1:
            return "overlong" if "too long" in str(error.message) else "garbage"
        return _of_code(error.code, str(error.message))
    return _of_loss(_causes(error))


def _of_loss(chain: list[BaseException]) -> str:
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (ssl.SSLCertVerificationError, "certificate"),
        (ssl.SSLError, "garbage"),
        (SMTPTimeoutError, "hang"),
        (TimeoutError, "hang"),
        (ConnectionResetError, "reset"),
        (SMTPServerDisconnected, "close"),
        (OSError, "close"),
        (SMTPException, "unsupported"),
    )
    return next((kind for what, kind in kinds for e in chain if isinstance(e, what)), "other")


def judge(moment: str, error: BaseException | int) -> Verdict:
    """What a failure at a moment makes of the message; what is not in the table is deferred."""
    return TABLE.get(moment, {}).get(fault(error), Verdict.DEFERRED)


def is_ours(moment: str, error: BaseException | int) -> bool:
    """Whether the house or its mail settings must put this right, not the recipient."""
    return fault(error) in _OURS.get(moment, frozenset())
