"""Every page of everybody, as axe and a narrow screen see it, and by keyboard alone: E7."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from starlette.testclient import TestClient

from engine.roles import ROLES
from tests.browser.conftest import NARROW, WIDE, opened
from tests.browser.desk import Standing
from tests.browser.everybody import LINK, NOBODY, Album, Shown, everybody
from tests.cli.driver import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VIOLATIONS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {"runOnly": {"type": "tag", "values": list(VIOLATIONS)}}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Album]]:
    with everybody(tmp_path_factory.mktemp("everybody") / "house") as found:
        yield found


def test_every_role_opens_its_pages(pages: tuple[TestClient, Album]) -> None:
    """Whoever holds a role, whoever has a link, and whoever has neither: none is left out."""
    _, album = pages
    assert album.readers >= {*ROLES, NOBODY, LINK}
    assert album.templates >= {path.name for path in (ROOT / "web" / "pages").rglob("*.html")}


def test_every_page_is_free_of_faults_and_fits_a_telephone(
    browser: Browser, pages: tuple[TestClient, Album]
) -> None:
    """E7: axe finds nothing on any page of anybody, refusals too; and WCAG 1.4.10: at 320 pixels
    nothing is cut off and nobody scrolls sideways.
    """
    client, album = pages
    found = []
    with opened(browser) as page:
        for shown in album.pages:
            page.set_viewport_size({"width": WIDE, "height": 900})
            served(page, client, shown)
            result = Axe().run(page, options=RULES)
            for fault in result.response["violations"]:
                where = [node["target"] for node in fault["nodes"]][:2]
                found.append(f"{shown}: {fault['id']}: {fault['help']} {where}")
            page.set_viewport_size({"width": NARROW, "height": 800})
            across = page.evaluate("document.documentElement.scrollWidth")
            found += [f"{shown}: {across} pixels wide"] if across > NARROW else []
    assert found == []


def served(page: Page, client: TestClient, shown: Shown) -> None:
    """A page as it was answered, with its style and scripts from the same house."""

    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(status=shown.status, content_type="text/html", body=shown.text)
            return
        got = client.get(route.request.url)
        kind = got.headers["content-type"]
        route.fulfill(status=got.status_code, content_type=kind, body=got.content)

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(shown.address)


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
