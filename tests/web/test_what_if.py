"""What if: every date before and after one thing that is supposed, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine import casework
from engine.casework import Caller
from tests.web.rooms import Browser, practice
from tests.web.test_console import (
    ADMINISTRATOR,
    AUDITOR,
    CHAIR,
    COORDINATOR,
    MANAGER,
    everything,
    refer,
    told,
)
from workflows.wiring import Premises

MEMBER = "quality.assurance@northmoor-council.example"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("what-if") / "house") as made:
        yield made


def suppose(browser: Browser, reference: str, change: str, **fields: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return browser.post(f"/cases/{reference}/what-if", {"change": change, **named})


def day(name: str, number: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}_day": str(number), f"{name}_month": str(month), f"{name}_year": str(year)}


def rows(page: Any) -> list[str]:
    """Each row of the table before and after, as words."""
    body = page.text.split("<tbody", 1)[1].split("</tbody", 1)[0]
    return [" ".join(told_row.split()) for told_row in map(plain, body.split("</tr>")[:-1])]


def plain(text: str) -> str:
    return told(type("Page", (), {"text": text}))


def test_another_day_of_the_start_moves_the_dates_and_saves_nothing(premises: Premises) -> None:
    """Each date stands beside what it would be, with the difference in working days."""
    reference = refer(premises)
    before = everything(premises, reference)
    page = suppose(
        Browser(premises, MANAGER), reference, "fact",
        start="aware_at", **day("started", 13, 3, 2025), started_time="09:00",
    )  # fmt: skip
    assert page.status_code == 200
    moved = [row for row in rows(page) if "earlier" in row]
    assert any("Notify the National Panel" in row and "21 March" in row and "20 March" in row
               and "1 working day earlier" in row for row in moved)  # fmt: skip
    assert everything(premises, reference) == before


def death(premises: Premises) -> str:
    logged = {
        "died_on": "2025-03-15", "died_at": "2025-03-15T03:10", "aware_at": "2025-03-15T08:30",
        "date_of_birth": "2019-04-02", "nhs_number": "9990000018",
        "normally_resident": "in_area", "place": "hospital", "notifier": "Ward sister",
    }  # fmt: skip
    who = Caller(COORDINATOR, "test")
    return casework.open_case(premises.house, "child_death_review", who, logged).case.reference


def test_a_hold_may_be_supposed_that_lies_ahead(premises: Premises) -> None:
    """From a day to a day, though neither has come: the dates it stops move on by its days."""
    reference, browser = death(premises), Browser(premises, COORDINATOR)
    before = everything(premises, reference)
    page = suppose(
        browser, reference, "hold", hold="coroner",
        **day("since", 7, 4, 2025), **day("until", 14, 4, 2025),
    )  # fmt: skip
    assert page.status_code == 200, told(page)
    (meeting,) = [row for row in rows(page) if "Child death review meeting" in row]
    assert "later" in meeting
    assert everything(premises, reference) == before
    begun = suppose(browser, reference, "hold", hold="coroner", **day("since", 7, 4, 2025))
    (meeting,) = [row for row in rows(begun) if "Child death review meeting" in row]
    assert "on hold" in meeting


def test_what_somebody_may_not_do_is_told_with_every_reason(premises: Premises) -> None:
    """A statutory date is extended by nobody, a panel member extends none, and a day that is none
    is told beside its field, with what was typed still there."""
    reference = refer(premises)
    later = day("to", 9, 5, 2025)
    page = suppose(Browser(premises, MANAGER), reference, "extension", deadline="notification",
                   **later)  # fmt: skip
    assert page.status_code == 422
    assert "statutory timescale; nobody may extend it" in told(page)
    page = suppose(Browser(premises, MEMBER), reference, "extension", deadline="threshold", **later)
    assert page.status_code == 422
    assert 'value="2025"' in page.text
    odd = suppose(Browser(premises, MANAGER), reference, "hold", hold="other",
                  **day("since", 31, 2, 2025))  # fmt: skip
    assert odd.status_code == 422
    assert 'id="since-error"' in odd.text
    assert Browser(premises, MANAGER).get(f"/cases/{reference}/what-if").status_code == 200


def test_a_fact_that_cannot_be_is_told_beside_the_day_that_was_typed(premises: Premises) -> None:
    """The refusal of the fact stands at the field, and no key of it in the words."""
    reference = refer(premises)
    page = suppose(Browser(premises, MANAGER), reference, "fact", start="aware_at",
                   **day("started", 1, 1, 2099))  # fmt: skip
    assert page.status_code == 422
    assert 'id="started-error"' in page.text
    assert "(aware_at)" not in page.text


def test_whoever_may_not_read_the_case_whole_finds_no_such_page(premises: Premises) -> None:
    """By looking or by sending a form, as of a case that is not there."""
    reference = refer(premises)
    for email in (AUDITOR, ADMINISTRATOR, COORDINATOR):
        browser = Browser(premises, email)
        assert browser.get(f"/cases/{reference}/what-if").status_code == 404
        page = browser.post(f"/cases/{reference}/what-if", {"change": "hold"}, shown="/cases")
        assert page.status_code == 404
    chair = Browser(premises, CHAIR)
    assert chair.post(f"/cases/{reference}/what-if", {"change": "odd"}).status_code == 404


def test_what_was_supposed_of_a_case_is_kept_as_a_reading_of_it(premises: Premises) -> None:
    """Its dates are shown, so it counts as having read them."""
    reference = refer(premises)
    Browser(premises, MANAGER).get(f"/cases/{reference}/what-if")
    with premises.store.begin() as work:
        assert [a.what for a in work.visits.accesses(reference)] == ["what if"]
