"""A service in a program of its own, as an operator starts and stops it."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.cli.driver import ROOT

PATIENCE = 60.0


class Served:
    """One command that stays, from __enter__ to __exit__; its first line tells what it is."""

    def __init__(self, *words: str, home: Path, env: Mapping[str, str] | None = None) -> None:
        self.command = [sys.executable, "-m", "cli", *words, "--home", str(home), "--json"]
        # Prefect takes many seconds to start; one test is about it, and asks for it.
        self.env = {**os.environ, "WAYMARK_SERVICE__PREFECT": "false", **(env or {})}

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.told: dict[str, Any] = json.loads(line)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, path: str = "", trust: ssl.SSLContext | None = None) -> tuple[int, str]:
        """What a page answers: its status and its text; trust is for one that speaks TLS."""
        try:
            with urlopen(f"{self.told['address']}{path}", timeout=20, context=trust) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as other:
            return other.code, other.read().decode()

    def stop(self) -> tuple[int, str]:
        """Tell it to stop as an operator does; its exit code, and what it said."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


def until(true: Callable[[], object], what: str) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, f"not in {PATIENCE:.0f} s: {what}"
        time.sleep(0.05)
