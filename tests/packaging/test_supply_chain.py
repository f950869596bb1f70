"""What comes from others is known: each file by its hash, each package by name and licence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from script.requirements import DEV_LOCK, LOCK, development, locked, pins, runtime
from tests.packaging.house import ROOT

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
MOST = 60  # packages that Waymark runs with, those that only Prefect brings not counted


def script(name: str) -> ModuleType:
    """A script as a module; it has no ending by which Python would know it."""
    named = f"script_{name}"
    if named not in sys.modules:
        loader = SourceFileLoader(named, str(ROOT / "script" / name))
        spec = spec_from_loader(named, loader)
        assert spec is not None
        sys.modules[named] = module_from_spec(spec)
        loader.exec_module(sys.modules[named])
    return sys.modules[named]


def test_the_locks_hold_every_pinned_version_and_nothing_else() -> None:
    """Whatever may be installed is known by the hash of its files; no package is in both locks."""
    running, developing = locked(LOCK), locked(DEV_LOCK)
    assert running | developing == pins()
    assert not running.keys() & developing.keys()


def test_what_waymark_runs_with_can_be_installed_from_one_lock() -> None:
    """A house on a server gets no package that only developers need, and misses none."""
    only_on_newer_pythons = {"whenever"}
    assert locked(LOCK).keys() - only_on_newer_pythons == runtime()


def test_the_locks_name_no_address() -> None:
    """They work with whichever package index an organisation uses."""
    for path in (LOCK, DEV_LOCK):
        assert "://" not in path.read_text(encoding="utf-8")


def test_set_up_takes_nothing_whose_hash_is_not_known() -> None:
    """script/setup and the container install from the locks, and pip compares each file."""
    setup = (ROOT / "script" / "setup").read_text(encoding="utf-8")
    image = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes --no-deps -r requirements.lock -r requirements-dev.lock" in setup
    assert "--require-hashes --no-deps -r requirements.lock" in image


def test_what_is_installed_here_is_what_was_locked() -> None:
    """script/check says so, and says it without a network."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "script" / "lock"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        0,
        "The pins, the locks and what is installed here agree.\n",
    )


@pytest.mark.parametrize(
    "line",
    [
        "six==1.17.0",
        "six==1.17.0 \\\n    --hash=sha256:4721",
        "six>=1.17.0 \\\n    --hash=sha256:" + "a" * 64,
        "six==1.17.0 \\\n    --hash=md5:" + "a" * 32,
        "six @ https://example.org/six.whl \\\n    --hash=sha256:" + "a" * 64,
    ],
)
def test_a_version_without_a_good_hash_is_no_locked_version(tmp_path: Path, line: str) -> None:
    """A line that would let any file in is noticed."""
    (tmp_path / "lock").write_text(f"# a lock\n{line}\n")
    with pytest.raises(ValueError, match="not a locked version"):
        locked(tmp_path / "lock")


def test_every_disagreement_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is pinned, locked or installed otherwise than the others is named."""
    changed = LOCK.read_text("utf-8").replace("orjson==", "not-here==")
    changed = changed.replace("alembic==", "alembic==9.")
    (tmp_path / "lock").write_text(changed)
    monkeypatch.setattr("script.requirements.LOCK", tmp_path / "lock")
    found = script("lock").disagreements()
    at = pins()["alembic"]
    assert found == [
        "orjson is pinned and not locked",
        "not-here is locked and not pinned",
        f"alembic is pinned at {at} and locked at 9.{at}",
        "orjson is needed here and not locked",
    ]


def file(days: float | None, withdrawn: bool = False, sha256: str = "a" * 64) -> Any:
    """A file that was uploaded so many days ago; None: the index does not say."""
    uploaded = None if days is None else NOW - timedelta(days=days)
    return script("lock").File(sha256, uploaded, withdrawn)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([file(7)], ""),
        ([file(None)], ""),
        ([file(400), file(1)], ""),
        ([file(6.9), file(2)], "it came out on 21 November 2026, and may be taken after 7 days"),
        ([file(400, withdrawn=True)], "it was withdrawn by those who made it"),
        ([file(400, sha256="")], "the index has no file of this version with a sha256"),
        ([], "the index has no file of this version with a sha256"),
    ],
)
def test_a_version_is_taken_once_it_has_been_out_for_a_week(files: list[Any], why: str) -> None:
    """What was tampered with is often found within days; until then nothing new comes in."""
    told = script("lock").refused({"thing": "1.0"}, {"thing": files}, NOW)
    assert told == ([f"thing 1.0: {why}"] if why else [])


def test_a_file_that_came_late_to_an_old_version_waits_too() -> None:
    """Whoever can upload to an old version cannot get a new file into the lock at once."""
    old, late = file(400, sha256="1" * 64), file(1, sha256="2" * 64)
    texts = script("lock").texts_of({"six": "1.17.0"}, {"six": [late, old]}, NOW)
    assert "1" * 64 in texts[0]
    assert "2" * 64 not in "".join(texts)


@pytest.mark.parametrize(
    ("filename", "taken"),
    [
        ("thing-1.0-py3-none-any.whl", True),
        ("thing-1.0-py2.py3-none-any.whl", True),
        ("thing-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", True),
        ("thing-1.0-cp314-cp314t-macosx_11_0_arm64.whl", True),
        ("thing-1.0-cp39-abi3-win_amd64.whl", True),
        ("thing-1.0.tar.gz", True),
        ("thing-1.0-cp310-cp310-win_amd64.whl", False),
        ("thing-1.0-py2-none-any.whl", False),
        ("thing-1.0-pp311-pypy311_pp73-win_amd64.whl", False),
        ("thing-1.1-py3-none-any.whl", False),
        ("thing-1.0.exe", False),
    ],
)
def test_the_lock_has_the_files_of_every_machine(filename: str, taken: bool) -> None:
    """A lock made on one machine holds on another, and on every Python that Waymark runs on."""
    assert script("lock").fits(filename, "1.0") is taken


def bill(*arguments: str) -> str:
    """Print the bill of materials as a person would."""
    command = [sys.executable, str(ROOT / "script" / "sbom"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_bill_of_materials_lists_everything_waymark_runs_with() -> None:
    """Each package once, at its version and with a licence; and what the pages are made of."""
    listed = json.loads(bill())["components"]
    assert Counter(canonicalize_name(each["name"]) for each in listed) == Counter(
        runtime() | {"@ministryofjustice/frontend", "govuk-frontend"}
    )
    ours = {canonicalize_name(each["name"]): each["version"] for each in listed}
    assert {name: ours[name] for name in runtime()} == {name: pins()[name] for name in runtime()}
    assert [each["name"] for each in listed if not each["licenses"]] == []


def test_the_bill_says_who_needs_whom() -> None:
    """Where a package has an advisory, it can be read off what brought it."""
    asked = {each["ref"]: each["dependsOn"] for each in json.loads(bill())["dependencies"]}
    own = pins()
    assert f"pkg:pypi/mako@{own['mako']}" in asked[f"pkg:pypi/alembic@{own['alembic']}"]
    assert f"pkg:pypi/alembic@{own['alembic']}" in asked["pkg:pypi/waymark@0.1.0"]
    assert {ref for needs in asked.values() for ref in needs} <= asked.keys()


def test_two_bills_of_one_installation_are_one_text() -> None:
    """A bill can be compared with the last one; a date is in it only when it was given."""
    first = bill()
    assert first == bill()
    assert "timestamp" not in first
    dated = json.loads(bill("--at", "2026-11-28T12:00:00+00:00"))
    assert dated["metadata"]["timestamp"] == "2026-11-28T12:00:00+00:00"


def test_the_bill_keeps_to_the_standard() -> None:
    """Every tool that reads CycloneDX 1.6 can read it."""
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill()) is None


def test_waymark_itself_needs_few_packages() -> None:
    """Each one is somebody whose work has to be trusted; Prefect alone brings twice as many."""
    assert len(runtime(without="prefect")) <= MOST
    assert runtime(without="prefect") < runtime() < development()
