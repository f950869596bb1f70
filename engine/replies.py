"""What a recipient says of a task without settling it: I have it, later, not me, a conflict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.asking import may_answer, telling
from engine.audience import readers
from engine.case import Step, Task
from engine.errors import Refused
from engine.facts import UNSTORABLE, storable
from engine.length import in_words
from engine.notices import message, words
from engine.situation import Situation
from engine.step import Pen

ACKNOWLEDGE, LATER, NOT_ME, CONFLICT = "acknowledge", "later", "not_me", "conflict"
REPLIES = {
    ACKNOWLEDGE: "I have it and will see to it",
    LATER: "I cannot by then",
    NOT_ME: "This is not for me",
    CONFLICT: "I have a conflict of interest",
}
LONGEST = 2_000
# What those who keep the case are told, and what they are asked to do about it.
_TOLD = {
    LATER: ("more time is asked for", "Please extend the date, or ring and agree another way."),
    NOT_ME: ("somebody else is named", "Please ask the person who was named, or somebody else."),
    CONFLICT: ("a conflict is declared", "Please ask somebody else, and recuse who declared it."),
}
_OTHERWISE = "The date stands, and nobody may be at work on it."


@dataclass(frozen=True, slots=True)
class Reply:
    """One of REPLIES; by is the day a late one can be done, words why, or who else."""

    kind: str
    by: date | None = None
    words: str = ""


def reply(situation: Situation, task: str, said: Reply, source: str = "") -> Step:
    """Record what somebody says of a task they were asked for; those who keep the case are told.

    source is where it came from, such as the number of the message. Errors: Refused.
    """
    found = situation.case.task(task)
    if found is None:
        raise Refused([f"there is no task {task} on this case"])
    on_behalf = situation.process.task_by_key[found.kind].on_behalf
    reasons = [*may_answer(situation, found, on_behalf), *_faults(situation, found, said)]
    if reasons:
        raise Refused(reasons)
    pen = Pen(situation)
    data = {"task": found.id, "reply": said.kind, "words": said.words.strip(), "source": source}
    if said.by is not None:
        data["by"] = said.by.isoformat()
    event = pen.write("replied", {key: value for key, value in data.items() if value})
    _tell(pen, found, said, event.sequence)
    return pen.finish()


def _faults(situation: Situation, task: Task, said: Reply) -> list[str]:
    reasons = []
    if said.kind not in REPLIES:
        reasons.append(f"'{said.kind}' is not a reply; the replies are: {', '.join(REPLIES)}")
    if not task.is_open:
        reasons.append(f"task {task.id} is closed already ({task.status})")
    if said.kind == ACKNOWLEDGE and task.reply == ACKNOWLEDGE:
        reasons.append("we have this reply already; thank you")
    return reasons + _unfit(said) + _unfit_day(situation, said) + _leaks(situation, said)


def _unfit(said: Reply) -> list[str]:
    text = said.words.strip()
    reasons = []
    if said.kind == LATER and not text:
        reasons.append("say in a few words why the date cannot be kept")
    if said.kind == NOT_ME and not text:
        reasons.append("name the right person, or their role and agency")
    if len(text) > LONGEST:
        reasons.append(f"at most {LONGEST} letters, please; ring for more")
    if not storable(text):
        reasons.append(UNSTORABLE)
    return reasons


def _unfit_day(situation: Situation, said: Reply) -> list[str]:
    if said.kind != LATER:
        return []
    if said.by is None:
        return ["give the day by which it can be done"]
    if said.by <= situation.today:
        return [f"{in_words(said.by)} is not in the future"]
    if said.by > situation.calendar.horizon:
        return [f"{in_words(said.by)} is beyond the bank holidays known; check the year"]
    return []


def _leaks(situation: Situation, said: Reply) -> list[str]:
    text = said.words.lower()
    if any(value.lower() in text for value in telling(situation)):
        return ["the words hold what identifies a child; leave it out, or ring"]
    return []


def _tell(pen: Pen, task: Task, said: Reply, sequence: int) -> None:
    """Those who keep the case, in words that repeat nothing of what was written."""
    if said.kind not in _TOLD:
        return
    situation = pen.situation
    happening, asks = _TOLD[said.kind]
    clock = next((d for d in situation.case.deadlines if d.task == task.id), None)
    about = words(situation, "replied", clock, task)
    label = situation.process.task_by_key[task.kind].label
    about["title"], about["sequence"] = f"{label}: {happening}", str(sequence)
    about["asks"], about["otherwise"] = asks, _OTHERWISE
    found = readers(situation.process.keepers[:1], situation)
    pen.also += [message(f"replied#{sequence}", "replied", False, about, each) for each in found]
