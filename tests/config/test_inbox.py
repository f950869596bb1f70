"""The settings of the mailbox: what does not go together is told before anything is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import FILE, Settings, load
from engine.errors import HouseDown

SECRET = "hunter2-canary"
WHOLE = {"host": "imap.example.org", "username": "waymark"}


@pytest.fixture(autouse=True)
def secret_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_MAIL__INBOX__PASSWORD", SECRET)


def house(home: Path, practice: bool = False, above: str = "", **inbox: object) -> Settings:
    written = {**WHOLE, **inbox}
    lines = [f"{key} = {json.dumps(value)}" for key, value in written.items() if value != ""]
    (home / FILE).write_text("\n".join(["[mail]", above, "[mail.inbox]", *lines]), "utf-8")
    return load(home, practice)


def test_a_mailbox_is_read_over_tls_unless_told_otherwise(tmp_path: Path) -> None:
    """Its password comes from the environment and is never printed."""
    inbox = house(tmp_path).mail.inbox
    assert (inbox.port, inbox.security, inbox.folder) == (993, "tls", "INBOX")
    assert inbox.password.get_secret_value() == SECRET
    assert SECRET not in repr(inbox)


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize(
    ("inbox", "named"),
    [
        ({"username": ""}, "mail.inbox.username"),
        ({"security": "none"}, "mail.inbox.security"),
        ({"security": "starttls"}, "mail.inbox.port"),
        ({"security": "ssl"}, "mail.inbox.security"),
        ({"port": 0}, "mail.inbox.port"),
        ({"folder": "two\nlines"}, "mail.inbox.folder"),
        ({"hots": "x"}, "mail.inbox.hots"),
    ],
)
def test_a_faulty_mailbox_is_named(
    tmp_path: Path, practice: bool, inbox: dict[str, object], named: str
) -> None:
    """In a house for practice as well: its mailbox would be a real one."""
    with pytest.raises(HouseDown) as down:
        house(tmp_path, practice, **inbox)
    assert named in str(down.value)
    assert SECRET not in str(down.value)


def test_a_mailbox_without_its_password_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAYMARK_MAIL__INBOX__PASSWORD")
    with pytest.raises(HouseDown, match=r"mail\.inbox\.password"):
        house(tmp_path)


def test_a_server_on_this_machine_may_do_without_encryption(tmp_path: Path) -> None:
    assert house(tmp_path, host="127.0.0.1", security="none").mail.inbox.host == "127.0.0.1"


@pytest.mark.parametrize("setting", ["replies", "bounces"])
def test_replies_and_bounces_come_to_addresses(tmp_path: Path, setting: str) -> None:
    """An address, with nothing added: the key is put in when mail is written."""
    found = house(tmp_path, above=f'{setting} = "x@example.org"').mail
    assert getattr(found, setting) == "x@example.org"
    with pytest.raises(HouseDown, match=rf"mail\.{setting}: an email address is needed"):
        house(tmp_path, above=f'{setting} = "example.org"')
