"""E5 at a small size: a service that ticks leaves nothing behind, and what is left is found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service import counting, soak
from tests.service.counting import Count, grown
from tests.service.soak import prove
from workflows.wiring import Premises

QUIET = Count(memory=100_000_000, files=20, kept=5, sessions=2, threads=9)


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rounds of each kind, and a memory that is too small to be judged in so short a time."""
    monkeypatch.setattr(counting, "GROWTH", 1.5)
    monkeypatch.setattr(soak, "PEOPLE", 30)
    monkeypatch.setattr(soak, "IN_HAND", 1)


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """What a leak keeps until the test is over."""
    with ExitStack() as stack:
        yield stack


def test_a_service_that_ticks_leaves_nothing(
    briefly: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It sweeps, sends, collects and makes backups, and holds what it held before."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    assert prove(url, tmp_path / "house", ticks=25, warm=25) == []
    told = capsys.readouterr().out
    assert "+0 files, +0 sessions, +0 threads; 0 findings" in told
    assert ", 0 mails" not in told


def test_whatever_is_left_behind_is_found(
    held: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory, an open file, a file in the folder, sessions, a thread."""
    monkeypatch.setattr(soak, "IN_HAND", 0)

    def leaks(premises: Premises) -> None:
        held.callback(bytearray(b"x" * 150 * 2**20).clear)
        held.enter_context((premises.home / "left").open("w"))
        for _ in range(30):
            held.callback(premises.store.database.engine.raw_connection().close)
        over = threading.Event()
        held.callback(over.set)
        threading.Thread(target=over.wait).start()

    url = f"sqlite:///{tmp_path / 'house.db'}"
    wrong = "\n".join(prove(url, tmp_path / "house", ticks=1, warm=30, leak=leaks))
    for what in ("memory grew", "open files", "files in the house's folder", "sessions", "threads"):
        assert what in wrong


def test_memory_may_be_a_twentieth_more_and_nothing_else_may() -> None:
    assert grown(QUIET, replace(QUIET, memory=105_000_000, files=19)) == []
    assert grown(QUIET, replace(QUIET, memory=105_000_001)) == ["memory grew to 100.1 MiB (+5.0 %)"]
    assert grown(QUIET, replace(QUIET, sessions=3)) == ["3 sessions, where there were 2"]
    assert grown(QUIET, replace(QUIET, threads=10)) == ["10 threads, where there were 9"]
