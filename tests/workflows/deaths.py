"""A made-up death, and desks with its review at each point of the way."""

from __future__ import annotations

import pytest

from config.timescales import load
from engine.errors import Refused
from tests.desk import Desk
from workflows.child_death_review import CHILD_DEATH_REVIEW

DEATH = {
    "died_on": "2025-06-10",
    "died_at": "2025-06-10T14:20",
    "aware_at": "2025-06-10T14:20",
    "date_of_birth": "2019-03-02",
    "normally_resident": "in_area",
    "place": "hospital",
    "notifier": "Ward manager, Trust",
    "nhs_number": "943 476 5919",
}
SCOPE = {f"scope_t{n}": "yes" if n in (1, 7) else "no" for n in range(1, 13)}
CRITERIA = {f"criterion_{n}": "no" for n in range(1, 6)}
DECISIONS = {
    "joint_agency_response": "no",
    **CRITERIA,
    "certificate": "medical_certificate",
    "safeguarding": "none",
    "organisational_incident": "none",
    "key_worker": "keyworker@trust.example",
    "key_worker_deputy": "deputy@trust.example",
    "parents_informed": "yes",
}
PACK = {"anonymised_by": "one@trust.example", "released_by": "two@trust.example"}
CONCLUSION = {
    "quorum": "yes",
    "category": "9",
    **{f"factors_{domain}": "1" for domain in "abcd"},
    "modifiability": "factors_identified",
    "learning": "Earlier escalation",
    "recommendations": "Trust: review the pathway",
}


def opened(now: str = "2025-06-10T15:00", **changes: str) -> Desk:
    desk = Desk(CHILD_DEATH_REVIEW, load(), now)
    desk.open("practitioner", "Trust", **{k: v for k, v in (DEATH | changes).items() if v})
    return desk


def gathering(now: str = "2025-06-10T15:00", **changes: str) -> Desk:
    desk = opened(now, **changes)
    desk.do("accept", "cdop_coordinator", **SCOPE)
    desk.do("decide", "designated_doctor", **DECISIONS)
    return desk


def panel_ready(now: str = "2025-06-10T15:00", held_on: str = "2025-06-10", **more: str) -> Desk:
    desk = gathering(now, **more)
    desk.do("hold_meeting", "designated_doctor", meeting_held_on=held_on)
    desk.do(
        "send_analysis",
        "designated_doctor",
        draft_analysis="A-1",
        attendance="5 of 6",
        family_questions="two",
    )
    return desk


def closed() -> Desk:
    desk = panel_ready()
    desk.do("take_to_panel", "cdop_coordinator", **PACK)
    desk.do("conclude", "cdop_chair", **CONCLUSION)
    desk.do("finalise", "cdop_coordinator", forms_final="yes", database_reference="N-77")
    desk.do("feed_back", "key_worker", feedback_offered_on="2025-06-10", feedback_mode="visit")
    return desk


def reasons(refused: pytest.ExceptionInfo[Refused]) -> str:
    return " | ".join(refused.value.reasons)
