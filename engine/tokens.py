"""Tokens of the API: another program acts as one person of the directory, for a while.

Of a token only its digest is kept. It opens what its person may do, within its scopes, and never
more. What was answered to a request that changed something is kept for a day under the key its
sender gave it, so that sending it again does nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from engine.errors import Absent, Refused, Stale
from engine.facts import storable
from engine.roles import Directory

READ, ACT = "read", "act"
SCOPES = (READ, ACT)
KEPT_FOR = timedelta(hours=24)
MOST_DAYS = 366
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept; scopes hold words of SCOPES, made_by is an account of the machine."""

    id: int
    digest: str = field(repr=False)
    email: str
    scopes: frozenset[str]
    label: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.ends_at

    def allows(self, scope: str) -> bool:
        """Whether it opens what asks for a scope; who may act may look."""
        return scope in self.scopes or (scope == READ and ACT in self.scopes)

    @property
    def account(self) -> str:
        """How the record names it, beside the person it acts for."""
        return f"api token {self.id}" + (f" ({self.label})" if self.label else "")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered to a request; request is a keyed digest of what was asked."""

    token: int
    key: str
    request: str
    status: int
    body: str = field(repr=False)
    at: datetime


class Twice(Stale):
    """The same request is being done already, or was done a moment ago."""


class Tokens(Protocol):
    """The tokens of a house, and what was answered to whoever brought one."""

    def add(self, token: Token) -> int:
        """Keep a new token; returns its number."""
        ...

    def find(self, digest: str) -> Token | None:
        """The token with this digest, open or ended."""
        ...

    def list(self) -> Sequence[Token]:
        """Every token, the first made first."""
        ...

    def revoke(self, number: int, at: datetime) -> bool:
        """End a token; False, and nothing is written, where there is none or it was ended."""
        ...

    def answered(self, token: int, key: str) -> Kept | None:
        """What was answered to a request with this key."""
        ...

    def keep(self, kept: Kept, before: datetime) -> bool:
        """Keep an answer; False where one since `before` is kept under its key."""
        ...

    def has_old(self, before: datetime) -> bool:
        """Whether there are answers from before an instant."""
        ...

    def forget(self, before: datetime) -> int:
        """Let go of answers from before an instant; returns how many there were."""
        ...


def check(directory: Directory, token: Token) -> Token:
    """A token fit to be kept, its address as the directory has it. Errors: Refused, every reason.

    The number of days it lasts is counted from made_at to ends_at.
    """
    reasons = list(_unfit(directory, token))
    person = directory.find(token.email)
    if reasons or person is None:
        raise Refused(reasons)
    return replace(token, email=person.email)


def _unfit(directory: Directory, token: Token) -> Iterator[str]:
    if directory.find(token.email) is None:
        yield "nobody with this address is in the directory; import the person first"
    if not token.scopes or not token.scopes <= set(SCOPES):
        yield f"a scope is one of: {', '.join(SCOPES)}"
    if not timedelta(days=1) <= token.ends_at - token.made_at <= timedelta(days=MOST_DAYS):
        yield f"a token lasts from 1 to {MOST_DAYS} days"
    if len(token.label) > LONGEST_LABEL or not (
        storable(token.label) and token.label.isprintable()
    ):
        yield f"a label is one line of plain text, of at most {LONGEST_LABEL} characters"


def no_token(number: int) -> Absent:
    return Absent([f"there is no token {number}; `waymark token list` names them all"])
