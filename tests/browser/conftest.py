"""One browser and one house for all these tests; a page for each, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.desk import PATIENCE, Standing, standing
from tests.browser.hands import Keyboard, Mouse

CHROMIUM = "/usr/bin/chromium"
WIDE, NARROW = 1280, 320
# Whoever has scripts sits at a desk here, and whoever has none holds a telephone, or has a keyboard
# and no more: what is reached so does not rest on a script.
EYES = {"desk": (True, WIDE), "telephone": (False, NARROW), "keyboard": (False, WIDE)}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        # A container's own root may not make Chromium's sandbox.
        running = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("browser") / "house") as made:
        yield made


@pytest.fixture(params=EYES)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new browser's page, which fails the test where the page has a fault of its own."""
    scripts, width = EYES[request.param]
    with opened(browser, scripts, width) as page:
        yield page


@pytest.fixture
def hands(request: pytest.FixtureRequest, page: Page) -> Mouse:
    """What whoever sits at the page does things with."""
    alone = request.node.callspec.params["page"] == "keyboard"
    return Keyboard(page) if alone else Mouse()


@pytest.fixture
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the page runs scripts."""
    return EYES[request.node.callspec.params["page"]][0]


class opened:  # noqa: N801 - it reads as a word
    """A page of a browser that knows nobody yet."""

    def __init__(self, browser: Browser, scripts: bool = True, width: int = WIDE) -> None:
        size = {"width": width, "height": 900}
        self.context = browser.new_context(java_script_enabled=scripts, viewport=size)
        self.context.set_default_timeout(PATIENCE)
        self.faults: list[str] = []

    def __enter__(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        """A page that is refused or is not there is no fault; a style or script that is, is one."""
        missing = said.text.startswith("Failed to load resource")
        if said.type == "error" and not (missing and "/static/" not in said.location["url"]):
            self.faults.append(said.text)

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert self.faults == []
