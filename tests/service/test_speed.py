"""E4 at a small size: everything is timed that has a limit, and what takes too long is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.service import speed
from tests.service.speed import Took, timed

QUICK = Took(sweep=10, starts=[1, 2], pages=[0.3] * 95 + [9] * 5, notices=[120.0] * 100)


@pytest.mark.timeout(120)
def test_a_house_is_timed_from_its_start_to_its_last_notice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Cases that are due are swept, pages are read, and every notice is taken over meanwhile."""
    for name, value in {"DUE": 3, "STARTS": 2, "OPENED": 0.2}.items():
        monkeypatch.setattr(speed, name, value)
    took = timed(f"sqlite:///{tmp_path / 'house.db'}", tmp_path / "here", cases=10, seconds=1)
    assert len(took.starts) == 2
    assert len(took.pages) >= 2
    assert len(took.notices) >= len(speed.AGENCIES)
    assert min(took.sweep, *took.starts, *took.pages, *took.notices) > 0


def test_what_is_within_its_limit_is_no_finding() -> None:
    assert QUICK.findings() == []


@pytest.mark.parametrize(
    ("slow", "what"),
    [
        (replace(QUICK, sweep=10.1), "the sweep took 10.10 s, not 10"),
        (replace(QUICK, starts=[2.1, 1]), "the slowest start took 2.10 s, not 2"),
        (replace(QUICK, pages=[0.1] * 94 + [0.31] * 6), "nineteen of twenty pages took 0.31 s"),
        (replace(QUICK, notices=[1] * 98 + [121] * 2), "ninety-nine of a hundred notices took 121"),
    ],
    ids=("sweep", "start", "pages", "notices"),
)
def test_whatever_takes_too_long_is_found(slow: Took, what: str) -> None:
    (found,) = slow.findings()
    assert found.startswith(what)
