"""The JSON shapes others rely on: what the commands print and what the API answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import casework
from engine.alike import Alike, alike
from engine.case import Deadline, Event, Step, Task
from engine.casework import Caller, House
from engine.length import london
from engine.letters import Letter
from engine.notices import due_words, when_words
from engine.outbox import Message
from engine.proof import shown
from engine.record import deadline_name
from engine.ruling import rule_of
from engine.silence import of_case
from engine.situation import Situation, day_of
from engine.transition import open_actions
from web.evidence import told, told_words
from web.said import said

KEPT_APART = "(kept apart)"


def deadline(situation: Situation, found: Deadline) -> dict[str, Any]:
    """One deadline; days are London days, instants carry London's offset."""
    rule = rule_of(situation, found)
    timescale = situation.process.timescale_by_key[found.key]
    started = london(datetime.fromisoformat(found.start)) if "T" in found.start else None
    by_hour = found.by_hour and started is not None
    return {
        "name": deadline_name(found),
        "key": found.key,
        "task": found.task or None,
        "cycle": found.cycle,
        "label": timescale.label,
        "due": shown(found.due, found, rule),
        "raw_due": shown(found.raw_due, found, rule),
        "due_words": due_words(found),
        "raw_due_words": when_words(found.raw_due, found.by_hour),
        "starts": started.isoformat() if by_hour and started else day_of(found.start).isoformat(),
        "start_fact": found.start_fact,
        "length": found.length,
        "standing": found.standing,
        "citation": rule.citation if rule else "",
        "status": found.status_at(situation.now),
        "met_on": found.met_on.isoformat() if found.met_on and _was_met(found) else None,
        "provisional": found.provisional,
        "calendar": found.calendar,
    }


def _was_met(found: Deadline) -> bool:
    return found.status in ("met", "met_late")


def task(situation: Situation, found: Task) -> dict[str, Any]:
    """One task; it is due when its clock is."""
    clock = next((d for d in situation.case.deadlines if d.task == found.id), None)
    return {
        "id": found.id,
        "kind": found.kind,
        "label": situation.process.task_by_key[found.kind].label,
        "agency": found.agency,
        "recipient": found.recipient,
        "due": shown(clock.due, clock, rule_of(situation, clock)) if clock else None,
        "due_words": due_words(clock) if clock else None,
        "status": "open" if found.is_open else "cancelled" if _off(found) else "done",
        "answer": None if found.status in ("open", "cancelled") else found.status,
        "reply": found.reply or None,
        "settled_on": found.settled_on.isoformat() if found.settled_on else None,
    }


def _off(found: Task) -> bool:
    return found.status == "cancelled"


def case(situation: Situation, owed: int) -> dict[str, Any]:
    """What open, do, record, ask, answer, extend, hold, release, link and meeting return."""
    found = situation.case
    return {
        "reference": found.reference,
        "process": found.process,
        "label": situation.process.label,
        "version": found.version,
        "stage": found.stage,
        "stage_label": situation.process.stage_by_key[found.stage].label,
        "revision": found.revision,
        "deadlines": [deadline(situation, d) for d in found.deadlines],
        "tasks": [task(situation, t) for t in found.tasks],
        "owed": owed,
    }


def receipt(situation: Situation, step: Step) -> dict[str, Any]:
    """What changed, what is now due, and who will be told."""
    told = sorted({message.recipient for message in step.owed if message.recipient})
    nobody = [message.role for message in step.owed if not message.recipient]
    missing = sorted({role for roles in nobody for role in roles.split(",")})
    return {**case(situation, len(step.owed)), "told": told, "nobody_holds": missing}


def dry_receipt(situation: Situation, step: Step) -> dict[str, Any]:
    """What a step would change, what would be due, and each message that would be owed."""
    would = [
        {"recipient": m.recipient, "role": m.role, "kind": m.kind,
         "title": m.about.get("title", ""), "urgent": m.urgent}
        for m in step.owed
    ]  # fmt: skip
    return {**receipt(situation, step), "told": would, "dry_run": True}


def event(found: Event) -> dict[str, Any]:
    return {
        "sequence": found.sequence,
        "at": found.at.isoformat(),
        "happened_on": found.on.isoformat(),
        "actor": found.actor,
        "account": found.account,
        "kind": found.kind,
        "data": dict(found.data),
        "calendar": found.calendar,
        "seal": found.seal,
    }


def facts(situation: Situation) -> dict[str, str]:
    """What is recorded; identifying values stay where they are kept."""
    hidden = situation.process.identifying
    known = situation.case.facts.items()
    return {key: KEPT_APART if key in hidden else fact.value for key, fact in known}


def whole(situation: Situation, events: Sequence[Event], owed: int) -> dict[str, Any]:
    """Everything `show` tells of a case."""
    found = situation.case
    return {
        **case(situation, owed),
        "pseudonym": found.pseudonym,
        "opened_at": found.opened_at.isoformat(),
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "facts": facts(situation),
        "holds": [_hold(h.kind, h.since.isoformat(), h.until) for h in found.holds],
        "links": [{"other": x.other, "kind": x.kind} for x in found.links],
        "meetings": [
            {"on": m.on.isoformat(), "invited": m.invited, "present": m.present, "kind": m.kind}
            for m in found.meetings
        ],
        "recused": list(found.recused),
        "events": [event(e) for e in events],
        "actions": open_actions(situation),
    }


def _hold(kind: str, since: str, until: object) -> dict[str, Any]:
    return {"kind": kind, "from": since, "until": str(until) if until else None}


@dataclass(frozen=True, slots=True)
class Seen:
    """All there is of a case, of one moment: itself, its record, its messages and letters, and
    other cases that may be of the same child.
    """

    situation: Situation
    events: Sequence[Event]
    messages: Sequence[Message]
    letters: Sequence[Letter]
    same: Sequence[Alike]


def see(house: House, reference: str, caller: Caller | None = None) -> Seen:
    """Read a case whole. Errors: Absent; Refused where the house does not know the caller.

    Without a caller an action counts as allowed where somebody in the right role may do it.
    """
    with house.store.begin() as work:
        situation = casework.situate(house, work, reference, house.clock.now(), caller)
        return Seen(
            situation if caller else casework.as_anybody(situation),
            work.cases.events(reference),
            work.outbox.list(case=reference),
            work.letters.list(case=reference),
            alike(work, situation.process, situation.case),
        )


def whole_of(house: House, reference: str, caller: Caller | None = None) -> dict[str, Any]:
    """Everything there is to show of a case, with its record, from the house itself."""
    return document(see(house, reference, caller))


def document(seen: Seen) -> dict[str, Any]:
    """Everything there is to show of a case, with its record."""
    situation, messages, letters = seen.situation, seen.messages, seen.letters
    made = whole(situation, seen.events, sum(m.state == "owed" for m in messages))
    made["alike"] = [{"reference": a.reference, "facts": list(a.facts)} for a in seen.same]
    quiet = of_case(situation.case, messages, letters, situation.calendar, situation.now)
    since = {found.task.id: found.since.isoformat() for found in quiet}
    for shown_task, kept in zip(made["tasks"], situation.case.tasks, strict=True):
        shown_task["told"] = told(messages, letters, kept)
        shown_task["said"] = said(situation, seen.events, kept)
        shown_task["told"]["silent_since"] = since.get(kept.id)
        shown_task["told"]["words"] = told_words(shown_task)
    return made
