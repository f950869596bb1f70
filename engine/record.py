"""Steps that move no stage: facts, extensions, holds, links, meetings, notes, recusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.case import CAME, HOW, Deadline, Meeting, Step, Task
from engine.errors import Refused, refuse_for
from engine.given import broken, read_facts
from engine.length import in_words, london_date
from engine.roles import refusals
from engine.rules import STATUTORY
from engine.ruling import rule_of
from engine.situation import CaseView, Situation
from engine.step import Pen, because


def record(situation: Situation, given: Mapping[str, str], reason: str = "") -> Step:
    """Record facts, whatever the stage. Errors: Refused with every reason."""
    facts, faults = read_facts(situation, given)
    view = CaseView(situation, facts)
    who = situation.process.recorders
    reasons = [*faults, *_keeper(situation, who), *broken(situation, view, facts)]
    if not given:
        reasons.append("no fact was given; name at least one")
    refuse_for(reasons)
    pen = Pen(situation)
    event = pen.write("recorded", {**pen.sort(facts), **because(reason)})
    for fact in facts:
        pen.say(f"fact:{fact}", event)
    return pen.finish()


def extend(situation: Situation, deadline: str, to: date, reason: str) -> Step:
    """Give one deadline a later day. Errors: Refused with every reason."""
    found = find_deadline(situation, deadline)
    reasons = [*why_not_extend(situation, found), *_unfit_day(situation, found, to)]
    if not reason.strip():
        reasons.append("a reason is needed to extend a date")
    refuse_for(reasons)
    pen = Pen(situation)
    data = {**_named(found), "to": to.isoformat(), "reason": reason}
    event = pen.write("extended", data)
    pen.say("extended", event, _task_of(situation, found), found)
    return pen.finish()


def why_not_extend(situation: Situation, deadline: Deadline) -> list[str]:
    """Every reason why this person may not extend a date, whatever the new day."""
    timescale = situation.process.timescale_by_key[deadline.key]
    rule = rule_of(situation, deadline)
    limit = rule.extensions if rule else None
    done = [e for e in situation.case.extensions if e.deadline == deadline.key]
    used = sum(1 for e in done if (e.task, e.cycle) == (deadline.task, deadline.cycle))
    reasons = _keeper(situation)
    if deadline.standing == STATUTORY:
        reasons.append(
            f"{timescale.label} is a statutory timescale; nobody may extend it."
            " Do it as soon as possible and record the reason for the delay"
        )
    elif limit is not None and used >= limit:
        reasons.append(
            f"{timescale.label} may be extended {limit} times, and has been {used} times"
        )
    if not deadline.is_open:
        reasons.append(f"{timescale.label} is no longer running ({deadline.status})")
    return reasons


def _unfit_day(situation: Situation, deadline: Deadline, to: date) -> list[str]:
    reasons = []
    if to > situation.calendar.horizon:
        reasons.append(f"{in_words(to)} is beyond the bank holidays known; check the year")
    if to <= london_date(deadline.due):
        due = in_words(london_date(deadline.due))
        reasons.append(f"the new date must be later than the present one, {due}")
    return reasons


def find_deadline(situation: Situation, wanted: str) -> Deadline:
    """The deadline somebody means: its key, or key/task where there is one a task.

    Errors: Refused, naming the deadlines there are.
    """
    key, _, task = wanted.replace(":", "/").partition("/")
    found = [d for d in situation.case.deadlines if d.key == key]
    if task:
        found = [d for d in found if task.upper().lstrip("T") == d.task.lstrip("T")]
    if len({d.task for d in found}) == 1:
        return max(found, key=lambda d: d.cycle)
    names = ", ".join(dict.fromkeys(deadline_name(d) for d in situation.case.deadlines)) or "none"
    if not found:
        raise Refused([f"there is no deadline '{wanted}' on this case; its deadlines: {names}"])
    raise Refused([f"there is one '{key}' a task; name one of: {names}"])


def deadline_name(deadline: Deadline) -> str:
    return f"{deadline.key}/{deadline.task}" if deadline.task else deadline.key


def hold(situation: Situation, kind: str, since: date, reason: str = "") -> Step:
    """Begin a hold: the clocks it stops go on from where they were when it is released."""
    kinds = situation.process.hold_kinds
    reasons = _keeper(situation)
    if kind not in kinds:
        reasons.append(f"'{kind}' is not a hold here; the holds are: {', '.join(kinds) or 'none'}")
    if any(h.kind == kind and h.until is None for h in situation.case.holds):
        reasons.append(f"a {kind.replace('_', ' ')} hold is open already; release it first")
    if since > situation.today:
        reasons.append("a hold cannot begin in the future")
    if since < situation.calendar.first:
        reasons.append(f"{in_words(since)} is long before any case; check the year")
    refuse_for(reasons)
    pen = Pen(situation)
    event = pen.write("held", {"kind": kind, "from": since.isoformat(), **because(reason)})
    pen.say("held", event)
    return pen.finish()


def release(situation: Situation, kind: str, on: date) -> Step:
    """End a hold on a day; dates it stopped move on by the days it lasted."""
    holds = situation.case.holds
    opened = next((h for h in holds if h.kind == kind and h.until is None), None)
    reasons = _keeper(situation)
    if opened is None:
        reasons.append(f"no {kind.replace('_', ' ')} hold is open on this case")
    elif on < opened.since:
        reasons.append(f"the hold began on {in_words(opened.since)}; it cannot end before that")
    if on > situation.today:
        reasons.append("a hold cannot end in the future")
    refuse_for(reasons)
    pen = Pen(situation)
    event = pen.write("released", {"kind": kind, "on": on.isoformat()})
    pen.say("released", event)
    return pen.finish()


def link(situation: Situation, other: str, kind: str, facts: Mapping[str, str]) -> Step:
    """Say that this case belongs with another; facts are what the link brings with it."""
    kinds, case = situation.process.link_kinds, situation.case
    reasons = _keeper(situation)
    if kind not in kinds:
        reasons.append(f"'{kind}' is not a link here; the links are: {', '.join(kinds) or 'none'}")
    if other == case.reference:
        reasons.append("a case cannot be linked to itself")
    if any(known.other == other and known.kind == kind for known in case.links):
        reasons.append(f"the case is linked to {other} already")
    refuse_for(reasons)
    pen = Pen(situation)
    event = pen.write("linked", {"other": other, "kind": kind, **pen.sort(facts)})
    pen.say("linked", event)
    return pen.finish()


def link_back(situation: Situation, other: str, kind: str) -> Step:
    """The other half of a link: the linked case's own record says so too."""
    pen = Pen(situation)
    pen.write("linked", {"other": other, "kind": kind})
    return pen.finish()


def meeting(situation: Situation, held: Meeting) -> Step:
    """Record a meeting's attendance; invited is counted a meeting, deputies are present."""
    reasons = _keeper(situation)
    if held.on > situation.today:
        reasons.append("attendance is recorded once the meeting has been held")
    if not 0 <= held.present <= held.invited or held.invited == 0:
        reasons.append("present cannot be more than invited, and somebody must have been invited")
    refuse_for([*reasons, *_seats(held)])
    pen = Pen(situation)
    data = {"invited": held.invited, "present": held.present, "kind": held.kind}
    if held.agencies:
        data["agencies"] = sorted(list(each) for each in held.agencies)
    pen.write("meeting", data, held.on)
    return pen.finish()


def _seats(held: Meeting) -> Iterator[str]:
    """What does not fit between the agencies that are named and the numbers."""
    came = [how in CAME for _, how in held.agencies]
    if len({name for name, _ in held.agencies}) < len(came):
        yield "an agency is named twice; name each once"
    if not all(name for name, _ in held.agencies) or not {h for _, h in held.agencies} <= {*HOW}:
        yield "each agency is named with one of present, deputy, apologies, absent"
    if len(came) > held.invited:
        yield "more agencies are named than people were invited"
    if sum(came) > held.present:
        yield "more agencies are named as present or by a deputy than people were present"


def note(situation: Situation, text: str) -> Step:
    """Add a note to the record; it is case text and never leaves in an email."""
    refuse_for([*_keeper(situation), *([] if text.strip() else ["the note is empty"])])
    pen = Pen(situation)
    pen.write("noted", {"text": text})
    return pen.finish()


def recuse(situation: Situation, who: str, reason: str) -> Step:
    """Keep somebody with a conflict of interest from acting on this case."""
    who = who.strip().lower()
    reasons = _keeper(situation) if situation.actor.email != who else []
    asked = {task.recipient for task in situation.case.tasks}
    if situation.directory.find(who) is None and who not in asked:
        reasons.append("nobody with this address is in the directory or was asked on this case")
    if not reason.strip():
        reasons.append("a reason is needed for a recusal")
    if who in situation.case.recused:
        reasons.append("they are recused from this case already")
    refuse_for(reasons)
    pen = Pen(situation)
    pen.write("recused", {"who": who, "reason": reason})
    return pen.finish()


def keeps(situation: Situation, also: tuple[str, ...] = ()) -> bool:
    """Whether this person may keep this record, or holds one of these roles besides."""
    return not _keeper(situation, also)


def _keeper(situation: Situation, also: tuple[str, ...] = ()) -> list[str]:
    """Why somebody may not keep this record; the owner of the present stage may as well."""
    process, case = situation.process, situation.case
    stage = process.stage_by_key[case.stage]
    who = tuple(dict.fromkeys((*process.keepers, *filter(None, (stage.owner,)), *also)))
    return list(refusals(situation.actor, who, situation.directory.area, case.recused))


def _named(deadline: Deadline) -> dict[str, object]:
    return {"deadline": deadline.key, "task": deadline.task, "cycle": deadline.cycle}


def _task_of(situation: Situation, deadline: Deadline) -> Task | None:
    return situation.case.task(deadline.task) if deadline.task else None
