"""A visit belongs to the browser it began in, and its person is told of each new one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.codes import HAPPENED
from engine.outbox import Message
from engine.still import Lookout
from engine.visits import IDLE, IDLE_AT_FIRST, LONGEST_AT_FIRST, Visit
from notifications.message import compose
from tests.web.rooms import Browser, bring, known, practice
from tests.web.test_again import OURS, TYPED, fields_of
from tests.web.test_console import CHAIR, COORDINATOR, MANAGER, everything, refer, told
from tests.web.test_gatebook import told as logged
from tests.web.test_sign_in import ask, code_of, enter, forward, mails
from web import guard, mark
from workflows.mailing import letterhead_of
from workflows.wiring import Premises

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0"


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("browsers") / "house") as made:
        yield made


def sign_in(premises: Premises, browser: Browser, email: str = CHAIR) -> None:
    """As a person does, in a browser that may be new to them."""
    fields = ask(browser, email, shown="/sign-in?again=1")
    assert enter(browser, fields, code_of(premises, mails(premises)[-1])).status_code == 303


def notices(premises: Premises) -> list[Message]:
    """What people were told of their visits, in the order in which it was owed."""
    with premises.store.begin() as work:
        return [m for m in work.outbox.list() if m.about.get(HAPPENED)]


def events(premises: Premises) -> list[str]:
    return [line["event"] for line in logged(premises.home)]


def opens(browser: Browser) -> bool:
    return bool(browser.get("/cases").status_code == 200)


def test_a_visit_goes_on_after_an_update_and_ends_in_another_kind_of_browser(
    premises: Premises,
) -> None:
    """Whoever copied the cookie finds nothing, is told why, and its person is told by email."""
    browser = Browser(premises)
    browser.client.headers["user-agent"] = FIREFOX.format(121)
    sign_in(premises, browser)
    browser.client.headers["user-agent"] = FIREFOX.format(122)
    assert opens(browser)
    before = len(notices(premises))
    browser.client.headers["user-agent"] = CHROME.format(120)
    page = browser.get("/cases")
    assert page.status_code == 403
    assert "it was begun in one kind of browser" in told(page)
    assert "RR-" not in page.text
    assert 'href="/sign-in?to=/cases"' in page.text
    assert events(premises).count("browser_is_another") == 1
    assert len(notices(premises)) == before + 1
    assert notices(premises)[-1].recipient == CHAIR
    for says in (FIREFOX.format(122), CHROME.format(120)):
        browser.client.headers["user-agent"] = says
        assert browser.get("/cases").headers["location"] == "/sign-in?to=/cases"
    assert len(notices(premises)) == before + 1


def test_a_cookie_cannot_be_made_to_fit_another_kind_of_browser(premises: Premises) -> None:
    """Its end is no part that somebody may leave out or change: it is then no visit's."""
    browser = Browser(premises, CHAIR)
    whole = browser.cookie
    chance, _, proof = whole.partition(".")
    for other in (chance, f"{chance}.", f"{chance}.{'0' * len(proof)}", f"{whole}.{proof}"):
        client = Browser(premises).client
        client.cookies.set("waymark", other)
        client.cookies.set("__Host-waymark", other)
        assert client.get("/cases").status_code == 303
    assert opens(browser)


def test_a_visit_of_an_earlier_release_is_over_and_alarms_nobody(premises: Premises) -> None:
    """Its cookie was bound to nothing: its person signs in once more, and gets no mail about it."""
    browser, cookie, now = Browser(premises), guard.new_pass(), premises.house.clock.now()
    with premises.store.begin() as work:
        work.visits.begin(Visit(guard.digest_of(cookie), CHAIR, now, now))
        work.commit()
    bring(browser.client, cookie)
    assert browser.get("/cases").headers["location"] == "/sign-in?to=/cases"
    assert notices(premises) == []


def test_what_was_typed_is_not_lost_with_a_visit_that_ends_in_another_kind(
    premises: Premises,
) -> None:
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path = f"/cases/{reference}/step/note"
    form = {"guard": fields_of(browser.get(path))["guard"], "text": TYPED, "go": "save"}
    before = everything(premises, reference)[0]
    page = browser.client.post(path, data=form, headers={**OURS, "user-agent": "another"})
    assert page.status_code == 403
    assert "it was begun in one kind of browser" in told(page)
    assert fields_of(page)["text"] == TYPED
    assert everything(premises, reference)[0] == before


def test_a_person_is_told_at_once_of_a_sign_in_in_a_browser_that_is_new_to_them(
    premises: Premises,
) -> None:
    """Once for each browser; the mail names no stranger and no case, and carries no code."""
    refer(premises)
    own, strange = Browser(premises), Browser(premises)
    sign_in(premises, own)
    (first,) = notices(premises)
    assert (first.recipient, first.case, first.state) == (CHAIR, "", "owed")
    sign_in(premises, own)
    assert len(notices(premises)) == 1
    sign_in(premises, strange)
    assert len(notices(premises)) == 2
    assert events(premises).count("browser_is_new") == 2
    text = mail_of(premises, first)
    for words in ("in a browser that was not used with it before", "If it was not you",
                  "Your visits", "Monday 17 March 2025 at 10:00"):  # fmt: skip
        assert words in text
    assert not re.search(r"Your code|[2-9B-Z]{4}-[2-9B-Z]{4}|RR-|http", text)


def mail_of(premises: Premises, message: Message) -> str:
    """The plain text of a mail, on one line."""
    raw = compose(message, letterhead_of(premises.settings, premises.store)).decode()
    plain = raw.partition("text/html")[0].replace("=\r\n", "")
    return " ".join(html.unescape(plain).split())


def test_word_of_a_new_browser_goes_out_however_late_it_is(premises: Premises) -> None:
    """A code that is late is of no use and is not sent; what happened stays so."""
    sign_in(premises, Browser(premises))
    forward(premises, timedelta(days=1))
    with premises.store.begin() as work:
        owed = [m for m in work.outbox.list() if m.kind == "sign_in"]
    late = {bool(m.about.get(HAPPENED)): deliverable(premises, m) for m in owed}
    assert late == {False: False, True: True}


def deliverable(premises: Premises, message: Message) -> bool:
    with premises.store.begin() as work:
        return not Lookout(premises.house.clock).why_gone(work, message)


def test_a_first_visit_in_a_browser_is_short_and_the_next_is_not(premises: Premises) -> None:
    """Ten minutes of nothing end it, and an hour in any case; then the browser is known."""
    idle, busy, other = Browser(premises), Browser(premises), Browser(premises)
    for browser, email in ((idle, CHAIR), (busy, MANAGER), (other, COORDINATOR)):
        sign_in(premises, browser, email)
        assert opens(browser)
    step = IDLE_AT_FIRST - timedelta(minutes=1)
    for _ in range(LONGEST_AT_FIRST // step):
        forward(premises, step)
        assert opens(busy)
    assert not opens(idle)
    forward(premises, step)
    assert not opens(busy)
    sign_in(premises, busy, MANAGER)
    forward(premises, IDLE - timedelta(minutes=1))
    assert opens(busy)
    # Known for one person, and for nobody else who signs in there.
    sign_in(premises, busy, COORDINATOR)
    forward(premises, IDLE_AT_FIRST + timedelta(minutes=1))
    assert not opens(busy)


def test_a_mark_that_was_made_up_or_is_of_somebody_else_makes_no_browser_known(
    premises: Premises,
) -> None:
    theirs, own = Browser(premises), Browser(premises)
    for _ in range(2):
        sign_in(premises, theirs, MANAGER)
    sign_in(premises, own)
    first = value_of(own)
    assert first.startswith("f-")
    good = known(premises, CHAIR)
    for made_up in (value_of(theirs), first.replace("f-", "a-", 1), "a-.", "", good):
        ours = Browser(premises)
        sign_in(premises, ours)
        for secure in ("waymark-known", "__Host-waymark-known"):
            ours.client.cookies.set(secure, made_up, domain="testserver.local", path="/")
        forward(premises, IDLE_AT_FIRST + timedelta(minutes=1))
        assert opens(ours) == (made_up == good), made_up


def value_of(browser: Browser) -> str:
    """The mark that a browser holds."""
    found = [each.value for each in browser.client.cookies.jar if mark.COOKIE in each.name]
    return str(found[-1])
