"""The demonstration: one case of each process, over a Christmas, on the worked dates of docs/."""

from __future__ import annotations

from cli.teller import Teller

CRITERIA = ("11a", "11b", "11c", "11d", "3a", "3b", "3c")
COUNCIL, HOSPITAL = "Northmoor Council", "Westfield Hospital Trust"


def tell(teller: Teller) -> None:
    """Play the whole story; every date in it is a worked example with a hand count."""
    teller.at("2024-12-20T16:45")
    review = _refer(teller)
    dispute = _raise(teller)
    death = _log_death(teller)
    _notify_and_ask(teller, review)
    _start_gathering(teller, death)
    _return_and_agree(teller, review)
    practice = _submit(teller, review)
    _settle(teller, dispute)
    _review_the_death(teller, death)
    _publish(teller, practice)


def _refer(teller: Teller) -> str:
    return teller.open(
        "the hospital refers a serious incident to the Case Review Panel",
        "rapid_review",
        teller.who("agency_lead", HOSPITAL),
        incident_on="2024-12-18",
        aware_at="2024-12-20T16:40",
        outcome_for_child="serious_harm",
        abuse_link="suspected",
    )


def _raise(teller: Teller) -> str:
    teller.at("2024-12-24T11:00")
    return teller.open(
        "a ward sister disagrees with the council's decision and raises a dispute",
        "dispute",
        teller.who("practitioner", HOSPITAL),
        type="case",
        agencies=f"{HOSPITAL};{COUNCIL}",
        cause="threshold",
        statement="The level of need is disputed.",
        desired_outcome="A joint assessment.",
        wellbeing="drift",
        immediate_risk="no",
    )


def _log_death(teller: Teller) -> str:
    teller.at("2024-12-25T09:00")
    return teller.open(
        "a child's death in the night is logged for the Child Death Overview Panel",
        "child_death_review",
        teller.who("practitioner", HOSPITAL),
        died_on="2024-12-25",
        died_at="2024-12-25T03:10",
        aware_at="2024-12-25T08:30",
        date_of_birth="2019-04-02",
        nhs_number="9990000018",
        normally_resident="in_area",
        place="hospital",
        notifier="Ward sister",
    )


def _notify_and_ask(teller: Teller, review: str) -> None:
    teller.at("2024-12-30T12:00")
    teller.do(
        "the local authority notifies the National Panel, one day before the last",
        review,
        "notify",
        teller.who("local_authority"),
        la_view="notify",
        icb_view="notify",
        police_view="notify",
        threshold_rationale="Serious harm; neglect is suspected.",
        notified_on="2024-12-30",
    )
    manager = teller.who("business_manager")
    teller.ask(
        "the agencies are asked for their information",
        review,
        manager,
        Westfield_Hospital_Trust="named.nurse@westfield-hospital.example",
        Northmoor_Police="child.protection.sergeant@northmoor-police.example",
        Northmoor_Schools="safeguarding.lead@northmoor-schools.example",
    )
    yes = dict.fromkeys(
        ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked"), "yes"
    )
    teller.do("the review gathers", review, "ask_agencies", manager, **yes)


def _start_gathering(teller: Teller, death: str) -> None:
    teller.at("2024-12-31T10:00")
    coordinator = teller.who("cdop_coordinator")
    scope = {f"scope_t{n}": "yes" if n in (1, 7) else "no" for n in range(1, 13)}
    teller.do("the death is in scope", death, "accept", coordinator, **scope)
    doctor = teller.who("designated_doctor")
    criteria = {f"criterion_{n}": "yes" if n == 2 else "no" for n in range(1, 6)}  # noqa: PLR2004
    teller.do(
        "immediate decisions: a joint agency response begins",
        death,
        "decide",
        doctor,
        joint_agency_response="yes",
        certificate="coroner",
        safeguarding="none",
        organisational_incident="none",
        key_worker="bereavement.nurse@westfield-hospital.example",
        key_worker_deputy="childrens.ward@westfield-hospital.example",
        parents_informed="yes",
        **criteria,
    )
    teller.ask(
        "reporting forms are asked for",
        death,
        coordinator,
        Westfield_Hospital_Trust="named.nurse@westfield-hospital.example",
        Northmoor_Council="head.of.safeguarding@northmoor-council.example",
    )
    teller.hold("the coroner opens an investigation", death, coordinator, "coroner", "2024-12-31")


def _return_and_agree(teller: Teller, review: str) -> None:
    teller.at("2025-01-06T10:00")
    manager = teller.who("business_manager")
    first, second, third = teller.open_tasks(review, "agency_return")
    teller.answer("the hospital returns its information", review, first, "received")
    teller.extend(
        "the police are given more time", review, manager, f"agency_return/{second}", "2025-01-14"
    )
    teller.answer("the schools have nothing: a nil return", review, third, "nil")
    teller.at("2025-01-13T15:00")
    teller.answer("the police return theirs", review, second, "received")
    teller.do("the meeting is fixed", review, "convene", manager, meeting_on="2025-01-15")
    teller.at("2025-01-15T12:00")
    answers = {f"criteria_{c}": "possible" for c in CRITERIA}
    reasons = {f"criteria_{c}_why": "Considered and written down." for c in CRITERIA}
    teller.do(
        "the Case Review Panel meets and decides on a local practice review",
        review,
        "draft",
        teller.who("review_chair"),
        quorum="yes",
        equality_analysis="Written down.",
        child_lived_experience="Written down.",
        decision="lcspr",
        rationale="Improvements are needed across agencies.",
        **answers,
        **reasons,
    )


def _submit(teller: Teller, review: str) -> str:
    teller.at("2025-01-20T11:00")
    manager = teller.who("business_manager")
    agreed = dict.fromkeys(("la_agreed_on", "icb_agreed_on", "police_agreed_on"), "2025-01-20")
    teller.do("the three partners have agreed; the review goes to the National Panel",
              review, "submit", manager, submitted_on="2025-01-20", **agreed)  # fmt: skip
    return teller.open(
        "the practice review opens: six calendar months to publish",
        "practice_review",
        teller.who("review_chair"),
        decided_on="2025-01-20",
        decision_source="rapid review",
        criteria="Improvements needed",
    )


def _settle(teller: Teller, dispute: str) -> None:
    teller.at("2025-01-21T10:00")
    stage = teller.stage(dispute)
    owners = {"manager": "line_manager", "senior": "senior_manager", "director": "director"}
    teller.do(
        "the owner of the stage proposes a way out",
        dispute,
        "propose",
        teller.who(owners.get(stage, "executive_chair")),
        agreed_what="A joint assessment within the week.",
        agreed_actions="Both teams; review in a month.",
    )
    for task in teller.open_tasks(dispute, "confirm"):
        teller.answer("an agency confirms", dispute, task, "agree")
    teller.at("2025-02-10T10:00")
    teller.do(
        "the child is better placed; the dispute closes with its learning",
        dispute,
        "close",
        teller.who("business_manager"),
        root_cause="communication",
        follow_up_result="The assessment was done.",
        learning="Feedback on referrals within a day.",
    )


def _review_the_death(teller: Teller, death: str) -> None:
    coordinator = teller.who("cdop_coordinator")
    for task in teller.open_tasks(death, "reporting_form"):
        teller.answer("a reporting form comes back", death, task, "received")
    teller.at("2025-03-14T10:00")
    teller.release("the inquest is over", death, coordinator, "coroner", "2025-03-14")
    teller.record("its result is recorded", death, coordinator, inquest_result_on="2025-03-14")
    teller.do(
        "the child death review meeting was held",
        death,
        "hold_meeting",
        teller.who("designated_doctor"),
        meeting_held_on="2025-03-14",
    )


def _publish(teller: Teller, practice: str) -> None:
    manager = teller.who("business_manager")
    teller.at("2025-03-17T10:00")
    clear = dict.fromkeys(
        ("coroner_clearance", "family_court_clearance", "parallel_clearance"), "none"
    )
    teller.do("the practice review is set up; a trial is expected", practice, "set_up", manager,
              panel_informed_on="2025-01-21", criminal_clearance="pending", **clear)  # fmt: skip
    teller.record("a monitoring entry", practice, manager, monitoring_entry_on="2025-03-17")
