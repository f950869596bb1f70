"""What if: steps taken in a picture of a case only, also on days that have not come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from engine import record
from engine.case import Case, Deadline, Step
from engine.length import midnight
from engine.shape import FirstKnown, LaterOf, Passes, Start, Timescale
from engine.situation import Situation
from engine.values import replace

_NOON = timedelta(hours=12)


def held_between(situation: Situation, kind: str, since: date, until: date | None) -> Step:
    """A hold from one day to another, whether they have come or not; without an end it goes on.

    Errors: Refused with every reason, as those of a hold and its release.
    """
    begun = record.hold(_on(situation, since), kind, since)
    if until is None:
        return begun
    held = _on(replace(situation, case=begun.case), until)
    return replace(record.release(held, kind, until), before=begun.before)


def _on(situation: Situation, day: date) -> Situation:
    """The situation as it would be on a day; never earlier than it is."""
    return replace(situation, now=max(situation.now, midnight(day) + _NOON))


def beside(before: Case, after: Case) -> Iterator[tuple[Deadline | None, Deadline | None]]:
    """Every deadline as it is and as it would be; None where there is none."""
    were = {deadline.identity: deadline for deadline in before.deadlines}
    would = {deadline.identity: deadline for deadline in after.deadlines}
    for identity in {**were, **would}:
        yield were.get(identity), would.get(identity)


def starting_facts(timescales: Iterable[Timescale]) -> tuple[str, ...]:
    """The facts that clocks may start from, each once."""
    found = (key for each in timescales for key in (*_facts(each.start), *each.alternatives))
    return tuple(dict.fromkeys(found))


def _facts(start: Start) -> tuple[str, ...]:
    match start:
        case LaterOf(facts) | FirstKnown(facts):
            return facts
        case Passes(fact, _):
            return (fact,)
        case _:
            return ()
