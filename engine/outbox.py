"""The life of a message: owed, claimed, settled by a verdict, parked or held."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a message is; only owed ones are sent.

    A dropped one was not sent because what it says was no longer true when its turn came.
    """

    OWED = "owed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PARKED = "parked"
    DROPPED = "dropped"


# What was said to somebody, or will be: the others have not reached them.
TOLD = (State.OWED, State.ACCEPTED)
# What reached nobody, unless a person owes it again.
FAILED = (State.REFUSED, State.PARKED)


class Verdict(StrEnum):
    """The outcome of one try, as the server's words allow."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Message:
    """One message owed to one person; about holds only words fit for an email.

    id is the row's number; message_id is fixed when the message is owed and never changes. case is
    empty for the kinds that belong to none.
    """

    id: int
    case: str
    anchor: str
    kind: str
    recipient: str
    role: str
    urgent: bool
    about: Mapping[str, str]
    message_id: str
    owed_at: datetime
    state: State = State.OWED
    tries: int = 0
    next_at: datetime | None = None
    last_words: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one message: when, by which courier, with what outcome and last words.

    template is the version of the wording its mail had; empty where none was offered to a server.
    """

    at: datetime
    courier: str
    verdict: Verdict
    code: int
    words: str
    moment: str
    template: str = ""

    @property
    def queue_id(self) -> str:
        """What the server calls the message it accepted, where its words say; else empty."""
        if self.verdict is not Verdict.ACCEPTED:
            return ""
        found = (form.search(self.words) for form in _QUEUED)
        return next((match[1].rstrip(".,;") for match in found if match), "")


# How servers say it: Postfix; Exchange; Exim; Sendmail and OpenSMTPD; Gmail; qmail; Haraka; Amazon.
_QUEUED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b(?:queued|kept) as <?([\w.+/=-]+)",
        r"\bInternalId=(\d+)",
        r"\bOK id=([\w.+-]+)",
        r"\s(?!2\.\d\.\d )(?=\S*\d)([\w.+-]+) Message accepted for delivery",
        r"\bOK +(\d+ [\w.-]+) - gsmtp",
        r"\bqp (\d+)",
        r"\bQueued \(([\w-]{20,}[\w.]*)\)",
        r"^250 OK ([0-9a-f]{16}(?:-[0-9a-f]+)+)$",
    )
)

# The kinds of message that belong to no case: one tells one person of many cases, the other brings
# a code to sign in with.
DIGEST, SIGN_IN = "digest", "sign_in"
OF_NO_CASE = frozenset((DIGEST, SIGN_IN))
# Where its lists stand among what it is about: as JSON.
SECTIONS = "sections"
# Where the dates stand that a message takes out of its reader's calendar: as JSON.
TAKEN_BACK = "taken_back"

# Moments of a try before the server has heard of any message: what fails then fails for them all.
AWAY = frozenset({"connect", "banner", "ehlo", "starttls", "auth"})

FIRST_WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
HOURLY = timedelta(hours=1)
PATIENCE = timedelta(hours=72)
# No wait is as long as this: a try put off further was put off by a clock that was wrong.
TOO_FAR = timedelta(hours=2)
# Nor is any rest: no run of closed days is longer.
LONGEST_REST = timedelta(days=7)


def message_id(case: str, anchor: str, recipient: str, domain: str) -> str:
    """The Message-ID of a message: the same for ever, and it tells nothing.

    Two tries at one message carry one Message-ID, so a reader's mail system sees one.
    """
    name = hashlib.sha256(f"{case}\n{anchor}\n{recipient}".encode()).hexdigest()[:40]
    return f"<{name}@{domain}>"


def next_try(message: Message, now: datetime) -> datetime | None:
    """When to try again after one more failure; None when it is time to park the message.

    1, 5, 15 and 60 minutes, then hourly, each moved by up to a fifth so that a thousand messages
    do not come back together; parked 72 hours after it was first owed.
    """
    wait = FIRST_WAITS[message.tries] if message.tries < len(FIRST_WAITS) else HOURLY
    seed = hashlib.sha256(f"{message.message_id}{message.tries}".encode()).digest()[0]
    later = now + wait * (0.8 + 0.4 * seed / 255)
    return later if later - message.owed_at <= PATIENCE else None


def settle(message: Message, verdict: Verdict, now: datetime) -> tuple[State, datetime | None]:
    """What a verdict makes of a message: its state, and when it is tried again."""
    if verdict is Verdict.ACCEPTED:
        return State.ACCEPTED, None
    if verdict is Verdict.REFUSED:
        return State.REFUSED, None
    again = next_try(message, now)
    return (State.OWED, again) if again else (State.PARKED, None)
