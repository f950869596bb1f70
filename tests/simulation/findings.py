"""What must be true of a house at any moment of its year, and what at its end."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.case import RUNNING, Case, Event, Step
from engine.casework import situate
from engine.outbox import State
from engine.verification import differences, history
from store.memory.picture import Owing, Picture
from tests.faults import invariants
from tests.faults.rows import Row, Rows
from tests.proof import oracle

if TYPE_CHECKING:
    from tests.simulation.year import Year


def of(year: Year, only_open: bool = False) -> list[str]:
    """Every broken promise, in words. only_open: of the cases in hand, while the year goes on.

    A record only grows, so replaying it at the end, step by step, says what replaying it at any
    moment before would have said: while the year goes on it is not replayed.
    """
    picture = year.store.picture
    cases = [case for case in picture.cases.values() if case.is_open or not only_open]
    rows = _rows(picture, cases)
    if only_open:
        rows["number"] = []
    found = [*invariants.counted(rows), *invariants.sealed(rows), *invariants.owed(rows)]
    untouched = [m for m in rows["outbox"] if m["id"] not in year.released]
    found += invariants.accepted(
        {**rows, "outbox": untouched, "attempt": _tries(picture, untouched)}
    )
    found += [*_written(year, cases), *_mailed(year), *_lost(picture)]
    if not only_open:
        found += [*_replayed(year, cases), *_said(year), *_missed(year), *_settled(picture)]
    # Sets have an order of their own in each process; a year is told the same in all.
    return sorted(found)


def _rows(picture: Picture, cases: list[Case]) -> Rows:
    """The cases as rows of a database, which is how the invariants read a house."""
    names = {case.reference for case in cases}
    numbers = picture.numbers.items()
    return {
        "case": [{key: getattr(case, key) for key in ("reference", "revision", "sequence", "seal")}
                 for case in cases],
        "number": [{"prefix": p, "year": y, "last": last} for (p, y), last in numbers],
        "event": [_line(name, event) for name in names for event in picture.events[name]],
        "outbox": [_message(owing) for owing in picture.messages.values()
                   if owing.message.case in names or not owing.message.case],
    }  # fmt: skip


def _line(name: str, event: Event) -> Row:
    return {
        "case": name,
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "happened_on": event.on.isoformat(),
        "actor": event.actor,
        "account": event.account,
        "kind": event.kind,
        "data": json.dumps(event.data),
        "calendar": event.calendar,
        "seal": event.seal,
    }


def _message(owing: Owing) -> Row:
    wanted = ("id", "case", "anchor", "kind", "recipient", "message_id", "state", "tries")
    row = {key: getattr(owing.message, key) for key in wanted}
    return row | {"case": owing.message.case or None, "lease_by": owing.lease_by}


def _tries(picture: Picture, messages: Iterable[Row]) -> list[Row]:
    """Every try at these messages; a number orders the tries at one message."""
    return [
        {
            "id": number,
            "outbox": message["id"],
            "verdict": tried.verdict,
            "moment": tried.moment,
        }
        for message in messages
        for number, tried in enumerate(picture.attempts.get(message["id"], ()))
    ]


def _replayed(year: Year, cases: list[Case]) -> Iterator[str]:
    """I5: after each step, stage, tasks and deadlines are what the record alone makes of them."""
    steps = _kept(year)
    with year.store.begin() as work:
        for case in cases:
            situation = situate(year.house, work, case.reference, year.clock.now())
            states = history(situation, work, work.cases.events(case.reference))
            for step, then in zip(steps[case.reference], states, strict=False):
                kept = replace(step.case, identity=then.case.identity)
                if then.case != kept:
                    yield from (f"I5 {words}" for words in differences(kept, then.case))


def _kept(year: Year) -> dict[str, list[Step]]:
    """The steps that were kept of each case, in order."""
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in year.book.kept:
        steps[step.case.reference].append(step)
    return steps


def _written(year: Year, cases: list[Case]) -> Iterator[str]:
    """A record is the steps that were kept, in order; its messages are those they owe, once each.

    And the case shown is that of its last step. The bench wrote all of it down as it passed,
    before the store had it.
    """
    steps, picture = _kept(year), year.store.picture
    yield from (
        f"{lost}: kept, and it is not there" for lost in steps.keys() - picture.cases.keys()
    )
    for case in cases:
        kept = steps[case.reference]
        seals = [event.seal for step in kept for event in step.events]
        if [event.seal for event in picture.events[case.reference]] != seals:
            yield f"{case.reference}: the record is not the steps that were kept"
        elif (last := replace(kept[-1].case, identity={})) != case:
            yield from (f"I5 {words}" for words in differences(last, case))
    owed = {(s.case.reference, m.anchor, m.recipient) for s in year.book.kept for m in s.owed}
    owed |= {("", digest.anchor, digest.recipient) for digest in year.book.digests}
    messages = (owing.message for owing in picture.messages.values())
    slots = Counter((m.case, m.anchor, m.recipient) for m in messages)
    yield from (f"I3 owed and not there: {which}" for which in owed - slots.keys())
    yield from (f"I4 there and never owed: {which}" for which in slots.keys() - owed)
    yield from (f"I3 {times} messages: {which}" for which, times in slots.items() if times > 1)


def _mailed(year: Year) -> Iterator[str]:
    """I4 from outside: each mail that arrived was owed, and it came once for every good reason.

    A mail is taken once to be accepted, and once more each time the house could not know of it.
    """
    messages = {o.message.message_id: o.message for o in year.store.picture.messages.values()}
    for taken in year.exchange.taken:
        known = messages.get(taken.identity)
        if known is None or known.recipient != taken.recipient:
            yield f"I4 {taken.identity} reached {taken.recipient} and was never owed to them"
    times = Counter(taken.identity for taken in year.exchange.taken)
    for identity, message in messages.items():
        reasons = year.couriers.excused[identity] + (message.state is State.ACCEPTED)
        if times[identity] != reasons:
            yield (f"I4 {identity}: taken {times[identity]} times, with {reasons} reasons;"
                   f" it is {message.state}")  # fmt: skip


def _lost(picture: Picture) -> Iterator[str]:
    """I6: rows that refer to nothing."""
    cases, messages = picture.cases.keys(), picture.messages.keys()
    owed = {number for number, o in picture.messages.items() if o.message.state is State.OWED}
    for what, mine, theirs in (
        ("records", picture.events.keys(), cases),
        ("cases without a record", cases, picture.events.keys()),
        ("identities", picture.identity.keys(), cases),
        ("messages", {owing.message.case for owing in picture.messages.values()}, {"", *cases}),
        ("tries", picture.attempts.keys(), messages),
        ("owed", picture.owed.keys() ^ owed, set()),
        ("definitions", {case.digest for case in picture.cases.values()}, picture.processes.keys()),
        ("rules", {case.rules for case in picture.cases.values()}, picture.rules.keys()),
    ):
        yield from (f"I6 {what}: {lost} refers to nothing" for lost in set(mine) - set(theirs))
    for case in picture.cases.values():
        tasks = {"", *(task.id for task in case.tasks)}
        yield from (
            f"I6 {case.reference}: no task {deadline.task}"
            for deadline in case.deadlines
            if deadline.task not in tasks
        )


def _said(year: Year) -> Iterator[str]:
    """A step said to be kept is there for good; one said to be unsaved is not there.

    Its case says whether it is: its messages may have taken dates back from calendars on the way.
    """
    kept = {id(step) for step in year.book.kept}
    cases = {id(step.case) for step in year.book.kept}
    for step in year.book.said_kept:
        if id(step.case) not in cases:
            yield f"{step.case.reference}: said to be kept, and it is not there"
    for step in year.book.said_unsaved:
        if id(step) in kept:
            yield f"{step.case.reference}: said to be unsaved, and it is there"


def _missed(year: Year) -> Iterator[str]:
    """Each missed date is recorded, with the date it truly had when it passed."""
    told: set[tuple[str, str, str, int]] = set()
    for step in year.book.kept:
        due = {d.identity: d.due for d in step.before.deadlines} if step.before else {}
        for event in step.events:
            if event.kind != "breached":
                continue
            which = (event.data["deadline"], event.data["task"], event.data["cycle"])
            told.add((step.case.reference, *which))
            true = due.get(which)
            if true is None or event.data["due"] != true.isoformat() or event.at <= true:
                yield f"{step.case.reference}: {which} missed on {event.data['due']}, due {true}"
            elif event.on != oracle.london_day(true):
                yield f"{step.case.reference}: {which} missed on {event.on}, due {true}"
    for case in year.store.picture.cases.values():
        yield from _unrecorded(year, case, told)


def _unrecorded(year: Year, case: Case, told: set[tuple[str, str, str, int]]) -> Iterator[str]:
    for deadline in case.deadlines:
        passed = deadline.status == RUNNING and deadline.due < year.clock.now() and case.is_open
        missed = deadline.breached_at and (case.reference, *deadline.identity) not in told
        if passed or missed:
            yield f"{case.reference}: {deadline.identity} was missed, and it is not recorded"


def _settled(picture: Picture) -> Iterator[str]:
    """Once mail is back each message is accepted, refused or parked, and says why."""
    for owing in picture.messages.values():
        message = owing.message
        if message.state is State.OWED or not message.last_words:
            yield f"{message.message_id} is {message.state}: {message.last_words or 'no words'}"
