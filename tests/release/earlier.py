"""E2 at the size of a release, on command: the earlier release works on the tables of this one.

`python -m tests.release.earlier [COMMIT]` puts the code of an earlier commit into a folder of its
own. On each kind of database a house made and worked in by that code is moved on by this tree's
`waymark migrate --pre`, and worked in again by that code. Then that code's own tests are run with
it, where each house they make is moved on by the same migrations. Without a commit: the newest tag
v* before this one, else the commit before the newest migration was added. Exit code 1 says that it
is not proved.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from alembic.script import ScriptDirectory

from store import schema
from tests import postgres
from tests.cli.driver import SAMPLE, Home, Said, notify, refer

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("tests/store", "tests/cli", "tests/service", "tests/hosting", "tests/web")
MOVING = "it moves the tables itself, or is about their number"
BACKUP = "between the parts no backup of the earlier release comes back into it: docs/operations.md"
LEAN = "at an edition that is not its own a command asks Alembic which editions it knows"
# What the earlier release's tests say that need not be so between the two parts, and why.
LEFT_OUT = {
    "tests/store/test_migrations.py": MOVING,
    "tests/store/test_parts.py": MOVING,
    "tests/cli/test_two_users.py": MOVING,
    "tests/store/test_house.py::test_a_house_is_not_made_twice": MOVING,
    "tests/store/test_house.py::test_a_database_of_an_earlier_release_is_to_be_migrated": MOVING,
    "tests/cli/test_keeping.py::test_migrating_twice_is_harmless": MOVING,
    "tests/cli/test_keeping.py::test_a_house_is_migrated_in_two_parts": MOVING,
    "tests/cli/test_founding.py::test_a_house_on_a_database_server_works_alike": MOVING,
    # It is about a house's own timescales, which the second part adopts.
    "tests/cli/test_processes.py::test_a_houses_own_timescales_take_effect_when_they_are_adopted": (
        MOVING
    ),
    "tests/service/test_doctor.py::test_a_house_of_an_older_release_is_to_be_migrated": MOVING,
    "tests/service/test_doctor.py::test_a_migration_that_is_half_done_is_noted": MOVING,
    "tests/cli/test_lean.py::test_a_command_imports_nothing_dear": LEAN,
    "tests/cli/test_keeping.py::test_a_restored_house_mails_nothing_until_it_is_released": BACKUP,
    "tests/store/test_backup.py": BACKUP,
    "tests/store/test_no_backups.py": BACKUP,
    "tests/store/test_proofread.py": BACKUP,
    "tests/store/test_digests.py::test_digests_are_in_a_backup": BACKUP,
}
SCHEMA = Path("store", "schema.py")
PUT_IN = """

from store.moved_on import on_from

upgrade = on_from(upgrade, config, {versions!r}, {edition!r})
"""


class Fault(Exception):  # noqa: N818 - what was found
    """Why it is not proved."""


def git(tree: Path, *words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=tree, capture_output=True, check=False)
    if done.returncode:
        raise Fault(f"git {words[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def earlier(tree: Path, newest: Path) -> str:
    """What counts as the earlier release where none is named; newest: the last migration's file."""
    past = ("--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname")
    if tags := git(tree, "tag", "--list", "v*", *past).decode().split():
        return tags[0]
    log = ("log", "-1", "--diff-filter=A", "--no-renames", "--format=%H", "--", str(newest))
    added = git(tree, *log).decode().strip()
    return f"{added}^" if added else "HEAD"


def named(tree: Path, commit: str) -> str:
    """A commit by its short number, whatever it was called."""
    return git(tree, "rev-parse", "--short=7", f"{commit}^{{commit}}").decode().strip()


def unpack(tree: Path, commit: str, to: Path) -> None:
    """The files of a commit in a folder of their own."""
    with tarfile.open(fileobj=io.BytesIO(git(tree, "archive", commit))) as packed:
        packed.extractall(to, filter="data")


def newest_migration() -> Path:
    script = ScriptDirectory.from_config(schema.config()).get_revision(schema.EDITIONS[-1])
    return Path(script.path)


def alone(tree: Path) -> dict[str, str]:
    """The environment in which the code of a tree is found, wherever a program of it starts."""
    return {**os.environ, "PYTHONPATH": str(tree)}


class Worked(Home):
    """A house in a folder, worked by the commands of a tree: this one, or the earlier release."""

    def __init__(self, folder: Path, tree: Path) -> None:
        super().__init__(folder)
        self.tree = tree

    def run(self, *words: str, stdin: str | bytes = "") -> Said:
        asked = [sys.executable, "-m", "cli", *words, "--home", str(self.folder)]
        done = subprocess.run(
            asked, cwd=self.tree, env=alone(self.tree), input=str(stdin).encode(),
            capture_output=True, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def do(self, *words: str) -> object:
        """The document of a command that is done. Errors: Fault."""
        said = self.run(*words, "--json")
        if said.code:
            raise Fault(f"waymark {' '.join(words)}: {said.out}{said.err}".strip())
        return json.loads(said.out)


def lived_through(old: Path, folder: Path, database: str) -> str:
    """A house of the earlier release before and after the first part; the edition it is at then."""
    house = Worked(folder, old)
    house.do("init", "--practice", *(["--database", database] if database else []))
    house.do("people", "import", str(SAMPLE))
    house.at("2024-12-20T16:45")
    before = refer(house)["reference"]
    moved = Worked(folder, ROOT).do("migrate", "--pre")
    references = [before, refer(house)["reference"]]
    house.at("2024-12-30T12:00")
    for reference in references:
        notify(house, reference)
        house.do("show", reference)
    house.through("2025-01-24T10:00")
    for words in ("list", "outbox list", "verify"):
        house.do(*words.split())
    return str(moved["schema"])  # type: ignore[index]


def move_on(old: Path, edition: str) -> None:
    """Let the earlier release's own way of making tables go on to an edition of this tree."""
    versions = old.parent / "versions"
    shutil.copytree(schema.SCRIPTS / "versions", versions)
    shutil.copy(Path(__file__).with_name("moved_on.py"), old / "store")
    with (old / SCHEMA).open("a", encoding="utf-8") as code:
        code.write(PUT_IN.format(versions=str(versions), edition=edition))
    (old.parent / "new").mkdir()
    Worked(old.parent / "new" / "house", old).do("init", "--practice")
    url = f"sqlite:///{old.parent / 'new' / 'house' / 'waymark.db'}"
    if (at := schema.current(url)) != edition:
        raise Fault(f"a new house of the earlier release is at {at}, and not at {edition}")


def no_longer_there(old: Path) -> list[str]:
    """Tests that are left out and are none of the earlier release: somebody must look again."""
    return [test for test in LEFT_OUT if not _is_there(old, *test.partition("::")[::2])]


def _is_there(old: Path, file: str, name: str) -> bool:
    path = old / file
    return path.exists() and (not name or f"def {name}(" in path.read_text("utf-8"))


def tried(old: Path, suites: tuple[str, ...], workers: int) -> int:
    """Run the earlier release's tests with its code; how many passed. Errors: Fault."""
    if gone := no_longer_there(old):
        raise Fault(f"left out, but no test of it: {', '.join(gone)}")
    asked = ["pytest", "-n", str(workers), "--dist", "loadfile", "--timeout=0", "--color=no"]
    left = [f"--deselect={test}" for test in LEFT_OUT]
    done = subprocess.run(
        [sys.executable, "-m", *asked, "-p", "no:cacheprovider", *left, *suites],
        cwd=old, env=alone(old), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Fault(f"its tests do not pass:\n{done.stdout[-8000:]}{done.stderr[-2000:]}")
    return passed(done.stdout)


def passed(said: str) -> int:
    """How many tests passed, as pytest says at the end, or by its dots where it is kept short."""
    found = re.findall(r"(\d+) passed", said)
    dots = (line.partition(" [")[0] for line in said.splitlines() if line.endswith("%]"))
    return int(found[-1]) if found else sum(line.count(".") for line in dots)


def prove(commit: str, folder: Path, suites: tuple[str, ...], workers: int) -> str:
    """All of it for one commit; what is proved, in a line. Errors: Fault."""
    old = folder / "earlier"
    unpack(ROOT, commit, old)
    with postgres.fresh_database() as served:
        url = served.render_as_string(hide_password=False)
        at = {lived_through(old, folder / f"on{n}", on) for n, on in enumerate(("", url))}
    (edition,) = at
    move_on(old, edition)
    number = tried(old, suites, workers)
    return f"{number:,} tests of {commit} pass on edition {edition} (sqlite, postgresql)"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.release.earlier", description=__doc__)
    parser.add_argument("commit", nargs="?", help="the earlier release")
    parser.add_argument("--tests", nargs="*", default=SUITES, help="these of its tests alone")
    parser.add_argument("--workers", type=int, default=2, help="processes that run tests")
    asked = parser.parse_args(arguments)
    try:
        commit = named(ROOT, asked.commit or earlier(ROOT, newest_migration()))
        for test, why in LEFT_OUT.items():
            print(f"left out: {test}: {why}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="wm-e2-") as name:
            print(f"E2: {prove(commit, Path(name), tuple(asked.tests), asked.workers)}")
    except Fault as fault:
        print(f"E2 does not hold: {fault}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
