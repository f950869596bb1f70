"""The signal of a round: given when it was done, with nothing in it, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from config import settings as configuration
from engine.errors import HouseDown
from tests.cli.driver import Home
from workflows.signals import call

SECRET_PATH = "/ping/Signal-Xylophone-5150?round=1"


class Watcher(HTTPServer):
    """A watcher that keeps what it was asked for and with what headers."""

    def __init__(self, status: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = status
        self.heard: list[tuple[str, str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{SECRET_PATH}"


class _Handler(BaseHTTPRequestHandler):
    server: Watcher

    def do_GET(self) -> None:
        self.server.heard.append((self.command, self.path, dict(self.headers)))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    with Watcher() as server:
        running = threading.Thread(target=server.serve_forever, daemon=True)
        running.start()
        yield server
        server.shutdown()
        running.join()


def over() -> None:
    """Wait until every signal under way is over, as the end of a process does."""
    for thread in threading.enumerate():
        if thread.name == "signal":
            thread.join()


@pytest.fixture
def watched(house: Home, monkeypatch: pytest.MonkeyPatch, watcher: Watcher) -> Home:
    for name in ("SWEEP", "DELIVER", "BACKUP"):
        monkeypatch.setenv(f"WAYMARK_SIGNALS__{name}", watcher.address)
    return house


def test_a_good_round_is_signalled_once_with_nothing_in_it(watched: Home, watcher: Watcher) -> None:
    """No body, no name of the house; only that it came."""
    watched.do("sweep")
    over()
    ((verb, path, headers),) = watcher.heard
    assert (verb, path) == ("GET", SECRET_PATH)
    assert headers["User-Agent"] == "waymark"
    assert set(headers) <= {"Host", "User-Agent", "Connection", "Accept-Encoding"}
    watched.do("backup", str(watched.folder / "copy"))
    over()
    assert len(watcher.heard) == 2


def test_a_refused_round_is_not_signalled(watched: Home, watcher: Watcher) -> None:
    """No mail server: nothing was delivered, so nobody is told that it was."""
    watched.refused("deliver")
    over()
    assert watcher.heard == []


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_watcher_that_refuses_or_sends_elsewhere_is_no_matter(
    watched: Home, watcher: Watcher, status: int
) -> None:
    """The work is done all the same; nobody is followed anywhere."""
    watcher.status = status
    assert watched.do("sweep")["reminders"] == 0
    over()
    assert len(watcher.heard) == 1
    assert call(watcher.address) is (status < 400)


def test_a_watcher_that_is_away_is_no_matter(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_SIGNALS__SWEEP", "http://127.0.0.1:1/gone")
    assert house.do("sweep")["reminders"] == 0
    over()


@pytest.mark.parametrize(
    "address",
    ["http://watch.example/x", "ftp://watch.example/x", "https://", "https://u:p@watch.example/",
     "https://watch.example/a b", "file:///etc/passwd", "https://[::1/x", "https://watch.example:x"],
)  # fmt: skip
def test_an_address_that_cannot_be_trusted_is_refused_and_not_repeated(
    house: Home, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows such an address can feign a signal: it is kept as a secret is."""
    monkeypatch.setenv("WAYMARK_SIGNALS__SWEEP", address)
    with pytest.raises(HouseDown, match=r"signals\.sweep: an address that begins with") as down:
        configuration.load(house.folder, practice=True)
    assert "watch.example" not in str(down.value)


def test_a_signal_nobody_knows_is_told_with_the_names_there_are(house: Home) -> None:
    (house.folder / "settings.toml").write_text('[signals]\nswep = "https://w.example/x"\n')
    with pytest.raises(HouseDown, match="did you mean 'sweep'"):
        configuration.load(house.folder, practice=True)
