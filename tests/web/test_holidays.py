"""Proclaiming a bank holiday on a page: who may, what would move, and moving it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.visits import SHORT
from tests.web.rooms import Browser, bring, practice, signed_in
from tests.web.test_again import OURS, fields_of
from tests.web.test_console import (
    ADMINISTRATOR,
    AUDITOR,
    CHAIR,
    MANAGER,
    PARTNER,
    everything,
    refer,
    told,
)
from tests.web.test_sign_in import forward
from workflows.wiring import Premises

PATH = "/bank-holidays/proclaim"
THURSDAY = {"on-day": "20", "on-month": "3", "on-year": "2025", "name": "A day of mourning"}


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("holidays") / "house") as made:
        yield made


def send(browser: Browser, **fields: str) -> Any:
    return browser.post(PATH, {**THURSDAY, **fields}, shown="/bank-holidays")


def test_what_would_move_is_seen_before_it_is_proclaimed(premises: Premises) -> None:
    """The look changes nothing; the button moves the dates, and the list has the day."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    before = everything(premises, reference)
    look = send(browser)
    words = " ".join(told(look).split())
    assert look.status_code == 200
    assert "Friday 21 March 2025 Monday 24 March 2025" in words
    assert "Notify the National Panel" in words
    assert "The people of 1 review will be told" in words
    assert everything(premises, reference) == before
    assert send(browser, go="save").status_code == 303
    assert "A day of mourning" in told(browser.get("/bank-holidays"))
    assert "Monday 24 March 2025" in told(browser.get(f"/cases/{reference}"))


def test_whoever_may_not_proclaim_sees_no_form_and_can_send_none(premises: Premises) -> None:
    """The same people as by command: those who keep cases and the administrator."""
    for email in (MANAGER, ADMINISTRATOR):
        assert PATH in Browser(premises, email).get("/bank-holidays").text
    for email in (CHAIR, PARTNER, AUDITOR):
        browser = Browser(premises, email)
        assert PATH not in browser.get("/bank-holidays").text
        assert send(browser, go="save").status_code == 404
    assert "A day of mourning" not in told(Browser(premises, MANAGER).get("/bank-holidays"))


def test_whoever_proclaims_one_has_just_signed_in_and_loses_nothing_they_typed(
    premises: Premises,
) -> None:
    """It moves dates of every open review: asked before the form, and again where time passed."""
    browser = Browser(premises, MANAGER)
    form = {**THURSDAY, "guard": fields_of(browser.get(PATH))["guard"], "go": "preview"}
    forward(premises, SHORT + timedelta(minutes=1))
    assert browser.get("/bank-holidays").status_code == 200
    assert browser.get(PATH).headers["location"] == f"/sign-in?to={PATH}&again=1"
    late = browser.client.post(PATH, data=form, headers=OURS)
    assert late.status_code == 403
    assert "more than ten minutes ago" in told(late)
    assert fields_of(late)["name"] == THURSDAY["name"]
    bring(browser.client, signed_in(premises, MANAGER))
    again = browser.client.post(PATH, data=fields_of(late), headers=OURS)
    look = browser.client.post(PATH, data={**fields_of(again), "go": "preview"}, headers=OURS)
    assert look.status_code == 200
    assert THURSDAY["name"] in told(look)


def test_an_administrator_sees_that_dates_move_and_not_whose(premises: Premises) -> None:
    """They read no review, so a look at a bank holiday names none."""
    reference = refer(premises)
    look = send(Browser(premises, ADMINISTRATOR))
    assert "A review you do not read" in told(look)
    assert reference not in look.text


def test_a_day_that_cannot_be_one_is_refused_and_what_was_typed_is_kept(
    premises: Premises,
) -> None:
    """A weekend, a day closed already, a day that is none, and a name that is none."""
    browser = Browser(premises, MANAGER)
    for fields in ({"on-day": "22"}, {"on-day": "18", "on-month": "4"}, {"on-day": "31",
                   "on-month": "2"}, {"name": "  "}, {"name": "x" * 101}):  # fmt: skip
        page = send(browser, **fields)
        assert page.status_code == 422, fields
        assert "Nothing was saved" in told(page)
        assert 'value="2025"' in page.text
    changed = send(browser, go="change", name='"><b>')
    assert changed.status_code == 200
    assert 'value="&#34;&gt;&lt;b&gt;"' in changed.text
