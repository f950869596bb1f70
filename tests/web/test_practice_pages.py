"""The page of a practice house: its clock, and the mail that was caught; no real house has it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cli.stagecraft import catching
from engine import casework
from engine.casework import Caller
from engine.feeds import address
from tests.web.rooms import Browser, bring, practice
from tests.web.test_console import INCIDENT, MANAGER, PARTNER, told
from web.entrance import DOORS
from web.whole import pages_of
from workflows.wiring import Premises, set_up

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """A practice house with a catcher and a case that was just opened."""
    with practice(tmp_path_factory.mktemp("practice") / "house") as made:
        casework.open_case(made.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
        with catching(made, "http://127.0.0.1:8080") as (house, _):
            yield house


def at_home(premises: Premises, email: str = "") -> Browser:
    return Browser(premises, email, at=HERE, client=HERE)


def mails(browser: Browser) -> list[tuple[str, str]]:
    """Each mail on the page, the newest first: its address and its subject."""
    page = browser.get("/practice").text
    return re.findall(r'href="(/practice/mail/[0-9a-f]+)">([^<]*)<', page)


def text_of(browser: Browser, where: str) -> str:
    return str(browser.get(where).text)


def test_somebody_new_signs_in_with_the_code_that_was_caught(premises: Premises) -> None:
    """From the sign-in page alone: who there is, a code, its mail, and the console."""
    browser = at_home(premises)
    assert 'href="/practice"' in browser.get("/sign-in").text
    assert MANAGER in browser.get("/practice").text
    page = browser.post("/sign-in", {"email": MANAGER})
    assert 'href="/practice"' in page.text
    fields = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.text))
    assert browser.post("/practice/clock/now", shown="/practice").status_code == 303
    found = next(where for where, subject in mails(browser) if "code" in subject)
    code = re.search(r"[2-9B-Z]{4}-[2-9B-Z]{4}", text_of(browser, found))
    assert code
    done = browser.client.post("/sign-in/code", data={**fields, "code": code[0]})
    assert done.status_code == 303
    assert "My work" in browser.get("/").text


def test_a_link_in_a_caught_mail_leads_to_the_page_of_its_question(premises: Premises) -> None:
    """Wherever the house is served; every other word of the mail stands there as text."""
    browser = at_home(premises)
    browser.post("/practice/clock/now", shown="/practice")
    pages = [text_of(browser, where) for where, _ in mails(browser)]
    links = [link for page in pages for link in re.findall(r'href="(/r/[^"]+)"', page)]
    assert links
    answers = TestClient(pages_of(premises), f"http://{HERE}", client=(HERE, 50_000))
    shown = answers.get(links[0])
    assert shown.status_code == 200
    assert shown.url.path == "/r/"
    key = links[0].partition("#")[2]
    question = answers.post(shown.url, data={"key": key})
    assert "<dt>What is asked</dt>" in question.text
    assert question.url.path == f"/r/{key.partition('.')[0]}"


def test_a_link_in_a_mail_that_was_caught_before_is_one_as_well(premises: Premises) -> None:
    """Its key was part of the address."""
    folder, key = premises.home / "caught", f"12.{'a' * 26}"
    folder.mkdir(exist_ok=True)
    words = f"Subject: x\r\n\r\nAt http://127.0.0.1:8080/r/{key} or /r/#{key}\r\n"
    (folder / f"{'e' * 32}.eml").write_text(words)
    page = at_home(premises).get(f"/practice/mail/{'e' * 32}").text
    assert re.findall(r'href="(/r/[^"]+)"', page) == [f"/r/{key}"]


def test_what_is_in_a_mail_can_do_nothing(premises: Premises) -> None:
    """Markup in the text is text; the styled form stands alone, and runs and loads nothing."""
    folder = premises.home / "caught"
    folder.mkdir(exist_ok=True)
    name = "f" * 32
    (folder / f"{name}.eml").write_bytes(
        b"Subject: <script>alert(1)</script>\r\nFrom: a@example.org\r\nTo: b@example.org\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\n<img src=x onerror=alert(1)> http://evil.example/r/1.a\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script><p>Hello\r\n--x--\r\n"
    )
    browser = at_home(premises)
    for path in ("/practice", f"/practice/mail/{name}"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="http' not in page
    styled = browser.get(f"/practice/mail/{name}/styled")
    policy = styled.headers["content-security-policy"]
    assert "sandbox;" in policy
    assert "default-src 'none'" in policy
    assert "allow" not in policy
    for odd in ("%2e%2e%2fsecret", "0" * 32, "waymark", name.upper()):
        assert browser.get(f"/practice/mail/{odd}").status_code == 404


def test_a_day_on_brings_what_the_day_brings_and_the_visitor_goes_along(
    premises: Premises,
) -> None:
    """Reminders of that day are caught, dated on it, and whoever signed in still is."""
    browser = at_home(premises, MANAGER)
    before, seen = premises.house.clock.now(), len(mails(browser))
    old = browser.cookie
    assert browser.post("/practice/clock/day", shown="/practice").status_code == 303
    assert premises.house.clock.now() == before + timedelta(days=1)
    assert browser.get("/cases").status_code == 200
    assert len(mails(browser)) > seen
    again = at_home(premises)
    bring(again.client, old)
    assert again.get("/cases").status_code == 303
    due = re.search(r"To the next date: ([^<]*)<", browser.get("/practice").text)
    assert due
    browser.post("/practice/clock/date", shown="/practice")
    assert f"The clock of this practice house says {due[1].replace(',', ' at')}" in told(
        browser.get("/practice")
    )
    assert browser.post("/practice/clock/year", shown="/practice").status_code == 404


def test_the_clock_moves_only_by_a_form_of_this_house(premises: Premises) -> None:
    """Another site's page, or a link, moves nothing."""
    browser, before = at_home(premises), premises.house.clock.now()
    browser.get("/practice")
    assert browser.client.post("/practice/clock/day", data={}).status_code == 403
    assert browser.get("/practice/clock/day").status_code in (404, 405)
    assert premises.house.clock.now() == before


def elsewhere(premises: Premises) -> Iterator[Any]:
    yield Browser(premises, MANAGER, at=HERE, client="192.0.2.7").get
    yield Browser(premises, MANAGER, at="practice.example.org", client=HERE).get
    behind = Browser(premises, MANAGER, at=HERE, client=HERE)
    behind.client.headers["x-forwarded-for"] = "192.0.2.7"
    yield behind.get


def test_from_another_machine_these_pages_are_not_there(premises: Premises) -> None:
    """Codes stand in that mail: neither by the network, a foreign name nor a proxy is it read."""
    for get in elsewhere(premises):
        nowhere = get("/nowhere")
        for path in (
            "/practice",
            f"/practice/mail/{'f' * 32}",
            f"/practice/mail/{'f' * 32}/styled",
        ):
            answer = get(path)
            assert (answer.status_code, told(answer)) == (404, told(nowhere))
        assert 'href="/practice"' not in get("/cases").text


def test_a_real_house_has_none_of_these_doors(tmp_path: Path) -> None:
    """They look like pages that never were, by every method; and its clock cannot be moved."""
    premises = set_up(tmp_path / "real", practice=False)
    try:
        browser = at_home(premises)
        for door in DOORS:
            if door.practice:
                path = re.sub(r"{[^}]*}", "now", door.path)
                for method in ("GET", "POST"):
                    answer = browser.client.request(method, path)
                    nowhere = browser.client.request(method, "/nowhere/at/all")
                    assert answer.status_code == nowhere.status_code == 404
                    assert told(answer) == told(nowhere)
        assert "practice" not in html.unescape(browser.get("/sign-in").text).lower()
    finally:
        premises.store.close()


def test_a_house_without_a_mail_server_still_lets_time_pass(tmp_path: Path) -> None:
    """What is owed stays owed; nothing is lost and nothing fails."""
    with practice(tmp_path / "house") as made:
        casework.open_case(made.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
        browser = at_home(made)
        assert browser.post("/practice/clock/date", shown="/practice").status_code == 303
        with made.store.begin() as work:
            assert work.outbox.counts()["owed"] > 0


def test_a_calendar_is_found_behind_the_one_address_of_the_house(premises: Premises) -> None:
    """The private address of somebody's dates is served beside all other pages."""
    token = address(premises.house, MANAGER)
    found = TestClient(pages_of(replace(premises)), f"http://{HERE}").get(
        f"/calendar/{token.partition('.')[0]}.ics", auth=("calendar", token)
    )
    assert found.headers["content-type"].startswith("text/calendar")
