"""What is typed or sent at the pages, however hostile: letters, refused in words, bounded."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import AsyncIterator

import anyio
import httpx
import pytest

from engine.offers import LONGEST
from tests.web.desk import COUNCIL, HOSPITAL, Browser, Dispute, words
from web.answers import app_of
from web.page import HEADERS, LARGEST

MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{ 7*7 }}{% raw %}'
LINES = "first\r\nBcc: other@example.org\r\n\r\nsecond"
BIDI = "\u202egnirts\u2066 a\u200bb"
FIELDS = ("choice", "by", "words_later", "words_not_me", "words_conflict", "code", "seen",
          "f_reason", "f_disagree_to", "f_immediate_risk", "f_interim_safety_plan")  # fmt: skip


@pytest.fixture
def hospital(dispute: Dispute) -> Browser:
    browser = dispute.asked(HOSPITAL)
    browser.sign_in()
    return browser


@pytest.mark.parametrize("attack", [MARKUP, LINES, BIDI, "\x00", "\ud83d", "é" * 9_000, "%00%"])
@pytest.mark.parametrize("page", ["", "/code", "/open", "/decide"])
def test_every_field_of_every_form_is_text_and_nothing_else(
    dispute: Dispute, hospital: Browser, attack: str, page: str
) -> None:
    """No markup of theirs in a page, no line of theirs in a header, no fault."""
    for choice in ("later", "not_me", "conflict", "do:disagree"):
        fields = {name: attack.encode("utf-8", "surrogatepass") for name in FIELDS}
        fields |= {"choice": choice.encode(), "seen": hospital.message.recipient.encode()}
        answer = hospital.client.post(f"{hospital.at}{page}", data=fields)
        assert answer.status_code < 500
        assert "<img" not in answer.text
        assert "<script" not in answer.text
        assert "49" not in re.sub(r"\d{3,}", "", answer.text.split("<main", 1)[-1])
        assert not any("Bcc" in f"{k}{v}" for k, v in answer.headers.items() if k != "location")
    assert dispute.house.do("verify")["ok"] is True


def test_what_was_typed_stands_in_the_record_as_it_was_and_in_no_email(
    dispute: Dispute, hospital: Browser
) -> None:
    """Markup and line ends are kept as text; no message repeats a word of it."""
    answer = hospital.decide("do:disagree", reason=f"{MARKUP} {LINES}", disagree_to="same")
    assert answer.status_code == 200, words(answer)
    assert MARKUP in dispute.case["facts"]["reason"]
    for message in dispute.messages():
        assert not any("alert" in value or "Bcc" in value for value in message.about.values())


def test_a_field_that_is_too_long_is_refused_in_words(dispute: Dispute, hospital: Browser) -> None:
    """Ten thousand letters are a page and a half; more is for the telephone."""
    before = dispute.house.dump()
    page = hospital.decide("do:disagree", reason="x" * (LONGEST + 1), disagree_to="same")
    assert page.status_code == 422
    assert f"at most {LONGEST} letters" in words(page)
    assert dispute.house.dump() == before
    done = hospital.decide("do:disagree", reason="x" * LONGEST, disagree_to="same")
    assert done.status_code == 200


@pytest.mark.parametrize("page", ["", "/code", "/open", "/decide", "/r/"])
def test_a_form_of_two_hundred_megabytes_is_let_go_of(dispute: Dispute, page: str) -> None:
    """It is refused once it is larger than a form can be, and is never held in memory."""
    browser, read = dispute.asked(COUNCIL), 0
    path = "/r/" if page == "/r/" else f"{browser.at}{page}"

    async def flood() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3_200):
            read += 65_536
            yield b"f_reason=" + b"x" * 65_527

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app_of(dispute.premises))
        async with httpx.AsyncClient(transport=transport, base_url="https://house") as client:
            client.cookies.set(browser.cookie, browser.held)
            return await client.post(path, content=flood())

    before = dispute.house.dump()
    tracemalloc.start()
    answer = anyio.run(send)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 413
    assert read <= 4 * 65_536 + LARGEST
    assert peak < 20_000_000
    assert dispute.house.dump() == before


def test_every_page_there_is_is_guarded(dispute: Dispute, hospital: Browser) -> None:
    """No store, no referrer, no frames, no scripts; no style or script within a page."""
    other = dispute.asked(COUNCIL)
    asked = [hospital.get(), hospital.get("/code"), hospital.get("/decide"),
             hospital.get("/decide", choice="do:disagree"), other.get("/decide"),
             hospital.post("/open", code="x"), hospital.decide("do:disagree"),
             other.client.put(f"{other.at}/decide"), other.client.get("/nowhere/at/all"),
             other.client.post(f"{other.at}/code", follow_redirects=False)]  # fmt: skip
    for answer in asked:
        assert HEADERS.items() <= dict(answer.headers).items() or all(
            answer.headers[name] == value for name, value in HEADERS.items()
        )
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", answer.text)
        for address in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
            assert "//" not in address


def test_each_page_finds_its_style_sheet(dispute: Dispute, hospital: Browser) -> None:
    """However deep a page lies, its way up leads to where the pages begin."""
    pages = [hospital.get(), hospital.get("/code"), hospital.get("/decide")]
    pages += [
        hospital.client.get(page)
        for page in ("/nowhere/at/all", "/x", "/r/1.x", "/r/", "/r/99/code")
    ]
    for page in (*pages, hospital.client.put(f"{hospital.at}/open")):
        sheet = re.search(r'rel="stylesheet" href="([^"]+)"', page.text)
        assert sheet is not None
        found = hospital.client.get(str(page.url.join(sheet[1])))
        assert "text/css" in found.headers["content-type"], page.url
