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
from dataclasses import dataclass
from pathlib import Path

from coverage import CoverageData

from tests.mutants.making import Mutant
from tests.mutants.watching import CHOSEN, NOTES

FOLDERS = ("engine", "store", "notifications")
JUDGES = (
    "engine", "calendar", "proof", "workflows", "store", "notifications", "clocks", "fuzz",
)  # fmt: skip
ENOUGH = 60.0  # seconds of tests for one mutant, the quickest first
PYTEST = "-m pytest -p no:cacheprovider -p no:xdist -p tests.mutants.watching".split()
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.db")
BY_ALEMBIC = "store/migrations/env.py"  # nothing else can import it

KILLED, SURVIVED, STILLBORN = "killed", "survived", "stillborn"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, what says so, and the seconds it took."""

    outcome: str
    by: str
    seconds: float


class Bench:
    """A copy of the product in a folder of its own, and what was seen of its tests there."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Copy the product and run its tests once, unless the folder has seen that already."""
        self.copy, self._reach = (folder / "copy").resolve(), folder / "reach"
        self._notes, self._chosen = folder / "seconds.json", folder / "chosen.txt"
        if not self._notes.exists():
            shutil.rmtree(self.copy, ignore_errors=True)
            shutil.copytree(root, self.copy, ignore=LEFT_OUT)
            self._watch()
        self.seconds: dict[str, float] = json.loads(self._notes.read_text("utf-8"))
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

    def try_on(self, mutant: Mutant) -> Verdict:
        """Put the mutant into the copy, run the tests for it, and put the file right again."""
        tests = self.tests_for(mutant)
        path, began = self.copy / mutant.file, time.monotonic()
        original, times = path.read_bytes(), path.stat()
        path.write_text(mutant.source, "utf-8")
        try:
            outcome, by = self._judged(mutant, tests)
        finally:
            path.write_bytes(original)
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        return Verdict(outcome, by, time.monotonic() - began)

    def _judged(self, mutant: Mutant, tests: list[str]) -> tuple[str, str]:
        if not self._imports(mutant.file):
            return STILLBORN, "cannot be imported"
        if not tests:
            return SURVIVED, "no test runs this line"
        self._chosen.write_text("\n".join(tests), "utf-8")
        files = sorted({test.partition("::")[0] for test in tests})
        limit = 30 + 3 * sum(self.seconds[test] for test in tests)
        command = [*PYTEST, "-x", "-rfE", "--tb=no", *files]
        return _read(self._python(command, {CHOSEN: str(self._chosen)}, limit), len(tests))

    def _imports(self, file: str) -> bool:
        if file == BY_ALEMBIC:
            return True
        module = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        code = f"import importlib; importlib.import_module({module!r})"
        done = self._python(["-c", code], {}, 60)
        return done is not None and done.returncode == 0

    def tests_for(self, mutant: Mutant) -> list[str]:
        """The tests that run a mutant's statement, quickest first, until there are enough.

        What runs at import is judged by the tests that run anything of its file; where there are
        none, by all. PostgreSQL is asked only about what nothing else runs.
        """
        lines = self._seen.contexts_by_lineno(str(self.copy / mutant.file))
        span = _statement(self.copy / mutant.file, mutant.line)
        rows = lines if span is None else [line for line in span if line in lines]
        reaching = {test for row in rows for test in lines[row]} & self.seconds.keys()
        if span is None and not reaching:
            reaching = set(self.seconds)
        plain = {test for test in reaching if "postgres" not in test}
        return self._enough(sorted(plain or reaching, key=lambda t: (self.seconds[t], t)))

    def _enough(self, tests: list[str]) -> list[str]:
        chosen, spent = tests[:1], 0.0
        for test in tests[1:]:
            spent += self.seconds[test]
            if spent > ENOUGH:
                break
            chosen.append(test)
        return chosen

    def _python(
        self, command: list[str], extra: dict[str, str], limit: float | None
    ) -> subprocess.CompletedProcess[str] | None:
        """Run Python in the copy, with the copy's packages; None where it passed the limit."""
        env = {**os.environ, "PYTHONPATH": str(self.copy), **extra}
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


def _read(done: subprocess.CompletedProcess[str] | None, tests: int) -> tuple[str, str]:
    """What a run of the tests says of a mutant; a run that could not judge counts as survived."""
    if done is None:
        return KILLED, "the time limit"
    found = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode in (1, 2) and found:
        return KILLED, found[1]
    if done.returncode < 0:
        return KILLED, f"a crash of Python ({done.returncode})"
    if "while loading conftest" in done.stdout:
        return KILLED, "the tests cannot be loaded"
    if done.returncode:
        return SURVIVED, f"pytest could not judge it (exit {done.returncode})"
    return SURVIVED, f"{tests} tests"


def _statement(path: Path, line: int) -> range | None:
    """The lines of the innermost statement around a line; None for what runs at import.

    Of a statement that holds others, only its head.
    """
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    held = [n for n in nodes if isinstance(n, ast.stmt | ast.excepthandler)]
    around = [n for n in held if n.lineno <= line <= (n.end_lineno or n.lineno)]
    functions = (n for n in around if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    if not any(line >= function.body[0].lineno for function in functions):
        return None
    inner = around[-1]  # ast.walk goes from the outside in
    body = getattr(inner, "body", None)
    last = body[0].lineno - 1 if body else inner.end_lineno or line
    return range(inner.lineno, max(last, inner.lineno) + 1)
