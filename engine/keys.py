"""Keys: what stands in a link or a reply address for one message, its recipient and its task.

A key is the message's number and 100 bits of a keyed digest, in letters that survive a mail
system that makes all letters small. Whoever has the mail has the key; nobody can guess one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from engine.outbox import Message

_SHAPE = re.compile(r"([1-9]\d{0,17})\.([a-z2-7]{20})")
_MARK = 20
# Nothing is asked by these: a case that is over, and a code, which carries no link.
_LAST_WORDS = frozenset({"closed", "published", "code"})
# What every database takes for the number of a row.
HIGHEST = 2**31 - 1


def key_of(secret: bytes, message: Message) -> str:
    """The key of a message: the same whenever it is asked for."""
    return f"{message.id}.{_mark(secret, message)}"


def has_link(message: Message) -> bool:
    """Whether its mail carries a link: it asks something of its reader, or they may decide."""
    about = message.about
    return message.kind not in _LAST_WORDS and bool(about.get("task") or about.get("decides"))


def number_in(key: str) -> int:
    """The number of the message a key speaks of; 0 where it is no key or no message can have it."""
    found = _SHAPE.fullmatch(key.strip().lower())
    number = int(found[1]) if found else 0
    return number if number <= HIGHEST else 0


def fits(secret: bytes, key: str, message: Message) -> bool:
    """Whether this is the key of this message; takes as long whatever is wrong with it."""
    expected = key_of(secret, message)
    return hmac.compare_digest(expected.encode(), key.strip().lower().encode())


# What people mistake for one another when they copy a key by hand; b is what an 8 was meant for.
_ALIKE = str.maketrans("01l8", "oiib")


def resembles(secret: bytes, mark: str, message: Message) -> bool:
    """Whether this is the mark of a message's key as somebody may have copied it by hand."""
    typed = "".join(mark.split()).lower().translate(_ALIKE)
    expected = _mark(secret, message).translate(_ALIKE)
    return hmac.compare_digest(expected.encode(), typed.encode())


def _mark(secret: bytes, message: Message) -> str:
    about = f"reply key\n{message.message_id}\n{message.recipient}\n{message.about.get('task', '')}"
    digest = hmac.new(secret, about.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:_MARK]
