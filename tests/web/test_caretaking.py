"""The pages of whoever looks after the house ask more than a sign-in, and say what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.sign_in import SignIn
from engine.caretaking import LATELY, NEW_BROWSER, TOO_LONG_AGO, WITHOUT_APP
from tests.web import test_authenticator
from tests.web.rooms import Browser, practice
from tests.web.test_again import OURS, fields_of
from tests.web.test_authenticator import Telephone, set_up
from tests.web.test_browsers import sign_in
from tests.web.test_console import ADMINISTRATOR, AUDITOR, MANAGER, told
from tests.web.test_sign_in import ask, code_of, enter, forward, mails
from web.doors import AUDITORS, KEEPERS
from web.entrance import DOORS
from workflows.wiring import Premises

telephone = test_authenticator.telephone
HERE = "127.0.0.1"
PAGES = ("/messages", "/health-of-the-house", "/audit")
HOUSE = {
    "messages", "message", "park", "release", "health-page", "audit", "proclaim-form", "proclaim",
}  # fmt: skip


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("caretaking") / "house") as made:
        yield made


def why(browser: Browser, path: str = "/messages") -> str:
    """Why a page is not shown yet, on one line; empty where it is."""
    page = browser.get(path)
    if page.status_code == 200:
        return ""
    assert page.status_code == 403, page.status_code
    assert f'href="/sign-in?to={path}&amp;again=1"' in page.text
    return " ".join(told(page).split())


def busy(premises: Premises, browser: Browser, for_: timedelta) -> None:
    """Let time go by in which somebody is at work, so that their visit stays open."""
    for _ in range(for_ // timedelta(minutes=20)):
        forward(premises, timedelta(minutes=20))
        assert browser.get("/cases").status_code == 200


def test_these_are_the_pages_of_whoever_looks_after_the_house(premises: Premises) -> None:
    """A page for keepers or auditors asks more because of whom it is for: none can forget it."""
    assert {door.name for door in DOORS if door.of_the_house} == HOUSE
    assert all(door.of_the_house for door in DOORS if door.who in (KEEPERS, AUDITORS))
    browser = Browser(premises)
    sign_in(premises, browser, ADMINISTRATOR)
    for path in PAGES:
        assert NEW_BROWSER in why(browser, path).lower()


def test_a_first_visit_in_a_browser_opens_none_of_them_and_the_second_does(
    premises: Premises,
) -> None:
    """Other pages are open meanwhile; signing in once more leads back to the page."""
    browser = Browser(premises)
    sign_in(premises, browser, MANAGER)
    assert browser.get("/cases").status_code == 200
    assert NEW_BROWSER in why(browser).lower()
    page = browser.get("/sign-in?to=/messages&again=1")
    assert "Sign in once more" in page.text
    fields = ask(browser, MANAGER, to="/messages", shown="/sign-in?to=/messages&again=1")
    done = enter(browser, fields, code_of(premises, mails(premises)[-1]))
    assert done.headers["location"] == "/messages"
    assert why(browser) == ""


def test_a_sign_in_counts_for_two_hours_there(premises: Premises) -> None:
    """A morning's look costs one sign-in; whoever comes back in the afternoon makes another."""
    browser = Browser(premises, MANAGER)
    assert why(browser) == ""
    busy(premises, browser, LATELY)
    assert why(browser) == ""
    forward(premises, timedelta(minutes=1))
    assert TOO_LONG_AGO in why(browser).lower()
    assert NEW_BROWSER not in why(browser).lower()
    assert browser.get("/cases").status_code == 200
    sign_in(premises, browser, MANAGER)
    assert why(browser) == ""


def test_whoever_has_an_app_comes_in_with_it(premises: Premises, telephone: Telephone) -> None:
    """A visit from before the app was set up opens none of these pages; one with its code does."""
    before = Browser(premises, MANAGER)
    forward(premises, timedelta(minutes=5))
    set_up(premises, telephone, MANAGER)
    assert WITHOUT_APP in why(before).lower()
    assert before.get("/cases").status_code == 200
    with_app = Browser(premises, MANAGER)
    assert why(with_app) == ""


def test_where_an_app_is_asked_of_everybody_a_visit_without_one_opens_none(
    premises: Premises,
) -> None:
    """Also a visit that began before the setting was changed."""
    settings = premises.settings.model_copy(update={"sign_in": SignIn(app=True)})
    asked = Browser(replace(premises, settings=settings), AUDITOR)
    assert WITHOUT_APP in why(asked, "/audit").lower()
    assert why(Browser(premises, AUDITOR), "/audit") == ""


def test_every_reason_is_given_at_once(premises: Premises) -> None:
    browser = Browser(premises, MANAGER)
    busy(premises, browser, LATELY + timedelta(minutes=20))
    settings = premises.settings.model_copy(update={"sign_in": SignIn(app=True)})
    asked = Browser(replace(premises, settings=settings))
    asked.client.cookies = browser.client.cookies
    said = why(asked).lower()
    assert TOO_LONG_AGO in said
    assert WITHOUT_APP in said


def test_a_reason_typed_for_a_message_is_kept_while_its_person_signs_in(
    premises: Premises,
) -> None:
    """And is sent once more from the same page; meanwhile nothing was parked."""
    browser = Browser(premises, MANAGER)
    ask(Browser(premises), MANAGER)
    number = mails(premises)[0].id
    shown = browser.get(f"/messages/{number}")
    assert "Park it" in shown.text
    form = {"reason": "told by telephone", "guard": fields_of(shown)["guard"]}
    busy(premises, browser, LATELY + timedelta(minutes=20))
    path = f"/messages/{number}/park"
    page = browser.client.post(path, data=form, headers=OURS)
    assert page.status_code == 403
    assert TOO_LONG_AGO in " ".join(told(page).split()).lower()
    assert fields_of(page)["reason"] == "told by telephone"
    assert state_of(premises, number) == "owed"
    plain = browser.client.post(path, data=form)
    assert plain.status_code == 403
    assert "told by telephone" not in plain.text
    assert 'href="/sign-in?to=/&amp;again=1"' in plain.text


def state_of(premises: Premises, number: int) -> str:
    with premises.store.begin() as work:
        return str(work.outbox.get(number).state)


def test_whoever_may_not_see_such_a_page_is_not_told_what_it_would_ask(premises: Premises) -> None:
    browser = Browser(premises)
    sign_in(premises, browser, AUDITOR)
    assert browser.get("/messages").status_code == 404


def test_a_practice_house_at_home_asks_nothing_more(premises: Premises) -> None:
    """Whoever tries the demonstration sees every page after one sign-in; from elsewhere not."""
    at_home = Browser(premises, at=HERE, client=HERE)
    sign_in(premises, at_home, MANAGER)
    assert at_home.get("/messages").status_code == 200
    elsewhere = Browser(premises)
    sign_in(premises, elsewhere, MANAGER)
    assert NEW_BROWSER in why(elsewhere).lower()
