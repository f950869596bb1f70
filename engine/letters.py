"""Letters that came in: which message each belongs to, and what of it waits for a person.

A letter proposes and never answers by itself; what no person wrote is kept and proposes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from engine.case import Task
from engine.definition import Process
from engine.keyring import Secret
from engine.keys import fits, number_in
from engine.outbox import Message
from engine.replies import REPLIES


class Kind(StrEnum):
    """What a letter is; only an answer was written by a person and can be read."""

    ANSWER = "answer"
    AUTOMATIC = "automatic"
    AWAY = "away"
    BOUNCE = "bounce"
    UNREADABLE = "unreadable"


class Status(StrEnum):
    """Where a letter is; proposed and unmatched ones wait for a person."""

    PROPOSED = "proposed"
    KEPT = "kept"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNMATCHED = "unmatched"


HARD, SOFT, DELAYED, OURS = "hard", "soft", "delayed", "ours"
BOUNCES = {
    HARD: "The address does not take mail. Tell the person another way, and mend the directory.",
    SOFT: "Their mailbox did not take it this time.",
    DELAYED: "Their mail server is still trying. Nothing was changed.",
    OURS: "The house's mail settings need attention, not the recipient. Nothing was changed.",
}
NO_MESSAGE = "It names no message of this house."
MANY_MESSAGES = "It names more than one message of this house."
TO_A_DIGEST = "It answers a digest, which belongs to no case."
ABOUT_A_DIGEST = "It is about a digest, which belongs to no case. Nothing was changed."
STRANGER = "Its sender was not asked and is not in the directory."
NOTHING_ASKED = "The message it belongs to asks for no answer."
OVER = "What it belongs to was answered or cancelled before."
UNREAD = "It cannot be read here. Read it in the mailbox."
# Nobody answers more messages than this with one letter; the rest is not looked up.
_MOST = 20
_OURS = re.compile(r"<[0-9a-f]{40}@[A-Za-z0-9.-]{1,253}>")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a mail server said of a message it could not deliver; kind is one of BOUNCES.

    lasting: it was no more than "not now", but the server tried for as long as its patience lasts.
    """

    kind: str
    words: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter as far as it could be read: whom it names, what it is, what it seems to answer.

    named are the Message-IDs it refers to, the nearest first; failure is there for a bounce alone.
    subject may name a child: it is looked at and not kept.
    """

    message_id: str
    keys: tuple[str, ...]
    named: tuple[str, ...]
    sender: str
    kind: Kind
    words: str = ""
    answer: str = ""
    back_on: date | None = None
    failure: Failure | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the house keeps it; its raw bytes are kept beside it.

    digest is of the raw bytes, fingerprint of its Message-ID or else of the same. outbox is the
    number of the message it belongs to, reason why it waits or why it was put aside. failure is one
    of BOUNCES where it is such a notice. suggested is the number of the message it may belong to by
    what was learnt from shape, a digest of how its subject is built.
    """

    id: int
    digest: str
    fingerprint: str
    received_at: datetime
    sender: str
    kind: Kind
    outbox: int | None = None
    case: str = ""
    words: str = ""
    proposed: str = ""
    status: Status = Status.UNMATCHED
    reason: str = ""
    back_on: date | None = None
    settled_by: str = ""
    settled_at: datetime | None = None
    failure: str = ""
    shape: str = ""
    suggested: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a letter belongs to: the message, and its task with its process where it has one."""

    message: Message
    process: Process
    task: Task | None


def arrived(incoming: Incoming, raw: bytes, now: datetime) -> Letter:
    """A letter before anything is known of where it belongs."""
    digest = hashlib.sha256(raw).hexdigest()
    name = incoming.message_id.encode("utf-8", "backslashreplace")
    return Letter(
        id=0,
        digest=digest,
        # A Message-ID may be long, or no text a database takes: its digest says as much.
        fingerprint=hashlib.sha256(name).hexdigest() if name else digest,
        received_at=now,
        sender=incoming.sender,
        kind=incoming.kind,
        words=_plain(incoming.failure.words if incoming.failure else incoming.words),
        reason=NO_MESSAGE,
        back_on=incoming.back_on,
        failure=incoming.failure.kind if incoming.failure else "",
    )


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def belongs(
    incoming: Incoming,
    secret: Secret,
    numbered: Callable[[int], Message | None],
    named: Callable[[str], Message | None],
) -> tuple[Message, ...]:
    """The messages a letter belongs to: those of its keys, else the nearest one it refers to."""
    of_keys = {m.id: m for m in _of_keys(incoming.keys, secret, numbered)}
    if of_keys:
        return tuple(of_keys.values())
    ours = [name for name in incoming.named if _OURS.fullmatch(name)][:_MOST]
    found = next((m for name in ours if (m := named(name)) is not None), None)
    return (found,) if found else ()


def _of_keys(
    keys: Sequence[str], secret: Secret, numbered: Callable[[int], Message | None]
) -> Iterator[Message]:
    for key in keys[:_MOST]:
        message = numbered(number_in(key))
        if message is not None and fits(secret, key, message):
            yield message


def judge(incoming: Incoming, known: bool, to: Answered) -> tuple[Status, str, str]:
    """What becomes of a letter whose message is found: its status, the answer proposed, and why.

    known says whether its sender was asked, or is in the directory.
    """
    if incoming.failure is not None:
        return Status.KEPT, "", BOUNCES[incoming.failure.kind]
    if incoming.kind not in (Kind.ANSWER, Kind.UNREADABLE):
        return Status.KEPT, "", ""
    why = STRANGER if not known else UNREAD if incoming.kind is Kind.UNREADABLE else closed(to)
    if why:
        return Status.UNMATCHED, "", why
    return Status.PROPOSED, incoming.answer if incoming.answer in choices(to) else "", ""


def closed(to: Answered) -> str:
    """Why there is nothing to answer any more; empty where there is."""
    if to.task is None:
        return NOTHING_ASKED
    return "" if to.task.is_open else OVER


def choices(to: Answered) -> tuple[str, ...]:
    """What a person may confirm: the answers of the task, and the replies that settle nothing."""
    if to.task is None:
        return ()
    kind = to.process.task_by_key[to.task.kind]
    return (*(choice.key for choice in kind.answers), *REPLIES)
