"""D3 for every page: looking changes nothing, whatever state the case and the link are in."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from starlette.routing import Route

from engine import feeds
from tests.cli.driver import MANAGER
from tests.web.desk import COUNCIL, HOSPITAL, Browser, Dispute
from web.answers import app_of

State = Callable[[Dispute, Browser], object]


def _answered(dispute: Dispute, browser: Browser) -> object:
    return browser.post(choice="acknowledge")


def _asked_for_a_code(dispute: Dispute, browser: Browser) -> object:
    return browser.ask()


def _opened(dispute: Dispute, browser: Browser) -> object:
    return browser.sign_in()


def _decided(dispute: Dispute, browser: Browser) -> object:
    browser.sign_in()
    return browser.decide("do:disagree", reason="Not so.", disagree_to="same")


def _moved_on(dispute: Dispute, browser: Browser) -> object:
    return _decided(dispute, dispute.asked(COUNCIL))


def _taken_back(dispute: Dispute, browser: Browser) -> object:
    return dispute.house.do("outbox", "revoke", str(browser.message.id), "--as", MANAGER,
                            "--reason", "Forwarded.")  # fmt: skip


def _too_old(dispute: Dispute, browser: Browser) -> object:
    return dispute.house.at("2025-09-01T09:00")


def _closed(dispute: Dispute, browser: Browser) -> object:
    return dispute.house.act("overtake", dispute.reference, MANAGER, reason="Over.")


def _fresh(dispute: Dispute, browser: Browser) -> object:
    return None


STATES: tuple[State, ...] = (_fresh, _answered, _asked_for_a_code, _opened, _decided, _moved_on,
                             _taken_back, _too_old, _closed)  # fmt: skip


def _addresses(dispute: Dispute, browser: Browser, dice: random.Random) -> list[str]:
    """Every route there is, with keys and numbers that fit and ones that do not."""
    token = feeds.address(dispute.premises.house, browser.message.recipient)
    keys = [browser.key, browser.key.upper(), browser.key[:-1], "1.x", "..", "%00",
            f"{dice.randint(1, 50)}.{'a' * 26}"]  # fmt: skip
    found = []
    for route in app_of(dispute.premises).routes:
        assert isinstance(route, Route)
        numbers = [str(browser.message.id), "0", "007", "9" * 10, "9" * 5_000, *keys]
        fill = {"number": numbers, "named": [token, token[:-1], token.partition(".")[0], *numbers]}
        names = list(route.param_convertors)
        for value in fill[names[0]] if names else [""]:
            found.append(re.sub(r"\{\w+\}", lambda _, put=value: put, route.path))
    return [*dict.fromkeys(found), "/", "/r/", "/r", "/calendar/", "/robots.txt", "/x" * 2_000]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__.strip("_"))
def test_looking_changes_nothing(dispute: Dispute, state: State) -> None:
    """GET, HEAD and OPTIONS on every address, with whatever query and cookie: not one row, and no
    fault."""
    dice = random.Random(state.__name__)
    browser = dispute.asked(HOSPITAL)
    state(dispute, browser)
    addresses = _addresses(dispute, browser, dice)
    before = dispute.house.dump()
    for address in addresses:
        for method in ("GET", "HEAD", "OPTIONS"):
            query = {dice.choice(["choice", "code", "seen", "f_reason"]):
                     dice.choice(["nil", "do:disagree", "\u202e<b>", "x" * 500])}  # fmt: skip
            if dice.random() < 0.3:
                browser.hold(dice.choice(["", ".", f"{browser.key.partition('.')[2]}."])
                             + "y" * dice.randint(0, 200))  # fmt: skip
            answer = browser.client.request(method, address, params=query)
            assert answer.status_code < 500, (method, address)
    assert dispute.house.dump() == before
