"""What every test gets: quiet libraries, repeatable examples, and a PostgreSQL that is there."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from engine import slow
from tests import postgres
from web import pace

# No test may call home. Prefect reads these when it is imported, which can be before any fixture.
QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
os.environ.update(QUIET)

# What one digest of a code costs in tests, and in no house.
QUICK = slow.Cost(1, 8, 1)

# The same examples every time: a red build is red for everybody, and again tomorrow. No time limit
# for one example: a busy machine is not a fault. HYPOTHESIS_PROFILE=default explores instead.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# As the program itself has it: looking for garbage was a tenth of the whole run.
gc.set_threshold(50_000)


def pytest_collection_finish() -> None:
    """What is imported by now stays for good, so nobody need look at it for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_calls_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep telemetry off in each test, whatever an earlier one did to the environment."""
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def nobody_waits_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test asks for pages quicker than a person may; what is said to who does is tested apart."""
    monkeypatch.setattr(pace, "ASKED", pace.Pace(1_000_000))


@pytest.fixture(autouse=True)
def codes_are_quick_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept of a code is made in no time; how dear it is in a house is tested apart."""
    monkeypatch.setattr(slow, "COST", QUICK)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database, one for each worker; never skip.

    `tests.postgres.empty` empties it again between tests.
    """
    with postgres.fresh_database() as url:
        yield url.render_as_string(hide_password=False)
