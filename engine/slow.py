"""What is kept of a secret so short that it could be tried out: a slow digest with a salt.

scrypt (RFC 7914) is made to be dear, so that whoever reads the database, and has the house's
secret too, cannot go through the hundreds of thousands of millions of codes there are.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

_LONG, _SALT = 32, 16  # bytes of a digest, and of its salt
# What a digest takes, and as much again.
_ROOM = 2 * 128
_FORM = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$.{43}")


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one digest is: blocks of 128 bytes that are held, as a power of two, and rounds."""

    power: int
    block: int
    rounds: int


# One of the costs that OWASP's Password Storage Cheat Sheet gives as equal; it holds 8 MB, so
# that forty people at once do not fill a small machine, for 0.31 s of a core as measured on one of
# two. Tests lower it.
COST = Cost(13, 8, 10)


def kept(words: bytes, chance: str) -> str:
    """What is kept of some words, with how it was made; chance makes the salt."""
    return _made(words, hashlib.sha256(f"salt\n{chance}".encode()).digest()[:_SALT], COST)


def alike(words: bytes, known: str) -> str:
    """What would be kept of some words, made as something known was.

    Empty where that was not made so; it takes as long all the same.
    """
    found = _FORM.fullmatch(known)
    if found is None:
        _made(words, bytes(_SALT), COST)
        return ""
    return _made(words, _bytes(found[4]), Cost(int(found[1]), int(found[2]), int(found[3])))


def fits(words: bytes, known: str) -> bool:
    """Whether this was kept of these words; it takes as long whatever is wrong."""
    made = alike(words, known)
    return hmac.compare_digest(made.encode(), known.encode()) and bool(made)


def _made(words: bytes, salt: bytes, cost: Cost) -> str:
    power, block, rounds = cost.power, cost.block, cost.rounds
    room = _ROOM * block * (2**power + rounds)
    digest = hashlib.scrypt(
        words, salt=salt, n=2**power, r=block, p=rounds, maxmem=room, dklen=_LONG
    )
    return f"$scrypt$ln={power},r={block},p={rounds}${_letters(salt)}${_letters(digest)}"


def _letters(of: bytes) -> str:
    return base64.b64encode(of).decode().rstrip("=")


def _bytes(letters: str) -> bytes:
    return base64.b64decode(letters + "=" * (-len(letters) % 4))
