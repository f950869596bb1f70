"""The rehearsal: what the house would owe in the coming days if nobody did anything meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine import watch
from engine.case import Case, Owed
from engine.casework import House, situate
from engine.errors import Refused
from engine.ladder import ONE_SECOND
from engine.outbox import Message, State
from engine.situation import Situation

Progress = Callable[[int, int], None]
MANY = 1_000_000
OK, MISSING, REFUSED = "ok", "missing", "refused"
ENDS = (State.ACCEPTED, State.REFUSED, State.PARKED)


@dataclass(frozen=True, slots=True)
class Coming:
    """A message that would go at an instant; its address is ok, missing or refused."""

    at: datetime
    reference: str
    owed: Owed
    address: str


@dataclass(slots=True)
class Rehearsed:
    """What would go between two instants, in order; waiting is what is owed already.

    skipped names cases that could not be looked at to the end, each with the reason.
    """

    since: datetime
    until: datetime
    waiting: int = 0
    messages: list[Coming] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def coming(situation: Situation, until: datetime) -> Iterator[tuple[datetime, Owed]]:
    """What time alone would have a case owe from now up to an instant, in order.

    The watch looks at every moment the case asks for, as a sweep at that moment would, and each
    step is taken in memory only. Errors: CalendarEnds, Refused.
    """
    while (at := _next_look(situation.case)) is not None and at <= until:
        # A look that is overdue is taken now, as the next sweep would.
        situation = replace(situation, now=max(at, situation.now))
        # All rounds or none, like the sweep that keeps them in one unit of work.
        steps = list(watch.rounds(situation))
        yield from ((situation.now, owed) for step in steps for owed in step.owed)
        situation = replace(situation, case=steps[-1].case)


def _next_look(case: Case) -> datetime | None:
    """When a case next asks to be looked at, in whole seconds as a clock tells them."""
    at = min((d.look_at for d in case.deadlines if d.look_at), default=None)
    if at is None or not at.microsecond:
        return at
    return at.replace(microsecond=0) + ONE_SECOND


def rehearse(
    house: House, days: int, reference: str = "", progress: Progress | None = None
) -> Rehearsed:
    """Rehearse some days of one case, or of all; nothing is kept. Errors: Absent."""
    now = house.clock.now()
    found = Rehearsed(now, now + timedelta(days=days))
    with house.store.begin() as work:
        names = [reference] if reference else list(work.cases.due(found.until, MANY))
        known = list(work.outbox.list())
    found.waiting = sum(m.state is State.OWED and reference in ("", m.case) for m in known)
    shut, told = _shut(known), {(m.case, m.anchor, m.recipient) for m in known}
    for done, name in enumerate(names, start=1):
        found.messages += _rehearsed(house, name, found, told, shut)
        if progress:
            progress(done, len(names))
    found.messages.sort(key=lambda message: (message.at, message.reference))
    return found


def _rehearsed(
    house: House, name: str, found: Rehearsed, told: set[tuple[str, str, str]], shut: set[str]
) -> Iterator[Coming]:
    with house.store.begin() as work:
        situation = situate(house, work, name, found.since)
    try:
        for at, owed in coming(situation, found.until):
            goes = owed.not_before or at
            # The house owes nobody the same thing twice: what is told already is left out.
            if goes <= found.until and (name, owed.anchor, owed.recipient) not in told:
                told.add((name, owed.anchor, owed.recipient))
                yield Coming(goes, name, owed, _address(owed, shut))
    except Refused as refusal:
        found.skipped.append(f"{name}: {'; '.join(refusal.reasons)}")


def _address(owed: Owed, shut: set[str]) -> str:
    if not owed.recipient:
        return MISSING
    return REFUSED if owed.recipient in shut else OK


def _shut(known: Iterable[Message]) -> set[str]:
    """Addresses to which the last message that came to an end was refused or parked."""
    ends = {m.recipient: m.state for m in known if m.state in ENDS}
    return {name for name, state in ends.items() if state is not State.ACCEPTED}
