"""Taking a goal, or a part of it: what runs, and what came of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.release.goals import Goal
from tests.release.ledger import Taken

ROOT = Path(__file__).resolve().parents[2]
# All that each part said, such as the seeded bugs no test found.
SAID = ROOT / ".proof"
# Written by the proof itself, and part of nothing that is proved.
OWN = (":!docs/proof.md", ":!docs/proof-taken.jsonl")


def take(goal: Goal, size: str, first: int, last: int, workers: int) -> Taken:
    """Run the units from first to last of a goal; what a part says is left in SAID."""
    commit, changed = standing_at()
    command, sizes = asked(goal, size, first, last, workers)
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **sizes}, capture_output=True, text=True, check=False
    )
    seconds = round(time.monotonic() - began, 1)
    SAID.mkdir(exist_ok=True)
    (SAID / f"{goal.key}-{first}-{last}.txt").write_text(done.stdout + done.stderr, "utf-8")
    if done.returncode:
        print((done.stdout + done.stderr)[-6000:], file=sys.stderr)
    holds, said = done.returncode == 0, _said(goal, done)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return Taken(goal.key, size, first, last, holds, said, seconds, day, commit, changed)


def asked(
    goal: Goal, size: str, first: int, last: int, workers: int
) -> tuple[list[str], dict[str, str]]:
    """The command that takes a part, and what the environment says of its size."""
    part = {"first": first, "last": last, "number": last - first + 1}
    tested = ["pytest", "-q", "--timeout=0", "-n", str(workers), "-p", "no:cacheprovider"]
    if size != "release":
        return [sys.executable, "-m", *tested, *goal.tests], {}
    run = [*tested, *_filled(goal.pytest, part), *goal.tests]
    words = _filled(goal.module, part) or run
    command = words if words[0].startswith("script/") else [sys.executable, "-m", *words]
    keys, values = goal.release.keys(), _filled(goal.release.values(), part)
    return command, dict(zip(keys, values, strict=True))


def _filled(words: Iterable[str], part: dict[str, int]) -> list[str]:
    return [word.format(**part) for word in words]


def _said(goal: Goal, done: subprocess.CompletedProcess[str]) -> str:
    """The outcome of a run, in a line."""
    if done.returncode:
        return f"DOES NOT HOLD (exit {done.returncode})"
    if goal.module:
        lines = done.stdout.strip().splitlines() or [""]
        return "holds: " + "; ".join(line.strip().replace("|", "/") for line in lines[-2:])
    passed = sum(int(n) for n in re.findall(r"(\d+) passed", done.stdout))
    dots = sum(line.count(".") for line in done.stdout.splitlines() if line.endswith("%]"))
    return f"holds ({passed or dots} tests)"


def standing_at() -> tuple[str, bool]:
    """The commit of this tree, shortened, and whether the tree differs from it."""
    commit = _git("rev-parse", "--short=7", "HEAD")
    return commit, bool(_git("status", "--porcelain", "--", ".", *OWN))


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
