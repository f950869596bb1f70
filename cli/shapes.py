"""The JSON shapes others rely on, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from cli.output import counted, one_line
from engine.case import Deadline, Event, Step, Task
from engine.length import Length, in_words, london
from engine.notices import STANDING_WORDS, due_words, when_words
from engine.outbox import Attempt, Message
from engine.proof import shown
from engine.record import deadline_name
from engine.replies import REPLIES
from engine.roles import labels
from engine.ruling import rule_of
from engine.situation import Situation, day_of
from engine.transition import open_actions

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


def whole(situation: Situation, events: list[Event], owed: int) -> dict[str, Any]:
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


def case_words(document: Mapping[str, Any]) -> list[str]:
    """A case in words: where it is, what is due and why, who owes something."""
    lines = [f"{document['reference']}  {document['label']}  stage: {document['stage_label']}"]
    running = [d for d in document["deadlines"] if d["status"] in ("running", "breached", "held")]
    lines += [_deadline_words(found) for found in sorted(running, key=lambda d: d["due"])]
    for found in document["tasks"]:
        if found["status"] == "open":
            due = f", by {found['due_words']}" if found["due"] else ""
            said = f"; said: {_said(found['reply'])}" if found["reply"] else ""
            asked = one_line(f"{found['label']}: {found['agency']}{due}{said}")
            lines.append(f"  waiting  {found['id']} {asked}")
    return lines


def _said(reply: str) -> str:
    kind, _, by = reply.partition(" ")
    return REPLIES[kind] + (f", but by {in_words(date.fromisoformat(by))}" if by else "")


def _deadline_words(found: Mapping[str, Any]) -> str:
    mark = {"breached": "LATE", "held": "on hold"}.get(found["status"], "due")
    moved = found["due"] != found["raw_due"]
    raw = f" (without holds or extensions {found['raw_due_words']})" if moved else ""
    length = Length.parse(found["length"]).in_words()
    authority = STANDING_WORDS[found["standing"]].lower()
    named = f"{found['label']} [{found['name']}]"
    return f"  {mark:9}{found['due_words']}{raw}  {named}: {length}, {authority}"


def receipt_words(document: Mapping[str, Any]) -> list[str]:
    """What a step changed, and who will be told."""
    told = ", ".join(document.get("told", ())) or "nobody"
    owed = f"  {counted(document['owed'], 'message')} owed, to: {told}"
    return [*case_words(document), owed, *_nobody_words(document)]


def dry_words(document: Mapping[str, Any]) -> list[str]:
    """What a step would change, and who would be told of what."""
    told = [
        f"    {addressee(m)}: {m['title']}{' (urgent)' if m['urgent'] else ''}"
        for m in document["told"]
    ]
    owed = f"  It would owe {counted(document['owed'], 'message')}{':' if told else '.'}"
    first = "Nothing was saved. It would leave the case like this:"
    return [first, *case_words(document), owed, *told, *_nobody_words(document)]


def addressee(found: Mapping[str, Any]) -> str:
    """Whom a message is for: the address, where there is one, and the role."""
    return f"{found['recipient'] or 'nobody'} ({labels(found['role'])})"


def _nobody_words(document: Mapping[str, Any]) -> list[str]:
    nobody = document.get("nobody_holds")
    if not nobody:
        return []
    roles = labels(",".join(nobody))
    return [f"  Nobody holds: {roles}. Tell them another way; add somebody to the directory."]


def message(found: Message, attempts: Sequence[Attempt]) -> dict[str, Any]:
    """One message with the evidence of its tries: the server's last words and queue id."""
    return {
        "id": found.id,
        "case": found.case,
        "kind": found.kind,
        "recipient": found.recipient,
        "role": found.role,
        "title": found.about.get("title", ""),
        "message_id": found.message_id,
        "state": str(found.state),
        "owed_at": found.owed_at.isoformat(),
        "next_at": found.next_at.isoformat() if found.next_at else None,
        "tries": found.tries,
        "last_words": found.last_words,
        "attempts": [
            {
                "at": a.at.isoformat(),
                "courier": a.courier,
                "moment": a.moment,
                "verdict": str(a.verdict),
                "code": a.code,
                "words": a.words,
            }
            for a in attempts
        ],
    }
