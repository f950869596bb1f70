"""R2: workers killed at random lose nothing, make nothing up, and repeat at most a mail a kill.

With several connections to the mail server, at most a mail for each of them.

A release is proved on 5,000 kills of each database: CRASH_KILLS=5000.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.killer import WORKERS, Crew
from tests.crash.premises import found
from tests.crash.sink import listening

KILLS = int(os.environ.get("CRASH_KILLS", "100"))
PAUSE = 0.05  # seconds between two kills, on average; more where workers do too little meanwhile


@pytest.mark.timeout(120 + 2 * KILLS)
@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_workers_may_be_killed_at_any_moment(
    kind: str, connections: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three at a time open, advance, sweep and deliver; what each was told holds afterwards."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        postgres.empty(url)
    # Three connections are as one but for the repeats, so a part of the kills is enough for them.
    most = KILLS if connections == 1 else max(KILLS // 4, 1)
    with listening(tmp_path / "caught") as sink:
        premises = found(tmp_path / "house", url, sink.port, wait=30, connections=connections)
        premises.store.close()
        began = time.monotonic()
        with Crew(premises, sink, most * PAUSE) as crew:
            crew.kill(most, PAUSE)
            toll = crew.rest()
    kills = most + WORKERS
    print(f"{kind}, {connections}: {kills} kills in {time.monotonic() - began:.0f} s: {toll}")
    assert toll.findings == []
    assert toll.repeats <= kills * connections
    assert toll.found.unsaid <= kills
    assert toll.found.steps > most / 10
    assert toll.mails > most
