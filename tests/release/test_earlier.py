"""E2's own logic: which release is the earlier one, and that its houses really are moved on."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from engine.errors import HouseDown
from engine.keyring import Secret
from store import schema
from store.house import create_house, open_store
from tests.desk import everybody
from tests.release.earlier import LEFT_OUT, earlier, main, named, no_longer_there, passed, unpack
from tests.release.moved_on import on_from
from tests.store.planted import TEXT

SECRET = Secret.of(b"only for the tests: 32 bytes.  x")
ADDS = 'op.add_column("person", sa.Column("desk", sa.String(), nullable=True))'
TAKES_AWAY = 'op.drop_column("person", "agency")'
AS_SOMEBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org")


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """Three commits: code, the newest migration, more code."""
    tree = tmp_path / "past"
    tree.mkdir()
    git(tree, "init", "--quiet")
    for name in ("code.py", "0002_more.py", "later.py"):
        (tree / name).write_text(name)
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "--message", name)
    return tree


def git(tree: Path, *words: str) -> None:
    asked = ["git", *AS_SOMEBODY, *words]
    subprocess.run(asked, cwd=tree, check=True, capture_output=True)


def test_the_earlier_release_is_the_newest_tag_before_this_commit(past: Path) -> None:
    """Where nothing was released yet it is what was there before the newest migration."""
    newest = past / "0002_more.py"
    assert named(past, earlier(past, newest)) == named(past, "HEAD~2")
    assert earlier(past, past / "0003_not_kept_yet.py") == "HEAD"
    git(past, "tag", "v0.10.0")
    assert named(past, earlier(past, newest)) == named(past, "HEAD~2")
    git(past, "tag", "v0.9.0", "HEAD~1")
    git(past, "tag", "other", "HEAD~1")
    git(past, "tag", "v0.8.0", "HEAD~2")
    assert earlier(past, newest) == "v0.9.0"


def test_the_earlier_code_is_what_was_kept_of_it(past: Path, tmp_path: Path) -> None:
    """Nothing of later comes with it, nor what nobody has committed."""
    (past / "draft.py").touch()
    unpack(past, "HEAD~1", tmp_path / "earlier")
    assert sorted(path.name for path in (tmp_path / "earlier").iterdir()) == [
        "0002_more.py", "code.py"]  # fmt: skip


def people_of_a_house_moved_on(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many people this release finds in its own house, moved on by a migration it lacks."""
    versions = shutil.copytree(schema.SCRIPTS / "versions", folder / "versions")
    planted = TEXT.format(
        revision="0010.9", earlier=schema.EDITIONS[-1], part='PART = "pre"', up=does, down="pass"
    )
    (versions / "0010_9_planted.py").write_text(planted)
    moved = on_from(schema.upgrade, schema.config, str(versions), "0010.9")
    monkeypatch.setattr(schema, "upgrade", moved)
    url = f"sqlite:///{folder / 'house.db'}"
    create_house(url, True, "Exampleshire", "mail.example")
    assert schema.current(url) == "0010.9"
    store = open_store(url, secret=SECRET)
    try:
        with store.begin() as work:
            work.people.put(everybody().people)
            work.commit()
        with store.begin() as work:
            return len(work.people.directory().people)
    finally:
        store.close()


def test_a_pre_part_that_takes_nothing_away_is_borne(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert people_of_a_house_moved_on(tmp_path, ADDS, monkeypatch) == len(everybody().people)


def test_a_pre_part_that_drops_what_the_earlier_code_reads_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(HouseDown):
        people_of_a_house_moved_on(tmp_path, TAKES_AWAY, monkeypatch)


def test_what_is_left_out_must_be_there(tmp_path: Path) -> None:
    """A test that was renamed is not left out in silence, nor run under another name."""
    assert no_longer_there(tmp_path) == list(LEFT_OUT)
    for test in LEFT_OUT:
        file, _, name = test.partition("::")
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as written:
            written.write(f"def {name or 'test'}() -> None: ...\n")
    assert no_longer_there(tmp_path) == []


def test_tests_are_counted_as_they_are_told() -> None:
    assert passed("..s. [ 50%]\n.... [100%]\n7 passed, 1 skipped in 3.00s\n") == 7
    assert passed("..s. [ 50%]\n.... [100%]\n") == 7


def test_a_release_that_is_none_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["v0.0.0-of-nobody"]) == 1
    assert capsys.readouterr().out.startswith("E2 does not hold: git rev-parse: ")
