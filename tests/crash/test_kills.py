"""R2: workers killed at random lose nothing, make nothing up, and repeat at most a mail a kill.

A release is proved on 5,000 kills a database: CRASH_KILLS=5000.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.crash.killer import Killer
from tests.crash.premises import found
from tests.crash.sink import listening

KILLS = int(os.environ.get("CRASH_KILLS", "100"))


@pytest.mark.timeout(120 + 2 * KILLS)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_workers_may_be_killed_at_any_moment(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
    with listening(tmp_path / "caught") as sink:
        premises = found(tmp_path / "house", url, sink.port, wait=30)
        premises.store.close()
        toll = Killer(premises, sink).kill(KILLS)
    print(toll)
    assert not toll.lost, toll.lost
    assert not toll.phantom, toll.phantom
    assert not toll.broken, toll.broken
    assert toll.repeats <= toll.kills
