"""Letters that another mail server hands in: matched and proposed as if they were fetched."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.settings import Settings
from engine.errors import Refused
from tests.certificates import papers
from tests.cli.desk import DOMAIN, SCHOOL, Desk, asked, counts, inside
from tests.cli.driver import ROOT, Home
from workflows.mailing import door_of


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


STARTED = "import sys\nfrom cli.app import main\nmain()\n"
KILLED = """
import os, signal, sys
from engine import letterbox
from store.unit import Unit
real = Unit.commit
def commit(unit):
    if {before}:
        os.kill(os.getpid(), signal.SIGKILL)
    real(unit)
    os.kill(os.getpid(), signal.SIGKILL)
Unit.commit = commit
from cli.app import main
main()
"""


@contextmanager
def door(desk: Desk, *words: str, program: str = STARTED) -> Iterator[int]:
    """`waymark door` as a process of its own; its port."""
    arguments = ["door", "--port", "0", "--json", "--home", str(desk.home.folder), *words]
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout
        try:
            yield json.loads(running.stdout.readline())["port"]
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(20)


@pytest.mark.parametrize("words", [(), ("--lmtp",)], ids=["smtp", "lmtp"])
def test_a_reply_comes_in_by_the_door(desk: Desk, words: tuple[str, ...]) -> None:
    """Its key may stand in the envelope alone. Fetched from the mailbox as well, it is known."""
    file = desk.letter(To="")
    with door(desk, *words) as port:
        kind = smtplib.LMTP if words else smtplib.SMTP
        with kind("127.0.0.1", port, timeout=20) as wire:
            wire.sendmail(SCHOOL, [f"replies+{desk.key}@{DOMAIN}"], file.read_bytes())
    assert (desk.last()["status"], desk.last()["proposed"]) == ("proposed", "nil")
    assert desk.collect(file) == counts(read=1, known=1)
    assert desk.task["status"] == "open"


@pytest.mark.parametrize("before", [True, False])
def test_killed_around_its_commit_the_letter_is_there_once(desk: Desk, before: bool) -> None:
    """No yes was said, so its server hands it in again; it is stored then, or known."""
    file, to = desk.letter(), f"replies+{desk.key}@{DOMAIN}"
    with door(desk, program=KILLED.format(before=before)) as port:
        wire = smtplib.SMTP("127.0.0.1", port, timeout=20)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            wire.sendmail(SCHOOL, [to], file.read_bytes())
        wire.close()
    assert len(desk.listed()) == (0 if before else 1)
    with door(desk) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as wire:
        wire.sendmail(SCHOOL, [to], file.read_bytes())
    assert len(desk.listed()) == 1


def test_a_house_without_an_address_has_no_door(desk: Desk) -> None:
    with inside(desk.home) as premises, pytest.raises(Refused, match=r"set mail\.replies"):
        door_of(Settings(home=Path()), premises.house)


def test_beyond_this_machine_a_door_needs_a_certificate(desk: Desk, tmp_path: Path) -> None:
    """Without one it is not opened, practice or not; with one no letter is heard in the clear."""
    told = desk.home.refused("door", "--host", "0.0.0.0", "--port", "0")
    assert "service.certificate" in told[0]
    shown = papers(tmp_path / "papers")
    settings = desk.home.folder / "settings.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n[service]\n{shown.lines}", "utf-8")
    file, to = desk.letter(), f"replies+{desk.key}@{DOMAIN}"
    with door(desk, "--host", "0.0.0.0") as port, smtplib.SMTP("127.0.0.1", port) as wire:
        with pytest.raises(smtplib.SMTPSenderRefused):
            wire.sendmail(SCHOOL, [to], file.read_bytes())
        assert desk.listed() == []
        wire.starttls(context=shown.trust())
        wire.sendmail(SCHOOL, [to], file.read_bytes())
    assert desk.last()["status"] == "proposed"


def test_a_port_that_is_taken_is_told_plainly(desk: Desk) -> None:
    with door(desk) as port:
        assert "There is no listening on" in desk.home.down("door", "--port", str(port))
