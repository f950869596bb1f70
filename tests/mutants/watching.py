"""Inside pytest: notes which test runs which line and how long it takes, or runs chosen tests only.

Loaded with `-p tests.mutants.watching` in a copy of the product, and never by an ordinary run.
"""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

import coverage
import pytest
from hypothesis import Phase, settings

import engine

NOTES = "MUTANTS_NOTES"  # where to write the seconds of tests that passed, and of each set-up
CHOSEN = "MUTANTS_CHOSEN"  # the tests to run, one a line, in this order
LIMIT = "MUTANTS_LIMIT"  # seconds of the processor's time, however busy the machine
PROFILE = "mutants"  # the examples of every day, without the search for a smaller one that fails
MEMORY = 6 * 2**30  # bytes: a mutant that never stops collecting must not take the machine

settings.register_profile(
    PROFILE, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate]
)

_seconds: dict[str, float] = {}
_setup: dict[str, float] = {}
_failed: set[str] = set()


def file_of(test: str) -> str:
    """The file a test stands in."""
    return test.partition("::")[0]


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to judge any product but the copy beside these tests, and bound a mutant."""
    if not Path(str(engine.__file__)).is_relative_to(config.rootpath):
        raise pytest.UsageError(f"the product comes from {engine.__file__}, not from the copy")
    if LIMIT in os.environ:
        seconds = int(os.environ[LIMIT])
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the chosen tests, in the order they were chosen."""
    if CHOSEN in os.environ:
        wanted = Path(os.environ[CHOSEN]).read_text("utf-8").splitlines()
        place = {name: number for number, name in enumerate(wanted)}
        items[:] = sorted(
            (item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid]
        )


def pytest_runtest_logstart(nodeid: str) -> None:
    """Put the lines run from here on, the test's fixtures included, to this test's account."""
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.switch_context(nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what a test took and its file's dearest set-up; remember one that failed."""
    _seconds[report.nodeid] = _seconds.get(report.nodeid, 0.0) + report.duration
    file = file_of(report.nodeid)
    if report.when == "setup":
        _setup[file] = max(report.duration, _setup.get(file, 0.0))
    if not report.passed:
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    """Write down the tests that can judge: those that pass on the product as it is."""
    if NOTES in os.environ:
        judges = {name: took for name, took in _seconds.items() if name not in _failed}
        notes = {"seconds": judges, "setup": _setup}
        Path(os.environ[NOTES]).write_text(json.dumps(notes), "utf-8")
