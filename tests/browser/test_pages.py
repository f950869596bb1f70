"""Every page of everybody, as axe and a narrow screen see it, and by keyboard alone: E7."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route
from starlette.testclient import TestClient

from engine.roles import ROLES
from tests.browser.conftest import NARROW, WIDE, opened
from tests.browser.everybody import LINK, NOBODY, Album, Shown, everybody
from tests.browser.hands import FURTHEST
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
    assert not found, "\n".join(found)


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


# Each place where somebody can act; one answer of several is reached through the first of them.
# What can be seen of a place is its own look, or that of what is drawn for it.
PLACES = """() => {
  const acts = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const all = [...document.querySelectorAll(acts)].filter(e => e.checkVisibility() && !e.disabled);
  const key = e => e.type === 'radio' ? all.find(o => o.type === 'radio' && o.name === e.name) : e;
  const look = e => [e, e.nextElementSibling].filter(Boolean).flatMap(one =>
    [null, '::before', '::after'].map(mark => {
      const {outline, boxShadow, backgroundColor, border, color} = getComputedStyle(one, mark);
      return [outline, boxShadow, backgroundColor, border, color].join();
    })).join(';');
  const before = new Map(all.map(e => [e, look(e)]));
  const wanted = new Set(all.map(key)), order = [];
  document.addEventListener('focusin', ({target}) => {
    order.push(target.textContent.trim());
    wanted.delete(key(target));
    if (before.get(target) === look(target)) unseen.push(target.outerHTML);
  });
  const unseen = [];
  const missed = () => [...wanted].map(e => e.outerHTML);
  window.walked = () => ({first: order[0] ?? null, missed: missed(), unseen});
  return wanted.size;
}"""


def walked(page: Page) -> dict[str, Any]:
    """All round a page with Tab: where it began, what was never reached, and where nothing showed.

    A table that scrolls is a place to stop at as well, so there are more steps than places.
    """
    for _ in range(page.evaluate(PLACES)):
        page.keyboard.press("Tab")
    for _ in range(FURTHEST):
        told: dict[str, Any] = page.evaluate("walked()")
        if not told["missed"]:
            break
        page.keyboard.press("Tab")
    return told


def test_everything_on_every_page_is_reached_by_keyboard_and_seen_there(
    browser: Browser, pages: tuple[TestClient, Album]
) -> None:
    """E7: Tab comes to each link, button and box of each page of anybody, holds nobody anywhere,
    and shows where it is; it begins with the way past the header.
    """
    client, album = pages
    found = []
    with opened(browser) as page:
        for shown in album.pages:
            served(page, client, shown)
            told = walked(page)
            found += [f"{shown}: never reached: {place}" for place in told["missed"]]
            found += [f"{shown}: not seen at: {place}" for place in told["unseen"]]
            # A refusal begins with its reasons, and a mail as it came has nothing to press.
            first = told["first"] if shown.status == HTTPStatus.OK else None
            if first is not None and not first.startswith("Skip to"):
                found.append(f"{shown}: begins with {first}")
    assert not found, "\n".join(found)
