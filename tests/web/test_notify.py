"""A death is notified by a form that needs no account, tells nothing, and gives a receipt."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.rooms import Browser, practice
from web import notify
from workflows.wiring import Premises

PAGE = "/notify-a-death"
COORDINATOR = "child.death.coordinator@northmoor-icb.example"
WRITTEN = {
    "your_email": "ward.manager@elsewhere-hospital.example",
    "died_on-day": "16", "died_on-month": "3", "died_on-year": "2025",
    "aware_at-day": "16", "aware_at-month": "3", "aware_at-year": "2025", "aware_at-time": "14:20",
    "date_of_birth-day": "2", "date_of_birth-month": "3", "date_of_birth-year": "2019",
    "normally_resident": "in_area", "place": "hospital", "notifier": "Ward manager, Elsewhere",
    "nhs_number": "943 476 5919",
}  # fmt: skip


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("notify") / "house") as made:
        yield made


def told(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def deaths(premises: Premises) -> list[str]:
    with premises.store.begin() as work:
        return [name for name in work.cases.references() if name.startswith("CD-")]


def test_a_stranger_notifies_a_death_and_the_coordinator_finds_it(premises: Premises) -> None:
    """A form, a look, a receipt; then the review is the coordinator's, with who notified it."""
    stranger, before = Browser(premises), deaths(premises)
    look = stranger.post(PAGE, {**WRITTEN, "go": "look"})
    assert look.status_code == 200
    assert "Ward manager, Elsewhere" in told(look)
    assert "coordinator@" not in look.text, "the form names nobody of the house"
    assert deaths(premises) == before
    sent = stranger.post(PAGE, {**WRITTEN, "mark": "one", "go": "save"})
    (reference,) = set(deaths(premises)) - set(before)
    assert reference in sent.text
    assert "14:20" not in sent.text, "the receipt tells nothing of the child"
    page = told(Browser(premises, COORDINATOR).get(f"/cases/{reference}"))
    assert "ward.manager@elsewhere-hospital.example" in page
    with premises.store.begin() as work:
        line = work.cases.events(reference)[0]
    assert (line.account, line.actor) == (notify.ACCOUNT, WRITTEN["your_email"])


def test_a_form_sent_twice_is_one_notification(premises: Premises) -> None:
    """A second press, or the way back and on again, gives the same receipt."""
    stranger = Browser(premises)
    first, again = (
        stranger.post(PAGE, {**WRITTEN, "mark": "twice", "go": "save"}) for _ in range(2)
    )
    assert first.text == again.text
    other = stranger.post(PAGE, {**WRITTEN, "mark": "another", "go": "save"})
    assert other.text != first.text


def test_all_that_is_wrong_is_told_at_once_and_what_was_typed_is_kept(premises: Premises) -> None:
    """A death in the future, an address that is none, and what is missing."""
    before = deaths(premises)
    wrong = {**WRITTEN, "your_email": "nobody", "died_on-year": "2031", "place": ""}
    for go in ("look", "save"):
        answer = Browser(premises).post(PAGE, {**wrong, "go": go})
        assert answer.status_code == 422
        words = told(answer)
        assert "Write your work email address" in words
        assert "Ward manager, Elsewhere" in words
        assert words.count("Error:") >= 3, "the title, the address and a date at least"
    assert deaths(premises) == before


def test_an_address_of_the_directory_gives_a_stranger_nothing(premises: Premises) -> None:
    """Whoever types a manager's address has the part of a professional, and no more."""
    typed = {**WRITTEN, "your_email": COORDINATOR, "mark": "typed", "go": "save"}
    stranger = Browser(premises)
    sent = stranger.post(PAGE, typed)
    reference = re.findall(r"CD-\d{4}-\d{4}", sent.text)[0]
    assert stranger.get(f"/cases/{reference}").status_code in (303, 404)
    with premises.store.begin() as work:
        assert work.cases.events(reference)[0].account == notify.ACCOUNT


def test_a_flood_is_stopped_in_words(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills the coordinator's desk by a program; the form says whom to ring."""
    monkeypatch.setattr(notify, "EACH_HOUR", 0)
    before = deaths(premises)
    answer = Browser(premises).post(PAGE, {**WRITTEN, "mark": "flood", "go": "save"})
    assert answer.status_code == 422
    assert "ring the" in told(answer)
    assert deaths(premises) == before


def test_two_notifications_of_one_child_are_shown_to_the_coordinator(premises: Premises) -> None:
    """By NHS number and date of birth, whoever notified; the values themselves are not shown."""
    number = "999 000 0018"
    sent = [
        Browser(premises).post(
            PAGE, {**WRITTEN, "nhs_number": number, "mark": mark, "go": "save"}
        )
        for mark in ("north", "south")
    ]  # fmt: skip
    first, second = (re.findall(r"CD-\d{4}-\d{4}", each.text)[0] for each in sent)
    page = Browser(premises, COORDINATOR).get(f"/cases/{second}")
    words = " ".join(told(page).split())
    assert f"same child as in {first} : the NHS number and the child's date of birth are" in words
    assert number not in page.text
    assert "999" not in told(page).replace("ring 999", "")
