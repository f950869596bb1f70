"""Notices: from an event to the messages owed, in words fit for an email."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from engine.audience import Reader, readers
from engine.case import Case, Deadline, Owed, Task
from engine.length import in_words, london_date
from engine.london import london
from engine.meetings import meeting_words, told_as
from engine.rules import END_OF_DAY
from engine.ruling import rule_of
from engine.shape import Timescale
from engine.situation import CaseView, Situation

STANDING_WORDS = {
    "statutory": "Statutory timescale",
    "guidance": "National guidance",
    "local": "Local timescale",
    "default": "Local default",
}
FACTS_OF_A_MESSAGE = (
    "reference",
    "process_label",
    "stage_label",
    "kind",
    "title",
    "asks",
    "otherwise",
    "because",
    "due",
    "due_words",
    "raw_due_words",
    "standing_words",
    "citation",
    "task",
    "answer_words",
    "provisional",
    "urgent",
    "previous_due_words",
    "clock",
    "sequence",
    "decides",
)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that happened and that notice rules may speak of: "action:notify", a task."""

    on: str
    sequence: int
    task: Task | None = None
    deadline: Deadline | None = None
    previous: datetime | None = None


def owed(situation: Situation, happened: Sequence[Said]) -> tuple[Owed, ...]:
    """Every message the notice rules owe for what happened, one a person and event.

    The situation is the one after the step: its case carries the new stage and deadlines.
    """
    found: dict[tuple[str, str], Owed] = {}
    view = CaseView(situation)
    for said in happened:
        for message in _for(situation, view, said):
            found.setdefault((message.anchor, message.recipient), message)
    return tuple(found.values())


def _for(situation: Situation, view: CaseView, said: Said) -> Iterator[Owed]:
    anchor = f"{said.on}#{said.sequence}" + (f"/{said.task.id}" if said.task else "")
    told = situation.process.notices_on(told_as(said.on, situation.case))
    rules = [r for r in told if r.when.holds(view)]
    shared = _about(situation, said) if rules else {}
    for rule in rules:
        about = {**shared, "kind": rule.kind, "asks": rule.asks, "otherwise": rule.otherwise}
        for reader in readers(rule.to, situation, said.task):
            yield message(anchor, rule.kind, rule.urgent, about, reader)


def message(
    anchor: str,
    kind: str,
    urgent: bool,
    about: Mapping[str, str],
    reader: Reader,
    not_before: datetime | None = None,
) -> Owed:
    """One person's message: the same words for all, and why this one gets it."""
    told = {**about, "because": reader.because, "urgent": "yes" if urgent else ""}
    told["decides"] = "yes" if reader.decides else ""
    return Owed(anchor, kind, reader.email, reader.role, urgent, told, not_before)


def _about(situation: Situation, said: Said) -> dict[str, str]:
    """What every message about one thing says, whichever rule owes it."""
    deadline = said.deadline or _next(situation.case, said.task)
    about = words(situation, "", deadline, said.task)
    about["title"] = _title(situation, said)
    about["sequence"] = str(said.sequence)
    about |= meeting_words(said.on, situation.case, situation.now)
    if said.previous:
        about["previous_due_words"] = in_words(london_date(said.previous))
    return about


def _title(situation: Situation, said: Said) -> str:
    process, (kind, _, key) = situation.process, said.on.partition(":")
    if kind == "action":
        return next((t.label for t in process.transitions if t.action == key), key)
    if kind == "fact":
        return f"Recorded: {process.fact_by_key[key].label}"
    if kind in ("task", "answer"):
        task = process.task_by_key[key].label
        return task if kind == "task" else f"{task}: an answer has come"
    if said.deadline:
        label = process.timescale_by_key[said.deadline.key].label
        return f"{label}: {_happening(kind)}"
    return _happening(kind).capitalize()


def _happening(kind: str) -> str:
    return {
        "extended": "the date was extended",
        "held": "the clock is on hold",
        "released": "the hold has ended",
        "redated": "the date has moved",
        "linked": "linked to another case",
        "met": "done",
        "stage": "a new stage has begun",
    }.get(kind, kind)


def _next(case: Case, task: Task | None) -> Deadline | None:
    """The date a reader needs: the task's own, or the next one the case is running towards."""
    running = [d for d in case.deadlines if d.status == "running"]
    if task:
        return next((d for d in running if d.task == task.id), None)
    return min((d for d in running if not d.task), key=lambda d: d.due, default=None)


def words(
    situation: Situation, kind: str, deadline: Deadline | None, task: Task | None
) -> dict[str, str]:
    """The facts of one message, every key present; nothing here comes from what was recorded."""
    process, case = situation.process, situation.case
    about = dict.fromkeys(FACTS_OF_A_MESSAGE, "")
    about |= {
        "reference": case.reference,
        "process_label": process.label,
        "stage_label": process.stage_by_key[case.stage].label,
        "kind": kind,
    }
    if task:
        about["task"] = task.id
        answers = process.task_by_key[task.kind].answers
        about["answer_words"] = "; ".join(dict.fromkeys(choice.label for choice in answers))
    if deadline:
        about |= _dates(situation, process.timescale_by_key[deadline.key], deadline)
    return about


def _dates(situation: Situation, timescale: Timescale, deadline: Deadline) -> dict[str, str]:
    due = due_words(deadline)
    moved = deadline.due != deadline.raw_due
    raw = when_words(deadline.raw_due, deadline.by_hour) if moved else ""
    rule = rule_of(situation, deadline)
    return {
        "clock": clock_name(deadline),
        "due": deadline.due.isoformat(),
        "due_words": f"{due} ({timescale.label})",
        "raw_due_words": raw,
        "standing_words": STANDING_WORDS[deadline.standing],
        "citation": rule.citation if rule else "",
        "provisional": "yes" if deadline.provisional else "",
    }


def clock_name(deadline: Deadline) -> str:
    """The name of one clock of a case, the same however its date moves: key, task and round."""
    return f"{deadline.key}/{deadline.task}/{deadline.cycle}"


def due_words(deadline: Deadline) -> str:
    """A due date as people write it, London time; the hour only where it matters.

    Hours counted from a day whose time is not known are marked as estimated.
    """
    words = when_words(deadline.due, deadline.by_hour)
    return f"{words}, estimated" if deadline.estimated else words


# The messages of a step speak of few dates, and each date is spoken of for as long as it stands.
@lru_cache(maxsize=4096)
def when_words(moment: datetime, by_hour: bool) -> str:
    """A moment as people write it, the hour only where it matters.

    The first moment of a day ends the day before: whoever acts on that day is in time.
    """
    if london(moment).time() == time():
        return f"midnight at the end of {in_words(london_date(moment) - timedelta(days=1))}"
    whole_day = in_words(london_date(moment))
    closes = in_words(moment)
    ends_with_day = closes.endswith(f"at {END_OF_DAY:%H:%M}")
    return closes if by_hour or not ends_with_day else whole_day
