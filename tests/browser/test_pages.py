"""Every page, as axe and a narrow screen see it, and by keyboard alone: E7."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NARROW, opened
from tests.browser.desk import MANAGER, Standing
from web.doors import ANYBODY, KEEPERS, READERS_OF_MAIL, SIGNED_IN
from web.entrance import DOORS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Everybody's, the manager's, and the letter readers' pages: who looks at which.
_OURS = (ANYBODY, SIGNED_IN, KEEPERS, READERS_OF_MAIL)
PAGES = [door for door in DOORS if door.method == "GET" and door.who in _OURS]
VIOLATIONS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="module")
def known(house: Standing) -> dict[str, str]:
    """One of each thing an address can name."""
    given = ["incident_on=2025-03-13", "aware_at=2025-03-14T16:40"]
    given += ["outcome_for_child=serious_harm", "abuse_link=suspected"]
    facts = [word for fact in given for word in ("--fact", fact)]
    opened = house.house.do("open", "rapid_review", "--as", MANAGER, *facts)["reference"]
    message = house.house.do("outbox", "list")["messages"][0]["id"]
    return {
        "reference": opened, "deadline": "notification", "process": "rapid_review",
        "key": "rapid_review", "action": "notify", "step": "note", "number": str(message),
        "id": str(message),
    }  # fmt: skip


def addresses(house: Standing, known: dict[str, str]) -> Iterator[str]:
    for door in PAGES:
        names = re.findall(r"{(\w+)", door.path)
        if all(name in known for name in names):
            path = re.sub(r"{(\w+)[^}]*}", lambda match: known[match[1]], door.path)
            yield f"{house.address}{path.lstrip('/')}"


@pytest.fixture(scope="module")
def looked(browser: Browser, house: Standing, known: dict[str, str]) -> Iterator[Page]:
    with opened(browser) as page:
        house.sign_in(page, MANAGER)
        yield page


def test_axe_finds_nothing_on_any_page(
    looked: Page, house: Standing, known: dict[str, str]
) -> None:
    """Whatever the manager can open is free of faults that a machine can find."""
    found, seen = [], 0
    for address in addresses(house, known):
        answer = looked.goto(address)
        assert answer is not None
        if answer.status != 200:
            continue
        seen += 1
        result = Axe().run(looked, options={"runOnly": {"type": "tag", "values": list(VIOLATIONS)}})
        for fault in result.response["violations"]:
            where = [node["target"] for node in fault["nodes"]][:2]
            found.append(f"{looked.url}: {fault['id']}: {fault['help']} {where}")
    assert found == []
    assert seen > 15


def test_every_page_fits_a_telephone(looked: Page, house: Standing, known: dict[str, str]) -> None:
    """WCAG 1.4.10: at 320 pixels nothing is cut off and nobody scrolls sideways."""
    looked.set_viewport_size({"width": NARROW, "height": 800})
    wide = []
    for address in addresses(house, known):
        looked.goto(address)
        across = looked.evaluate("document.documentElement.scrollWidth")
        if across > NARROW:
            wide.append(f"{address}: {across}")
    assert wide == []


def test_a_death_is_notified_by_keyboard_alone(browser: Browser, house: Standing) -> None:
    """From the link past the header to the look, with Tab, the keys of letters, and Enter."""
    with opened(browser) as page:
        page.goto(f"{house.address}notify-a-death")
        keys = page.keyboard
        keys.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        keys.press("Enter")
        typed = {
            "your_email": "ward@elsewhere-hospital.example",
            "died_on-day": "16", "died_on-month": "3", "died_on-year": "2025",
            "aware_at-day": "16", "aware_at-month": "3", "aware_at-year": "2025",
            "aware_at-time": "14:20", "date_of_birth-day": "2", "date_of_birth-month": "3",
            "date_of_birth-year": "2019", "normally_resident-in_area": " ", "place": "H",
            "notifier": "Ward manager", "nhs_number": "999 000 0018",
        }  # fmt: skip
        keys.press("Tab")
        # The bar of a practice house has a link of its own.
        expect(page.get_by_role("link", name="Move the clock, read the mail")).to_be_focused()
        for name, words in typed.items():
            keys.press("Tab")
            assert page.evaluate("document.activeElement.id") == name
            keys.press("Space") if words == " " else keys.type(words)
        for _ in range(4):
            if page.evaluate("document.activeElement.tagName") == "BUTTON":
                break
            keys.press("Tab")
        keys.press("Enter")
        expect(page.get_by_role("heading", name="Check what you wrote")).to_be_visible()
