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
from tests.browser.hands import Mouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def fill_day(page: Page, hands: Mouse, fact: str, day: str, at: str = "") -> None:
    """Three boxes, and a fourth where there is a time."""
    year, month, number = day.split("-")
    parts = {"day": number, "month": month, "year": year, **({"time": at} if at else {})}
    for part, value in parts.items():
        hands.write(page.locator(f"#{fact}-{part}"), value)


def choose(page: Page, hands: Mouse, fact: str, choice: str) -> None:
    hands.check(page.locator(f"#{fact}-{choice}"))


def go_on(page: Page, hands: Mouse) -> None:
    hands.press(page.get_by_role("button", name="Continue"))


def save(page: Page, hands: Mouse) -> str:
    """Press the button of the look, and say where it leads."""
    hands.press(page.get_by_role("button", name="Save", exact=True))
    page.wait_for_url(re.compile(r"/cases/[A-Z]{2}-\d{4}-\d{4}$"))
    return page.url.rsplit("/", 1)[1]


def open_review(page: Page, hands: Mouse, house: Standing) -> str:
    """A local authority's partner opens a rapid review."""
    house.sign_in(page, hands, PARTNER)
    hands.press(page.get_by_role("link", name="Refer a serious incident"))
    fill_day(page, hands, "incident_on", "2025-March-13")
    fill_day(page, hands, "aware_at", "2025-03-14", "4.40pm")
    choose(page, hands, "outcome_for_child", "serious_harm")
    choose(page, hands, "abuse_link", "suspected")
    go_on(page, hands)
    expect(page.get_by_text("Friday 21 March 2025").first).to_be_visible()
    return save(page, hands)


def notify(page: Page, hands: Mouse, house: Standing, reference: str) -> None:
    page.goto(f"{house.address}cases/{reference}")
    hands.press(page.get_by_role("link", name="Notify the National Panel", exact=True))
    for view in ("la_view", "icb_view", "police_view"):
        choose(page, hands, view, "notify")
    hands.write(page.locator("#threshold_rationale"), "Serious harm; abuse is suspected.")
    fill_day(page, hands, "notified_on", "2025-03-17")
    go_on(page, hands)
    save(page, hands)


def test_the_panel_opens_a_rapid_review_and_moves_it_on(
    page: Page, hands: Mouse, house: Standing
) -> None:
    """Each step says what falls due and who is told before it is saved; the people are told."""
    reference = open_review(page, hands, house)
    notify(page, hands, house, reference)
    expect(page.get_by_role("heading", name=reference)).to_be_visible()
    expect(page.get_by_text("Monday 7 April 2025").first).to_be_visible()
    assert reference in house.mail_to(MANAGER, reference).mail["Subject"]


def test_a_death_is_notified_and_the_coordinator_asks_agencies(
    page: Page, hands: Mouse, house: Standing
) -> None:
    """No account for who notifies; the coordinator accepts, and asks a school, which has mail."""
    page.goto(f"{house.address}notify-a-death")
    hands.write(page.get_by_label("Your work email address"), "ward@elsewhere-hospital.example")
    fill_day(page, hands, "died_on", "2025-03-16")
    fill_day(page, hands, "aware_at", "2025-03-16", "14:20")
    fill_day(page, hands, "date_of_birth", "2019-03-02")
    choose(page, hands, "normally_resident", "in_area")
    hands.pick(page.locator("#place"), "hospital")
    hands.write(page.locator("#notifier"), "Ward manager")
    hands.write(page.locator("#nhs_number"), "943 476 5919")
    go_on(page, hands)
    hands.press(page.get_by_role("button", name="Send the notification"))
    reference = page.locator(".govuk-panel strong").inner_text()
    house.sign_in(page, hands, COORDINATOR)
    page.goto(f"{house.address}cases/{reference}")
    hands.press(page.get_by_role("link", name="Accept the review"))
    for number in range(1, 13):
        choose(page, hands, f"scope_t{number}", "yes" if number in (1, 7) else "no")
    go_on(page, hands)
    save(page, hands)
    hands.press(page.get_by_role("link", name="Ask agencies"))
    hands.check(page.get_by_label("Westfield Hospital Trust: Named nurse"))
    hands.write(page.locator("#agencies"), "Westfield School, head@westfield-school.example")
    if page.locator("#kind-reporting_form").count():
        choose(page, hands, "kind", "reporting_form")
    go_on(page, hands)
    assert save(page, hands) == reference
    asked = house.mail_to("head@westfield-school.example", reference)
    assert "943" not in asked.content.decode()
    house.mail_to("named.nurse@westfield-hospital.example", reference)


def test_a_practitioner_raises_a_dispute(page: Page, hands: Mouse, house: Standing) -> None:
    """Danger is asked first; what is missing is told at once, and what was typed is still there."""
    house.sign_in(page, hands, PRACTITIONER)
    hands.press(page.get_by_role("link", name="Raise a dispute"))
    first = page.locator("form .govuk-form-group").nth(0)
    expect(first.get_by_role("radio")).to_have_count(2)
    choose(page, hands, "immediate_risk", "no")
    hands.write(page.locator("#statement"), "The referral was closed.")
    go_on(page, hands)
    expect(page.get_by_role("heading", name="Nothing was saved")).to_be_visible()
    expect(page.locator("#statement")).to_have_value("The referral was closed.")
    hands.check(page.get_by_label("Northmoor Council"))
    hands.check(page.get_by_label("Westfield Hospital Trust"))
    choose(page, hands, "type", "case")
    hands.pick(page.locator("#cause"), "threshold")
    hands.write(page.locator("#desired_outcome"), "An assessment by Friday")
    choose(page, hands, "wellbeing", "drift")
    go_on(page, hands)
    reference = save(page, hands)
    assert house.house.do("show", reference)["process"] == "dispute"


def test_somebody_answers_from_the_email(
    page: Page, hands: Mouse, house: Standing, scripts: bool
) -> None:
    """No account: the link in the mail, a choice, a button; and the case says so."""
    given = ("--fact", "incident_on=2025-03-13", "--fact", "aware_at=2025-03-14T16:40")
    given += ("--fact", "outcome_for_child=serious_harm", "--fact", "abuse_link=suspected")
    opened = house.house.do("open", "rapid_review", "--as", PARTNER, *given)["reference"]
    views = [f"{view}=notify" for view in ("la_view", "icb_view", "police_view")]
    told = [*views, "threshold_rationale=Harm.", "notified_on=2025-03-17"]
    facts = [word for fact in told for word in ("--fact", fact)]
    house.house.do("do", "notify", opened, "--as", PARTNER, *facts)
    house.house.do("ask", opened, "--as", MANAGER, "--agency", f"Police={POLICE}")
    house.follow(page, hands, house.mail_to(POLICE, opened), scripts)
    hands.check(page.locator("#c-received"))
    hands.press(page.get_by_role("button", name="Send this answer"))
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    (task,) = house.house.do("show", opened)["tasks"]
    assert task["answer"] == "received"
