"""The JSON other programs rely on: every promised key is there, with its type."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cli.driver import CHAIR, LOCAL_AUTHORITY, MANAGER, NURSE, Home, deadline, notify, refer

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")
STANDINGS = {"statutory", "guidance", "local", "default"}
STATUSES = {"running", "met", "met_late", "breached", "held", "cancelled"}

Case = dict[str, Any]


def is_day(value: object) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


def is_when(value: object) -> bool:
    return is_day(value) or (isinstance(value, str) and MOMENT.fullmatch(value) is not None)


def check_case(document: Case) -> None:
    """What open, do, record, extend, hold, release and the like return."""
    assert all(isinstance(document[key], str) for key in ("reference", "process", "version"))
    assert isinstance(document["stage"], str)
    assert type(document["revision"]) is int
    assert type(document["owed"]) is int
    for one in document["deadlines"]:
        assert isinstance(one["key"], str)
        assert one["task"] is None or isinstance(one["task"], str)
        assert is_when(one["due"]), one
        assert is_when(one["raw_due"]), one
        assert is_when(one["starts"]), one
        assert re.fullmatch(r"-?\d+(wd|d|w|m|y|h)", one["length"])
        assert one["standing"] in STANDINGS
        assert one["status"] in STATUSES
        assert one["met_on"] is None or is_day(one["met_on"])
    for task in document["tasks"]:
        assert all(isinstance(task[key], str) for key in ("id", "kind", "agency", "recipient"))
        assert task["due"] is None or is_when(task["due"])
        assert task["status"] in {"open", "done", "cancelled"}
        assert task["answer"] is None or isinstance(task["answer"], str)


@pytest.fixture
def review(house: Home) -> str:
    """A rapid review that was notified, with one agency asked."""
    reference: str = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    house.do("ask", reference, "--as", MANAGER, "--agency", f"Acute trust={NURSE}")
    return reference


def test_every_step_returns_the_case_as_it_now_is(house: Home, review: str) -> None:
    """Opening, doing, recording, asking, answering, extending, holding, releasing and the rest."""
    me = ("--as", MANAGER)
    steps = [
        refer(house),
        house.do("record", review, *me, "--fact", "media_interest=no"),
        house.do("ask", review, *me, "--agency", "School=lead@school.example"),
        house.do("answer", review, "T1", "--as", NURSE, "--with", "received"),
        house.do("extend", review, "agency_return/T2", "--to", "2025-01-16", "--reason", "x", *me),
        house.do("hold", review, "coroner", "--from", "2024-12-30", *me),
        house.do("release", review, "coroner", "--on", "2024-12-30", *me),
        house.do("meeting", review, "--on", "2024-12-30", "--invited", "4", "--present", "3", *me),
        house.do("note", review, "A note.", *me),
        house.do("recuse", review, "--who", CHAIR, "--reason", "knows the family", *me),
        house.do("link", review, refer(house)["reference"], "--kind", "rapid_review", *me),
    ]
    for step in steps:
        check_case(step)
    assert [step["revision"] for step in steps[1:]] == list(range(4, 14))


def test_a_step_says_what_it_owes_to_whom(house: Home) -> None:
    """owed is the number of messages this one step owes; told names their readers."""
    opened = refer(house)
    assert opened["reference"] == "RR-2024-0001"
    assert opened["owed"] == len(opened["told"]) == len(house.do("outbox", "list")["messages"])
    assert opened["nobody_holds"] == []


def test_show_adds_facts_events_and_actions(house: Home, review: str) -> None:
    """show tells everything there is, and its owed counts what has not been sent yet."""
    document = house.do("show", review)
    check_case(document)
    assert document["facts"]["la_view"] == "notify"
    for place, event in enumerate(document["events"], start=1):
        assert event["sequence"] == place
        assert MOMENT.fullmatch(event["at"])
        assert is_day(event["happened_on"])
        assert isinstance(event["actor"], str)
        assert isinstance(event["kind"], str)
        assert isinstance(event["data"], dict)
        assert re.fullmatch(r"[0-9a-f]{64}", event["seal"])
    for action in document["actions"]:
        assert isinstance(action["key"], str)
        assert action["allowed"] is (not action["reasons"])
    assert document["owed"] == len(house.do("outbox", "list", "--state", "owed")["messages"])


def test_show_as_somebody_says_what_that_person_may_do(house: Home, review: str) -> None:
    """The same action is open to one person and refused to another, with the reason."""
    mine = {a["key"]: a for a in house.do("show", review, "--as", LOCAL_AUTHORITY)["actions"]}
    theirs = {a["key"]: a for a in house.do("show", review, "--as", NURSE)["actions"]}
    assert len(theirs["withdraw"]["reasons"]) > len(mine["withdraw"]["reasons"])


def test_why_proves_a_date(house: Home, review: str) -> None:
    """Start, rule, each day counted or skipped with its reason, and a second way to the date."""
    proof = house.do("why", review, "rapid_review")
    assert proof["due"] == proof["check"]["due"] == "2025-01-21"
    assert proof["start"] == {"fact": "notified_on", "value": "2024-12-30"}
    assert all(isinstance(proof[key], str) for key in ("rule", "citation", "calendar"))
    assert isinstance(proof["check"]["method"], str)
    assert proof["holds"] == proof["extensions"] == []
    assert sum(day["counted"] for day in proof["days"]) == 15
    assert proof["days"][-1]["date"] == "2025-01-21"
    closed = {d["date"]: d["because"] for d in proof["days"] if not d["counted"]}
    assert "New Year" in closed["2025-01-01"]


def test_the_clocks_of_a_review_keep_their_keys(house: Home, review: str) -> None:
    """A deadline that belongs to a task is named KEY/TASK, and says which task it is."""
    document = house.do("show", review)
    assert deadline(document, "notification")["status"] == "met"
    assert deadline(document, "notification")["met_on"] == "2024-12-30"
    assert deadline(document, "agency_return/T1")["task"] == "T1"
    assert document["tasks"][0]["due"] == deadline(document, "agency_return/T1")["due"]


def test_lists_are_documents_too(house: Home, review: str) -> None:
    """list and due name their rows; --open, --process, --overdue and --by choose among them."""
    (row,) = house.do("list")["cases"]
    assert row["reference"] == review
    assert (row["open"], row["overdue"]) == (True, 0)
    assert house.do("list", "--process", "dispute")["cases"] == []
    assert house.do("list", "--open", "--process", "rapid_review")["cases"] == [row]
    assert house.do("list", "--overdue")["cases"] == []
    house.at("2025-01-22T09:00")
    house.do("sweep")
    (late,) = house.do("list", "--overdue")["cases"]
    assert late["reference"] == review
    assert type(late["overdue"]) is int
    assert late["overdue"] > 0
    every = house.do("due")["due"]
    soon = house.do("due", "--by", "2025-01-10")["due"]
    assert soon
    assert [d["due"] for d in every] == sorted(d["due"] for d in every)
    assert {d["due"] for d in every} - {d["due"] for d in soon} == {
        d["due"] for d in every if d["due"] > "2025-01-10"
    }
