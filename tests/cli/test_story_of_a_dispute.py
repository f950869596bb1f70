"""A dispute that nobody answers climbs by itself; both agencies settle it in the end."""

from __future__ import annotations

from typing import Any

from tests.cli.driver import COUNCIL, HOSPITAL, MANAGER, Home, deadline


def raise_dispute(house: Home, **changes: str) -> dict[str, Any]:
    facts = {
        "type": "case",
        "agencies": f"{HOSPITAL};{COUNCIL}",
        "cause": "threshold",
        "statement": "The level of need is disputed.",
        "desired_outcome": "A joint assessment.",
        "wellbeing": "drift",
        "immediate_risk": "no",
    }
    who = next(
        p["email"]
        for p in house.do("people", "list")["people"]
        if p["agency"] == HOSPITAL and "practitioner" in p["roles"]
    )
    opened: dict[str, Any] = house.open("dispute", who, **facts | changes)
    return opened


def line_manager(house: Home, agency: str) -> str:
    return str(next(
        p["email"]
        for p in house.do("people", "list")["people"]
        if p["agency"] == agency and "line_manager" in p["roles"]
    ))  # fmt: skip


def test_silence_escalates_and_both_agencies_confirm(house: Home) -> None:
    """Raised on 24 December 2024: two working days are up on the 30th, three more on 3 January."""
    house.at("2024-12-24T11:00")
    opened = raise_dispute(house)
    reference = opened["reference"]
    assert opened["stage"] == "practitioner"
    assert {task["kind"] for task in opened["tasks"]} == {"acknowledge"}
    assert [task["agency"] for task in opened["tasks"]] == [COUNCIL]
    clock = deadline(opened, "practitioner")
    assert clock["due"].startswith("2024-12-30T17:00")
    assert clock["standing"] == "default"
    house.at("2024-12-30T16:59")
    assert house.do("sweep")["escalations"] == 0
    house.at("2024-12-30T17:01")
    assert house.do("sweep")["escalations"] == 1
    moved = house.do("show", reference)
    assert moved["stage"] == "manager"
    assert deadline(moved, "manager")["due"].startswith("2025-01-03T17:00")
    climbed = next(e for e in moved["events"] if e["kind"] == "moved")
    assert climbed["data"]["to"] == "manager"
    assert "@" not in climbed["actor"]

    house.at("2025-01-02T10:00")
    outcome = {"agreed_what": "A joint assessment.", "agreed_actions": "Both, by Friday."}
    agreed = house.act("propose", reference, line_manager(house, COUNCIL), **outcome)
    assert agreed["stage"] == "agreed"
    confirming = [t for t in agreed["tasks"] if t["kind"] == "confirm" and t["status"] == "open"]
    assert {task["agency"] for task in confirming} == {HOSPITAL, COUNCIL}
    stages = [
        house.do("answer", reference, task["id"], "--as", task["recipient"], "--with", answer)[
            "stage"
        ]
        for task, answer in zip(confirming, ("agree", "with_reservations"), strict=True)
    ]
    assert stages == ["agreed", "follow_up"]
    house.at("2025-01-20T10:00")
    found = {"follow_up_result": "Done, and it helped.", "learning": "Feed back in a day."}
    closed = house.act("close", reference, MANAGER, root_cause="communication", **found)
    assert closed["stage"] == "closed"
    assert house.do("verify")["ok"] is True


def test_a_house_that_slept_moves_one_stage_at_each_look(house: Home) -> None:
    """Silence never closes a dispute; each stage runs out on its own recorded day."""
    house.at("2024-12-24T11:00")
    reference = raise_dispute(house)["reference"]
    seen = []
    for day in ("2025-01-02", "2025-01-10", "2025-01-20", "2025-02-03", "2025-03-03"):
        house.at(f"{day}T09:00")
        house.do("sweep")
        seen.append(house.do("show", reference)["stage"])
    assert seen == ["manager", "senior", "director", "executive", "executive"]
    assert house.do("show", reference)["closed_at"] is None
    assert house.do("verify")["ok"] is True


def test_immediate_risk_runs_by_the_hour(house: Home) -> None:
    """The urgent track has four hours, day and night, and says so."""
    house.at("2024-12-24T22:00")
    opened = raise_dispute(house, immediate_risk="yes", emergency_referral="yes")
    clock = deadline(opened, "practitioner")
    assert (clock["due"], clock["length"]) == ("2024-12-25T02:00:00+00:00", "4h")
    assert clock["starts"] == "2024-12-24T22:00:00+00:00"
    tasks = {task["due"] for task in opened["tasks"]}
    assert tasks == {"2024-12-24T23:00:00+00:00"}
    house.at("2024-12-25T02:01")
    assert house.do("sweep")["escalations"] == 1
    assert house.do("show", opened["reference"])["stage"] == "manager"
