"""S5: a child's name leaves by no link, code, page, cookie, calendar, digest or deputy."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests.cli.canaries import OPENERS, Play
from tests.cli.driver import Home
from tests.cli.test_canaries import leaks, whole
from tests.notifications import letters
from tests.web.desk import Browser
from workflows.wiring import enter

PAGES = "https://reviews.example.org"
MORE = 'replies = "replies@p.example"\nbounces = "bounces@p.example"\n' + f'answers = "{PAGES}"\n'
HARD = next(f for f in letters.FAILURES if f.kind == "hard")


@pytest.fixture(params=list(OPENERS))
def play(request: pytest.FixtureRequest, house: Home, catcher: Catcher) -> Play:
    """A case of each process with a canary in every text, worked for some days, and its mail."""
    house.mail_to(catcher.port)
    with (house.folder / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(MORE)
    found = Play(house, request.param, seed=5)
    found.open()
    for _ in range(4):
        found.day()
    return found


def everywhere(play: Play, browser: Browser) -> list[str]:
    """Every page behind one link that needs no code, its headers and its cookies."""
    pages = [browser.get(), browser.get("/code"), browser.post("/code"),
             browser.post(choice="nonsense")]  # fmt: skip
    shown = [page.text + repr(page.headers.multi_items()) + str(page.url) for page in pages]
    return [*shown, repr(browser.client.cookies.items())]


def test_no_canary_is_behind_a_link_or_in_a_cookie_or_a_calendar(play: Play) -> None:
    """With the link alone no word that was typed; with a code the case's words, never identity."""
    canaries, opened = play.canaries, 0
    with enter(Path(play.house.folder)) as premises:
        with premises.store.begin() as work:
            messages = [m for r in play.references for m in work.outbox.list(case=r)
                        if m.recipient and m.kind != "code"]  # fmt: skip
        for message in list({m.recipient: m for m in messages}.values())[:8]:
            browser = Browser(premises, message)
            for text in everywhere(play, browser):
                assert leaks(text, canaries.words) == []
            if not browser.codes():
                continue
            opened += 1
            browser.post("/open", code=browser.codes()[-1])
            choices = browser.choices()
            for text in [browser.get("/decide").text] + [
                browser.get("/decide", choice=choice).text for choice in choices[:4]
            ]:
                assert leaks(text, canaries.identifying.values()) == []
            assert leaks(repr(browser.client.cookies.items()), canaries.words) == []
            address = play.house.do("people", "feed", message.recipient)["address"]
            calendar = browser.client.get(address.removeprefix(PAGES))
            assert leaks(calendar.text.replace("\r\n ", "") + address, canaries.words) == []
    assert opened


def test_no_canary_is_in_a_code_a_digest_or_what_a_deputy_is_told(
    play: Play, catcher: Catcher, tmp_path: Path
) -> None:
    """The mails of answering: the code, told instead, not reached, the digest."""
    with enter(Path(play.house.folder)) as premises, premises.store.begin() as work:
        owed = [m for r in play.references for m in work.outbox.list(case=r)]
        known = {m.message_id: m for m in owed}
    files: list[str] = []
    for number, caught in enumerate(catcher.caught[-25:]):
        message = known.get(caught.message_id)
        if message is None:
            continue
        raw = letters.postfix(HARD).replace(b"<dsn@", f"<dsn-{number}@".encode())
        for old, new in ((letters.VERP, caught.sender), (letters.ORIGINAL, caught.message_id),
                         (letters.PERSON, message.recipient)):  # fmt: skip
            raw = raw.replace(old.encode(), new.encode())
        file = tmp_path / f"{number}.eml"
        file.write_bytes(raw)
        files.append(str(file))
    play.house.do("collect", *files)
    with enter(Path(play.house.folder)) as premises:
        for message in owed[-12:]:
            Browser(premises, message).post("/code")
    play.house.do("deliver")
    play.house.do("clock", "forward", "1d")
    play.house.do("digest")
    play.house.do("deliver")
    kinds = {str(c.mail["X-Waymark-Template"]).partition("/")[0] for c in catcher.caught}
    assert {"code", "not_reached", "digest"} <= kinds
    assert any(e["kind"] == "deputised" for r in play.references
               for e in play.house.do("show", r)["events"])  # fmt: skip
    for caught in catcher.caught:
        assert leaks(whole(caught), play.canaries.words) == []
    assert play.house.do("verify")["ok"] is True
