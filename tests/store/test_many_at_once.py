"""Many who look at a house in one file at the same time."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

from store.sqlite import engine_on


def test_however_many_look_at_once_none_waits_for_another(tmp_path: Path) -> None:
    """Twice as many as connections are kept open between their uses."""
    path = tmp_path / "house.db"
    path.touch()
    engine = engine_on(path)
    with ExitStack() as all_at_once:
        found = [all_at_once.enter_context(closing(engine.raw_connection())) for _ in range(40)]
        assert [one.cursor().execute("SELECT 1").fetchone() for one in found] == [(1,)] * 40
    engine.dispose()
