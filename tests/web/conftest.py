"""A practice house for each test, and in it a dispute whose outcome waits to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import *  # noqa: F403 - the house of the commands, and its catcher
from tests.cli.driver import Home
from tests.web.desk import Dispute, agreed
from tests.web.rooms import practice
from workflows.wiring import Premises


@pytest.fixture
def dispute(house: Home) -> Iterator[Dispute]:
    with agreed(house) as found:
        yield found


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("practice") / "house") as made:
        yield made
