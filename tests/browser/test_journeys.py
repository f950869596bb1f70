"""What the four users come for, from end to end, as they would do it: E7 and the main journeys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import (
    COORDINATOR,
    MANAGER,
    PARTNER,
    POLICE,
    PRACTITIONER,
    Standing,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def fill_day(page: Page, fact: str, day: str, at: str = "") -> None:
    """Three boxes, and a fourth where there is a time."""
    year, month, number = day.split("-")
    parts = {"day": number, "month": month, "year": year, **({"time": at} if at else {})}
    for part, value in parts.items():
        page.locator(f"#{fact}-{part}").fill(value)


def choose(page: Page, fact: str, choice: str) -> None:
    page.locator(f"#{fact}-{choice}").check()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def save(page: Page) -> str:
    """Press the button of the look, and say where it leads."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/cases/[A-Z]{2}-\d{4}-\d{4}$"))
    return page.url.rsplit("/", 1)[1]


def open_review(page: Page, house: Standing) -> str:
    """A local authority's partner opens a rapid review."""
    house.sign_in(page, PARTNER)
    page.goto(f"{house.address}cases")
    page.get_by_role("link", name="Rapid review").click()
    fill_day(page, "incident_on", "2025-03-13")
    fill_day(page, "aware_at", "2025-03-14", "16:40")
    choose(page, "outcome_for_child", "serious_harm")
    choose(page, "abuse_link", "suspected")
    go_on(page)
    expect(page.get_by_text("Friday 21 March 2025").first).to_be_visible()
    return save(page)


def notify(page: Page, house: Standing, reference: str) -> None:
    page.goto(f"{house.address}cases/{reference}")
    page.get_by_role("link", name="Notify the National Panel", exact=True).click()
    for view in ("la_view", "icb_view", "police_view"):
        choose(page, view, "notify")
    page.locator("#threshold_rationale").fill("Serious harm; abuse is suspected.")
    fill_day(page, "notified_on", "2025-03-17")
    go_on(page)
    save(page)


def test_the_panel_opens_a_rapid_review_and_moves_it_on(page: Page, house: Standing) -> None:
    """Each step says what falls due and who is told before it is saved; the people are told."""
    reference = open_review(page, house)
    notify(page, house, reference)
    expect(page.get_by_role("heading", name=reference)).to_be_visible()
    expect(page.get_by_text("Monday 7 April 2025").first).to_be_visible()
    assert reference in house.mail_to(MANAGER, reference).mail["Subject"]


def test_a_death_is_notified_and_the_coordinator_asks_agencies(page: Page, house: Standing) -> None:
    """No account for who notifies; the coordinator accepts, and asks a school, which has mail."""
    page.goto(f"{house.address}notify-a-death")
    page.get_by_label("Your work email address").fill("ward@elsewhere-hospital.example")
    fill_day(page, "died_on", "2025-03-16")
    fill_day(page, "aware_at", "2025-03-16", "14:20")
    fill_day(page, "date_of_birth", "2019-03-02")
    choose(page, "normally_resident", "in_area")
    page.locator("#place").select_option("hospital")
    page.locator("#notifier").fill("Ward manager")
    page.locator("#nhs_number").fill("943 476 5919")
    go_on(page)
    page.get_by_role("button", name="Send the notification").click()
    reference = page.locator(".govuk-panel strong").inner_text()
    house.sign_in(page, COORDINATOR)
    page.goto(f"{house.address}cases/{reference}")
    page.get_by_role("link", name="Accept the review").click()
    for number in range(1, 13):
        choose(page, f"scope_t{number}", "yes" if number in (1, 7) else "no")
    go_on(page)
    save(page)
    page.get_by_text("Record, ask, extend and more").click()
    page.get_by_role("link", name="Ask agencies").click()
    page.locator("#agencies").fill("Westfield School, head@westfield-school.example")
    if page.locator("#kind-reporting_form").count():
        choose(page, "kind", "reporting_form")
    go_on(page)
    assert save(page) == reference
    asked = house.mail_to("head@westfield-school.example", reference)
    assert "943" not in asked.content.decode()


def test_a_practitioner_raises_a_dispute(page: Page, house: Standing) -> None:
    """Danger is asked first; what is missing is told at once, and what was typed is still there."""
    house.sign_in(page, PRACTITIONER)
    page.goto(f"{house.address}cases")
    page.get_by_role("link", name="Dispute").click()
    first = page.locator("form .govuk-form-group").nth(0)
    expect(first.get_by_role("radio")).to_have_count(2)
    choose(page, "immediate_risk", "no")
    page.locator("#statement").fill("The referral was closed.")
    go_on(page)
    expect(page.get_by_role("heading", name="Nothing was saved")).to_be_visible()
    expect(page.locator("#statement")).to_have_value("The referral was closed.")
    page.locator("#agencies").fill("Northmoor Council\nNorthmoor Police")
    choose(page, "type", "case")
    page.locator("#cause").select_option("threshold")
    page.locator("#desired_outcome").fill("An assessment by Friday")
    choose(page, "wellbeing", "drift")
    go_on(page)
    reference = save(page)
    assert house.house.do("show", reference)["process"] == "dispute"


def test_somebody_answers_from_the_email(page: Page, house: Standing) -> None:
    """No account: the link in the mail, a choice, a button; and the case says so."""
    given = ("--fact", "incident_on=2025-03-13", "--fact", "aware_at=2025-03-14T16:40")
    given += ("--fact", "outcome_for_child=serious_harm", "--fact", "abuse_link=suspected")
    opened = house.house.do("open", "rapid_review", "--as", PARTNER, *given)["reference"]
    views = [f"{view}=notify" for view in ("la_view", "icb_view", "police_view")]
    told = [*views, "threshold_rationale=Harm.", "notified_on=2025-03-17"]
    facts = [word for fact in told for word in ("--fact", fact)]
    house.house.do("do", "notify", opened, "--as", PARTNER, *facts)
    house.house.do("ask", opened, "--as", MANAGER, "--agency", f"Police={POLICE}")
    page.goto(house.link_in(house.mail_to(POLICE, opened)))
    page.locator("#c-received").check()
    page.get_by_role("button", name="Send this answer").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    (task,) = house.house.do("show", opened)["tasks"]
    assert task["answer"] == "received"
