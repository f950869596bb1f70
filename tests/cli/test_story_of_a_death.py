"""A child's death from the notification to the family's feedback, with a coroner's hold."""

from __future__ import annotations

from tests.cli.driver import Home, deadline

COORDINATOR = "child.death.coordinator@northmoor-icb.example"
DOCTOR = "designated.doctor@northmoor-icb.example"
NURSE = "named.nurse@westfield-hospital.example"
SOCIAL = "head.of.safeguarding@northmoor-council.example"
HIDDEN = "(kept apart)"


def log_death(house: Home, **changes: str) -> dict[str, object]:
    facts = {
        "died_on": "2025-01-15",
        "died_at": "2025-01-15T14:20",
        "aware_at": "2025-01-15T14:40",
        "date_of_birth": "2019-04-02",
        "nhs_number": "9990000018",
        "normally_resident": "in_area",
        "place": "hospital",
        "notifier": "Ward sister",
    }
    opened: dict[str, object] = house.open("child_death_review", COORDINATOR, **facts | changes)
    return opened


def to_gathering(house: Home, reference: str) -> None:
    """Accepted, decided on, and two agencies asked for their forms."""
    scope = {f"scope_t{n}": "yes" if n in (1, 7) else "no" for n in range(1, 13)}
    accepted = house.act("accept", reference, COORDINATOR, **scope)
    assert deadline(accepted, "form_request")["due"] == "2025-01-17"
    criteria = {f"criterion_{n}": "yes" if n == 2 else "no" for n in range(1, 6)}
    decided = house.act(
        "decide", reference, DOCTOR, joint_agency_response="yes", certificate="coroner",
        safeguarding="none", organisational_incident="none",
        key_worker="bereavement.nurse@westfield-hospital.example",
        key_worker_deputy="childrens.ward@westfield-hospital.example",
        parents_informed="yes", **criteria,
    )  # fmt: skip
    assert decided["stage"] == "gathering"
    asked = house.do("ask", reference, "--as", COORDINATOR, "--agency", f"Hospital={NURSE}",
                     "--agency", f"Council={SOCIAL}")  # fmt: skip
    forms = [task for task in asked["tasks"] if task["kind"] == "reporting_form"]
    assert [task["agency"] for task in forms] == ["Hospital", "Council"]
    for task, who in zip(forms, (NURSE, SOCIAL), strict=True):
        house.do("answer", reference, task["id"], "--as", who, "--with", "received")


def test_a_coroners_hold_moves_the_target_and_keeps_the_first_date(house: Home) -> None:
    """Death 15 January 2025: meeting by 15 April; held 3 February to 20 November: 30 January."""
    house.at("2025-01-16T09:00")
    opened = log_death(house)
    reference = str(opened["reference"])
    assert deadline(opened, "notification")["due"].startswith("2025-01-16T14:20")
    assert deadline(opened, "review_meeting")["due"] == "2025-04-15"
    to_gathering(house, reference)

    house.at("2025-02-03T10:00")
    held = house.do("hold", reference, "coroner", "--from", "2025-02-03", "--as", COORDINATOR)
    waiting = deadline(held, "review_meeting")
    assert (waiting["status"], waiting["raw_due"]) == ("held", "2025-04-15")
    house.at("2025-05-01T10:00")
    house.do("sweep")
    now = deadline(house.do("show", reference), "review_meeting")
    assert (now["status"], now["raw_due"]) == ("held", "2025-04-15")
    house.do("hold", reference, "criminal", "--from", "2025-05-01", "--as", COORDINATOR)
    house.at("2025-11-20T10:00")
    house.do("release", reference, "criminal", "--on", "2025-06-30", "--as", COORDINATOR)
    freed = house.do("release", reference, "coroner", "--on", "2025-11-20", "--as", COORDINATOR)
    target = deadline(freed, "review_meeting")
    assert (target["due"], target["raw_due"]) == ("2026-01-30", "2025-04-15")
    proof = house.do("why", reference, "review_meeting")
    assert proof["due"] == proof["check"]["due"] == "2026-01-30"
    assert [(h["kind"], h["from"], h["until"]) for h in proof["holds"]] == [
        ("coroner", "2025-02-03", "2025-11-20"),
        ("criminal", "2025-05-01", "2025-06-30"),
    ]
    house.at("2025-12-10T15:00")
    met = house.act("hold_meeting", reference, DOCTOR, meeting_held_on="2025-12-10")
    assert deadline(met, "review_meeting")["status"] == "met"
    assert house.do("verify")["ok"] is True


def test_a_death_is_reviewed_to_the_familys_feedback(house: Home) -> None:
    """Meeting, analysis, Child Death Overview Panel, national database, and the family told."""
    house.at("2025-01-16T09:00")
    reference = str(log_death(house)["reference"])
    to_gathering(house, reference)
    house.at("2025-03-14T10:00")
    house.act("hold_meeting", reference, DOCTOR, meeting_held_on="2025-03-14")
    sent = house.act("send_analysis", reference, DOCTOR, draft_analysis="AF-1",
                     attendance="Nine of ten.", family_questions="Two, answered.")  # fmt: skip
    assert deadline(sent, "panel_review")["due"] == "2025-04-25"
    same = {"anonymised_by": COORDINATOR, "released_by": COORDINATOR}
    words = [w for key, value in same.items() for w in ("--fact", f"{key}={value}")]
    house.refused("do", "take_to_panel", reference, "--as", COORDINATOR, *words)
    house.act("take_to_panel", reference, COORDINATOR, anonymised_by=COORDINATOR,
              released_by=DOCTOR)  # fmt: skip
    house.at("2025-04-24T10:00")
    people = {p["email"]: p["roles"] for p in house.do("people", "list")["people"]}
    chair = next(email for email, roles in people.items() if "cdop_chair" in roles)
    concluded = house.act("conclude", reference, chair, quorum="yes", category="8",
                          factors_a="1", factors_b="0", factors_c="0", factors_d="2",
                          modifiability="factors_identified", learning="Written.",
                          recommendations="One.")  # fmt: skip
    assert deadline(concluded, "panel_review")["status"] == "met"
    house.act("finalise", reference, COORDINATOR, forms_final="yes", database_reference="N-1")
    closed = house.act("feed_back", reference, COORDINATOR, feedback_mode="A visit.",
                       feedback_offered_on="2025-04-24")  # fmt: skip
    assert closed["stage"] == "closed"
    assert house.do("verify")["ok"] is True


def test_who_the_child_was_is_kept_apart(house: Home) -> None:
    """show, export and the list give the reference, never the identifying value."""
    house.at("2025-01-16T09:00")
    reference = str(log_death(house, child_name="Zebedee Quillfeather")["reference"])
    shown = house.do("show", reference)
    for key in ("child_name", "date_of_birth", "nhs_number"):
        assert shown["facts"][key] == HIDDEN
    for words in (["show", reference], ["export", reference], ["list"], ["outbox", "list"]):
        for said in (house.run(*words), house.run(*words, "--json")):
            assert "Quillfeather" not in said.out + said.err
            assert "9990000018" not in said.out + said.err
            assert "2019-04-02" not in said.out + said.err
