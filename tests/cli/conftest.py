"""A practice house for each test, copied from one that is made once; and a catcher for its mail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import SAMPLE, Home, command


@pytest.fixture(autouse=True)
def no_house_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may find a house, or settings, of the machine it runs on."""
    monkeypatch.chdir(tmp_path)
    for name in ("WAYMARK_HOME", "WAYMARK_DATABASE", "WAYMARK_MAIL__PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice house with the sample people; nobody works in it."""
    folder = tmp_path_factory.mktemp("furnished") / "house"
    assert command("init", "--practice", "--home", str(folder)).code == 0
    assert command("people", "import", str(SAMPLE), "--home", str(folder)).code == 0
    return folder


@pytest.fixture
def house(furnished: Path, tmp_path: Path) -> Home:
    """A practice house with the sample people, on Friday 20 December 2024 at 16:45."""
    home = Home(Path(shutil.copytree(furnished, tmp_path / "house")))
    home.at("2024-12-20T16:45")
    return home


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher() as running:
        yield running
