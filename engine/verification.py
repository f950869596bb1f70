"""Verification: seals, replay, messages and checkpoints prove what the house shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

from engine.audit import first_fault, tail_faults
from engine.case import Case, Event
from engine.casework import House, situate
from engine.errors import Refused
from engine.history import apply_step, begin
from engine.outbox import Message
from engine.ports import UnitOfWork
from engine.proof import explain
from engine.record import find_deadline
from engine.situation import Situation
from engine.timescale import derive

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Verified:
    """What a verification found: how much it read, and every fault in words."""

    cases: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)


def verify(house: House, reference: str = "", progress: Progress | None = None) -> Verified:
    """Check seals, replay every record, and compare it with what the house shows."""
    found = Verified()
    with house.store.begin() as work:
        wanted = [reference] if reference else list(work.cases.references())
        for done, name in enumerate(wanted, start=1):
            _verify_one(house, work, name, found)
            if progress:
                progress(done, len(wanted))
    return found


def _verify_one(house: House, work: UnitOfWork, reference: str, found: Verified) -> None:
    events = work.cases.events(reference)
    found.cases += 1
    found.events += len(events)
    fault = first_fault(reference, events)
    if fault is not None:
        found.faults.append(fault)
        return
    situation = situate(house, work, reference, house.clock.now())
    found.faults += differences(situation.case, replay(situation, work, events))
    found.faults += message_faults(reference, events, work.outbox.list(case=reference))


def message_faults(
    reference: str, events: Sequence[Event], messages: Sequence[Message]
) -> Iterator[str]:
    """Messages the record says are owed and that are not there, and messages nobody owed."""
    there = Counter(message.anchor for message in messages)
    owed: dict[str, int] = {}
    for event in events:
        for anchor, count in event.data.get("owed", {}).items():
            owed[anchor] = max(count, owed.get(anchor, 0))
    for anchor, count in owed.items():
        if there[anchor] < count:
            yield f"{reference}: {count - there[anchor]} messages about {anchor} are missing"
    for anchor in there.keys() - owed.keys():
        yield f"{reference}: a message about {anchor} was never owed by the record"


def replay(situation: Situation, work: UnitOfWork, events: Sequence[Event]) -> Case:
    """The case as its record alone makes it, step by step, each on its own calendar."""
    case = situation.case
    for then in history(situation, work, events):
        case = then.case
    return case


def history(situation: Situation, work: UnitOfWork, events: Sequence[Event]) -> Iterator[Situation]:
    """The case after each of its steps, with the instant and the calendar of each."""
    case = begin(events[0], situation.case.reference)
    for _, group in groupby(events, key=lambda event: event.data["step"]):
        step = list(group)
        case = replace(apply_step(situation.process, case, step), seal=step[-1].seal)
        calendar = work.library.calendar(step[-1].calendar)
        then = replace(situation, case=case, calendar=calendar, now=step[-1].at)
        case = derive(then)
        yield replace(then, case=case)


def differences(kept: Case, replayed: Case) -> list[str]:
    """Where what the house shows is not what the record says."""
    faults = []
    mine, theirs = asdict(kept), asdict(replayed)
    for name, value in mine.items():
        if name not in ("identity", "deadlines", "tasks") and value != theirs[name]:
            faults.append(f"{kept.reference}: {name} is not what the record says")
    faults += _unlike(kept.reference, "task", {t.id: t for t in kept.tasks},
                      {t.id: t for t in replayed.tasks})  # fmt: skip
    faults += _unlike(kept.reference, "deadline", {d.identity: d for d in kept.deadlines},
                      {d.identity: d for d in replayed.deadlines})  # fmt: skip
    return faults


def _unlike(
    reference: str, kind: str, mine: Mapping[Any, object], theirs: Mapping[Any, object]
) -> list[str]:
    return [
        f"{reference}: {kind} {key} is not what the record says"
        for key in {**mine, **theirs}
        if mine.get(key) != theirs.get(key)
    ]


def why(house: House, reference: str, name: str) -> dict[str, Any]:
    """The proof of one date, on the calendar it was counted on.

    A date that has ended is proved on the record as it stood then: what happened since does not
    touch it. Errors: Refused, Absent.
    """
    with house.store.begin() as work:
        situation = situate(house, work, reference, house.clock.now())
        found = find_deadline(situation, name)
        then = replace(situation, calendar=work.library.calendar(found.calendar))
        if not found.is_open:
            steps = history(situation, work, work.cases.events(reference))
            then = next((step for step in steps if found in step.case.deadlines), then)
    return explain(then, found)


def checkpoint(house: House) -> tuple[str, int]:
    """Every record's length and head seal as JSON text, to be kept outside the house."""
    with house.store.begin() as work:
        cases = [work.cases.open(name) for name in work.cases.references()]
    heads = {case.reference: [case.sequence, case.seal] for case in cases}
    document = {"at": house.clock.now().isoformat(), "heads": heads}
    return json.dumps(document, sort_keys=True, indent=1), len(heads)


def compare(house: House, kept: str) -> list[str]:
    """What a checkpoint shows of this house: records cut short or rewritten since.

    Errors: Refused where the text is not a checkpoint.
    """
    try:
        heads = {name: (int(n), str(head)) for name, (n, head) in json.loads(kept)["heads"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(["this file is not a checkpoint of a house"]) from None
    with house.store.begin() as work:
        known = set(work.cases.references())
        records = {name: work.cases.events(name) for name in heads if name in known}
    return list(tail_faults(heads, records))
