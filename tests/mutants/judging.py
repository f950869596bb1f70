"""Which tests run which line of a copy of the product, and so which to ask about a mutant there.

Every judging test is run once on the product as it is, and what it runs is noted. Where only tests
changed since, only those are run again.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path

from coverage import CoverageData

from tests.mutants.watching import NOTES, PROFILE, file_of

FOLDERS = ("engine", "store", "notifications")
JUDGES = (
    "engine", "calendar", "proof", "workflows", "store", "notifications", "clocks", "fuzz", "cli",
    "web",
)  # fmt: skip
ENOUGH = 240.0  # seconds of tests that run a mutant's line, the quickest first
BESIDES = 15.0  # seconds of other tests, for what runs at import and may matter anywhere
DEAR = 10.0  # how many other tests of its file count as much as a second
PYTEST = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist"]
PYTEST += ["-p", "tests.mutants.watching"]
TESTS = re.compile(rf"tests/(?:{'|'.join(JUDGES)})/(?:.+/)?test_[^/]+\.py")
# A test runs the same lines, whatever these say.
NO_MATTER = ("docs", "CHANGELOG.md", "benchmarks", "tests/mutants", "tests/release")


@dataclass(slots=True)
class Notes:
    """What was seen: each file's digest, and the seconds of each test and of each set-up."""

    files: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    setup: dict[str, float] = field(default_factory=dict)


class Judges:
    """The tests that pass on the product as it is: the lines each runs, and its seconds."""

    def __init__(self, copy: Path, folder: Path) -> None:
        """Watch the tests in a copy, as far as the notes kept in a folder are not of its files."""
        self._copy, self._kept, self._reach = copy, folder / "notes.json", folder / "reach"
        self._notes, files = Notes(), digests(copy)
        if self._kept.exists():
            self._notes = Notes(**json.loads(self._kept.read_text("utf-8")))
        if changed := self._told_by(files):
            self._watch(changed, files)
        self.seconds, self._setup = self._notes.seconds, self._notes.setup
        self._seen = CoverageData(str(self._reach))
        self._seen.read()

    def _told_by(self, files: dict[str, str]) -> list[str]:
        """The tests to watch: those of the files that changed, or all where others changed too."""
        changed = {file for file, _ in files.items() ^ self._notes.files.items()}
        if all(map(TESTS.fullmatch, changed)):
            return sorted(changed)
        self._notes = Notes()
        self._reach.unlink(missing_ok=True)
        return [f"tests/{name}" for name in JUDGES]

    def _watch(self, changed: list[str], files: dict[str, str]) -> None:
        """Run tests once and note the lines they run; those that fail are no judges."""
        self._kept.unlink(missing_ok=True)  # a watch that is cut short leaves none
        before, tests = self._notes, [path for path in changed if (self._copy / path).exists()]
        seen = self._run(tests) if tests else Notes()
        seconds = {t: took for t, took in before.seconds.items() if file_of(t) not in changed}
        self._notes = Notes(files, seconds | seen.seconds, before.setup | seen.setup)
        self._kept.write_text(json.dumps(asdict(self._notes)), "utf-8")

    def _run(self, tests: list[str]) -> Notes:
        source, new = f"--source={','.join(FOLDERS)}", self._kept.with_name("new.json")
        command = ["-m", "coverage", "run", "--append", source, *PYTEST, "--timeout=900", *tests]
        extra = {NOTES: str(new), "COVERAGE_FILE": str(self._reach)}
        done = run(self._copy, command, extra, None)
        if done is None or done.returncode not in (0, 1):
            said = "" if done is None else done.stdout
            raise RuntimeError(f"the tests did not run on the product as it is\n{said}")
        return Notes(**json.loads(new.read_text("utf-8")))

    def tests_for(self, file: str, line: int) -> list[str]:
        """The tests that run the statement on a line, quickest first, until there are enough.

        What runs at import is judged by the tests that run anything of its file, then by those of
        its folder, then by all.
        PostgreSQL is asked only about what nothing else runs.
        """
        lines = self._seen.contexts_by_lineno(str(self._copy / file))
        span = _statement(self._copy / file, line)
        rows = lines if span is None else [row for row in span if row in lines]
        accounts = {test for row in rows for test in lines[row]}
        at_import = span is None or accounts == {""}
        reaching = accounts & self.seconds.keys()
        chosen = self._quickest(reaching, ENOUGH)
        if at_import:
            home = f"tests/{file.partition('/')[0]}/"
            own = {test for test in self.seconds if test.startswith(home)} - reaching
            rest = set(self.seconds) - reaching - own
            chosen += self._quickest(own, ENOUGH) + self._quickest(rest, BESIDES)
        return chosen

    def _quickest(self, tests: set[str], enough: float) -> list[str]:
        """Tests in the order to ask them: by turns from each file, the dear ones late.

        To a test's own seconds come the most its file ever took to set up: it may be the first.
        """
        plain = {test for test in tests if "postgres" not in test}
        asked: Counter[str] = Counter()
        turns: list[tuple[float, str]] = []
        for test in sorted(plain or tests, key=lambda test: (self.seconds[test], test)):
            file = file_of(test)
            turns.append((asked[file] + DEAR * (self.seconds[test] + self._setup[file]), test))
            asked[file] += 1
        order = [test for _, test in sorted(turns)]
        so_far = zip(order, accumulate(self.costs(order)), strict=True)
        return [test for test, cost in so_far if cost <= enough]

    def costs(self, tests: list[str]) -> Iterator[float]:
        """The seconds of each test, the first of a file with what it has to set up."""
        begun: set[str] = set()
        for test in tests:
            file = file_of(test)
            yield self.seconds[test] + (0.0 if file in begun else self._setup[file])
            begun.add(file)


def run(
    copy: Path, command: list[str], extra: dict[str, str], limit: float | None
) -> subprocess.CompletedProcess[str] | None:
    """Run Python in a copy, with the copy's packages; None where it passed the limit."""
    env = {**os.environ, "PYTHONPATH": str(copy), "HYPOTHESIS_PROFILE": PROFILE, **extra}
    if NOTES not in extra:
        env["PYTHONDONTWRITEBYTECODE"] = "1"  # what is compiled stays that of the true product
    process = subprocess.Popen(
        [sys.executable, *command], cwd=copy, env=env, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    return subprocess.CompletedProcess(command, process.returncode, said, "")


def digests(copy: Path) -> dict[str, str]:
    """The digest of each file of a copy that may change what a test runs."""
    files = {p.relative_to(copy).as_posix(): p for p in copy.rglob("*") if p.is_file()}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if not name.startswith(NO_MATTER) and path.suffix != ".pyc"
    }


def _statement(path: Path, line: int) -> range | None:
    """The lines of the innermost statement around a line; None for what runs at import.

    Of a statement that holds others, only its head. What is worked out once and kept runs for the
    first test alone, whoever relies on it, and counts as run at import.
    """
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    held = [n for n in nodes if isinstance(n, ast.stmt | ast.excepthandler)]
    around = [n for n in held if n.lineno <= line <= (n.end_lineno or n.lineno)]
    defined = [n for n in around if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    functions = [function for function in defined if line >= function.body[0].lineno]
    kept = [d for f in functions for d in f.decorator_list if "cache" in ast.unparse(d)]
    if kept or not functions:
        return None
    inner = around[-1]  # ast.walk goes from the outside in
    body = getattr(inner, "body", None)
    last = body[0].lineno - 1 if body else inner.end_lineno or line
    return range(inner.lineno, max(last, inner.lineno) + 1)
