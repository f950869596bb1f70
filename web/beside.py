"""The steps of a case that move no stage, on a page: each a deed with a few fields of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from starlette.responses import Response

from engine import casework
from engine.asking import Agency
from engine.case import Deadline, Meeting, Step
from engine.casework import Caller, House
from engine.errors import Absent, Refused
from engine.facts import Choice, Fact, Kind
from engine.reading import Reading
from engine.record import deadline_name, why_not_extend
from engine.recording import askable
from engine.situation import Situation
from store.refusals import no_case
from web.case_page import situation_for
from web.deed import Deed, walk
from web.doors import SIGNED_IN, Asked, Door
from web.filled import Filled
from web.offered import STEPS
from web.reading import may_be_linked

Given = Mapping[str, str]
REASON = Fact("reason", "the reason")
# Processes have a fact called reason, which is another thing than why something is recorded.
_WHY = Fact("why-recorded", "why it is recorded now, or corrected")
_ON = Fact("on", "the day", Kind.DAY)


def _record(house: House, ref: str, who: Caller, given: Given) -> Step:
    facts = {key: value for key, value in given.items() if key != _WHY.key}
    return casework.record_facts(house, ref, who, facts, given.get(_WHY.key, ""))


def _ask(house: House, ref: str, who: Caller, given: Given) -> Step:
    """People of the directory, and lines such as "Northmoor Police, sergeant@police.example"."""
    with house.store.begin() as work:
        directory = work.people.directory()
    chosen = [email for email in given.get("people", "").split(";") if email]
    agencies = [Agency(p.agency, p.email) for p in map(directory.find, chosen) if p]
    if len(agencies) < len(chosen):
        raise Refused(["somebody who was chosen is in the directory no more (people)"])
    lines = (line.rpartition(",") for line in given.get("agencies", "").split(";") if line)
    agencies += [Agency(name.strip(), email.strip()) for name, _, email in lines]
    if not agencies:
        raise Refused(["choose whom to ask (people)"])
    return casework.ask(house, ref, who, agencies, given.get("kind", ""))


def _answer(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    task, said = form.text("task", "the task"), form.text("answer", "the answer")
    form.every()
    return casework.answer(house, ref, who, task, said, given.get(REASON.key, ""))


def _extend(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    deadline, to = form.text("deadline", "the date to move"), form.day("to", "the new day")
    why = form.text(REASON.key, REASON.label)
    form.every()
    return casework.extend(house, ref, who, deadline, to, why)


def _hold(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    kind, since = form.text("kind", "the kind of hold"), form.day("on", "the day it begins")
    form.every()
    return casework.hold(house, ref, who, kind, since, given.get(REASON.key, ""))


def _release(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    kind, on = form.text("kind", "the kind of hold"), form.day("on", "the day it ends")
    form.every()
    return casework.release(house, ref, who, kind, on)


def _link(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    other = form.text("other", "the other case's reference").upper()
    kind = form.text("kind", "how they belong together")
    form.every()
    return casework.link(house, ref, who, other, kind)


def _meeting(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    held = Meeting(
        form.day("on", "the day of the meeting"),
        form.number("invited", "how many were invited"),
        form.number("present", "how many were present"),
        given.get("kind", "meeting"),
    )
    form.every()
    return casework.meeting(house, ref, who, held)


def _note(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    text = form.text("text", "the note")
    form.every()
    return casework.note(house, ref, who, text)


def _recuse(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    person, why = form.text("who", "the person's address"), form.text(REASON.key, REASON.label)
    form.every()
    return casework.recuse(house, ref, who, person, why)


def _words(keys: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(key, key.replace("_", " ")) for key in keys)


def _facts_to_record(situation: Situation) -> tuple[Fact, ...]:
    return (*situation.process.facts, _WHY)


def _facts_to_ask(situation: Situation) -> tuple[Fact, ...]:
    kinds = [task for task in situation.process.tasks if task.asked_by]
    found = (Choice(p.email, f"{p.agency}: {p.name}") for p in askable(situation))
    people = Fact("people", "whom to ask", Kind.CHOICES, tuple(found))
    words = "anybody else: the agency, a comma, and the email address"
    others = Fact("agencies", words, Kind.NAMES)
    choices = tuple(Choice(kind.key, kind.label) for kind in kinds)
    several = (Fact("kind", "what is asked", Kind.CHOICE, choices),) if len(kinds) > 1 else ()
    return (*several, people, others)


def _facts_to_answer(situation: Situation) -> tuple[Fact, ...]:
    waiting = [task for task in situation.case.tasks if task.is_open]
    kinds = {task.kind for task in waiting}
    answers = {c.key: c for kind in kinds for c in situation.process.task_by_key[kind].answers}
    tasks = tuple(Choice(t.id.lower(), f"{t.id} {t.agency}") for t in waiting)
    return (
        Fact("task", "which task", Kind.CHOICE, tasks),
        Fact("answer", "the answer", Kind.CHOICE, tuple(answers.values())),
        REASON,
    )


def _dates(situation: Situation, deadlines: Iterable[Deadline]) -> tuple[Choice, ...]:
    scales = situation.process.timescale_by_key
    return tuple(
        Choice(deadline_name(d).lower(), f"{scales[d.key].label} {d.task}".strip())
        for d in deadlines
    )


def running(situation: Situation) -> tuple[Choice, ...]:
    """The dates of a case that are running, to choose one from."""
    return _dates(situation, (d for d in situation.case.deadlines if d.is_open))


def _facts_to_extend(situation: Situation) -> tuple[Fact, ...]:
    movable = (d for d in situation.case.deadlines if not why_not_extend(situation, d))
    which = Fact("deadline", "the date to move", Kind.CHOICE, _dates(situation, movable))
    return (which, Fact("to", "the new day", Kind.DAY), REASON)


def holds_of(situation: Situation) -> tuple[Choice, ...]:
    """The kinds of hold its process has, to choose one from."""
    return _words(situation.process.hold_kinds)


def _facts_to_hold(situation: Situation) -> tuple[Fact, ...]:
    return (Fact("kind", "the kind of hold", Kind.CHOICE, holds_of(situation)), _ON, REASON)


def _facts_to_release(situation: Situation) -> tuple[Fact, ...]:
    kinds = _words(tuple({h.kind: None for h in situation.case.holds if h.until is None}))
    return (Fact("kind", "the kind of hold", Kind.CHOICE, kinds), _ON)


def _facts_to_link(situation: Situation) -> tuple[Fact, ...]:
    kinds = _words(situation.process.link_kinds)
    other = Fact("other", "the other case's reference", Kind.NUMBER)
    return (other, Fact("kind", "how they belong together", Kind.CHOICE, kinds))


def _facts_of_a_meeting(_situation: Situation) -> tuple[Fact, ...]:
    return (
        _ON,
        Fact("invited", "how many were invited", Kind.NUMBER),
        Fact("present", "how many were present, deputies too", Kind.NUMBER),
        Fact("kind", "what sort of meeting it was"),
    )


GRAVE = frozenset(("recuse",))  # who is kept off a case stays off it
Facts = Callable[[Situation], tuple[Fact, ...]]
Do = Callable[[House, str, Caller, Given], Step]
_HOW: Mapping[str, tuple[Facts, Do]] = {
    "record": (_facts_to_record, _record),
    "ask": (_facts_to_ask, _ask),
    "answer": (_facts_to_answer, _answer),
    "extend": (_facts_to_extend, _extend),
    "hold": (_facts_to_hold, _hold),
    "release": (_facts_to_release, _release),
    "link": (_facts_to_link, _link),
    "meeting": (_facts_of_a_meeting, _meeting),
    "note": (lambda _: (Fact("text", "the note"),), _note),
    "recuse": (
        lambda _: (Fact("who", "their email address", Kind.PERSON), REASON),
        _recuse,
    ),
}


def step_page(asked: Asked) -> Response:
    """One of these steps, on one case."""
    reference, name = asked.path["reference"], asked.path["step"]
    situation, allowed = situation_for(asked, reference)
    if allowed is not Reading.WHOLE:
        raise no_case()
    if name not in _HOW:
        raise Absent(["there is no such step"])
    facts, do = _HOW[name]
    made = facts(replace(situation, actor=asked.visitor.actor))

    def use(house: House, given: Given, seen: int | None) -> Step:
        if name == "link":
            may_be_linked(house, asked.visitor.actor, given.get("other", ""))
        return do(replace(house, seen=seen), reference, asked.caller, given)

    first = made if name != "record" else ()
    deed = Deed(
        label=dict(STEPS)[name],
        caption=reference,
        asks=first,
        more=made if name == "record" else (),
        use=use,
        back=(reference, f"/cases/{reference}"),
        seen=situation.case.revision,
        grave=name in GRAVE,
    )
    return walk(asked, deed)


DOORS = tuple(
    Door("/cases/{reference}/step/{step}", method, f"step-{method.lower()}", SIGNED_IN, step_page)
    for method in ("GET", "POST")
)
