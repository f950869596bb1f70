"""The main pages as pictures, for the pages in docs: python -m tests.browser.pictures FOLDER"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, NARROW
from tests.browser.desk import MANAGER, PARTNER, POLICE, Standing, standing
from tests.browser.hands import Mouse

TALLEST = 1400  # pixels: a picture shows what a page is about, not all of a long one
WIDTH = 1000


def a_review(house: Standing) -> str:
    """A rapid review whose agencies were asked."""
    told = ["incident_on=2025-03-13", "aware_at=2025-03-14T16:40"]
    told += ["outcome_for_child=serious_harm", "abuse_link=suspected"]
    reference = str(_done(house, told, "open", "rapid_review", "--as", PARTNER)["reference"])
    told = [f"{who}_view=notify" for who in ("la", "icb", "police")]
    told += ["threshold_rationale=Serious harm; abuse is suspected.", "notified_on=2025-03-17"]
    _done(house, told, "do", "notify", reference, "--as", PARTNER)
    asked = ("--agency", f"Northmoor Police={POLICE}")
    house.house.do("ask", reference, "--as", MANAGER, *asked)
    return reference


def _done(house: Standing, facts: list[str], *words: str) -> dict[str, object]:
    given = [word for fact in facts for word in ("--fact", fact)]
    done: dict[str, object] = house.house.do(*words, *given)
    return done


def take(page: Page, address: str, file: Path) -> None:
    """One page as a picture, as far as it is worth showing."""
    page.goto(address)
    taken(page, file)


def taken(page: Page, file: Path) -> None:
    """The page that is shown as a picture."""
    size = page.viewport_size or {"width": WIDTH}
    high = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": size["width"], "height": high}
    page.screenshot(path=file, clip=clip, full_page=True)  # type: ignore[arg-type]
    print(file)


def take_all(browser: Browser, house: Standing, folder: Path) -> None:
    """What a business manager sees in the morning, and what somebody sees who has no account."""
    reference = a_review(house)
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    house.sign_in(page, Mouse(), MANAGER)
    console = {
        "my-work": "", "case": f"cases/{reference}",
        "why": f"cases/{reference}/why/rapid_review", "what-if": f"cases/{reference}/what-if",
    }  # fmt: skip
    for name, path in console.items():
        take(page, f"{house.address}{path}", folder / f"{name}.png")
    hand = browser.new_page(viewport={"width": NARROW, "height": 800})
    take(hand, f"{house.address}notify-a-death", folder / "notify-on-a-telephone.png")
    house.follow(hand, Mouse(), house.mail_to(POLICE, reference))
    taken(hand, folder / "answer-on-a-telephone.png")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        standing(Path(home) / "house") as house,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take_all(browser, house, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
