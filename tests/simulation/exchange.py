"""A mail server without a network: it answers the house's own courier as the seed would have it.

The courier, the connection, the handing over and the verdicts are the house's. In the place of
the library's client stands one whose server is a script.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from unittest.mock import patch

from engine.outbox import Message
from notifications.letterhead import Letterhead
from notifications.message import compose
from tests.simulation.client import LOSSES, Client
from tests.simulation.clock import HouseClock
from tests.simulation.fate import Fate

OPENING = ("connect", "banner", "ehlo")
DIALOGUE = ("mail", "rcpt", "data", "body", "after_dot", "after_dot")
RECOVERY = ("rset",)
DEEDS = (*LOSSES, "4xx", "4xx", "5xx", "policy", "421")
TROUBLED_OPENING, TROUBLED_MAIL, WRITTEN_IN_FULL = 0.06, 0.03, 0.002
# The house seldom has to begin again on a connection.
TROUBLED_RECOVERY = 0.3
_IDENTITY = re.compile(rb"(?mi)^Message-ID:\s*(<[^>\s]+>)")


@dataclass
class Taken:
    """One mail the server took over: when by the house's clock, its Message-ID, and for whom."""

    at: datetime
    identity: str
    recipient: str


@dataclass
class Exchange:
    """The mail server of a year. away: how it refuses every connection now; empty while it works.

    unknown: mails taken of which the house does not know it yet. unanswered: mails whose answer was
    lost. troubles counts what was met.
    """

    random: Random
    clock: HouseClock
    fate: Fate
    away: str = ""
    calm: bool = False
    taken: list[Taken] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    troubles: Counter[str] = field(default_factory=Counter)

    def opening(self) -> tuple[str, str]:
        """At which moment the next connection goes wrong, and how; twice empty where it works."""
        if self.away:
            return ("connect", "close") if self.away == "close" else ("banner", self.away)
        return self._trouble(TROUBLED_OPENING, OPENING)

    def dialogue(self) -> tuple[str, str]:
        return self._trouble(TROUBLED_MAIL, DIALOGUE)

    def recovery(self) -> tuple[str, str]:
        """After a no: beginning again goes wrong, or what follows it does, or nothing."""
        trouble = self._trouble(TROUBLED_RECOVERY, RECOVERY)
        return trouble if trouble[0] else self.dialogue()

    def _trouble(self, chance: float, moments: tuple[str, ...]) -> tuple[str, str]:
        if self.calm or self.random.random() >= chance:
            return "", ""
        return self.random.choice(moments), self.random.choice(DEEDS)

    def take(self, mail: bytes, recipient: str, lost: bool) -> None:
        """Take a mail over; lost: the answer to it will not arrive."""
        found = _IDENTITY.search(mail)
        identity = found[1].decode() if found else "a mail without a Message-ID"
        self.taken.append(Taken(self.clock.now(), identity, recipient))
        self.unknown.add(identity)
        if lost:
            self.unanswered.add(identity)

    def letter(
        self, message: Message, letterhead: Letterhead, now: datetime | None = None
    ) -> bytes:
        """The mail of a message: some in full, most as their first lines, which costs far less."""
        if self.random.random() < WRITTEN_IN_FULL:
            return compose(message, letterhead, now)
        return _note(message)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Whatever the house mails meanwhile goes to this server."""
        with ExitStack() as stack:
            for place, instead in (
                ("notifications.opening.SMTP", lambda **_: Client(self)),
                ("notifications.run.compose", self.letter),
            ):
                stack.enter_context(patch(place, instead))
            yield


def _note(message: Message) -> bytes:
    """The first lines of a mail."""
    to, identity = message.recipient, message.message_id
    return f"To: {to}\r\nMessage-ID: {identity}\r\n\r\n.\r\n".encode()
