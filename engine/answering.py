"""Answering from an email: whoever holds the key of a message may say what it lets them say.

Looking changes nothing, however often; mail scanners follow every link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from engine import casework
from engine.asking import answer
from engine.case import Step, Task
from engine.casework import Caller, House
from engine.errors import Refused
from engine.links import message_of, over, source_of, undecidable
from engine.notices import due_words
from engine.offers import offers
from engine.outbox import Message
from engine.replies import REPLIES, Reply, reply
from engine.situation import Situation


@dataclass(frozen=True, slots=True)
class Question:
    """What the holder of a key is asked, in words fit for an email, and what they may say.

    answers settle the task or decline it; replies do not. Both are empty where nothing is asked
    any more, and `over` then says why. decides: with a code there is more that they may do.
    """

    message: Message
    title: str
    asks: str
    otherwise: str
    reference: str
    process: str
    due: str
    said: str
    answers: Mapping[str, str]
    replies: Mapping[str, str]
    over: str = ""
    decides: bool = False


def question(house: House, key: str) -> Question:
    """What this key asks. Errors: Absent, in the same words for whatever is not there."""
    now = house.clock.now()
    with house.store.begin() as work:
        message = message_of(house, work, key)
        situation = casework.situate(house, work, message.case, now)
    task = situation.case.task(message.about.get("task", ""))
    ended = over(message, task, now)
    kind = situation.process.task_by_key[task.kind] if task else None
    choices = kind.by_link if kind and not ended else ()
    about = message.about
    return Question(
        message,
        title=about["title"],
        asks=about["asks"],
        otherwise=about["otherwise"],
        reference=about["reference"],
        process=about["process_label"],
        due=_due(situation, task) or about["due_words"],
        said=task.reply.partition(" ")[0] if task else "",
        answers={choice.key: choice.label for choice in choices},
        replies={} if ended or task is None else dict(REPLIES),
        over=ended,
        decides=_decides(situation, message, now),
    )


def respond(house: House, key: str, choice: str, said: Reply) -> Step:
    """Do what the holder of a key says, once. Errors: Absent, Refused, Stale."""
    asked = question(house, key)
    if asked.over:
        raise Refused([asked.over])
    message, task = asked.message, asked.message.about["task"]
    source = source_of(message)
    if choice in asked.answers:
        decision = partial(answer, task=task, given=choice, reason="")
    elif choice in asked.replies:
        decision = partial(reply, task=task, said=said, source=source)
    else:
        raise Refused(["choose one of the answers"])
    return casework.decide(house, message.case, Caller(message.recipient, source), decision)


def _decides(situation: Situation, message: Message, now: datetime) -> bool:
    """Whether a code would let the person of a link do anything."""
    if undecidable(message, situation.case, now):
        return False
    try:
        actor = casework.actor_of(
            situation.directory, Caller(message.recipient), situation.case.tasks
        )
    except Refused:
        return False
    found = offers(replace(situation, actor=actor), message.about.get("task", ""))
    return any(not offer.barred for offer in found)


def _due(situation: Situation, task: Task | None) -> str:
    """The date as it now stands, which may be another one than the email gave."""
    clocks = [d for d in situation.case.deadlines if task and d.task == task.id and d.is_open]
    return due_words(clocks[0]) if clocks else ""
