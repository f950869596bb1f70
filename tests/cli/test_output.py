"""Where the output goes: pipes that close, full disks, other alphabets, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driver import MANAGER, ROOT, Home, refer

PYTHON = (sys.executable, "-m", "cli")


def begin(*words: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*PYTHON, *words], cwd=ROOT, stderr=subprocess.PIPE, **options)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    assert process.stderr is not None
    with process.stderr as errors:
        told = errors.read()
    return process.wait(timeout=60), told


@pytest.mark.parametrize(
    ("words", "code"),
    [(["people", "list"], 0), (["--help"], 0), (["list", "--json"], 0), (["show", "RR-1"], 1),
     (["nonsense"], 2)],
    ids=str,
)  # fmt: skip
def test_a_reader_that_goes_away_is_no_fault(house: Home, words: list[str], code: int) -> None:
    """`waymark ... | head` ends quietly, with the code of the work itself."""
    reading, writing = os.pipe()
    os.close(reading)
    home = [] if words == ["--help"] else ["--home", str(house.folder)]
    process = begin(*words, *home, stdout=writing)
    os.close(writing)
    ended, told = finish(process)
    assert ended == code
    assert b"Traceback" not in told
    assert b"BrokenPipe" not in told
    assert code or told == b""


def test_nobody_at_either_end_is_no_fault(house: Home) -> None:
    """Both outputs closed: the code still says what became of the command."""
    for words, code in ((["show", "RR-1"], 1), (["nonsense"], 2), (["list"], 0)):
        command = [*PYTHON, *words, "--home", str(house.folder)] if code != 2 else [*PYTHON, *words]
        done = subprocess.run(
            ["/bin/sh", "-c", '"$@" >&- 2>&-', "sh", *command], cwd=ROOT, timeout=60, check=False
        )
        assert done.returncode == code


def test_a_result_that_cannot_be_written_is_told(house: Home) -> None:
    """The step was kept; who asked is told to look, and not to do it twice."""
    reference = refer(house)["reference"]
    words = ("note", reference, "A note.", "--as", MANAGER, "--home", str(house.folder))
    with Path("/dev/full").open("wb") as full:
        ended, told = finish(begin(*words, stdout=full))
    assert ended == 3
    assert b"do nothing twice" in told
    assert told.count(b"\n") == 1
    assert [event["kind"] for event in house.do("show", reference)["events"]][-1] == "noted"


@pytest.mark.parametrize("coding", ["ascii", "latin-1", "utf-8"])
def test_every_terminal_can_show_it(house: Home, coding: str) -> None:
    """A name in another alphabet ends neither the words nor the document."""
    reference = refer(house)["reference"]
    house.do("note", reference, "Zoë 李明", "--as", MANAGER)
    for options in ([], ["--json"]):
        done = subprocess.run(
            [*PYTHON, "export" if options else "show", reference, *options, "--home",
             str(house.folder)],
            cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": coding}, capture_output=True,
            timeout=60, check=True,
        )  # fmt: skip
        assert done.stderr == b""
        if options:
            events = json.loads(done.stdout.decode(coding))["events"]
            assert events[-1]["data"]["text"] == "Zoë 李明"


def interrupt(process: subprocess.Popen[bytes]) -> tuple[int, bytes]:
    process.send_signal(signal.SIGINT)
    return finish(process)


def test_ctrl_c_stops_in_words(house: Home) -> None:
    """While a command waits for its input."""
    process = begin("days", "add", "-", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    with process.stdin as piped:
        piped.write(b"2024-12-20 15\n")
        piped.flush()
        time.sleep(1.5)
        ended, told = interrupt(process)
    assert ended == 130
    assert told.startswith(b"Stopped.")
    assert b"Traceback" not in told


def test_ctrl_c_in_long_work_keeps_the_house_whole(house: Home) -> None:
    """Whatever moment it comes at, each step is kept whole or not at all."""
    words = ("simulate", "--from", "2024-12-21", "--to", "2026-12-21", "--home", str(house.folder))
    process = begin(*words, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not house.rows("SELECT 1 FROM event LIMIT 1") and time.monotonic() < deadline:
        time.sleep(0.1)
    ended, told = interrupt(process)
    assert ended == 130
    assert told.startswith(b"Stopped.")
    assert b"Traceback" not in told
    found = house.do("verify")
    assert found["ok"] is True
    assert found["cases"] > 0
