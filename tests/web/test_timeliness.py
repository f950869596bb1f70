"""The page of timeliness: the same numbers as the report, of the cases one may read."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from engine import casework, reporting
from engine.casework import Caller
from engine.reports import year_of
from tests.web.rooms import Browser, practice
from tests.web.test_console import COORDINATOR, INCIDENT, MANAGER, PARTNER, told
from workflows.wiring import Premises

LATE = "Notify the National Panel"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """A house with three rapid reviews, whose notification becomes late."""
    with practice(tmp_path_factory.mktemp("timeliness") / "house") as made:
        for _ in range(3):
            casework.open_case(made.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
        yield made


def test_the_page_says_what_the_report_says(premises: Premises) -> None:
    """Each timescale with its numbers, in words beside the picture, for the year of today."""
    page = Browser(premises, MANAGER).get("/timeliness")
    assert page.status_code == 200
    year = year_of(premises.house.clock.now().date())
    kept = reporting.dates_kept(premises.house, year.first, year.last)
    assert any(each.key == "notification" for each in kept)
    for each in kept:
        assert each.label in told(page)
        assert f'<td class="govuk-table__cell">{each.count("running")}</td>' in page.text
    assert "2024-25" in told(page)


def test_the_picture_can_be_read_aloud_and_says_each_number(premises: Premises) -> None:
    """It is an image with a title, each part has words of its own, and the table has it all."""
    page = Browser(premises, MANAGER).get("/timeliness").text
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    drawn = ElementTree.fromstring(svg)
    assert drawn.get("role") == "img"
    titles = [each.text or "" for each in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert "table below" in titles[0]
    assert any(title.startswith(f"{LATE}: 3 ") for title in titles)


def test_a_case_somebody_may_not_read_is_not_counted(premises: Premises) -> None:
    """S3: the coordinator of another process sees a year in which nothing was due."""
    page = told(Browser(premises, COORDINATOR).get("/timeliness"))
    assert LATE not in page
    assert "No date fell due" in page


def test_another_year_is_a_link_away_and_a_wrong_one_is_explained(premises: Premises) -> None:
    """The address takes a year as the report does."""
    browser = Browser(premises, MANAGER)
    assert "/timeliness?year=2023-24" in browser.get("/timeliness").text
    assert LATE not in told(browser.get("/timeliness?year=2023-24"))
    wrong = browser.get("/timeliness?year=<b>")
    assert wrong.status_code == 422
    assert "2025-26" in told(wrong)


def test_nobody_comes_in_without_signing_in(premises: Premises) -> None:
    """A stranger is led to the sign-in."""
    assert Browser(premises).get("/timeliness").status_code == 303
