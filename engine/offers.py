"""What one person may do on a case as it stands, each with the fields its form asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine import asking, record, transition
from engine.asking import READERS, may_answer, telling
from engine.audience import owner, parties
from engine.case import Case, Deadline, Step, Task
from engine.errors import Refused, refuse_for
from engine.facts import Fact, day, storable, text
from engine.length import parse_day
from engine.machine import actions_from
from engine.record import deadline_name
from engine.replies import LATER
from engine.roles import RECIPIENT, may, refusals, roles_of
from engine.shape import TaskKind, Transition
from engine.situation import Situation

DO, ANSWER, EXTEND = "do", "answer", "extend"
LONGEST = 10_000
_NEEDS_A_REASON = ("waived", "declined", "with_reservations")
_TO = day("to", "The new day", past=False)
_WHY = text("reason", "Why, for the record")
_WHY_IF_ANY = text("reason", "Why, for the record, if there is anything to say")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing somebody may do: its key, its words, its fields, and what they begin with.

    needed are the keys of the fields that may not stay empty. barred is why it cannot be done now,
    whatever is typed.
    """

    key: str
    label: str
    fields: tuple[Fact, ...]
    needed: frozenset[str] = frozenset()
    begins: Mapping[str, str] = field(default_factory=dict)
    barred: tuple[str, ...] = ()


def offers(situation: Situation, task: str = "") -> tuple[Offer, ...]:
    """Everything this person may try now; task is the one an email asked them for."""
    found = situation.case.task(task) if task else None
    answers = tuple(_answers(situation, found)) if found else ()
    return (*answers, *_actions(situation, answers), *_extensions(situation))


def offer(situation: Situation, key: str, task: str = "") -> Offer:
    """The one with this key. Errors: Refused where it is not offered."""
    for found in offers(situation, task):
        if found.key == key:
            refuse_for(list(found.barred))
            return found
    raise Refused(["choose one of the things that can be done here"])


def take(situation: Situation, chosen: Offer, given: Mapping[str, str]) -> Step:
    """Do what was offered, with what was typed. Errors: Refused with every reason; CalendarEnds."""
    kind, _, what = chosen.key.partition(":")
    typed = {f.key: given[f.key].strip() for f in chosen.fields if given.get(f.key, "").strip()}
    reasons = _unfit(situation, chosen, typed)
    if kind == DO:
        return _done(situation, what, typed, reasons)
    reason = typed.get("reason", "")
    if kind == ANSWER:
        refuse_for(reasons)
        name, _, answer = what.partition(":")
        return asking.answer(situation, name, answer, reason)
    to = _day(typed.get("to", ""), reasons)
    if to is None:
        raise Refused(reasons)
    refuse_for(reasons)
    return record.extend(situation, what, to, reason)


def _done(situation: Situation, action: str, typed: Mapping[str, str], reasons: list[str]) -> Step:
    """Do an action; faults of the fields and of the action are told together."""
    try:
        step = transition.advance(situation, action, typed)
    except Refused as refusal:
        raise Refused([*reasons, *refusal.reasons]) from None
    refuse_for(reasons)
    return step


def reads(situation: Situation) -> bool:
    """Whether this person may read what is recorded here: who keeps the case, owns its stage, or
    may move it on by a role of theirs; in a dispute, its parties alone.

    Who was only asked for something, and who only reads records, may not.
    """
    case, process, actor = situation.case, situation.process, situation.actor
    working = roles_of(actor) - READERS - {RECIPIENT}
    keeping = {*process.keepers, owner(process, case)}
    here = [t for t in process.transitions if case.stage in t.sources and (t.target or t.answers)]
    moving = {role for way in here for role in way.who}
    if process.parties_fact and actor.agency not in parties(situation):
        moving = set()
    return may(actor, working & (keeping | moving), situation.directory.area, case.recused)


def told(situation: Situation) -> tuple[tuple[Fact, str], ...]:
    """What was recorded since the case came to its stage, with its value; nothing of identity."""
    case, process = situation.case, situation.process
    since = case.entries[-1].sequence if case.entries else 0
    return tuple(
        (process.fact_by_key[key], kept.value)
        for key, kept in case.facts.items()
        if kept.sequence >= since and key in process.fact_by_key and key not in process.identifying
    )


def picture(case: Case) -> str:
    """What a person who decides has looked at: another one where it matters to them has changed."""
    recorded = [(key, kept.value, kept.sequence) for key, kept in case.facts.items()]
    tasks = [(task.id, task.status) for task in case.tasks]
    dates = [(d.identity, d.due, d.is_open) for d in case.deadlines]
    seen = repr((case.stage, len(case.entries), recorded, tasks, dates, case.holds, case.recused))
    return hashlib.sha256(seen.encode()).hexdigest()


def _answers(situation: Situation, task: Task) -> Iterator[Offer]:
    kind = situation.process.task_by_key[task.kind]
    if not task.is_open or may_answer(situation, task, kind.on_behalf):
        return
    actions = actions_from(situation.process, situation.case.stage)
    labels: set[str] = set()
    for choice in kind.answers:
        # What an action does is offered as that action, which asks for more.
        if choice.key in actions or choice.label in labels or _by_link(kind, choice.key):
            continue
        labels.add(choice.label)
        why = choice.key in _NEEDS_A_REASON
        yield Offer(f"{ANSWER}:{task.id}:{choice.key}", f"{kind.label}: {choice.label}",
                    (_WHY if why else _WHY_IF_ANY,),
                    frozenset({"reason"}) if why else frozenset())  # fmt: skip


def _by_link(kind: TaskKind, answer: str) -> bool:
    return any(choice.key == answer for choice in kind.by_link)


def _actions(situation: Situation, answers: tuple[Offer, ...]) -> Iterator[Offer]:
    process, case, actor = situation.process, situation.case, situation.actor
    waiting = {t.kind for t in case.tasks if t.is_open} if answers else set()
    for found in transition.open_actions(situation):
        action = str(found["key"])
        ways = [t for t in process.transitions if t.action == action and case.stage in t.sources]
        who = tuple(role for t in ways for role in t.who)
        # What a person may not do by their roles is none of their business here; what an answer
        # to the task does already is offered once.
        if refusals(actor, who, situation.directory.area, case.recused) or waiting & {
            t.answers for t in ways
        }:
            continue
        yield _action(situation, action, ways, found["reasons"])


def _action(
    situation: Situation, action: str, ways: Sequence[Transition], reasons: object
) -> Offer:
    process = situation.process
    keys = dict.fromkeys(key for way in ways for key in way.facts)
    fields = tuple(process.fact_by_key[k] for k in keys if k not in process.identifying)
    needed = frozenset(ways[0].anew).intersection(*(way.anew for way in ways))
    marks = [f"({each.key})" for each in fields]
    against = reasons if isinstance(reasons, list) else []
    barred = tuple(r for r in against if not any(mark in r for mark in marks))
    return Offer(f"{DO}:{action}", ways[0].label, fields, needed, barred=barred)


def _extensions(situation: Situation) -> Iterator[Offer]:
    """The dates this person may move, those first for which somebody has asked for another."""
    case = situation.case
    for deadline in sorted(case.deadlines, key=lambda d: not _asked_for(case, d)):
        if deadline.is_open and not record.why_not_extend(situation, deadline):
            label = situation.process.timescale_by_key[deadline.key].label
            asked = _asked_for(case, deadline)
            yield Offer(f"{EXTEND}:{deadline_name(deadline)}", f"Give a later date: {label}",
                        (_TO, _WHY), frozenset({"to", "reason"}),
                        {"to": asked} if asked else {})  # fmt: skip


def _asked_for(case: Case, deadline: Deadline) -> str:
    """The day that somebody who cannot by then has named; empty where nobody has."""
    task = case.task(deadline.task) if deadline.task else None
    kind, _, by = task.reply.partition(" ") if task else ("", "", "")
    return by if kind == LATER else ""


def _unfit(situation: Situation, chosen: Offer, typed: Mapping[str, str]) -> list[str]:
    reasons = []
    hidden = [value.lower() for value in telling(situation)]
    for each in chosen.fields:
        value = typed.get(each.key, "")
        if not value and each.key in chosen.needed and not chosen.key.startswith(DO):
            reasons.append(f"{each.label}: nothing was given")
        if len(value) > LONGEST:
            reasons.append(f"{each.label}: at most {LONGEST} letters, please; ring for more")
        if not storable(value):
            reasons.append(f"{each.label}: it holds a character that cannot be stored")
        if any(known in value.lower() for known in hidden):
            reasons.append(f"{each.label}: it holds what identifies a child; leave it out, or ring")
    return reasons


def _day(typed: str, reasons: list[str]) -> date | None:
    if not typed:
        return None
    try:
        return parse_day(typed)
    except ValueError as fault:
        reasons.append(f"{_TO.label}: {fault}")
        return None
