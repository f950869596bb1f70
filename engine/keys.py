"""Keys: what stands in a link or a reply address for one message, its recipient and its task.

A key is the message's number and 130 bits of a keyed digest, in letters that survive a mail
system that makes all letters small. Whoever has the mail has the key; nobody can guess one.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import UTC, datetime

from engine.keyring import Edition, Secret, is_one
from engine.outbox import Message

_SHAPE = re.compile(r"([1-9]\d{0,17})\.(?:[a-z2-7]{26}|[a-z2-7]{20})")
_LONG, _SHORT = 26, 20
# Mail that was owed before may have gone out under release 0.1, whose keys had 100 bits: both
# count, so that nobody's link ends before its time. A link lives for 180 days, and so do these.
SHORT_UNTIL = datetime(2027, 7, 1, tzinfo=UTC)
# Release 0.1 counted the addresses of a person's calendar from 1 and gave them 100 bits, too.
FIRST_SERIAL = 1_001
# Nothing is asked by these: a case that is over, and a code, which carries no link.
_LAST_WORDS = frozenset({"closed", "published", "code"})
# What every database takes for the number of a row.
HIGHEST = 2**31 - 1


def key_of(secret: Secret, message: Message) -> str:
    """The key of a message: the same whenever it is asked for, while its edition lasts."""
    return keyed(secret.at(message.owed_at), message.id, f"key of a mail\n{_words(message)}")


def keyed(edition: Edition, number: int, words: str) -> str:
    """A number, and 130 bits of what the secret makes of some words."""
    return f"{number}.{_mark(edition, words)[:_LONG]}"


def keyed_short(edition: Edition, number: int, words: str) -> str:
    """The same with 100 bits, as release 0.1 gave them out; nothing new has one."""
    return f"{number}.{_mark(edition, words)[:_SHORT]}"


def has_link(message: Message) -> bool:
    """Whether its mail carries a link: it asks something of its reader, or they may decide."""
    about = message.about
    return message.kind not in _LAST_WORDS and bool(about.get("task") or about.get("decides"))


def number_in(key: str) -> int:
    """The number of the message a key speaks of; 0 where it is no key or no message can have it."""
    found = _SHAPE.fullmatch(key.strip().lower())
    number = int(found[1]) if found else 0
    return number if number <= HIGHEST else 0


def copied(text: str) -> str:
    """The key in what somebody copied out of an email: without spaces, and the address before."""
    return re.split("[#/]", "".join(text.split()))[-1].lower()


def fits(secret: Secret, key: str, message: Message) -> bool:
    """Whether this is the key of this message; takes as long whatever is wrong with it."""
    return is_key(key, _counting(secret, message))


def is_key(given: str, known: tuple[str, ...]) -> bool:
    """Whether what was given is one of these keys, whatever a mail system made of its letters."""
    return is_one(given.strip().lower(), known)


# What people mistake for one another when they copy a key by hand; b is what an 8 was meant for.
_ALIKE = str.maketrans("01l8", "oiib")


def resembles(secret: Secret, mark: str, message: Message) -> bool:
    """Whether this is the mark of a message's key as somebody may have copied it by hand."""
    typed = "".join(mark.split()).lower().translate(_ALIKE)
    marks = (key.partition(".")[2].translate(_ALIKE) for key in _counting(secret, message))
    # What follows a short one may be a word of the letter.
    return True in [hmac.compare_digest(m.encode(), typed[: len(m)].encode()) for m in marks]


def _counting(secret: Secret, message: Message) -> tuple[str, ...]:
    """The keys that count for a message."""
    own = key_of(secret, message)
    if message.owed_at >= SHORT_UNTIL:
        return (own,)
    short = keyed_short(secret.at(message.owed_at), message.id, f"reply key\n{_words(message)}")
    return own, short


def _words(message: Message) -> str:
    return f"{message.message_id}\n{message.recipient}\n{message.about.get('task', '')}"


def _mark(edition: Edition, words: str) -> str:
    return base64.b32encode(edition.mac(words)).decode().lower()
