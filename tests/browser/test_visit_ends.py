"""When a visit ends, what the house showed leaves the screen, and what was typed is not lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import opened
from tests.browser.desk import MANAGER, PARTNER, Standing
from tests.browser.hands import Mouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ENDED = "Your visit has ended"
NOTE = "The chair rang, and the panel meets on Monday."


def lasting(page: Page, seconds: int) -> None:
    """Let pages say that the visit lasts so long, as those of a practice house do not."""

    def say(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("<body ", f'<body data-visit="{seconds}" ', 1)
        route.fulfill(response=answer, body=body)

    page.route(re.compile(r"/cases"), say)


def a_review(house: Standing) -> str:
    facts = ("incident_on=2025-03-13", "aware_at=2025-03-14T16:40",
             "outcome_for_child=serious_harm", "abuse_link=suspected")  # fmt: skip
    given = [word for fact in facts for word in ("--fact", fact)]
    return str(house.house.do("open", "rapid_review", "--as", PARTNER, *given)["reference"])


def test_what_was_shown_leaves_the_screen_when_the_visit_ends_by_itself(
    browser: Browser, house: Standing
) -> None:
    """No server need be there for it; the heading says so, and a link leads on."""
    with opened(browser) as page:
        house.sign_in(page, Mouse(), MANAGER)
        lasting(page, 2)
        page.goto(f"{house.address}cases")
        expect(page.get_by_role("heading", name="Reviews")).to_be_visible()
        page.context.set_offline(True)
        expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
        shown = page.locator("body").inner_html()
        assert "Business manager" not in shown
        assert "/cases/" not in shown
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_another_page_of_the_visit_keeps_this_one_open(browser: Browser, house: Standing) -> None:
    with opened(browser) as page:
        house.sign_in(page, Mouse(), MANAGER)
        lasting(page, 3)
        page.goto(f"{house.address}cases")
        other = page.context.new_page()
        lasting(other, 600)
        other.goto(f"{house.address}cases")
        page.wait_for_timeout(5_000)
        expect(page.get_by_role("heading", name="Reviews")).to_be_visible()


def test_signing_out_in_one_tab_clears_the_others_and_loses_nothing_that_was_typed(
    browser: Browser, house: Standing
) -> None:
    """It waits out of sight; signed in again, whoever typed it goes on from there."""
    hands, reference = Mouse(), a_review(house)
    with opened(browser) as page:
        house.sign_in(page, hands, MANAGER)
        lasting(page, 600)
        page.goto(f"{house.address}cases/{reference}/step/note")
        hands.write(page.locator("main textarea").first, NOTE)
        other = page.context.new_page()
        other.goto(house.address)
        hands.press(other.get_by_role("button", name="Sign out"))
        expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
        expect(page.get_by_text(NOTE)).to_have_count(0)
        hands.press(page.get_by_role("button", name="Go on with what you typed"))
        expect(page.get_by_role("heading", name="Nothing was saved yet")).to_be_visible()
        house.sign_in(other, hands, MANAGER)
        again = page.get_by_role("button", name="Go on with what was typed")
        hands.press(again)
        expect(page.get_by_text("You are signed in as")).to_be_visible()
        hands.press(again)
        expect(page.get_by_text(NOTE).first).to_be_visible()
