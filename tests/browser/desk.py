"""A practice house with its service and a mail server that keeps mail, for people at browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from notifications.catcher import Catcher, Caught
from tests.browser.hands import Mouse
from tests.cli.driver import LOCAL_AUTHORITY, MANAGER, SAMPLE, SETTINGS, Home
from tests.service.served import Served, until
from workflows.wiring import set_up

PARTNER = LOCAL_AUTHORITY
COORDINATOR = "child.death.coordinator@northmoor-icb.example"
PRACTITIONER = "social.worker@northmoor-council.example"
POLICE = "child.protection.sergeant@northmoor-police.example"
MORNING = "2025-03-17T10:00"
# Where people answer, as mails say it; these tests open the same path on the service itself.
OUTSIDE = "https://reviews.northmoor.example"
PATIENCE = 30_000  # milliseconds for a page to show something

__all__ = ["MANAGER", "Standing", "standing"]


@dataclass(frozen=True)
class Standing:
    """A house that is being served: its commands, its address, and the mail it sent."""

    house: Home
    address: str
    catcher: Catcher

    def mail_to(self, recipient: str, words: str = "") -> Caught:
        """The newest mail somebody got, once there is one; words stand in its text or subject."""

        def found() -> list[Caught]:
            mails = [c for c in self.catcher.caught if recipient in c.recipients]
            return [c for c in mails if words in text_of(c) or words in str(c.mail["Subject"])]

        until(found, f"mail to {recipient}: {words}")
        return found()[-1]

    def sign_in(self, page: Page, hands: Mouse, email: str) -> None:
        """As a person does: an address, a code from the mail, a button."""
        before = len(self.catcher.caught)
        page.goto(f"{self.address}sign-in")
        hands.write(page.get_by_label("Email address"), email)
        hands.press(page.get_by_role("button", name="Send me a code"))
        hands.write(page.get_by_label("Code"), self._code_for(email, before))
        hands.press(page.get_by_role("button", name="Sign in"))
        page.get_by_role("button", name="Sign out").wait_for(timeout=PATIENCE)

    def follow(self, page: Page, hands: Mouse, caught: Caught, scripts: bool = True) -> None:
        """Open the link of a mail; without a script the key below it is typed in. It leaves the
        address bar either way, and also in a tab that shows the page for keys already.
        """
        found = re.search(rf"{OUTSIDE}/(r/#(\S+))", text_of(caught))
        assert found, text_of(caught)
        opened = re.compile(r"/r/[0-9]+$")
        page.goto(f"{self.address}{found[1]}")
        if scripts:
            page.wait_for_url(opened)
            page.goto(f"{self.address}r/")
            page.goto(f"{self.address}{found[1]}")
        else:
            hands.write(page.get_by_label("The key in the email"), found[2])
            hands.press(page.get_by_role("button", name="Open the page"))
        page.wait_for_url(opened)

    def _code_for(self, email: str, before: int) -> str:
        """The code in the first mail that brings one after so many others."""

        def codes() -> list[str]:
            mails = [c for c in self.catcher.caught[before:] if email in c.recipients]
            found = [re.search(r"Your code:\s+(\S+)", text_of(mail)) for mail in mails]
            return [match[1] for match in found if match]

        until(codes, f"a code for {email}")
        return codes()[0]


def text_of(caught: Caught) -> str:
    """The plain text of a mail."""
    body = caught.mail.get_body(("plain",))
    return body.get_content() if body else ""


@contextmanager
def standing(folder: Path) -> Iterator[Standing]:
    """A house on a working morning in March 2025, with its pages, its rounds and its mail."""
    with Catcher() as catcher:
        folder.mkdir()
        settings = f'{SETTINGS.format(port=catcher.port)}answers = "{OUTSIDE}"\n'
        (folder / "settings.toml").write_text(settings, "utf-8")
        set_up(folder, practice=True).store.close()
        house = Home(folder)
        house.do("people", "import", str(SAMPLE))
        house.do("clock", "set", MORNING)
        with Served("serve", "--port", "0", home=folder) as served:
            yield Standing(house, served.told["address"], catcher)
