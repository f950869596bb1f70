"""The house's secret, in editions: what is made is made with the one in force, and says which.

An edition is in force from its instant until the next one's; what was made with it counts until it
is ended. An ended one opens nothing: it only proves what the record says of identifying facts.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

# What an edition may digest with: the record's seals too, from its instant on. The first is meant
# where none is named. All are Python's own, and give 256 bits and more.
DIGESTS = ("sha256", "sha3_256", "sha512")
SHORTEST = 32  # bytes of a key
FIRST = datetime.min.replace(tzinfo=UTC)
# A process that was started before knows nothing of a new edition: so long all have to start again.
WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Edition:
    """One key with its digest, in force from an instant; ended is when it was let go of."""

    number: int
    key: bytes = field(repr=False)
    digest: str = DIGESTS[0]
    since: datetime = FIRST
    ended: datetime | None = None

    def mac(self, *words: str) -> bytes:
        """What the key makes of some words; the first, or the first line, says what for."""
        return hmac.digest(self.key, "\n".join(words).encode(errors="replace"), self.digest)

    def named(self, words: str, letters: int) -> str:
        """So many letters of it in hexadecimal, after the number of any edition but the first."""
        digest = self.mac(words).hex()[:letters]
        return digest if self.number == 1 else f"{self.number}:{digest}"


@dataclass(frozen=True, slots=True)
class Secret:
    """The editions of a house's secret, the first one first; there is at least one."""

    editions: tuple[Edition, ...]

    @classmethod
    def of(cls, key: bytes) -> Secret:
        """A secret that was never changed."""
        return cls((Edition(1, key),))

    @property
    def latest(self) -> Edition:
        """What is made with for a few hours at most, or until somebody comes back for more."""
        return self.editions[-1]

    @property
    def counting(self) -> tuple[Edition, ...]:
        """Those that were not ended: what was made with them is known again."""
        return tuple(each for each in self.editions if each.ended is None)

    def at(self, instant: datetime) -> Edition:
        """The edition of what is, or was, made at an instant; the latest where that one ended.

        So whatever keeps the instant at which it was made need not keep the edition.
        """
        ruled = [each for each in self.editions if each.since <= instant]
        found = ruled[-1] if ruled else self.latest
        return found if found.ended is None else self.latest


NONE = Secret.of(b"")


def is_one(brought: str, made: Iterable[str]) -> bool:
    """Whether what was brought is one of these; all are compared, whatever is found."""
    plain = brought.encode(errors="replace")
    return True in [hmac.compare_digest(plain, each.encode(errors="replace")) for each in made]
