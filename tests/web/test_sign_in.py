"""S9: signing in with a code by email, and everything that is not a sign-in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine import browsers, codes, slow
from engine.browsers import knows
from engine.codes import MOST_TRIES
from engine.keyring import Secret
from engine.outbox import Message
from engine.visits import IDLE, LONGEST, Visit
from notifications.message import compose
from tests.web.rooms import Browser
from workflows.mailing import letterhead_of
from workflows.wiring import Premises

CHAIR = "panel.chair@northmoor-partnership.example"


def mails(premises: Premises) -> list[Message]:
    """Those that carry a code, in the order in which they were owed."""
    with premises.store.begin() as work:
        return [m for m in work.outbox.list() if codes.carries(m)]


def code_of(premises: Premises, message: Message) -> str:
    """The code as its recipient reads it in the mail."""
    text = compose(message, letterhead_of(premises.settings, premises.store)).decode()
    found = re.search(r"[2-9B-Z]{4}-[2-9B-Z]{4}", text)
    assert found, text
    return found[0]


def ask(
    browser: Browser, email: str = CHAIR, to: str = "/cases", shown: str = ""
) -> dict[str, str]:
    """Ask for a code; returns the hidden fields of the page on which it is typed."""
    page = browser.post("/sign-in", {"email": email, "to": to}, shown)
    assert page.status_code == 200
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.text))


def enter(browser: Browser, fields: dict[str, str], code: str) -> Any:
    return browser.client.post("/sign-in/code", data={**fields, "code": code})


def forward(premises: Premises, by: timedelta) -> None:
    premises.store.set_practice_now(premises.house.clock.now() + by)


def test_a_code_by_email_opens_a_visit_and_leads_to_the_page_that_was_wanted(
    premises: Premises,
) -> None:
    """The cookie that was there before is not the one of the visit; small letters do as well."""
    browser = Browser(premises)
    fields = ask(browser)
    before = browser.cookie
    (message,) = mails(premises)
    assert message.recipient == CHAIR
    done = enter(browser, fields, code_of(premises, message).lower().replace("-", " "))
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert browser.cookie != before
    assert browser.get("/cases").status_code == 200
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_whether_an_address_is_known_is_told_to_nobody(premises: Premises) -> None:
    """The page is the same for an address the directory does not have, and no mail goes out."""
    pages = []
    for email in (CHAIR, "nobody.at.all@example.org"):
        browser = Browser(premises)
        page = browser.post("/sign-in", {"email": email})
        text = re.sub(r'value="[^"]*"', "", page.text).replace(email, "X")
        pages.append((page.status_code, text))
    assert pages[0] == pages[1]
    assert len(mails(premises)) == 1


def test_an_address_takes_as_long_whether_it_is_known_or_not(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept of a code is dear to make: asking and typing cost it once, for anybody."""
    dear, usual = list[str](), slow.alike
    monkeypatch.setattr(slow, "alike", lambda *given: dear.append("typed") or usual(*given))
    keep = slow.kept
    monkeypatch.setattr(slow, "kept", lambda *given: dear.append("asked") or keep(*given))
    for email in (CHAIR, "nobody.at.all@example.org"):
        browser = Browser(premises)
        fields = ask(browser, email)
        assert dear == ["asked"]
        for _ in range(MOST_TRIES + 2):
            dear.clear()
            assert enter(browser, fields, "2222-2222").status_code == 422
            assert dear == ["typed"]
        dear.clear()


def test_a_wrong_used_late_or_foreign_code_opens_nothing_and_tells_nothing(
    premises: Premises,
) -> None:
    """Each is refused in the same words, and the fifth wrong one ends the code itself."""
    browser, other = Browser(premises), Browser(premises)
    fields, foreign = ask(browser), ask(other, "nobody@example.org")
    code = code_of(premises, mails(premises)[0])
    said = {enter(browser, fields, "22222222").text.count("That is not the code") for _ in "1234"}
    assert said == {2}  # above the form, and beside the field
    stolen = enter(other, {**foreign, "number": fields["number"]}, code)
    assert stolen.status_code == 422
    assert enter(browser, fields, code).status_code == 303
    again = Browser(premises)
    again.client.cookies = browser.client.cookies
    assert enter(browser, fields, code).status_code in (403, 422)
    late = Browser(premises)
    fields = ask(late)
    code = code_of(premises, mails(premises)[-1])
    forward(premises, timedelta(minutes=11))
    assert enter(late, fields, code).status_code == 422
    tired = Browser(premises)
    fields = ask(tired)
    code = code_of(premises, mails(premises)[-1])
    for _ in range(5):
        assert enter(tired, fields, "33333333").status_code == 422
    assert enter(tired, fields, code).status_code == 422


def test_nobody_is_flooded_with_codes(premises: Premises) -> None:
    """Eight an hour for one person; the page says the same when no more are sent."""
    browser = Browser(premises)
    for _ in range(12):
        ask(browser)
    assert len(mails(premises)) == 8
    forward(premises, timedelta(minutes=61))
    ask(browser)
    assert len(mails(premises)) == 9


def test_a_page_says_how_long_the_visit_lasts_in_a_real_house(premises: Premises) -> None:
    """Half an hour, and less where the eight hours end before; the sign-in page says it is over."""
    with premises.store.begin() as work:
        work.visits.begin(Visit("d", CHAIR, now := premises.house.clock.now(), now))
        found = work.visits.find("d")
    assert found is not None
    assert found.left(now) == IDLE
    late = replace(found, seen=now + LONGEST - timedelta(minutes=5))
    assert late.left(late.seen) == timedelta(minutes=5)
    assert 'data-visit="0"' in Browser(premises).get("/sign-in").text
    assert "data-visit" not in Browser(premises, CHAIR).get("/cases").text  # its clock is practised


def test_strangers_cannot_use_up_the_codes_of_somebody_in_their_own_browser(
    premises: Premises,
) -> None:
    """A browser in which they signed in before has eight an hour of its own, and no more."""
    own, strange = Browser(premises), Browser(premises)
    assert enter(own, ask(own), code_of(premises, mails(premises)[-1])).status_code == 303
    own.post("/sign-out", shown="/cases")
    for _ in range(12):
        ask(strange)
    before = len(mails(premises))
    assert before == 8
    fields = ask(own)
    assert len(mails(premises)) == before + 1
    assert enter(own, fields, code_of(premises, mails(premises)[-1])).status_code == 303
    own.post("/sign-out", shown="/cases")
    for _ in range(12):
        ask(own)
    assert len(mails(premises)) == before + 1 + 8


def test_a_browser_is_known_for_whoever_signed_in_there_and_for_nobody_else(
    premises: Premises,
) -> None:
    """Its mark names nobody, scripts cannot read it, and one made up counts for nothing."""
    own = Browser(premises)
    done = enter(own, ask(own), code_of(premises, mails(premises)[-1]))
    (cookie,) = (c for c in done.headers.get_list("set-cookie") if "waymark-known" in c)
    assert CHAIR not in cookie
    assert "httponly" in cookie.lower()
    mark = cookie.partition("=")[2].partition(";")[0]
    secret = premises.store.secret
    assert knows(browsers.Browser("", mark), secret, CHAIR)
    for other in ("", ".", mark[:-1], mark.upper(), "x" * 5_000, "\udcff.", f"0{mark}"):
        assert not knows(browsers.Browser("", other), secret, CHAIR)
    assert not knows(browsers.Browser("", mark), secret, "somebody.else@example.org")
    assert not knows(browsers.Browser("", mark), Secret.of(b"another house"), CHAIR)


def test_codes_to_sign_in_do_not_count_for_those_of_a_link(premises: Premises) -> None:
    """Whoever types in somebody's address does not keep them from answering by their link."""
    browser = Browser(premises)
    for _ in range(9):
        ask(browser)
    with premises.store.begin() as work:
        since = premises.house.clock.now() - timedelta(hours=1)
        assert len(work.codes.asked(since, CHAIR, to_sign_in=True)) == 8
        assert not work.codes.asked(since, CHAIR, to_sign_in=False)


def test_a_visit_ends_when_nothing_was_done_or_after_eight_hours(premises: Premises) -> None:
    """Half an hour of nothing ends it, and so does a working day of work."""
    browser = Browser(premises, CHAIR)
    assert browser.get("/cases").status_code == 200
    forward(premises, IDLE + timedelta(minutes=1))
    assert browser.get("/cases").status_code == 303
    busy = Browser(premises, CHAIR)
    for _ in range(int(LONGEST / timedelta(minutes=25))):
        forward(premises, timedelta(minutes=25))
        assert busy.get("/cases").status_code == 200
    forward(premises, timedelta(minutes=25))
    assert busy.get("/cases").status_code == 303


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_signing_in_never_leads_to_another_site(premises: Premises, to: str) -> None:
    """Whatever the address says, somebody who signs in lands on a page of this house."""
    browser = Browser(premises)
    fields = ask(browser, to=to)
    done = enter(browser, fields, code_of(premises, mails(premises)[0]))
    assert done.headers["location"] == "/"


def test_the_mail_of_a_code_carries_no_link_and_nothing_of_a_case(premises: Premises) -> None:
    """Nobody learns to press a link to sign in, and the code stands in no list."""
    ask(Browser(premises))
    (message,) = mails(premises)
    text = compose(message, letterhead_of(premises.settings, premises.store)).decode()
    code = code_of(premises, message)
    assert "http" not in re.sub(r"http://www\.w3\.org\S*", "", text)
    assert code not in repr(message)
    assert message.case == ""
