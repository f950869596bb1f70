"""Answering from an email: whoever holds the key of a message may say what it lets them say.

Looking changes nothing, however often; mail scanners follow every link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from engine import casework
from engine.case import Step, Task
from engine.casework import Caller, House
from engine.errors import Absent, Refused
from engine.keys import fits, number_in
from engine.notices import due_words
from engine.outbox import Message, State
from engine.record import answer
from engine.replies import REPLIES, Reply, reply
from engine.situation import Situation

# A key outlives its task by nothing, and no message by more than this.
LIFETIME = timedelta(days=180)
NO_SUCH_LINK = (
    "This link is not valid. It may have been cut in two by a mail program: copy all of it, or"
    " answer the email, or ring the number in it."
)
ENDED = "This link has ended. Ring the number in the email if you still need to answer."


@dataclass(frozen=True, slots=True)
class Question:
    """What the holder of a key is asked, in words fit for an email, and what they may say.

    answers settle the task or decline it; replies do not. Both are empty where nothing is asked
    any more, and `over` then says why.
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


def question(house: House, key: str) -> Question:
    """What this key asks. Errors: Absent, in the same words for whatever is not there."""
    message = _message(house, key)
    situation = casework.look_up(house, message.case)
    task = situation.case.task(message.about.get("task", ""))
    over = _over(house, message, task)
    kind = situation.process.task_by_key[task.kind] if task else None
    choices = kind.by_link if kind and not over else ()
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
        replies={} if over or task is None else dict(REPLIES),
        over=over,
    )


def respond(house: House, key: str, choice: str, said: Reply) -> Step:
    """Do what the holder of a key says, once. Errors: Absent, Refused, Stale."""
    asked = question(house, key)
    if asked.over:
        raise Refused([asked.over])
    message, task = asked.message, asked.message.about["task"]
    source = f"link of message {message.id}"
    if choice in asked.answers:
        decision = partial(answer, task=task, given=choice, reason="")
    elif choice in asked.replies:
        decision = partial(reply, task=task, said=said, source=source)
    else:
        raise Refused(["choose one of the answers"])
    return casework.decide(house, message.case, Caller(message.recipient, source), decision)


def _message(house: House, key: str) -> Message:
    with house.store.begin() as work:
        try:
            message = work.outbox.get(number_in(key))
        except Absent:
            raise Absent([NO_SUCH_LINK]) from None
    if not fits(house.store.secret, key, message):
        raise Absent([NO_SUCH_LINK])
    return message


def _over(house: House, message: Message, task: Task | None) -> str:
    """Why nothing is asked any more; empty where it still is."""
    if message.state is State.PARKED or house.clock.now() - message.owed_at > LIFETIME:
        return ENDED
    if task is None:
        return "This message asks for no answer."
    if task.status == "cancelled":
        return "This is no longer needed. Thank you; nothing more is asked of you here."
    if not task.is_open:
        return "This was answered already. Thank you; nothing more is asked of you here."
    return ""


def _due(situation: Situation, task: Task | None) -> str:
    """The date as it now stands, which may be another one than the email gave."""
    clocks = [d for d in situation.case.deadlines if task and d.task == task.id and d.is_open]
    return due_words(clocks[0]) if clocks else ""
