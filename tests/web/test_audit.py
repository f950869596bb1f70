"""The page of who read what: for the auditor and the administrator, each as far as they may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import casework
from engine.casework import Caller
from engine.visits import Access
from tests.web.rooms import Browser, practice
from tests.web.test_console import (
    ADMINISTRATOR,
    AUDITOR,
    CHAIR,
    COORDINATOR,
    MANAGER,
    PARTNER,
    refer,
    told,
)
from workflows.wiring import Premises


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("audit") / "house") as made:
        yield made


def words(browser: Browser, path: str) -> str:
    """The words of a page below its form."""
    page = browser.get(path)
    assert page.status_code == 200
    return " ".join(told(page).split("Show these", 1)[1].split())


def read_by(premises: Premises, *emails: str, reference: str, times: int = 1) -> None:
    now = premises.house.clock.now()
    with premises.store.begin() as work:
        for number in range(times):
            for email in emails:
                at = now + timedelta(minutes=number)
                work.visits.note(Access(at, email, reference, "case"))
        work.commit()


def test_an_auditor_sees_who_read_which_review_and_when_the_newest_first(
    premises: Premises,
) -> None:
    """By name and address, with what was read; narrowed to a review or a person."""
    first, second = refer(premises), refer(premises)
    Browser(premises, MANAGER).get(f"/cases/{first}")
    Browser(premises, CHAIR).get(f"/cases/{second}/why/notification")
    auditor = Browser(premises, AUDITOR)
    every = words(auditor, "/audit")
    assert every.index(CHAIR) < every.index(MANAGER)
    assert "Business manager business.manager@" in every
    assert "Why a date falls when it does" in every
    of_first = words(auditor, f"/audit?case={first.lower()}")
    assert first in of_first
    assert second not in of_first
    by_chair = words(auditor, f"/audit?person={CHAIR.upper()}")
    assert second in by_chair
    assert first not in by_chair
    assert "no such reading" in words(auditor, f"/audit?case={first}&person={CHAIR}")


def test_the_page_is_for_auditor_and_administrator_alone(premises: Premises) -> None:
    """For anybody else it is not there, and no way leads to it."""
    for email in (MANAGER, CHAIR, PARTNER, COORDINATOR):
        browser = Browser(premises, email)
        assert browser.get("/audit").status_code == 404
        assert 'href="/audit"' not in browser.get("/cases").text
    for email in (AUDITOR, ADMINISTRATOR):
        assert 'href="/audit"' in Browser(premises, email).get("/cases").text


def test_a_review_somebody_may_not_see_is_not_named_to_them(premises: Premises) -> None:
    """An administrator sees that somebody read one; asked for by its name, it is not there."""
    reference = refer(premises)
    read_by(premises, MANAGER, reference=reference)
    administrator = Browser(premises, ADMINISTRATOR)
    every = words(administrator, "/audit")
    assert MANAGER in every
    assert "A review you do not read" in every
    assert reference not in administrator.get("/audit").text
    assert "no such reading" in words(administrator, f"/audit?case={reference}")
    assert "no such reading" in words(administrator, "/audit?case=RR-2099-0001")


def test_an_auditor_kept_off_a_case_does_not_learn_who_reads_it(premises: Premises) -> None:
    """Recusal holds here as everywhere: the review is not named and cannot be asked for."""
    reference = refer(premises)
    read_by(premises, MANAGER, reference=reference)
    who = Caller(MANAGER, "test")
    casework.recuse(premises.house, reference, who, AUDITOR, "A relative.")
    auditor = Browser(premises, AUDITOR)
    assert reference not in auditor.get("/audit").text
    assert "no such reading" in words(auditor, f"/audit?case={reference}")


def test_older_readings_are_a_link_away_and_none_is_lost(premises: Premises) -> None:
    """Fifty a page, under the same filter, to the oldest."""
    reference = refer(premises)
    read_by(premises, MANAGER, CHAIR, reference=reference, times=60)
    auditor = Browser(premises, AUDITOR)
    path, seen = f"/audit?case={reference}&person={MANAGER}", []
    for _ in range(5):
        page = auditor.get(path)
        seen.append(page.text.count(f'href="/cases/{reference}"'))
        if "Older readings" not in page.text:
            break
        path = "/audit" + page.text.split('href="?', 1)[1].split('"', 1)[0].replace(
            "&amp;", "&"
        ).join(("?", ""))
    assert seen == [50, 10]


def test_odd_filters_find_nothing_and_break_nothing(premises: Premises) -> None:
    """Whatever stands in the address of the page."""
    auditor = Browser(premises, AUDITOR)
    for query in ("case=%00", "person=%3Cscript%3E", "before=x", "before=-1", "before=999999999999",
                  "case=%E2%80%AE", f"person={'x' * 3_000}"):  # fmt: skip
        page = auditor.get(f"/audit?{query}")
        assert page.status_code == 200
        assert "<script>" not in page.text
