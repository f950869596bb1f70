"""An exported record is proved by a small program that knows nothing of the house."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import MANAGER, ROOT, Home, notify, refer

VERIFIER = ROOT / "docs" / "verify_record.py"


def check(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run the offline verifier, without any package of the house in reach."""
    command = [sys.executable, "-I", str(VERIFIER), *map(str, files)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)


@pytest.fixture
def exported(house: Home, tmp_path: Path, catcher: Catcher) -> Path:
    """A case with identifying values, a note in another alphabet, and messages sent."""
    house.mail_to(catcher.port)
    reference = refer(house, child_name="Zebedee Quillfeather", date_of_birth="2012-03-07")[
        "reference"
    ]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    house.do("note", reference, "Zoë 李明 “quoted”\nsecond line", "--as", MANAGER)
    house.do("deliver")
    file = tmp_path / "record.json"
    file.write_text(house.say("export", reference), encoding="utf-8")
    return file


def test_an_export_is_whole(house: Home, exported: Path) -> None:
    """Everything show tells, and each message with the evidence of its tries; always JSON."""
    document = json.loads(exported.read_text(encoding="utf-8"))
    reference = document["reference"]
    shown = house.do("show", reference)
    assert {key: document[key] for key in shown} == shown
    assert house.do("export", reference) == document
    assert document["messages"]
    for message in document["messages"]:
        assert message["case"] == reference
        assert [attempt["verdict"] for attempt in message["attempts"]] == ["accepted"]
    assert "Quillfeather" not in exported.read_text(encoding="utf-8")


def test_the_offline_verifier_agrees_with_the_house(
    house: Home, exported: Path, tmp_path: Path
) -> None:
    """A whole record passes, alone and against a checkpoint taken before or after."""
    heads = tmp_path / "heads.json"
    house.do("checkpoint", str(heads))
    for files in ((exported,), (exported, heads)):
        done = check(*files)
        assert (done.returncode, done.stderr) == (0, "")


def changed(exported: Path, change: Any) -> Path:
    document = json.loads(exported.read_text(encoding="utf-8"))
    change(document["events"])
    other = exported.with_name("changed.json")
    other.write_text(json.dumps(document), encoding="utf-8")
    return other


def rename(events: list[dict[str, Any]]) -> None:
    events[1]["actor"] = "somebody.else@example.org"


def drop(events: list[dict[str, Any]]) -> None:
    del events[1]


def test_a_changed_export_is_found(exported: Path) -> None:
    """Its first bad line is named."""
    for change in (rename, drop):
        done = check(changed(exported, change))
        assert done.returncode == 1
        assert "event 2" in done.stderr


def test_a_cut_export_is_found_by_a_checkpoint(house: Home, exported: Path, tmp_path: Path) -> None:
    """And by nothing else."""
    heads = tmp_path / "heads.json"
    house.do("checkpoint", str(heads))
    cut = changed(exported, list.pop)
    assert check(cut).returncode == 0
    done = check(cut, heads)
    assert done.returncode == 1
    assert "cut short" in done.stderr
