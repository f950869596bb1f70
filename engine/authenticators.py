"""Authenticator apps: a second thing to sign in with, beside an email address.

The secret that an app and the house share is made from chance and the house's own secret, so it is
kept nowhere; of the codes that stand in for a lost telephone only slow digests are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from engine import slow
from engine.keyring import Edition, Secret

_LONG = 20  # bytes of a shared secret, as RFC 4226 recommends
DIGITS = 6
MOST_TRIES = 10  # of a person, in an hour
SPARE = 10  # codes that stand in for a lost telephone
HOUR = timedelta(hours=1)
NOT_YET = -1  # no code was accepted so far

# The step of time whose code was typed, given the secret that is shared; None where it is no code.
StepOf = Callable[[bytes, str], int | None]

WRONG = (
    "That is not the code, or it was used already: each works once. Wait for the app to show the"
    " next one. Where that fails too, the time of your telephone may be wrong."
)
TOO_MANY = (
    "Too many codes were tried, so none is taken just now. Try again in an hour, or ask whoever"
    " looks after the house."
)
ENDED = "This took too long, or was done already. Sign in again from the start."
ON_ALREADY = "An authenticator app is in use already. Stop using that one first."
NONE_BEGUN = "No authenticator app is waiting to be confirmed. Start again."


@dataclass(frozen=True, slots=True)
class Authenticator:
    """An app of one person; chance makes its secret, step is the newest whose code was accepted.

    tries are those since tries_from. removed_by is a person, or an account of the machine.
    """

    id: int
    email: str
    chance: str = field(repr=False)
    made_at: datetime
    confirmed_at: datetime | None = None
    removed_at: datetime | None = None
    removed_by: str = ""
    step: int = NOT_YET
    tries: int = 0
    tries_from: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether its codes are asked for."""
        return self.confirmed_at is not None and self.removed_at is None


@dataclass(frozen=True, slots=True)
class Spare:
    """Codes that stand in for an app, as they are shown once; chance salts what is kept of them."""

    codes: Sequence[str] = field(repr=False)
    chance: str = field(repr=False)


class Authenticators(Protocol):
    """The authenticator apps of a house, with the codes that stand in for each."""

    def begin(self, authenticator: Authenticator) -> None:
        """Keep one that waits to be confirmed, in place of another that waits.

        Nothing is written where its person has one that is on.
        """
        ...

    def of(self, email: str) -> Authenticator | None:
        """The one of a person that was not removed, confirmed or not."""
        ...

    def list(self) -> Sequence[Authenticator]:
        """Every one there was, the first made first."""
        ...

    def tried(self, number: int, now: datetime, since: datetime, most: int) -> bool:
        """Count one more try; False, and nothing is written, where there were enough since."""
        ...

    def accept(self, number: int, step: int) -> bool:
        """Take the code of a step of time; False where that step, or a later one, was taken."""
        ...

    def confirm(self, number: int, now: datetime) -> bool:
        """Ask for its codes from now on; False where it was confirmed or removed."""
        ...

    def remove(self, number: int, now: datetime, by: str) -> bool:
        """Ask for its codes no more; False where it was removed."""
        ...

    def spare(self, number: int, digests: Sequence[str]) -> None:
        """Keep the codes that stand in for it, in place of all there were."""
        ...

    def spend(self, number: int, digest: str, now: datetime) -> bool:
        """Use one of those codes; False where there is none such, or it was used."""
        ...

    def unspent(self, number: int) -> Sequence[str]:
        """What is kept of those codes that were not used."""
        ...


def secret_of(house: Secret, app: Authenticator) -> bytes:
    """The secret an app shares with the house."""
    return house.at(app.made_at).mac("authenticator", app.email, app.chance)[:_LONG]


def digests_of(house: Secret, app: Authenticator, spare: Spare) -> list[str]:
    """What is kept of the codes that stand in for an app, with one salt."""
    edition = house.at(app.made_at)
    return [slow.kept(_spare(edition, app.email, code), spare.chance) for code in spare.codes]


def digest_like(house: Secret, app: Authenticator, typed: str, known: Sequence[str]) -> str:
    """What was kept of a code if it is one of those known, which were all made alike.

    One try costs one slow digest, however many are known. Codes that were made before there were
    slow ones are kept by a quick one until their person makes others.
    """
    words = _spare(house.at(app.made_at), app.email, typed)
    made = next(iter(known), "")
    return slow.alike(words, made) or words.hex()


def _spare(edition: Edition, email: str, typed: str) -> bytes:
    return edition.mac("spare code", email, plain(typed))


def plain(typed: str) -> str:
    """A code without what people put between its groups."""
    return "".join(c for c in typed[:100].lower() if c.isascii() and c.isalnum())
