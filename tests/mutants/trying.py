"""A copy of the product, which test runs which of its lines, and one trial for each mutant.

cosmic-ray runs one fixed command for every mutant of a whole folder, and mutmut leaves out
whatever stands outside a function and draws no sample; so cosmic-ray makes the mutants, and what
is here chooses the tests for each.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.judging import PYTEST, Judges, run
from tests.mutants.making import Mutant
from tests.mutants.watching import CHOSEN, LIMIT, file_of

FIRST = 8  # tests asked alone, because loading few files is quick and most mutants die at once
SOME = 200  # tests that show whether tests can judge here
PATIENCE = 900.0  # seconds by the clock, on however busy a machine
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
    """A copy of the product in a folder of its own, and the tests that judge it."""

    def __init__(self, root: Path, folder: Path) -> None:
        """Copy the product, and watch the tests that were not watched there on these files."""
        folder = folder.resolve()
        self.copy, self._product = folder / "copy", folder / "product"
        self._chosen = folder / "chosen.txt"
        for made_of, made in ((root, self._product), (self._product, self.copy)):
            shutil.rmtree(made, ignore_errors=True)
            shutil.copytree(made_of, made, ignore=LEFT_OUT)
        self.judges = Judges(self.copy, folder)

    def control(self, mutant: Mutant) -> None:
        """See that some tests for a mutant pass without it, or nothing they say of it counts."""
        tests = self.judges.tests_for(mutant.file, mutant.line)[:SOME]
        outcome, by = self._judged(tests)
        if outcome != SURVIVED:
            raise RuntimeError(f"{by} fails on the product as it is")

    def try_on(self, mutant: Mutant) -> Verdict:
        """Put the mutant into the copy, run the tests for it, and put the file right again."""
        tests, began = self.judges.tests_for(mutant.file, mutant.line), time.monotonic()
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
        files = sorted(set(map(file_of, tests)))
        extra = {CHOSEN: str(self._chosen), LIMIT: str(int(20 + 2 * sum(self.judges.costs(tests))))}
        command = [*PYTEST, "-x", "-rfE", "--tb=no", "--timeout=300", *files]
        return _read(run(self.copy, command, extra, PATIENCE))

    def _imports(self, file: str) -> bool:
        if file == BY_ALEMBIC:
            return True
        module = file.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
        code = f"import importlib; importlib.import_module({module!r})"
        done = run(self.copy, ["-c", code], {}, PATIENCE)
        return done is not None and done.returncode == 0


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
