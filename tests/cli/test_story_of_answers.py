"""Five agencies are asked: by link, by reply, away, bounced, silent; `show` tells it all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from notifications.catcher import Catcher, Caught
from tests.cli.desk import DOMAIN, inside
from tests.cli.driver import MANAGER, SETTINGS, Home, notify, refer
from tests.notifications import letters
from web.answers import app_of

PAGES = "https://reviews.example.org"
MORE = f'replies = "replies@{DOMAIN}"\nbounces = "bounces@{DOMAIN}"\nanswers = "{PAGES}"\n'
ASKED = {
    "T1": ("Westfield Hospital Trust", "head.of.safeguarding@westfield-hospital.example"),
    "T2": ("Northmoor Schools", "safeguarding.lead@northmoor-schools.example"),
    "T3": ("Northmoor Police", "child.protection.inspector@northmoor-police.example"),
    "T4": ("Northmoor Council", "head.of.safeguarding@northmoor-council.example"),
    "T5": ("Northmoor Probation", "duty@northmoor-probation.example"),
}
SERGEANT = "child.protection.sergeant@northmoor-police.example"
SOCIAL_WORKER = "principal.social.worker@northmoor-council.example"
HARD = next(f for f in letters.FAILURES if f.kind == "hard")


class Story:
    """The coordinator's day: a house, its case, and the mail that left."""

    def __init__(self, house: Home, catcher: Catcher, folder: Path) -> None:
        self.house, self.catcher, self.folder = house, catcher, folder
        self.reference = str(refer(house)["reference"])

    def ask(self) -> None:
        self.house.at("2025-01-02T10:00")
        notify(self.house, self.reference)
        named = [w for name, who in ASKED.values() for w in ("--agency", f"{name}={who}")]
        self.house.do("ask", self.reference, "--as", MANAGER, *named)
        self.house.do("deliver")

    def asked(self, task: str) -> Caught:
        """The mail that asked for a task."""
        mails = (c for c in self.catcher.caught if c.recipients == (ASKED[task][1],))
        return next(c for c in mails if "Agency return" in c.mail["Subject"])

    def by_link(self, task: str, **fields: str) -> None:
        """Follow the link of the mail, then press its button."""
        found = re.search(rf"{PAGES}/r/#(\S+)", text(self.asked(task).mail))
        assert found
        with inside(self.house) as premises:
            browser = TestClient(app_of(premises), PAGES)
            page = browser.post("/r/", data={"key": found[1]})
            assert page.status_code == 200
            assert browser.post(page.url, data=fields).status_code == 200

    def letter(self, task: str, words: str, **headers: str) -> dict[str, Any]:
        """What somebody's mail program writes back, as a file to collect."""
        mail, file = self.asked(task).mail, self.folder / f"{task}.eml"
        usual = {"From": ASKED[task][1], "To": str(mail["Reply-To"]), "Subject": "Re: a return",
                 "Message-ID": f"<{task}@elsewhere.example>",
                 "Date": "Thu, 02 Jan 2025 11:00:00 +0000"}  # fmt: skip
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in (usual | headers).items()]
        file.write_text("\n".join([*lines, "", words, ""]), "utf-8")
        return dict(self.house.do("collect", str(file)))

    def bounce(self, task: str) -> dict[str, Any]:
        """A mail server says that the address does not exist."""
        sent, file = self.asked(task), self.folder / "bounce.eml"
        raw = letters.postfix(HARD)
        for old, new in (
            (letters.VERP, sent.sender),
            (letters.ORIGINAL, sent.message_id),
            (letters.PERSON, ASKED[task][1]),
        ):
            raw = raw.replace(old.encode(), new.encode())
        file.write_bytes(raw)
        return dict(self.house.do("collect", str(file)))

    @property
    def shown(self) -> str:
        return self.house.say("show", self.reference)


def text(mail: Any) -> str:
    """What a reader of plain text sees."""
    return str(mail.get_body(("plain",)).get_content())


@pytest.fixture
def story(house: Home, catcher: Catcher, tmp_path: Path) -> Story:
    settings = SETTINGS.format(port=catcher.port) + MORE
    (house.folder / "settings.toml").write_text(settings, "utf-8")
    told = Story(house, catcher, tmp_path)
    told.ask()
    return told


def test_five_agencies_and_the_coordinator_sees_each(story: Story) -> None:
    """Asked on 2 January 2025, due on 14 January; what each did stands in `show`, in words."""
    house = story.house
    story.by_link("T1", choice="received")
    assert story.letter("T2", "Nil return.")["proposed"] == 1
    assert "their letter 1 waits to be confirmed" in story.shown
    away = {"Auto_Submitted": "auto-replied", "Subject": "Automatic reply"}
    assert story.letter("T3", "I am away until 20 January 2025.", **away)["kept"] == 1
    assert story.bounce("T4")["bounces"] == 1
    house.do("letters", "confirm", "1", "--as", MANAGER)
    house.do("deliver")
    house.through("2025-01-07T10:00")
    shown = story.shown
    for words in (
        "settled  T1 Agency return: Westfield Hospital Trust: received, Thursday 2 January 2025",
        "settled  T2 Agency return: Northmoor Schools: nil, Thursday 2 January 2025",
        f"away until Monday 20 January 2025; {SERGEANT} was told instead (accepted)",
        "T4 NOT REACHED: told 1 time, last on Thursday 2 January 2025: 550 5.1.1",
        f"1 came back; {SOCIAL_WORKER} was told instead (accepted)",
        "T5 SILENT since Thursday 2 January 2025: told 1 time",
    ):
        assert words in shown, words
    assert [found["task"] for found in house.do("silent")["silent"]] == ["T3", "T5"]
    listed = [(x["status"], x["kind"]) for x in house.do("letters", "list")["letters"]]
    assert listed == [("confirmed", "answer"), ("kept", "away"), ("kept", "bounce")]
    assert "1 not reached, 2 without an answer" in house.say("digest", "--dry-run")
    assert house.do("verify")["ok"] is True


def test_who_stays_silent_is_escalated_by_the_ladder(story: Story) -> None:
    """Reminded before the date, then others are told one after the other, and `show` names them."""
    for day in ("09", "13", "14", "15", "16"):
        story.house.through(f"2025-01-{day}T10:00")
        story.house.do("deliver")
    task = story.house.do("show", story.reference)["tasks"][4]
    assert task["told"]["messages"] == 6
    assert task["told"]["raised"][:2] == [MANAGER, "head.of.delivery@northmoor-probation.example"]
    assert "panel.chair@northmoor-partnership.example" in task["told"]["raised"]
    assert f"late, and so {MANAGER}, " in story.shown
    assert story.house.do("verify")["ok"] is True
