"""A serious incident from the referral to the published review, on the worked dates of 2024-25."""

from __future__ import annotations

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import (
    CHAIR,
    LOCAL_AUTHORITY,
    MANAGER,
    NURSE,
    Home,
    deadline,
    notify,
    refer,
)

SERGEANT = "child.protection.sergeant@northmoor-police.example"
SCHOOLS = "safeguarding.lead@northmoor-schools.example"
REVIEWER = "lead.reviewer@northmoor-partnership.example"
ASKED = ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked")
CRITERIA = ("11a", "11b", "11c", "11d", "3a", "3b", "3c")
AGREED = ("la_agreed_on", "icb_agreed_on", "police_agreed_on")


def gather(house: Home, reference: str) -> None:
    """Three agencies are asked; one returns, one is given more time, one has nothing."""
    agencies = (f"Hospital={NURSE}", f"Police={SERGEANT}", f"Schools={SCHOOLS}")
    options = [word for agency in agencies for word in ("--agency", agency)]
    asked = house.do("ask", reference, "--as", MANAGER, *options)
    assert [task["id"] for task in asked["tasks"]] == ["T1", "T2", "T3"]
    assert deadline(asked, "agency_return/T1")["due"] == "2025-01-10"
    house.act("ask_agencies", reference, MANAGER, **dict.fromkeys(ASKED, "yes"))
    house.at("2025-01-06T10:00")
    house.do("answer", reference, "T1", "--as", NURSE, "--with", "received")
    moved = house.do("extend", reference, "agency_return/T2", "--to", "2025-01-14",
                     "--reason", "the custody record is awaited", "--as", MANAGER)  # fmt: skip
    assert deadline(moved, "agency_return/T2")["due"] == "2025-01-14"
    assert deadline(moved, "agency_return/T2")["raw_due"] == "2025-01-10"
    house.do("answer", reference, "T3", "--as", SCHOOLS, "--with", "nil")
    (reason,) = house.refused("do", "convene", reference, "--as", MANAGER,
                              "--fact", "meeting_on=2025-01-15")  # fmt: skip
    assert "Police" in reason
    house.at("2025-01-13T15:00")
    house.do("answer", reference, "T2", "--as", SERGEANT, "--with", "received")


def decide(house: Home, reference: str) -> None:
    house.act("convene", reference, MANAGER, meeting_on="2025-01-15")
    house.at("2025-01-15T12:00")
    house.do("meeting", reference, "--on", "2025-01-15", "--invited", "9", "--present", "8",
             "--as", MANAGER)  # fmt: skip
    answers = {f"criteria_{key}": "possible" for key in CRITERIA}
    reasons = {f"criteria_{key}_why": "Considered." for key in CRITERIA}
    house.act(
        "draft", reference, CHAIR, quorum="yes", equality_analysis="Written.",
        child_lived_experience="Written.", decision="lcspr", rationale="Improvements are needed.",
        **answers, **reasons,
    )  # fmt: skip


def follow(house: Home, reference: str) -> None:
    """A practice review follows, and each record says so of the other."""
    practice = house.open("practice_review", CHAIR, decided_on="2025-01-20",
                          decision_source="rapid review", criteria="Improvements")  # fmt: skip
    linked = house.do("link", reference, practice["reference"], "--kind", "practice_review",
                      "--as", MANAGER)  # fmt: skip
    assert linked["reference"] == reference
    back = house.do("show", practice["reference"])["links"]
    assert back == [{"other": reference, "kind": "rapid_review"}]


def test_a_rapid_review_from_the_referral_to_the_national_panels_reply(
    house: Home, catcher: Catcher
) -> None:
    """Aware 20 December: notify by the 31st. Notified on the 30th: the review by 21 January."""
    house.mail_to(catcher.port)
    opened = refer(house)
    reference = opened["reference"]
    assert opened["stage"] == "referred"
    first = deadline(opened, "notification")
    assert (first["due"], first["length"], first["standing"]) == ("2024-12-31", "5wd", "statutory")
    house.at("2024-12-30T12:00")
    house.do("sweep")
    notified = notify(house, reference)
    assert deadline(notified, "notification")["status"] == "met"
    assert deadline(notified, "rapid_review")["due"] == "2025-01-21"
    gather(house, reference)
    decide(house, reference)
    house.at("2025-01-20T11:00")
    sent = house.act("submit", reference, MANAGER, submitted_on="2025-01-20",
                     **dict.fromkeys(AGREED, "2025-01-20"))  # fmt: skip
    assert sent["stage"] == "submitted"
    assert deadline(sent, "rapid_review") | {"status": "met", "met_on": "2025-01-20"} == deadline(
        sent, "rapid_review"
    )
    assert deadline(sent, "panel_reply")["due"] == "2025-02-17"
    follow(house, reference)
    house.at("2025-02-10T09:00")
    done = house.act("reply_agrees", reference, MANAGER, panel_reply="Agrees.",
                     panel_reply_on="2025-02-07")  # fmt: skip
    assert done["stage"] == "completed"
    assert all(d["status"] != "running" for d in done["deadlines"])
    assert house.do("show", reference)["closed_at"] is not None
    house.do("sweep")
    house.do("deliver")
    counts = house.do("outbox", "list")["counts"]
    assert (counts["owed"], counts["refused"]) == (0, 0)
    assert len(catcher.caught) == counts["accepted"]
    assert house.do("verify")["ok"] is True


def test_sent_late_a_review_says_why(house: Home) -> None:
    """After 21 January a reason is needed, and the date is shown as met late."""
    reference: str = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    gather(house, reference)
    decide(house, reference)
    house.at("2025-01-23T11:00")
    late = house.do("sweep")
    assert late["breaches"] > 0
    dates = dict.fromkeys((*AGREED, "submitted_on"), "2025-01-23")
    words = [w for key, value in dates.items() for w in ("--fact", f"{key}={value}")]
    (reason,) = house.refused("do", "submit", reference, "--as", MANAGER, *words)
    assert "late_reason" in reason
    sent = house.act("submit", reference, MANAGER, **dates, late_reason="The chair was ill.")
    assert deadline(sent, "rapid_review")["status"] == "met_late"
    assert deadline(sent, "rapid_review")["met_on"] == "2025-01-23"


@pytest.fixture
def decided(house: Home) -> str:
    house.at("2025-01-20T15:00")
    opened = house.open("practice_review", CHAIR, decided_on="2025-01-20",
                        decision_source="rapid review", criteria="Improvements")  # fmt: skip
    clock = deadline(opened, "publication")
    assert (clock["due"], clock["length"]) == ("2025-07-20", "6m")
    return str(opened["reference"])


def prepare(house: Home, reference: str) -> None:
    """From setting up to the signed report."""
    house.at("2025-01-21T10:00")
    clear = {f"{key}_clearance": "none" for key in ("criminal", "family_court", "parallel")}
    house.act("set_up", reference, MANAGER, panel_informed_on="2025-01-21",
              coroner_clearance="pending", **clear)  # fmt: skip
    house.act("appoint", reference, CHAIR, reviewer_name="An independent reviewer",
              reviewer_independent="yes", conflict_declared="no")  # fmt: skip
    house.do("ask", reference, "--as", MANAGER, "--agency", f"Hospital={NURSE}")
    questions = ("child_voice", "curiosity", "family_history", "equality")
    house.act("agree_terms", reference, CHAIR, terms_version="1", methodology="Systems",
              **{f"{key}_question": "yes" for key in questions},
              **dict.fromkeys(("la_signed_on", "icb_signed_on", "police_signed_on"), "2025-01-21"),
              )  # fmt: skip
    house.at("2025-03-03T10:00")
    house.do("answer", reference, "T1", "--as", NURSE, "--with", "waived", "--reason", "no contact")
    house.act("analyse", reference, REVIEWER, family_contact="A letter and a visit.")
    house.at("2025-05-12T10:00")
    house.act("deliver_report", reference, REVIEWER, report_version="1", report_improvements="yes",
              report_systemic_analysis="yes", practitioner_event_on="2025-05-06")  # fmt: skip
    house.at("2025-06-16T10:00")
    house.act("sign_off", reference, CHAIR, anonymisation_ok="yes", legal_ok="yes",
              recommendations_owned="yes", **dict.fromkeys(AGREED, "2025-06-16"))  # fmt: skip


def test_a_practice_review_from_the_decision_to_the_last_action(house: Home, decided: str) -> None:
    """Decided 20 January: publish by 20 July. To publish on 16 July, copies leave by 7 July."""
    prepare(house, decided)
    planned = house.act("plan_publication", decided, MANAGER, planned_publication_on="2025-07-16",
                        publication_mode="full")  # fmt: skip
    assert deadline(planned, "preview")["due"] == "2025-07-07"
    house.at("2025-07-16T10:00")
    facts = {
        "preview_sent_on": "2025-07-08",
        "family_told_on": "2025-07-10",
        "published_on": "2025-07-16",
        "address": "https://partnership.example/review",
    }
    words = [w for key, value in facts.items() for w in ("--fact", f"{key}={value}")]
    reasons = house.refused("do", "publish", decided, "--as", MANAGER, *words)
    assert any("preview_sent_on" in reason for reason in reasons)
    assert any("coroner_clearance" in reason for reason in reasons)
    done = house.act("publish", decided, MANAGER, coroner_clearance="cleared",
                     **facts | {"preview_sent_on": "2025-07-07"})  # fmt: skip
    assert deadline(done, "publication")["status"] == "met"
    assert deadline(done, "preview")["status"] == "met"
    assert deadline(done, "stay_public")["due"] == "2026-07-16"
    house.act("embed", decided, CHAIR, briefing_issued_on="2025-07-16")
    closed = house.act("close", decided, CHAIR, actions_outcome="closed_with_evidence",
                       actions_evidence="The audit of June.")  # fmt: skip
    assert closed["stage"] == "closed"
    assert house.do("verify")["ok"] is True


def test_the_local_authority_alone_notifies(house: Home) -> None:
    """Another's attempt is refused with who may; nothing is changed."""
    reference: str = refer(house)["reference"]
    (reason, *_) = house.refused("do", "notify", reference, "--as", NURSE)
    assert "ocal authority" in reason
    assert house.do("show", reference)["stage"] == "referred"
    assert LOCAL_AUTHORITY in {m["recipient"] for m in house.do("outbox", "list")["messages"]}
