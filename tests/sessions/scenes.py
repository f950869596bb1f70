"""Scenes: a case in a house at a moment when everything can be done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import casework, letterbox
from engine.asking import Agency
from engine.casework import Caller, House
from engine.keys import key_of
from engine.length import parse_instant
from engine.letters import Incoming, Kind
from engine.outbox import Attempt, Verdict
from engine.ports import Store
from tests.desk import Desk
from tests.proof.houses import HandClock
from tests.workflows.deaths import DEATH, DECISIONS, SCOPE
from tests.workflows.disputes import RAISED
from tests.workflows.review_roads import RAPID


def caller(role: str, agency: str = "Council") -> Caller:
    return Caller(Desk.actor(role, agency).email, "account")


@dataclass(frozen=True)
class Scene:
    """What each command says on this case. keeper may keep it; holidays fall in its clocks."""

    key: str
    reference: str
    now: datetime
    keeper: Caller
    opening: tuple[Caller, Mapping[str, str]]
    action: tuple[Caller, str, Mapping[str, str]]
    fact: Mapping[str, str]
    asked: str
    task: tuple[Caller, str]
    extended: tuple[str, date]
    held: str
    released: str
    linked: tuple[str, str]
    holidays: tuple[date, date]


class Builder:
    """Prepares a case in a house, on a clock moved by hand."""

    def __init__(self, store: Store) -> None:
        self.clock = HandClock(parse_instant("2026-01-05T09:00"))
        self.house = House(store, self.clock)

    def at(self, moment: str) -> None:
        self.clock.at = parse_instant(moment)

    def open(self, key: str, who: Caller, facts: Mapping[str, str]) -> str:
        return casework.open_case(self.house, key, who, facts).case.reference

    def do(self, reference: str, who: Caller, action: str, facts: Mapping[str, str]) -> None:
        casework.advance(self.house, reference, who, action, facts)

    def ask(self, reference: str, who: Caller, *agencies: str, kind: str = "") -> None:
        asked = [Agency(name, f"lead@{name.lower()}.example") for name in agencies]
        casework.ask(self.house, reference, who, asked, kind)

    def carry_all_but(self, left: int) -> None:
        """Let a courier take away what is owed, but for a few messages."""
        courier, now = "first courier", self.clock.at
        with self.house.store.begin() as work:
            owed = len(work.outbox.list())
            for message in work.outbox.claim(now, now + timedelta(hours=1), courier, owed - left):
                work.outbox.settle(
                    message, Attempt(now, courier, Verdict.ACCEPTED, 250, "ok", "dot")
                )
            work.commit()


def asking(house: House, scene: Scene) -> Incoming:
    """An answer to the message that asks for the task of a scene."""
    with house.store.begin() as work:
        messages = work.outbox.list(case=scene.reference)
    asks = next(m for m in messages if m.about.get("task") == scene.task[1])
    keys = (key_of(house.store.secret, asks),)
    name, words = f"<answer-{scene.reference}@agency.example>", "It is done."
    return Incoming(name, keys, (), asks.recipient, Kind.ANSWER, words, "received")


def answered(build: Builder, scene: Scene) -> None:
    """A letter with that answer has come, and waits for somebody to confirm it."""
    letterbox.take_in(build.house, asking(build.house, scene), b"It is done.")


def moved(facts: Mapping[str, str], day: str) -> dict[str, str]:
    """Facts with each day and instant on another day."""
    dated = ("_on", "_at")
    return {k: day + v[10:] if k.endswith(dated) else v for k, v in facts.items()}


def dispute(build: Builder) -> Scene:
    """A dispute whose first stage ran out yesterday, unswept, and a review it may be linked to."""
    manager = caller("business_manager")
    opener = (caller("police"), moved(RAPID[0].facts, "2026-06-01"))
    build.at("2026-06-01T10:00")
    review = build.open("rapid_review", *opener)
    build.do(review, caller("local_authority"), "notify", moved(RAPID[1].facts, "2026-06-01"))
    raising = (caller("practitioner", "Police"), RAISED)
    reference = build.open("dispute", *raising)
    casework.hold(build.house, reference, manager, "other", date(2026, 6, 1))
    return Scene(
        key="dispute",
        reference=reference,
        now=parse_instant("2026-06-04T10:00"),
        keeper=manager,
        opening=raising,
        action=(caller("practitioner"), "escalate", {"immediate_risk": "no"}),
        fact={"immediate_risk": "yes"},
        asked="acknowledge",
        task=(caller("practitioner"), "T1"),
        extended=("practitioner", date(2026, 6, 9)),
        held="other",
        released="other",
        linked=(review, "rapid_review"),
        holidays=(date(2026, 6, 5), date(2026, 6, 8)),
    )


def death(build: Builder) -> Scene:
    """A child death review that is gathering, on hold for the coroner; every form is in."""
    coordinator, doctor = caller("cdop_coordinator"), caller("designated_doctor")
    notifying = (caller("practitioner", "Trust"), DEATH)
    build.at("2025-06-10T15:00")
    other = build.open("child_death_review", *notifying)
    build.do(other, coordinator, "duplicate", {"reason": "Notified twice"})
    reference = build.open("child_death_review", *notifying)
    build.do(reference, coordinator, "accept", SCOPE)
    build.do(reference, doctor, "decide", {**DECISIONS, "joint_agency_response": "yes"})
    build.ask(reference, coordinator, "School")
    with build.house.store.begin() as work:
        tasks = work.cases.open(reference).tasks
    casework.answer(build.house, reference, Caller("lead@school.example"), tasks[-1].id, "nil")
    casework.hold(build.house, reference, coordinator, "coroner", date(2025, 6, 10))
    return Scene(
        key="child_death_review",
        reference=reference,
        now=parse_instant("2025-06-13T10:00"),
        keeper=coordinator,
        opening=notifying,
        action=(doctor, "hold_meeting", {"meeting_held_on": "2025-06-13"}),
        fact={"registered_on": "2025-06-12"},
        asked="reporting_form",
        task=(doctor, tasks[0].id),
        extended=("review_meeting", date(2025, 10, 1)),
        held="criminal",
        released="coroner",
        linked=(other, "child_death_review"),
        holidays=(date(2025, 6, 18), date(2025, 6, 23)),
    )


def review(build: Builder) -> Scene:
    """A rapid review just notified, with every clock of working days still to come."""
    manager = caller("business_manager")
    views = ("la_view", "icb_view", "police_view", "threshold_rationale")
    declined = {key: RAPID[1].facts[key] for key in views}
    opener = (caller("police"), moved(RAPID[0].facts, "2026-06-01"))
    build.at("2026-06-01T10:00")
    other = build.open("rapid_review", *opener)
    build.do(other, caller("local_authority"), "decline", declined)
    reference = build.open("rapid_review", *opener)
    build.do(reference, caller("local_authority"), "notify", moved(RAPID[1].facts, "2026-06-01"))
    build.ask(reference, manager, "Council", "Police")
    casework.hold(build.house, reference, manager, "coroner", date(2026, 6, 1))
    return Scene(
        key="rapid_review",
        reference=reference,
        now=parse_instant("2026-06-10T10:00"),
        keeper=manager,
        opening=opener,
        action=(manager, "ask_agencies", RAPID[2].facts),
        fact={"meeting_on": "2026-06-12"},
        asked="agency_return",
        task=(Caller("lead@police.example"), "T2"),
        extended=("rapid_review", date(2026, 6, 30)),
        held="criminal",
        released="coroner",
        linked=(other, "rapid_review"),
        holidays=(date(2026, 6, 11), date(2026, 6, 16)),
    )


SCENES = {"dispute": dispute, "death": death, "review": review}
