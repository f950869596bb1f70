"""What somebody needs who has never seen the console: each of these stopped one who tried it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from engine import casework
from engine.asking import Agency
from engine.casework import Caller
from engine.roles import Actor
from tests.web.rooms import Browser, practice
from tests.web.test_console import (
    ADMINISTRATOR,
    COORDINATOR,
    MANAGER,
    NOTIFIED,
    PARTNER,
    refer,
    told,
)
from tests.workflows.deaths import DEATH, DECISIONS, SCOPE
from web.offered import steps
from workflows.wiring import Premises

DIED = {**DEATH, "died_on": "2025-03-16", "died_at": "2025-03-16T14:20",
        "aware_at": "2025-03-16T14:20"}  # fmt: skip


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("first") / "house") as made:
        yield made


def test_my_work_offers_what_somebody_may_begin_in_the_words_of_beginning_it(
    premises: Premises,
) -> None:
    """And nothing that they may not."""
    panel, nobody = (Browser(premises, who).get("/") for who in (MANAGER, ADMINISTRATOR))
    assert "Refer a serious incident (Rapid review)" in " ".join(told(panel).split())
    assert "Raise a dispute (Dispute resolution)" in " ".join(told(panel).split())
    assert sorted(re.findall(r'"/open/(\w+)"', panel.text)) == [
        "child_death_review", "dispute", "practice_review", "rapid_review",
    ]  # fmt: skip
    assert "/open/" not in nobody.text


def test_agencies_are_asked_by_choosing_people_of_the_directory(premises: Premises) -> None:
    """Whoever answers for one; who was asked is offered no more, and others are typed."""
    reference = refer(premises)
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFIED)
    browser, path = Browser(premises, MANAGER), f"/cases/{reference}/step/ask"
    assert path in browser.get(f"/cases/{reference}").text
    assert "Northmoor Police: Detective sergeant, child protection" in told(browser.get(path))
    assert "choose whom to ask" in told(browser.post(path, {"go": "preview"})).lower()
    sergeant = "child.protection.sergeant@northmoor-police.example"
    saved = browser.post(
        path, {"people": sergeant, "agencies": "Trust, a@trust.example", "go": "save"}
    )
    assert saved.status_code == 303
    case = casework.look_up(premises.house, reference).case
    assert {(t.agency, t.recipient) for t in case.tasks} == {
        ("Northmoor Police", sergeant), ("Trust", "a@trust.example"),
    }  # fmt: skip
    assert "Northmoor Police: " not in told(browser.get(path))


def test_whom_to_ask_is_told_apart_from_who_may_not_be(premises: Premises) -> None:
    """Two people of one agency, or somebody who has left meanwhile: each in words of its own."""
    reference = refer(premises)
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFIED)
    browser, path = Browser(premises, MANAGER), f"/cases/{reference}/step/ask"
    police = [
        f"child.protection.{who}@northmoor-police.example" for who in ("inspector", "sergeant")
    ]
    twice = told(browser.post(path, {"people": police, "go": "preview"}))
    assert "Northmoor Police is named twice" in twice
    assert "has already been asked" not in twice
    gone = browser.post(path, {"people": [police[0], "gone@x.example"], "go": "preview"})
    assert gone.status_code == 422
    assert "is in the directory no more" in told(gone)


def test_an_agency_that_owes_something_else_may_be_asked(premises: Premises) -> None:
    """Of a child death the police owe a planning meeting, and a reporting form too."""
    house, who = premises.house, Caller(COORDINATOR, "test")
    reference = casework.open_case(house, "child_death_review", who, DIED).case.reference
    casework.advance(house, reference, who, "accept", SCOPE)
    decided = {**DECISIONS, "joint_agency_response": "yes", "criterion_1": "yes"}
    casework.advance(house, reference, who, "decide", decided)
    owing = {task.agency for task in casework.look_up(house, reference).case.tasks if task.is_open}
    assert "Northmoor Police" in owing
    page = told(Browser(premises, COORDINATOR).get(f"/cases/{reference}/step/ask"))
    assert "Northmoor Police: Detective inspector, child protection" in page


def test_what_is_somebodys_to_do_and_lacks_something_is_not_called_nothing(
    premises: Premises,
) -> None:
    """The page says in words what is missing, and names no key of a fact."""
    reference = refer(premises)
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFIED)
    keeper = told(Browser(premises, MANAGER).get(f"/cases/{reference}"))
    assert "nothing for you to do here now" not in keeper
    assert "Yours to do, once nothing is missing" in keeper
    assert "ask agencies first" in keeper
    assert "Needed: Other children in the household or setting are safe" in keeper
    assert "(children_safe)" not in keeper
    other = Browser(premises, "safeguarding.partner@northmoor-police.example")
    page = told(other.get(f"/cases/{reference}"))
    assert "nothing for you to do here now" in page
    assert "Yours to do" not in page


def test_the_agencies_of_a_dispute_are_chosen_from_those_there_are(premises: Premises) -> None:
    """A name typed otherwise would reach nobody of that agency; another one may still be typed."""
    browser = Browser(premises, "childrens.ward@westfield-hospital.example")
    form = {
        "immediate_risk": "no", "agencies": ["Northmoor Council", "Westfield Hospital Trust", ""],
        "type": "case", "cause": "threshold", "statement": "The referral was closed.",
        "desired_outcome": "An assessment", "wellbeing": "drift",
    }  # fmt: skip
    one = browser.post("/open/dispute", {**form, "agencies": "Northmoor Council", "go": "preview"})
    assert "at least 2" in told(one)
    assert "separated by" not in told(one)
    assert re.search(r'value="Northmoor Council" checked', one.text)
    look = browser.post("/open/dispute", {**form, "go": "preview"})
    assert "Northmoor Council; Westfield Hospital Trust" in told(look)
    assert "social.worker@northmoor-council.example" in told(look)
    lines = ["Trust\nNorthmoor Police\nX", "Northmoor Council"]
    back = browser.post("/open/dispute", {**form, "agencies": lines, "go": "change"})
    assert re.search(r"<textarea[^>]*>Trust\nX</textarea>", back.text)
    for ticked in ("Northmoor Council", "Northmoor Police"):
        assert f'value="{ticked}" checked' in back.text


def test_the_record_names_no_key(premises: Premises) -> None:
    """What the house keeps of itself has words too."""
    page = told(Browser(premises, MANAGER).get(f"/cases/{refer(premises)}"))
    assert "Raised by: " in page
    assert "raised_by" not in page


MISSING = {
    "answer": ("the task", "the answer"),
    "extend": ("the date to move", "the new day", "the reason"),
    "hold": ("the kind of hold", "the day it begins"),
    "link": ("the other case's reference", "how they belong together"),
    "meeting": ("the day of the meeting", "how many were invited", "how many were present"),
    "note": ("the note",),
    "recuse": ("the person's address", "the reason"),
}


@pytest.mark.parametrize("step", MISSING)
def test_a_step_tells_everything_that_is_missing_at_once(premises: Premises, step: str) -> None:
    """Nobody fills in a form three times to learn three things."""
    path = f"/cases/{refer(premises)}/step/{step}"
    refused = Browser(premises, MANAGER).post(path, {"go": "preview"})
    assert refused.status_code == 422
    for what in MISSING[step]:
        assert f"Needed: {what}" in told(refused)


def test_what_cannot_be_read_is_told_together_with_what_is_missing(premises: Premises) -> None:
    path = f"/cases/{refer(premises)}/step/meeting"
    form = {"on-day": "31", "on-month": "2", "on-year": "2025", "invited": "many", "go": "preview"}
    words = told(Browser(premises, MANAGER).post(path, form))
    assert "there is no such day in the calendar" in words
    assert "How many were invited: a whole number is needed" in words
    assert "Needed: how many were present" in words


def test_only_steps_that_can_be_taken_are_offered(premises: Premises) -> None:
    """No hold, no end to one; nobody asked, no answer; who keeps no record has no such step."""
    reference = refer(premises)
    who = Caller(MANAGER, "test")

    def offered(email: str) -> set[str]:
        page = Browser(premises, email).get(f"/cases/{reference}")
        assert page.status_code == 200
        return set(re.findall(rf"/cases/{reference}/step/(\w+)", page.text))

    first = {"record", "link", "meeting", "note", "extend", "hold", "recuse"}
    assert offered(MANAGER) == first
    casework.hold(premises.house, reference, who, "criminal", date(2025, 3, 17))
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFIED)
    casework.ask(premises.house, reference, who, [Agency("Trust", "a@trust.example")])
    assert offered(MANAGER) == first | {"release", "ask", "answer"}
    assert offered("safeguarding.partner@northmoor-police.example") == {"record", "recuse"}


def test_no_later_date_is_offered_where_the_law_sets_the_only_one(premises: Premises) -> None:
    """Of an incident that is just known, the date to notify may not be moved by anybody."""
    found = casework.look_up(premises.house, refer(premises))
    found = replace(found, actor=Actor(MANAGER, "", frozenset({"business_manager"})))
    law = tuple(d for d in found.case.deadlines if d.standing == "statutory")
    assert len(law) == 1
    assert "extend" in steps(found)
    assert "extend" not in steps(replace(found, case=replace(found.case, deadlines=law)))


def test_a_statutory_date_is_not_among_those_to_choose_a_later_day_for(premises: Premises) -> None:
    """The form names every date that runs but the one to notify, which nobody may move."""
    reference = refer(premises)
    case = casework.look_up(premises.house, reference).case
    page = Browser(premises, MANAGER).get(f"/cases/{reference}/step/extend").text
    movable = set(re.findall(r'value="([a-z_/0-9]+)"', page)) & {d.key for d in case.deadlines}
    assert movable == {d.key for d in case.deadlines if d.key != "notification"} != set()
