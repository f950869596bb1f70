"""Nobody asks for pages, or by a token, more often than anybody could need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.tokens import ACT
from tests.web.programs import Program
from tests.web.rooms import Browser, practice
from tests.web.test_console import MANAGER, PARTNER, list_of, told
from web import pace
from web.pace import Pace
from workflows.wiring import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("pace") / "house") as made:
        yield made


@pytest.fixture(autouse=True)
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three a minute, of a minute that never ends."""
    monkeypatch.setattr(pace, "ASKED", Pace(3, lambda: 0.0))


def test_a_visit_that_asks_too_often_is_told_to_wait(premises: Premises) -> None:
    """Nothing of the house is shown meanwhile; the visits of others go on."""
    browser = Browser(premises, MANAGER)
    assert [browser.get("/cases").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = browser.get("/people")
    assert answer.headers["retry-after"] == "60"
    assert "go on in a minute" in told(answer)
    assert PARTNER not in answer.text
    assert Browser(premises, PARTNER).get("/cases").status_code == 200
    assert browser.post("/sign-out", shown="/notify-a-death").status_code == 303


def test_a_token_that_asks_too_often_does_nothing(premises: Premises) -> None:
    """It is told so as every refusal is told, and the house stays as it was."""
    program, other = Program(premises, MANAGER, (ACT,)), Program(premises, PARTNER)
    assert [program.get("/processes").status_code for _ in range(3)] == [200] * 3
    before = list_of(premises)
    answer = program.post("/cases", {"process": "rapid_review", "facts": {}})
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "60"
    assert answer.json()["reasons"] == [pace.TOO_OFTEN]
    assert list_of(premises) == before
    assert other.get("/processes").status_code == 200


def test_whoever_has_not_signed_in_is_counted_with_nobody(premises: Premises) -> None:
    """A code to sign in is limited by its person, so no stranger can shut the door for others."""
    for _ in range(9):
        assert Browser(premises).get("/sign-in").status_code == 200


def test_each_minute_begins_anew_and_knows_how_many_were_too_many() -> None:
    now = 0.0
    counted = Pace(2, lambda: now)
    assert [counted.room("one") for _ in range(4)] == [True, True, False, False]
    assert counted.room("other")
    now = 59.9
    assert not counted.room("one")
    now = 60.0
    assert counted.room("one")
    assert counted.before == 3
