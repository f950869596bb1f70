"""The use cases: each is one read, one pure decision, one write, one commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from engine import asking, record, transition
from engine.asking import Agency
from engine.booked import keep
from engine.case import Case, Meeting, Step, Task
from engine.errors import Refused, Stale
from engine.length import london_date
from engine.ports import Clock, Store, UnitOfWork
from engine.roles import RECIPIENT, ROLES, Actor, Directory
from engine.situation import Situation
from engine.transition import OPEN

Decision = Callable[[Situation], Step]


@dataclass(frozen=True, slots=True)
class House:
    """A store and a clock: all that casework needs. In a dry run its steps are not kept.

    also is what else is written in the commit of a step, so that neither is there without the
    other; seen is the revision that was looked at, for every decision that names none of its own.
    """

    store: Store
    clock: Clock
    dry_run: bool = False
    also: Callable[[UnitOfWork, Step], None] | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts, as words: the person's address, and the account of the machine used.

    role is the one role of somebody who came by a form that is open to everybody. Whoever the
    address may belong to in the directory, nobody has shown that they are that person.
    """

    email: str
    account: str = ""
    role: str = ""


def open_case(
    house: House, key: str, caller: Caller, given: Mapping[str, str], pseudonym: str = ""
) -> Step:
    """Open a case of a process. Errors: Refused, Absent, CalendarEnds."""
    now = house.clock.now()
    with house.store.begin() as work:
        digest, process = work.library.current(key)
        rules_digest, rules = work.library.current_rules()
        directory = work.people.directory()
        number = work.cases.next_number(process.prefix, london_date(now).year)
        reference = f"{process.prefix}-{london_date(now).year}-{number:04d}"
        blank = Case(
            reference, key, process.version, digest, rules_digest, "", now, pseudonym=pseudonym
        )
        situation = Situation(
            process,
            rules,
            work.library.current_calendar(),
            directory,
            blank,
            actor_of(directory, caller, ()),
            now,
            house.store.secret,
        )
        step = transition.advance(situation, OPEN, given)
        _keep(house, work, step)
    return step


def _keep(house: House, work: UnitOfWork, *steps: Step) -> None:
    """Keep steps for good; a dry run lets them go, and the number that was taken for them."""
    if not house.dry_run:
        for step in steps:
            keep(work, step)
        if house.also:
            house.also(work, steps[0])
        work.commit()


def decide(
    house: House, reference: str, caller: Caller, decision: Decision, seen: int | None = None
) -> Step:
    """Take one decision on one case.

    seen is the revision the person looked at; where the case has moved on since, the decision is
    refused. Errors: Refused, Stale, Absent, CalendarEnds.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        situation = situate(house, work, reference, now, caller)
        _unmoved(situation.case, house.seen if seen is None else seen)
        step = decision(situation)
        _keep(house, work, step)
    return step


def _unmoved(case: Case, seen: int | None) -> None:
    if seen is not None and seen != case.revision:
        raise Stale(
            [
                f"somebody else has changed {case.reference} since you looked at it (you saw"
                f" revision {seen}, it is now {case.revision}); look again and decide again"
            ]
        )


def situate(
    house: House, work: UnitOfWork, of: str | Case, now: datetime, caller: Caller | None = None
) -> Situation:
    """Read everything one decision on a case may look at. Errors: Absent, Refused."""
    case = of if isinstance(of, Case) else work.cases.open(of)
    directory = work.people.directory()
    nobody = Actor("", "", frozenset())
    return Situation(
        work.library.process(case.digest),
        work.library.rules(case.rules),
        work.library.current_calendar(),
        directory,
        case,
        actor_of(directory, caller, case.tasks) if caller else nobody,
        now,
        house.store.secret,
    )


def actor_of(directory: Directory, caller: Caller, tasks: Iterable[Task]) -> Actor:
    """Who somebody is here: a person of the directory, or the recipient of one of these tasks.

    Errors: Refused where nobody has this address.
    """
    email = caller.email.strip().lower()
    if caller.role:
        return Actor(email, "", frozenset({caller.role}), caller.account)
    person = directory.find(email)
    if person is not None:
        return Actor(person.email, person.agency, person.roles, caller.account, person.area)
    task = next((t for t in tasks if t.recipient == email), None)
    if task is not None:
        return Actor(email, task.agency, frozenset({RECIPIENT}), caller.account)
    raise Refused(
        ["nobody with this address is in the directory or was asked for anything on this case;"
         " check the address, or import the person first"]
    )  # fmt: skip


def advance(
    house: House,
    reference: str,
    caller: Caller,
    action: str,
    given: Mapping[str, str],
    seen: int | None = None,
) -> Step:
    """Do an action on a case."""
    decision = partial(transition.advance, action=action, given=given)
    return decide(house, reference, caller, decision, seen)


def record_facts(
    house: House, reference: str, caller: Caller, given: Mapping[str, str], reason: str = ""
) -> Step:
    return decide(house, reference, caller, lambda s: record.record(s, given, reason))


def ask(
    house: House, reference: str, caller: Caller, agencies: Sequence[Agency], kind: str = ""
) -> Step:
    return decide(house, reference, caller, lambda s: asking.ask(s, agencies, kind))


def answer(
    house: House, reference: str, caller: Caller, task: str, given: str, reason: str = ""
) -> Step:
    return decide(house, reference, caller, lambda s: asking.answer(s, task, given, reason))


def extend(
    house: House, reference: str, caller: Caller, deadline: str, to: date, reason: str
) -> Step:
    return decide(house, reference, caller, lambda s: record.extend(s, deadline, to, reason))


def hold(
    house: House, reference: str, caller: Caller, kind: str, since: date, reason: str = ""
) -> Step:
    return decide(house, reference, caller, lambda s: record.hold(s, kind, since, reason))


def release(house: House, reference: str, caller: Caller, kind: str, on: date) -> Step:
    return decide(house, reference, caller, lambda s: record.release(s, kind, on))


def meeting(house: House, reference: str, caller: Caller, held: Meeting) -> Step:
    return decide(house, reference, caller, lambda s: record.meeting(s, held))


def note(house: House, reference: str, caller: Caller, text: str) -> Step:
    return decide(house, reference, caller, lambda s: record.note(s, text))


def recuse(house: House, reference: str, caller: Caller, who: str, reason: str) -> Step:
    return decide(house, reference, caller, lambda s: record.recuse(s, who, reason))


PROTECTED = ("rapid_review", "notification", "publication", "panel_review")


def link(house: House, reference: str, caller: Caller, other: str, kind: str) -> Step:
    """Link two cases, on both records, in one commit.

    A dispute about a review learns the date of that review's clock from the link.
    """
    now = house.clock.now()
    with house.store.begin() as work:
        mine = situate(house, work, reference, now, caller)
        _unmoved(mine.case, house.seen)
        if other == reference:
            raise Refused(["a case cannot be linked to itself"])
        theirs = situate(house, work, other, now, caller)
        steps = [record.link(mine, other, kind, _brought(mine, theirs))]
        back = mine.process.key
        if back in theirs.process.link_kinds:
            with_me = replace(theirs, actor=mine.actor)
            if not any(known.other == reference for known in theirs.case.links):
                steps.append(record.link_back(with_me, reference, back))
        _keep(house, work, *steps)
    return steps[0]


def _brought(mine: Situation, theirs: Situation) -> dict[str, str]:
    """The date a linked review must not miss, where this process counts back from it."""
    fact = "linked_deadline_on"
    if fact not in mine.process.fact_by_key or fact in mine.case.facts:
        return {}
    running = [d for d in theirs.case.deadlines if d.is_open and d.key in PROTECTED]
    first = min(running, key=lambda d: d.due, default=None)
    return {fact: london_date(first.due).isoformat()} if first else {}


def as_anybody(situation: Situation) -> Situation:
    """The situation as anybody in the right role would find it; for showing, never for doing."""
    everybody = Actor("", "", frozenset(ROLES) | {RECIPIENT})
    return replace(situation, actor=everybody)


def look_up(house: House, of: str | Case) -> Situation:
    """A case, as kept or as a step leaves it, with all that is needed to show it. Errors: Absent"""
    with house.store.begin() as work:
        return situate(house, work, of, house.clock.now())
