"""S7: random requests and forms at every page of the console: an answer, never a fault.

FUZZ_TO=100 makes the run of a release: 50,000 requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from engine import casework
from engine.casework import Caller
from engine.verification import verify
from tests.fuzz.damage import NASTY, damaged, seeds
from tests.web.rooms import bring, make_known, practice, signed_in
from tests.web.test_console import COORDINATOR, INCIDENT, MANAGER, PARTNER
from web import guard, offered
from web.doors import Door
from web.entrance import DOORS, console_of
from workflows.wiring import Premises

REQUESTS = 500
FAULT = 500
_NAME = re.compile(r'name="([\w-]+)"(?: type="\w+")?(?: value="([^"]*)")?')


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("forms") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def known(premises: Premises) -> dict[str, list[str]]:
    """What an address may name, of things that are there."""
    opened = [
        casework.open_case(premises.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
        for _ in range(3)
    ]
    return {
        "reference": [step.case.reference for step in opened],
        "process": ["rapid_review", "child_death_review", "dispute", "practice_review"],
        "deadline": ["notification", "rapid_review"],
        "action": ["notify", "decline", "notify_only", "transfer"],
        "step": [key for key, _ in offered.STEPS],
    }


def address(door: Door, known: dict[str, list[str]], dice: Random) -> str:
    """Where a door is, with something that is there in it, or something else."""

    def named(match: re.Match[str]) -> str:
        value = dice.choice(known.get(match[1], ["1", "2", "x"]))
        return quote(damaged(value, dice).encode("utf-8", "replace") or b"x", safe="")

    def there(match: re.Match[str]) -> str:
        return dice.choice(known.get(match[1], ["1"]))

    fill = there if dice.random() < 0.8 else named
    return re.sub(r"{(\w+)(?::\w+)?}", fill, door.path)


def fields(page: str, dice: Random) -> dict[str, bytes | list[bytes]]:
    """The fields a page has, with what it offers, something damaged or something nasty."""
    found: dict[str, bytes | list[bytes]] = {}
    for name, value in _NAME.findall(page):
        if name == "guard":
            continue
        options = (value, damaged(value or "2025-03-17", dice), dice.choice(NASTY), "17", "yes")
        words = dice.choice(options).encode("utf-8", "surrogatepass")
        found[name] = [words, b"twice"] if dice.random() < 0.05 else words
    found["go"] = dice.choice((b"save", b"look", b"preview", b"change", b""))
    return found


def test_every_random_request_is_answered(premises: Premises, known: dict[str, list[str]]) -> None:
    """Whatever is typed, and wherever it is sent: no fault, no markup of theirs, a sound record."""
    broken, saved = [], 0
    for seed in seeds(REQUESTS):
        dice = Random(f"form {seed}")
        door, who = dice.choice(DOORS), dice.choice((MANAGER, PARTNER, COORDINATOR, ""))
        cookie = signed_in(premises, who) if who else guard.new_pass()
        client = TestClient(
            console_of(premises), raise_server_exceptions=False, follow_redirects=False
        )
        bring(client, cookie)
        make_known(client, premises, who)
        path = address(door, known, dice)
        shown = client.get(path)
        answer = shown
        if door.method == "POST":
            token = guard.token(premises.store.secret, cookie)
            given = {**fields(shown.text, dice), "guard": token}
            answer = client.post(path, data=given)
            saved += answer.status_code == 303
        if max(shown.status_code, answer.status_code) >= FAULT or "<script>" in answer.text:
            broken.append(f"seed {seed}: {door.method} {path}: {answer.status_code}")
    assert broken == []
    assert saved, "nothing was saved: the forms were refused for another reason"
    assert verify(premises.house).faults == []
