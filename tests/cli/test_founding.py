"""Making a house: once, whole or not at all, in a file or on a database server."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests import postgres
from tests.cli.driver import ROOT, SAMPLE, Home, deadline, notify, refer


def begin(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "init", "--home", str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_of_several_who_make_one_house_one_does(tmp_path: Path) -> None:
    """The others are refused in words, and the house is whole."""
    home = Home(tmp_path / "one")
    beginners = [begin(home.folder) for _ in range(3)]
    told = [beginner.communicate(timeout=60) for beginner in beginners]
    assert Counter(beginner.returncode for beginner in beginners) == {0: 1, 1: 2}
    assert not [err for _, err in told if b"Traceback" in err]
    assert home.do("verify")["ok"] is True
    assert sorted(path.name for path in home.folder.iterdir()) == [
        "secret.key", "settings.toml", "waymark.db"]  # fmt: skip


def test_a_house_killed_in_the_making_says_how_to_begin_again(tmp_path: Path) -> None:
    """What was cut short is never taken for a house."""
    home = Home(tmp_path / "cut")
    beginner = begin(home.folder)
    while not (home.folder / "secret.key.part").exists() and beginner.poll() is None:
        time.sleep(0.001)
    beginner.send_signal(signal.SIGKILL)
    beginner.communicate(timeout=60)
    assert beginner.returncode == -signal.SIGKILL
    assert "waymark init" in home.down("list")
    assert "secret.key.part" in home.refused("init")[0]
    (home.folder / "secret.key.part").unlink()
    if (home.folder / "waymark.db").exists():
        assert "take waymark.db away" in home.refused("init")[0]
        for file in home.folder.glob("waymark.db*"):
            file.unlink()
    home.do("init")


@pytest.fixture
def served(postgres_url: str, tmp_path: Path) -> Iterator[Home]:
    """A practice house whose records are on a database server."""
    postgres.empty(postgres_url)
    home = Home(tmp_path / "served")
    home.do("init", "--practice", "--database", postgres_url)
    home.do("people", "import", str(SAMPLE))
    yield home
    postgres.empty(postgres_url)


def test_a_house_on_a_database_server_works_alike(
    served: Home, tmp_path: Path, catcher: Catcher
) -> None:
    """Casework, sweep, delivery, proof, and a backup that is restored into a file."""
    served.at("2024-12-20T16:45")
    opened = refer(served)
    reference = opened["reference"]
    assert deadline(opened, "notification")["due"] == "2024-12-31"
    served.at("2024-12-30T12:00")
    assert served.do("sweep")["breaches"] == 1
    assert deadline(notify(served, reference), "rapid_review")["due"] == "2025-01-21"
    assert served.do("holiday", "add", "2025-01-09", "Mourning")["moved"]
    assert served.do("verify")["ok"] is True
    assert served.do("migrate")["schema_before"] == served.do("migrate")["schema"]
    again = Home(tmp_path / "again")
    assert "in this database" in again.refused("init", "--database", database(served))[0]
    assert not again.folder.exists()
    kept = tmp_path / "kept.backup"
    served.do("backup", str(kept))
    again.do("restore", str(kept), "--secret", str(served.folder / "secret.key"))
    assert again.do("show", reference)["events"] == served.do("show", reference)["events"]
    again.mail_to(catcher.port)
    again.do("house", "release")
    sent = again.do("deliver")
    assert (
        sent["accepted"] == len(catcher.caught) == again.do("outbox", "list")["counts"]["accepted"]
    )
    assert again.do("verify")["ok"] is True


def database(home: Home) -> str:
    """The database's address in a house's settings."""
    lines = (home.folder / "settings.toml").read_text().splitlines()
    (found,) = (line for line in lines if line.startswith("database = "))
    return found.partition('"')[2].rpartition('"')[0]
