"""Proclaiming a bank holiday on a page: who may, what would move, and moving it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.rooms import Browser, practice
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
