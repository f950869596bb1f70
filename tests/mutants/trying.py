"""A copy of the product, which test runs which of its lines, and one trial for each mutant.

cosmic-ray runs one fixed command for every mutant of a whole folder, and mutmut leaves out
whatever stands outside a function and draws no sample; so cosmic-ray makes the mutants, and what
is here chooses the tests for each.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from coverage import CoverageData

from tests.mutants.making import Mutant
from tests.mutants.watching import CHOSEN, LIMIT, NOTES, PROFILE

FOLDERS = ("engine", "store", "notifications")
JUDGES = (
    "engine", "calendar", "proof", "workflows", "store", "notifications", "clocks", "fuzz", "cli",
    "web",
)  # fmt: skip
ENOUGH = 80.0  # seconds of tests that run a mutant's line, the quickest first
BESIDES = 15.0  # seconds of other tests, for what runs at import and may matter anywhere
FIRST = 8  # tests asked alone, because loading few files is quick and most mutants die at once
DEAR = 10.0  # how many other tests of its file count as much as a second
PATIENCE = 900.0  # seconds by the clock, on however busy a machine
WATCHED = "tests.mutants.watching"
PYTEST = ["-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", WATCHED]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.db")
BY_ALEMBIC = "store/migrations/env.py"  # nothing else can import it

KILLED, SURVIVED = "killed", "survived"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, what says so, and the seconds it took."""

    outcome: str
    by: str
    seconds: float


class Bench:
    """A copy of the product in a folder of its own, and what was seen of its tests there."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Copy the product and run its tests once, unless the folder has seen these already."""
        folder = folder.resolve()
        self.copy, self._product = (folder / "copy").resolve(), folder / "product"
        self._reach, self._notes = folder / "reach", folder / "seconds.json"
        self._chosen = folder / "chosen.txt"
        if not all(_alike(root / name, self._product / name) for name in (*FOLDERS, "tests")):
            self._notes.unlink(missing_ok=True)
        if not self._notes.exists():
            shutil.rmtree(self._product, ignore_errors=True)
            shutil.copytree(root, self._product, ignore=LEFT_OUT)
        # Also rights what a run that was killed has left mutated.
        shutil.copytree(self._product, self.copy, dirs_exist_ok=True)
        if not self._notes.exists():
            self._watch()
        notes = json.loads(self._notes.read_text("utf-8"))
        self.seconds: dict[str, float] = notes["seconds"]
        self.setup: dict[str, float] = notes["setup"]
        self._seen = CoverageData(str(self._reach))
        self._seen.read()

    def _watch(self) -> None:
        """Run every judging test once and note the lines it runs; those that fail are no judges."""
        source = f"--source={','.join(FOLDERS)}"
        folders = [f"tests/{name}" for name in JUDGES]
        command = ["-m", "coverage", "run", source, *PYTEST, "--timeout=900", *folders]
        extra = {NOTES: str(self._notes), "COVERAGE_FILE": str(self._reach)}
        done = self._python(command, extra, None)
        if done is None or not self._notes.exists():
            raise RuntimeError("the tests did not run on the product as it is")

    def control(self, mutant: Mutant) -> None:
        """See that the tests for a mutant pass without it, or nothing they say of it counts."""
        product = (self._product / mutant.file).read_text("utf-8")
        verdict = self.try_on(replace(mutant, source=product))
        if verdict.outcome != SURVIVED:
            raise RuntimeError(f"{verdict.by} fails on the product as it is")

    def try_on(self, mutant: Mutant) -> Verdict:
        """Put the mutant into the copy, run the tests for it, and put the file right again."""
        tests, began = self.tests_for(mutant), time.monotonic()
        with self._put_in(mutant):
            outcome, by = self._judged(tests)
        return Verdict(outcome, by, time.monotonic() - began)

    def can_be_imported(self, mutant: Mutant) -> bool:
        """A bug that everybody sees at once is none worth a trial."""
        with self._put_in(mutant):
            return self._imports(mutant.file)

    @contextmanager
    def _put_in(self, mutant: Mutant) -> Iterator[None]:
        path = self.copy / mutant.file
        path.write_text(mutant.source, "utf-8")
        try:
            yield
        finally:
            shutil.copy2(self._product / mutant.file, path)

    def _judged(self, tests: list[str]) -> tuple[str, str]:
        if not tests:
            return SURVIVED, "no test runs this line"
        for batch in (tests[:FIRST], tests[FIRST:]):
            outcome, by = self._asked(batch) if batch else (SURVIVED, "")
            if outcome == KILLED:
                return KILLED, by
        return SURVIVED, f"{len(tests)} tests"

    def _asked(self, tests: list[str]) -> tuple[str, str]:
        """Run these tests until one fails."""
        self._chosen.write_text("\n".join(tests), "utf-8")
        files = sorted({_file(test) for test in tests})
        extra = {CHOSEN: str(self._chosen), LIMIT: str(int(20 + 2 * sum(self._costs(tests))))}
        command = [*PYTEST, "-x", "-rfE", "--tb=no", "--timeout=300", *files]
        return _read(self._python(command, extra, PATIENCE))

    def _imports(self, file: str) -> bool:
        if file == BY_ALEMBIC:
            return True
        module = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        code = f"import importlib; importlib.import_module({module!r})"
        done = self._python(["-c", code], {}, PATIENCE)
        return done is not None and done.returncode == 0

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that run a mutant's statement, quickest first, until there are enough.

        What runs at import is judged by the tests that run anything of its file, then by those of
        its folder, then by all.
        PostgreSQL is asked only about what nothing else runs.
        """
        lines = self._seen.contexts_by_lineno(str(self.copy / mutant.file))
        span = _statement(self.copy / mutant.file, mutant.line)
        rows = lines if span is None else [line for line in span if line in lines]
        accounts = {test for row in rows for test in lines[row]}
        at_import = span is None or accounts == {""}
        reaching = accounts & self.seconds.keys()
        chosen = self._quickest(reaching, ENOUGH)
        if at_import:
            home = f"tests/{mutant.file.partition('/')[0]}/"
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
            file = _file(test)
            turns.append((asked[file] + DEAR * (self.seconds[test] + self.setup[file]), test))
            asked[file] += 1
        order = [test for _, test in sorted(turns)]
        so_far = zip(order, accumulate(self._costs(order)), strict=True)
        return [test for test, cost in so_far if cost <= enough]

    def _costs(self, tests: list[str]) -> Iterator[float]:
        """The seconds of each test, the first of a file with what it has to set up."""
        begun: set[str] = set()
        for test in tests:
            file = _file(test)
            yield self.seconds[test] + (0.0 if file in begun else self.setup[file])
            begun.add(file)

    def _python(
        self, command: list[str], extra: dict[str, str], limit: float | None
    ) -> subprocess.CompletedProcess[str] | None:
        """Run Python in the copy, with the copy's packages; None where it passed the limit."""
        env = {**os.environ, "PYTHONPATH": str(self.copy), "HYPOTHESIS_PROFILE": PROFILE, **extra}
        if NOTES not in extra:
            env["PYTHONDONTWRITEBYTECODE"] = "1"  # what is compiled stays that of the true product
        process = subprocess.Popen(
            [sys.executable, *command], cwd=self.copy, env=env, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return None
        return subprocess.CompletedProcess(command, process.returncode, said, "")


def _alike(one: Path, other: Path) -> bool:
    """Whether two folders hold the same code."""
    held = [{p.relative_to(at): p.read_bytes() for p in at.rglob("*.py")} for at in (one, other)]
    return held[0] == held[1]


def _file(test: str) -> str:
    return test.partition("::")[0]


def _read(done: subprocess.CompletedProcess[str] | None) -> tuple[str, str]:
    """What a run of the tests says of a mutant."""
    if done is None or done.returncode == -signal.SIGXCPU:
        return KILLED, "the time limit"
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode in (1, 2) and found:
        return KILLED, found[1]
    if done.returncode < 0:
        return KILLED, f"a crash of Python ({done.returncode})"
    if "while loading conftest" in done.stdout:
        return KILLED, "the tests cannot be loaded"
    if done.returncode:
        raise RuntimeError(f"pytest could not run (exit {done.returncode}):\n{done.stdout}")
    return SURVIVED, "all passed"


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
