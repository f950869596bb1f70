"""Roads of cases to measure: each brings a case to a point, and takes steps from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.houses import clone
from engine import casework
from engine.asking import Agency
from engine.casework import Caller, House
from workflows.wiring import Premises

CHAIR = Caller("panel.chair@northmoor-partnership.example", "benchmark")
MANAGER = Caller("business.manager@northmoor-partnership.example", "benchmark")
PARTNER = Caller("safeguarding.partner@northmoor-council.example", "benchmark")
COORDINATOR = Caller("child.death.coordinator@northmoor-icb.example", "benchmark")
DOCTOR = Caller("designated.doctor@northmoor-icb.example", "benchmark")
SISTER = Caller("childrens.ward@westfield-hospital.example", "benchmark")
POLICE = Agency("Northmoor Police", "child.protection.sergeant@northmoor-police.example")
AGENCIES = [Agency(f"Agency {n}", f"lead@agency{n}.example") for n in range(10)]
CRITERIA = ("11a", "11b", "11c", "11d", "3a", "3b", "3c")
ANALYSIS = {"draft_analysis": "A-1", "attendance": "5 of 6", "family_questions": "two"}


@dataclass(frozen=True)
class Road:
    """Steps to measure: the cases they are taken on, and how one case takes all of its steps."""

    what: str
    build: Callable[[House], str]
    steps: tuple[Callable[[House, str], object], ...]
    cases: int

    @property
    def count(self) -> int:
        return self.cases * len(self.steps)

    def lay(self, premises: Premises) -> list[str]:
        """Bring cases to the start of the road, and one more to warm up with."""
        first = self.build(premises.house)
        return [first, *clone(premises.settings.database_url, first, self.cases)]

    def warm(self, house: House, cases: Sequence[str]) -> None:
        """What a house does once: read definitions, compile statements, build the machine."""
        for step in self.steps:
            step(house, cases[0])

    def walk(self, house: House, cases: Sequence[str]) -> None:
        for step in self.steps:
            for reference in cases[1:]:
                step(house, reference)


def notified(house: House) -> str:
    """A rapid review whose agencies can be asked."""
    known = {"incident_on": "2025-01-02", "aware_at": "2025-01-03T10:00"}
    known |= {"outcome_for_child": "serious_harm", "abuse_link": "suspected"}
    reference = casework.open_case(house, "rapid_review", PARTNER, known).case.reference
    views = dict.fromkeys(("la_view", "icb_view", "police_view"), "notify")
    known = {**views, "threshold_rationale": "x", "notified_on": "2025-01-06"}
    casework.advance(house, reference, PARTNER, "notify", known)
    return reference


def ask(house: House, reference: str, agencies: Sequence[Agency]) -> None:
    casework.ask(house, reference, MANAGER, agencies)
    safe = ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked")
    casework.advance(house, reference, MANAGER, "ask_agencies", dict.fromkeys(safe, "yes"))


def owing(house: House, messages: int) -> None:
    """Rapid reviews whose agencies are asked, ten each, until so many messages are owed."""
    owed = 0
    while owed < messages:
        ask(house, notified(house), AGENCIES)
        with house.store.begin() as work:
            owed = work.outbox.counts()["owed"]


def at_the_meeting(house: House) -> str:
    """A rapid review whose meeting has been held: it can be drafted, and taken back again."""
    reference = notified(house)
    ask(house, reference, [POLICE])
    casework.answer(house, reference, MANAGER, "T1", "received")
    casework.advance(house, reference, MANAGER, "convene", {"meeting_on": "2025-01-06"})
    return reference


def draft(house: House, reference: str) -> None:
    """Move the case on to signing off: nineteen facts more, one clock met, three messages."""
    facts = {f"criteria_{c}": "yes" for c in CRITERIA}
    facts |= {f"criteria_{c}_why": "Written down." for c in CRITERIA}
    facts |= dict.fromkeys(("equality_analysis", "child_lived_experience", "rationale"), "Written.")
    casework.advance(house, reference, CHAIR, "draft",
                     {**facts, "quorum": "yes", "decision": "no_further_review"})  # fmt: skip


def reconvene(house: House, reference: str) -> None:
    """Take it back to the meeting: its facts set aside, ten messages."""
    casework.advance(house, reference, CHAIR, "reconvene", {"reason": "once more"})


def at_the_review_meeting(house: House) -> str:
    """A child death review whose meeting has been held: its analysis can be sent."""
    known = {"died_on": "2025-01-02", "died_at": "2025-01-02T14:20", "place": "hospital"}
    known |= {"aware_at": "2025-01-02T14:20", "date_of_birth": "2019-03-02"}
    known |= {"normally_resident": "in_area", "notifier": "Ward manager"}
    known |= {"nhs_number": "943 476 5919"}
    reference = casework.open_case(house, "child_death_review", SISTER, known).case.reference
    scope = {f"scope_t{n}": "yes" if n in (1, 7) else "no" for n in range(1, 13)}
    casework.advance(house, reference, COORDINATOR, "accept", scope)
    known = dict.fromkeys(("joint_agency_response", *(f"criterion_{n}" for n in range(1, 6))), "no")
    known |= {"certificate": "medical_certificate", "safeguarding": "none"}
    known |= {"organisational_incident": "none", "parents_informed": "yes"}
    known |= {"key_worker": "bereavement.nurse@westfield-hospital.example"}
    known |= {"key_worker_deputy": "childrens.ward@westfield-hospital.example"}
    casework.advance(house, reference, DOCTOR, "decide", known)
    casework.advance(house, reference, DOCTOR, "hold_meeting", {"meeting_held_on": "2025-01-06"})
    return reference


def send_analysis(house: House, reference: str) -> None:
    """One event of four facts; one clock met, one begun; two messages owed."""
    casework.advance(house, reference, DOCTOR, "send_analysis", ANALYSIS)


HEAVY = Road(
    "a heavy step (rapid review, draft and reconvene)",
    at_the_meeting,
    (draft, reconvene, draft, reconvene),
    50,
)
REFERENCE = Road(
    "the reference step (child death review, send_analysis)",
    at_the_review_meeting,
    (send_analysis,),
    200,
)
