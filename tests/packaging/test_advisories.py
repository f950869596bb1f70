"""A known security advisory stops the build; silence is reported as silence, never as safety."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.packaging.house import ROOT

CLEAN, ADVISORY, NOT_CHECKED = 0, 1, 75
SILENCE = "advisories were NOT checked: the service did not answer"


def no_advisory(package: str) -> dict[str, object]:
    """Answer as OSV does for a package it has nothing against."""
    return {}


def one_advisory(package: str) -> dict[str, object]:
    """Answer as OSV does for a package with one advisory."""
    affected = {"package": {"name": package, "ecosystem": "PyPI"}, "ranges": []}
    return {"vulns": [{"id": f"MADE-UP-{package}", "summary": "made up", "affected": [affected]}]}


@contextmanager
def osv(answer: Callable[[str], dict[str, object]]) -> Iterator[str]:
    """Run a server that speaks OSV's protocol; give its address."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answer(asked["package"]["name"])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing: the test has its own record."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """Pin two made-up packages."""
    path = tmp_path / "pinned.txt"
    path.write_text("# two packages\nsafe-thing==1.0\nother-thing==2.0\n")
    return path


def look(pinned: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run the check against one service."""
    command = [sys.executable, "-P", str(ROOT / "script" / "advisories"), str(pinned)]
    command += ["--osv-url", url]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_nothing_known_is_a_pass(pinned: Path) -> None:
    """A service that knows advisories, and none against us, lets the build through."""

    def answer(package: str) -> dict[str, object]:
        return one_advisory(package) if package == "jinja2" else no_advisory(package)

    with osv(answer) as url:
        done = look(pinned, url)
    assert done.returncode == CLEAN, done.stdout
    assert "NOT checked" not in done.stdout


def test_a_known_advisory_fails_and_is_named(pinned: Path) -> None:
    """The package, its version and the advisory are all in the message."""

    def answer(package: str) -> dict[str, object]:
        return no_advisory(package) if package == "safe-thing" else one_advisory(package)

    with osv(answer) as url:
        done = look(pinned, url)
    assert done.returncode == ADVISORY
    assert "other-thing 2.0 has known advisories: MADE-UP-other-thing" in done.stdout
    assert "safe-thing" not in done.stdout


def test_a_service_that_knows_nothing_is_not_believed(pinned: Path) -> None:
    """An empty answer about everything, even a notorious release, is not a clean bill."""
    with osv(no_advisory) as url:
        done = look(pinned, url)
    assert done.returncode == NOT_CHECKED
    assert SILENCE in done.stdout


def test_no_service_is_reported_and_is_not_a_pass(pinned: Path) -> None:
    """Without a network the check says, in words, that nothing was checked."""
    done = look(pinned, "http://127.0.0.1:1/v1/query")
    assert done.returncode == NOT_CHECKED
    assert SILENCE in done.stdout
    assert not done.stderr


def test_only_silence_is_let_through_by_the_whole_check() -> None:
    """script/check treats 75 as "not checked" and every other code as a failure."""
    script = (ROOT / "script" / "check").read_text(encoding="utf-8")
    assert f"not_checked={NOT_CHECKED} " in script
    assert '*) verdict="FAILED" failed=1' in script
