"""R11 at the size of every change: backups of a house at work, and a return from each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.restores import drill_of
from tests.store.conftest import empty_url

__all__ = ["empty_url"]
BACKUPS, RATE = 3, 20


@pytest.mark.usefixtures("empty_url")
def test_every_backup_of_a_house_at_work_comes_back(empty_url: str, tmp_path: Path) -> None:
    """Whole, verified and replayed, on hold, with every step that was done before it."""
    drill = drill_of(empty_url, tmp_path / "drill", BACKUPS, RATE)
    assert drill.wrong == []
    assert len(drill.returns) == BACKUPS
    assert len(drill.steps) > BACKUPS
