"""S7: a thousand random command lines in a practice house; never a traceback, always an answer.

FUZZ_TO=100 makes the run of a release.
"""

from __future__ import annotations

import json
import shutil
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from cli import faults
from cli.codes import BROKEN, DONE, REFUSED, WRONG_USAGE
from tests.cli.driver import CHAIR, NURSE, SAMPLE, Home, Said, command, refer
from tests.fuzz.damage import seeds
from tests.fuzz.lines import line
from tests.workflows.deaths import DEATH
from tests.workflows.disputes import RAISED
from tests.workflows.review_roads import PRACTICE

PER_HOUSE = 25


# They answer with what is wrong, and end with 1 where something is: that is no refusal.
SAY_SO = {"health", "doctor", "verify"}


@pytest.fixture(autouse=True)
def no_house_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Relative paths fall into the test's own folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("WAYMARK_HOME", "WAYMARK_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice house with the sample people and a case of each process."""
    folder = tmp_path_factory.mktemp("inhabited") / "house"
    home = Home(folder)
    home.do("init", "--practice")
    home.do("people", "import", str(SAMPLE))
    home.at("2024-12-20T16:45")
    refer(home)
    home.open("practice_review", CHAIR, **{**PRACTICE[0].facts, "decided_on": "2024-12-20"})
    died = {"died_on": "2024-12-20", "died_at": "", "aware_at": "2024-12-20T10:00"}
    home.open("child_death_review", NURSE, **{k: v for k, v in {**DEATH, **died}.items() if v})
    home.open("dispute", NURSE, **RAISED)
    home.at("2025-01-06T10:00")
    return folder


@pytest.fixture
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where each error nobody foresaw happened: exit code 3 is no excuse for one."""
    seen: list[str] = []
    tell = faults.broken

    def broken(error: Exception, arguments: Sequence[str]) -> int:
        place = traceback.extract_tb(error.__traceback__)[-1]
        seen.append(f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}")
        return tell(error, arguments)

    monkeypatch.setattr(faults, "broken", broken)
    return seen


@pytest.mark.parametrize("part", range(20))
def test_a_random_command_line_is_answered(
    part: int, inhabited: Path, tmp_path: Path, unforeseen: list[str]
) -> None:
    """Codes 0 to 3; with --json one document on standard output, and nothing beside it."""
    codes: Counter[int] = Counter()
    for seed in seeds(50):
        dice = Random(f"line {part} {seed}")
        if seed % PER_HOUSE == 0:
            home = _fresh(inhabited, tmp_path / f"house {seed}")
        words = line(dice)
        as_json = dice.random() < 0.6
        end = ["--home", str(home), *(["--json"] if as_json else [])]
        said = command(*words, *end)
        assert unforeseen == [], words
        _check(said, words, as_json)
        codes[said.code] += 1
    assert {DONE, REFUSED, WRONG_USAGE} <= codes.keys()


def _fresh(inhabited: Path, folder: Path) -> Path:
    shutil.copyfile(SAMPLE, folder.with_name("people.csv"))
    return Path(shutil.copytree(inhabited, folder))


def _check(said: Said, words: list[str], as_json: bool) -> None:
    assert said.code in (DONE, REFUSED, WRONG_USAGE, BROKEN), words
    # What "--" hands on is an argument; and help is no document.
    if as_json and "--" not in words and "--help" not in words:
        document = json.loads(said.out)
        assert isinstance(document, dict | list), words
        told = said.code != REFUSED or SAY_SO & set(words) or dict(document)["reasons"]
        assert told, words
    refused = said.code == REFUSED and not as_json and not SAY_SO & set(words)
    if said.code in (WRONG_USAGE, BROKEN) or refused:
        assert said.err.strip(), words
