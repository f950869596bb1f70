"""Bonds: a person is bound to the lasting name their organisation has for them.

Whoever hands out addresses can give one to somebody else; an issuer gives a subject to nobody else
(OpenID Connect Core 1.0, section 2). Of the two a keyed digest is kept, which names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine import codes
from engine.keyring import Secret


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom an organisation vouches for; email is empty where it did not verify one."""

    email: str
    issuer: str
    subject: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bond:
    """A person and the digest of their lasting name; released_by is an account of the machine."""

    id: int
    email: str
    name: str = field(repr=False)
    bound_at: datetime
    released_at: datetime | None = None
    released_by: str = ""


def name_of(secret: Secret, who: Vouched) -> str:
    """What is kept of a lasting name: the same for one subject of one issuer, and for no other.

    It is made with the first edition for good: what is compared has to stay the same.
    """
    return codes.keyed(secret.editions[0], "name at an organisation", who.issuer, who.subject)


class Bonds(Protocol):
    """Who is bound to which lasting name in a house."""

    def bind(self, email: str, name: str, at: datetime) -> bool:
        """Bind a person and a name that are free; False where either is bound to another."""
        ...

    def list(self) -> Sequence[Bond]:
        """Every one there was, the first made first."""
        ...

    def release(self, email: str, at: datetime, by: str) -> bool:
        """Let a person be bound anew; False where they are not bound."""
        ...
