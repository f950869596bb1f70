"""Secrets of the house: the mail password, the database's password, and its secret key."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import MANAGER, ROOT, Home, Said, command, refer
from workflows.mailing import post_of
from workflows.wiring import enter

MAIL, DATABASE = "Mail-Xylophone-7731", "Base-Xylophone-9942"
MAIL_SETTINGS = """\
[mail]
host = "127.0.0.1"
port = {port}
security = "starttls"
username = "waymark"
sender = "reviews@northmoor-partnership.example"
"""


@pytest.fixture
def guarded(house: Home, catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A house that signs in to its mail server with a password from the environment."""
    text = MAIL_SETTINGS.format(port=catcher.port)
    (house.folder / "settings.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("WAYMARK_MAIL__PASSWORD", MAIL)
    return house


def hidden(house: Home) -> tuple[str, ...]:
    return (MAIL, DATABASE, (house.folder / "secret.key").read_text())


def check(house: Home, *said: Said) -> None:
    """Nothing a command printed, and nothing in the log, is a secret."""
    file = house.folder / "waymark.log"
    told = [one.out + one.err for one in said]
    told.append(file.read_text(encoding="utf-8") if file.exists() else "")
    assert not [secret for secret in hidden(house) for text in told if secret in text]


def test_no_command_prints_a_secret(guarded: Home, tmp_path: Path) -> None:
    """Done, refused or down, in words or as a document; the backup has no secret either."""
    reference = refer(guarded)["reference"]
    every = [
        ["show", reference], ["list"], ["export", reference], ["verify"], ["deliver"], ["migrate"],
        ["outbox", "list"], ["outbox", "show", "1"], ["people", "list"], ["clock", "show"],
        ["backup", str(tmp_path / "kept.backup")], ["checkpoint", str(tmp_path / "heads")],
        ["init"], ["do", "fly", reference, "--as", MANAGER], ["process", "check"], ["--help"],
        ["init", "--help"], ["restore", "--help"],
    ]  # fmt: skip
    check(guarded, *[guarded.run(*words) for words in every if "--help" not in words])
    check(guarded, *[guarded.run(*words, "--json") for words in every if "--help" not in words])
    check(guarded, *[command(*words) for words in every if "--help" in words])
    for name in ("kept.backup", "heads"):
        content = (tmp_path / name).read_bytes()
        assert not [secret for secret in hidden(guarded) if secret.encode() in content]


def test_a_mail_server_that_cannot_be_trusted_never_hears_the_password(
    guarded: Home, catcher: Catcher
) -> None:
    """It offers no encryption: nothing is sent, and the words say why."""
    refer(guarded)
    away = guarded.do("deliver")
    assert away["accepted"] == 0
    assert "does not offer" in away["trouble"]
    assert MAIL not in str(guarded.do("outbox", "list"))
    assert catcher.caught == []


def test_a_database_that_is_away_keeps_its_password_to_itself(
    guarded: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the address itself is wrong."""
    for url in (f"postgresql://waymark:{DATABASE}@127.0.0.1:1/waymark",
                f"postgresql://waymark:{DATABASE}@no-such-host.invalid/waymark?sslmode=verify-full",
                f"postgresql://waymark:{DATABASE}@no-such-host.invalid/waymark",
                f"oracle://waymark:{DATABASE}@127.0.0.1/waymark"):  # fmt: skip
        monkeypatch.setenv("WAYMARK_DATABASE", url)
        said = [guarded.run("list"), guarded.run("list", "--json"), guarded.run("migrate")]
        assert {one.code for one in said} == {3}
        check(guarded, *said)


def test_what_the_house_is_made_of_shows_no_secret(guarded: Home) -> None:
    """The printed forms of its parts, as they could land in a log."""
    with enter(guarded.folder) as premises:
        post = post_of(premises.settings, "a courier", premises.store)
        store, known = premises.store, premises.settings
        for part in (premises, known, known.mail, store, store.database, store.database.url, post):
            for text in (repr(part), str(part)):
                assert not [secret for secret in hidden(guarded) if secret in text]
        assert post.password == MAIL


def test_a_password_in_the_environment_is_in_no_argument(guarded: Home) -> None:
    """What the list of processes shows of a running command is what was typed, and no secret."""
    words = [sys.executable, "-m", "cli", "days", "add", "-", "--home", str(guarded.folder)]
    env = {**os.environ, "WAYMARK_DATABASE": f"sqlite:///{guarded.folder}/waymark.db"}
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, env=env) as process:
        time.sleep(1)
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.communicate(b"")
    assert b"days" in shown
    assert not [secret for secret in hidden(guarded) if secret.encode() in shown]


def test_a_password_on_the_command_line_is_warned_of(tmp_path: Path) -> None:
    """It was to be seen by everybody on the machine; the words do not show it again."""
    home = Home(tmp_path / "new")
    said = home.run("init", "--database", f"postgresql://waymark:{DATABASE}@127.0.0.1:1/x")
    assert said.code == 3
    assert "WAYMARK_DATABASE" in said.err
    assert DATABASE not in said.out + said.err
    assert "password" in command("init", "--help").out
