"""Two whole reviews, leg by leg: who does what on which day, with which facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from config.timescales import load
from engine.definition import Process
from engine.errors import Refused
from engine.transition import advance
from tests.desk import Desk
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

SECRET_WORDS = "Pineapple Terrace"


@dataclass(frozen=True)
class Leg:
    """One action on the road: when, by whom, with which facts, and where it leads."""

    day: str
    role: str
    action: str
    facts: dict[str, str]
    to: str
    asked: str = ""
    answered: bool = False


Road = tuple[Leg, ...]


def all_of(keys: str, value: str) -> dict[str, str]:
    return dict.fromkeys(keys.split(), value)


def the(*names: str, day: str) -> dict[str, str]:
    return dict.fromkeys(names, day)


AGREED = ("la_agreed_on", "icb_agreed_on", "police_agreed_on")
CRITERIA = ("11a", "11b", "11c", "11d", "3a", "3b", "3c")

RAPID: Road = (
    Leg(
        "2024-12-20",
        "police",
        "open",
        {
            "incident_on": "2024-12-18",
            "aware_at": "2024-12-20T08:40",
            "outcome_for_child": "death",
            "abuse_link": "suspected",
        },
        "referred",
    ),
    Leg(
        "2024-12-30",
        "local_authority",
        "notify",
        {
            "la_view": "notify",
            "icb_view": "notify",
            "police_view": "not_reachable",
            "threshold_rationale": SECRET_WORDS,
            "notified_on": "2024-12-30",
        },
        "notified",
    ),
    Leg(
        "2024-12-31",
        "business_manager",
        "ask_agencies",
        all_of("children_safe child_voice_asked curiosity_asked family_history_asked", "yes"),
        "gathering",
        asked="business_manager",
    ),
    Leg(
        "2025-01-10",
        "business_manager",
        "convene",
        {"meeting_on": "2025-01-14"},
        "meeting",
        answered=True,
    ),
    Leg(
        "2025-01-14",
        "review_chair",
        "draft",
        {
            "quorum": "yes",
            **{f"criteria_{c}": "possible" for c in CRITERIA},
            **{f"criteria_{c}_why": SECRET_WORDS for c in CRITERIA},
            **all_of("equality_analysis child_lived_experience rationale", SECRET_WORDS),
            "decision": "lcspr",
        },
        "signing_off",
    ),
    Leg(
        "2025-01-20",
        "business_manager",
        "submit",
        {**the(*AGREED, day="2025-01-17"), "submitted_on": "2025-01-20"},
        "submitted",
    ),
    Leg(
        "2025-01-31",
        "business_manager",
        "reply_disagrees",
        {"panel_reply": SECRET_WORDS, "panel_reply_on": "2025-01-31"},
        "reconsidering",
    ),
    Leg("2025-02-03", "review_chair", "maintain", {"rationale": SECRET_WORDS}, "completed"),
    Leg("2025-03-03", "business_manager", "reopen", {"new_facts": SECRET_WORDS}, "referred"),
)

SIGNED = ("la_signed_on", "icb_signed_on", "police_signed_on")
CLEARANCES = "criminal_clearance coroner_clearance family_court_clearance parallel_clearance"
PRACTICE: Road = (
    Leg(
        "2025-01-20",
        "review_chair",
        "open",
        {"decided_on": "2025-01-20", "decision_source": "rapid review", "criteria": SECRET_WORDS},
        "decided",
    ),
    Leg(
        "2025-01-21",
        "business_manager",
        "set_up",
        {"panel_informed_on": "2025-01-21", **all_of(CLEARANCES, "none")},
        "setting_up",
    ),
    Leg(
        "2025-02-03",
        "review_chair",
        "appoint",
        {"reviewer_name": "A. Reviewer", **all_of("reviewer_independent conflict_declared", "no")},
        "scoping",
    ),
    Leg(
        "2025-02-10",
        "review_chair",
        "agree_terms",
        {
            "terms_version": "1",
            "methodology": "systems",
            **all_of(
                "child_voice_question curiosity_question family_history_question equality_question",
                "yes",
            ),
            **the(*SIGNED, day="2025-02-10"),
        },
        "gathering",
    ),
    Leg(
        "2025-03-10",
        "lead_reviewer",
        "analyse",
        {"family_contact": SECRET_WORDS},
        "analysis",
        asked="lead_reviewer",
        answered=True,
    ),
    Leg(
        "2025-05-12",
        "lead_reviewer",
        "deliver_report",
        {
            "report_version": "1.0",
            **all_of("report_improvements report_systemic_analysis", "yes"),
            "practitioner_event_on": "2025-04-02",
        },
        "report",
    ),
    Leg(
        "2025-06-02",
        "review_chair",
        "sign_off",
        {
            **the(*AGREED, day="2025-06-02"),
            **all_of("anonymisation_ok legal_ok recommendations_owned", "yes"),
        },
        "signed_off",
    ),
    Leg(
        "2025-06-03",
        "business_manager",
        "plan_publication",
        {"planned_publication_on": "2025-07-16", "publication_mode": "full"},
        "publication",
    ),
    Leg(
        "2025-07-16",
        "business_manager",
        "publish",
        {
            "preview_sent_on": "2025-07-07",
            "family_told_on": "2025-07-15",
            "published_on": "2025-07-16",
            "address": "https://reviews.example/one",
        },
        "published",
    ),
    Leg("2025-07-21", "review_chair", "embed", {"briefing_issued_on": "2025-07-21"}, "embedding"),
    Leg(
        "2026-01-12",
        "executive_chair",
        "close",
        {"actions_outcome": "closed_with_evidence", "actions_evidence": SECRET_WORDS},
        "closed",
    ),
)

ROADS: tuple[tuple[Process, Road], ...] = ((RAPID_REVIEW, RAPID), (PRACTICE_REVIEW, PRACTICE))


def desk_of(process: Process, day: str) -> Desk:
    return Desk(process, load(), f"{day}T10:00")


def before(process: Process, road: Road, action: str) -> tuple[Desk, Leg]:
    """A case on the road just before an action, with everything but the action's facts done."""
    desk = desk_of(process, road[0].day)
    for leg in road:
        desk.at(leg.day)
        if leg.asked:
            desk.ask(leg.asked, "Made-up Trust")
        if leg.answered:
            desk.answer("T1", "nil")
        if leg.action == action:
            return desk, leg
        desk.do(leg.action, leg.role, **leg.facts)
    raise LookupError(action)


def refused(desk: Desk, role: str, action: str, facts: Mapping[str, str]) -> str:
    """The reasons of a refusal, which there must be."""
    with pytest.raises(Refused) as refusal:
        advance(desk.by(role), action, facts)
    return " | ".join(refusal.value.reasons)


def without(facts: Mapping[str, str], key: str) -> dict[str, str]:
    return {k: v for k, v in facts.items() if k != key}
