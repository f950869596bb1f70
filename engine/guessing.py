"""Where a letter may belong that names no message: guessed from what was retyped, or learnt.

A guess proposes at most, and what was learnt from a person's assignment only suggests.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.case import Case, Task
from engine.keyring import Secret
from engine.keys import resembles
from engine.letters import Incoming, Letter
from engine.outbox import Message

RETYPED = "Guessed: its key seems to have been retyped."
NAMED = "Guessed: its subject names the case, and its sender was asked one thing there."
LEARNT = "Suggested: a letter like this one was assigned there before."
AGENCY = "Suggested: its subject names the case, and its sender's agency was asked one thing there."
# Digits as people read and retype them.
_DIGITS = str.maketrans("oil", "011")
_KEY = re.compile(
    r"(?<![0-9a-z])([0-9oil]{1,9})\s?\.\s?((?:[a-z0-9]\s?){20}(?:(?:[a-z0-9]\s?){6})?)(?![a-z0-9])"
)
_CASE = re.compile(
    r"(?<![a-z0-9])([a-z]{2,4})[\s_/–-]{0,3}([0-9oil]{4})[\s_/–-]{1,3}([0-9oil]{1,4})(?![a-z0-9])"
)
_REPLY = re.compile(r"^(?:\s*(?:re|fw|fwd|aw|sv)\s*:)+", re.IGNORECASE)
_MOST, _LONGEST = 3, 300


@dataclass(frozen=True, slots=True)
class Guess:
    """A message a letter may belong to, and why; sure enough to propose, or a suggestion only."""

    message: Message
    why: str
    proposes: bool


def shape(subject: str) -> str:
    """How a subject is built, whatever its numbers: a digest that tells no word of it."""
    plain = re.sub(r"\d+", "#", _REPLY.sub("", subject[:_LONGEST]).casefold())
    words = " ".join(plain.split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32] if words else ""


def retyped(
    incoming: Incoming, secret: Secret, numbered: Callable[[int], Message | None]
) -> Guess | None:
    """The message whose key somebody typed with the usual slips: l for 1, O for 0, spaces."""
    for text in (*incoming.keys[:_MOST], incoming.subject[:_LONGEST]):
        for found in list(_KEY.finditer(text.lower()))[:_MOST]:
            message = numbered(int(found[1].translate(_DIGITS)))
            if message is not None and resembles(secret, found[2], message):
                return Guess(message, RETYPED, proposes=True)
    return None


def references(subject: str) -> Iterator[str]:
    """The cases a subject seems to name, as they are written here."""
    for found in list(_CASE.finditer(subject[:_LONGEST].lower()))[:_MOST]:
        year, number = (digits.translate(_DIGITS) for digits in (found[2], found[3]))
        yield f"{found[1].upper()}-{year}-{int(number):04d}"


def by_case(case: Case, sender: str, agency: str, messages: Iterable[Message]) -> Guess | None:
    """The last message about the one open task a sender was asked for, or else their agency was."""
    waiting = [task for task in case.tasks if task.is_open]
    own = [task for task in waiting if task.recipient == sender]
    theirs = [task for task in waiting if agency and task.agency == agency]
    for tasks, why in ((own, NAMED), (theirs, AGENCY)):
        if len(tasks) == 1 and (message := _last(messages, tasks[0])) is not None:
            return Guess(message, why, proposes=why is NAMED)
    return None


def learnt(letter: Letter, assigned: Iterable[Letter]) -> Letter | None:
    """The last letter a person assigned that was of this sender, else of this domain and shape."""
    known = list(assigned)[::-1]
    domain = letter.sender.rpartition("@")[2]
    same = (x for x in known if x.sender == letter.sender)
    alike = (x for x in known if letter.shape and x.shape == letter.shape and _of(x) == domain)
    return next(same, None) or next(alike, None) if domain else None


def again(before: Message, case: Case, messages: Iterable[Message]) -> Guess | None:
    """The last message about the task a letter was assigned to; None where that is settled."""
    task = case.task(before.about.get("task", ""))
    if task is None or not task.is_open:
        return None
    message = _last(messages, task)
    return Guess(message, LEARNT, proposes=False) if message else None


def _of(letter: Letter) -> str:
    return letter.sender.rpartition("@")[2]


def _last(messages: Iterable[Message], task: Task) -> Message | None:
    own = [m for m in messages if m.about.get("task") == task.id and m.recipient == task.recipient]
    return own[-1] if own else None
