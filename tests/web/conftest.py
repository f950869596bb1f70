"""A practice house for each test, and in it a dispute whose outcome waits to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import *  # noqa: F403 - the house of the commands, and its catcher
from tests.cli.driver import Home
from tests.web.desk import Dispute, agreed
from web import pace
from web.pace import Pace


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask more often than any reader may; test_pace is about how often that is."""
    monkeypatch.setattr(pace, "ASKED", Pace(1_000_000))


@pytest.fixture
def dispute(house: Home) -> Iterator[Dispute]:
    with agreed(house) as found:
        yield found
