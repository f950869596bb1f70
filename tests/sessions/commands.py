"""Every command on the case of a scene, as one session does it; what became of it, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from engine import casework, dealing, letterbox, upkeep
from engine.asking import Agency
from engine.case import Meeting, Step
from engine.casework import House
from engine.errors import HouseDown, Refused, Stale
from engine.length import london_date
from engine.letters import HARD, Failure, Kind
from engine.outbox import Attempt, Verdict
from engine.roles import Person
from tests.sessions.gates import Outcome
from tests.sessions.scenes import Scene, asking

DONE, STALE, REFUSED, DOWN = "done", "stale", "refused", "down"
LEASE = timedelta(hours=1)
WORDS = "A note of one of two people."

Command = Callable[[House, Scene], object]


def tried(command: Command, house: House, scene: Scene) -> Outcome:
    """Do it, and say what became of it as a person would be told."""
    try:
        told = command(house, scene)
    except Stale:
        return (STALE,)
    except Refused as refusal:
        return (REFUSED, *refusal.reasons)
    except HouseDown as down:
        return (DOWN, str(down))
    return (DONE, str(told))


def _kept(step: Step) -> str:
    return step.case.reference


def _open(house: House, scene: Scene) -> str:
    who, facts = scene.opening
    return _kept(casework.open_case(house, scene.key, who, facts))


def _advance(house: House, scene: Scene) -> str:
    who, action, facts = scene.action
    return _kept(casework.advance(house, scene.reference, who, action, facts))


def _record(house: House, scene: Scene) -> str:
    return _kept(casework.record_facts(house, scene.reference, scene.keeper, scene.fact))


def _ask(house: House, scene: Scene) -> str:
    agencies = [Agency("Trust", "lead@trust.example")]
    return _kept(casework.ask(house, scene.reference, scene.keeper, agencies, scene.asked))


def _answer(house: House, scene: Scene) -> str:
    who, task = scene.task
    return _kept(casework.answer(house, scene.reference, who, task, "received"))


def _extend(house: House, scene: Scene) -> str:
    deadline, to = scene.extended
    step = casework.extend(house, scene.reference, scene.keeper, deadline, to, "agreed by both")
    return _kept(step)


def _hold(house: House, scene: Scene) -> str:
    since = london_date(scene.now)
    return _kept(casework.hold(house, scene.reference, scene.keeper, scene.held, since))


def _release(house: House, scene: Scene) -> str:
    on = london_date(scene.now)
    return _kept(casework.release(house, scene.reference, scene.keeper, scene.released, on))


def _link(house: House, scene: Scene) -> str:
    other, kind = scene.linked
    return _kept(casework.link(house, scene.reference, scene.keeper, other, kind))


def _meet(house: House, scene: Scene) -> str:
    held = Meeting(london_date(scene.now), 8, 6)
    return _kept(casework.meeting(house, scene.reference, scene.keeper, held))


def _note(house: House, scene: Scene) -> str:
    return _kept(casework.note(house, scene.reference, scene.keeper, WORDS))


def _recuse(house: House, scene: Scene) -> str:
    """It is the person who advances the case that has a conflict of interest."""
    who = scene.action[0].email
    return _kept(casework.recuse(house, scene.reference, scene.keeper, who, "a relative"))


def _sweep(house: House, scene: Scene) -> object:
    swept = upkeep.sweep(house)
    if swept.skipped:
        raise Stale(swept.skipped)
    return (swept.reminders, swept.breaches, swept.escalations, swept.owed)


def _proclaim(house: House, scene: Scene, place: int = 0) -> object:
    return upkeep.proclaim(
        house, scene.holidays[place], "A day of mourning", scene.keeper, dry_run=False
    )


def _deliver(house: House, scene: Scene, courier: str = "courier") -> str:
    """Carry whatever is owed, as a courier does: claim, then settle one at a time."""
    while True:
        with house.store.begin() as work:
            batch = work.outbox.claim(scene.now, scene.now + LEASE, courier, 4)
            work.commit()
        if not batch:
            return "nothing left"
        for message in batch:
            attempt = Attempt(scene.now, courier, Verdict.ACCEPTED, 250, "ok", "dot")
            with house.store.begin() as work:
                assert work.outbox.settle(message, attempt), "the lease was lost"
                work.commit()


def _import(house: House, scene: Scene) -> object:
    """A new designated doctor comes, and whoever advances the case leaves every role."""
    leaver = scene.action[0].email
    people = [
        Person("new.doctor@trust.example", "New", "Trust", frozenset({"designated_doctor"})),
        Person(leaver, "Left", "Council", frozenset()),
    ]
    with house.store.begin() as work:
        done = work.people.put(people)
        work.commit()
    return done


def _confirm(house: House, scene: Scene) -> str:
    """Confirm what the letter that waits proposes, as whoever keeps the case."""
    with house.store.begin() as work:
        waiting = work.letters.list()[0].id
    letter, step = dealing.confirm(house, waiting, scene.keeper)
    return f"{letter.status}: {_kept(step)}"


def _bounce(house: House, scene: Scene) -> str:
    """The message that asks comes back: it is refused after all, and somebody else is told."""
    failure = Failure(HARD, "550 5.1.1 no such user")
    incoming = replace(asking(house, scene), sender="", kind=Kind.BOUNCE, failure=failure)
    incoming = replace(incoming, message_id=f"<back-{scene.reference}@mailer.example>", answer="")
    letter = letterbox.take_in(house, incoming, b"From: MAILER-DAEMON")
    return letter.status if letter else "taken in before"


COMMANDS: Mapping[str, Command] = {
    "open": _open,
    "advance": _advance,
    "record": _record,
    "ask": _ask,
    "answer": _answer,
    "extend": _extend,
    "hold": _hold,
    "release": _release,
    "link": _link,
    "meeting": _meet,
    "note": _note,
    "recuse": _recuse,
    "sweep": _sweep,
    "proclaim": _proclaim,
    "deliver": _deliver,
    "import": _import,
    "confirm": _confirm,
    "bounce": _bounce,
}


def of(name: str, place: int) -> Command:
    """A command of one of two sessions: two couriers, or two proclaimed days, are not the same."""
    if name == "deliver":
        return partial(_deliver, courier=f"courier {place}")
    if name == "proclaim":
        return partial(_proclaim, place=place)
    return COMMANDS[name]
