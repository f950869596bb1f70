"""Secrets that systemd hands to one service, and that stand in no file and no variable."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config import settings
from config.premises import CREDENTIALS, GIVEN_SECRET, SECRET
from tests.cli.driver import Home, command, program, refer

PASSWORD = "hunter2-canary"


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a service finds its credentials in."""
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv(CREDENTIALS, str(folder))
    return folder


def give(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    (folder / name).chmod(0o400)


def test_a_password_is_read_from_a_credential_of_its_name(
    house: Home, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the file and below a variable; a line's end is no part of it, and none is shown."""
    house.mail_to(1)
    file = house.folder / "settings.toml"
    text = file.read_text("utf-8").replace('"none"', '"tls"')
    file.write_text(f'{text}username = "waymark"\npassword = "of-the-file"\n', "utf-8")
    give(given, "WAYMARK_MAIL__PASSWORD", f"{PASSWORD}\n")
    give(given, "WAYMARK_DATABASE", f"sqlite:///{house.folder}/waymark.db")
    give(given, "other", "of another program")
    found = settings.load(house.folder, practice=True)
    assert found.mail.password.get_secret_value() == PASSWORD
    assert found.database_url == f"sqlite:///{house.folder}/waymark.db"
    assert PASSWORD not in str(vars(found))
    monkeypatch.setenv("WAYMARK_MAIL__PASSWORD", "of-a-variable")
    assert settings.load(house.folder, True).mail.password.get_secret_value() == "of-a-variable"


@pytest.mark.parametrize("name", ["WAYMARK_MAIL__PORT", "WAYMARK_DATABASE", "WAYMARK_MAIL"])
def test_a_credential_that_is_of_no_use_is_told_without_what_it_holds(
    house: Home, given: Path, name: str
) -> None:
    """As every setting is; so is one whose bytes are no text."""
    give(given, name, PASSWORD)
    told = house.down("list")
    assert PASSWORD not in told
    (given / name).unlink()
    (given / name).write_bytes(b"\xff\xfe" + PASSWORD.encode())
    told = house.down("list")
    assert name in told
    assert PASSWORD not in told


def test_a_house_whose_secret_lies_nowhere_works_with_the_one_it_is_given(
    house: Home, given: Path
) -> None:
    """It is made, opened, worked in and verified; without the credential it does not open."""
    shutil.move(house.folder / SECRET, given / GIVEN_SECRET)
    refer(house)
    assert house.do("verify")["ok"] is True
    assert house.do("doctor")["ok"] is True
    assert "there is a house" in house.refused("init")[0]
    said = program("list", "--home", str(house.folder), env={CREDENTIALS: ""})
    assert (said.code, "There is no house" in said.err) == (3, True)


def test_a_secret_of_another_house_is_not_taken(
    house: Home, given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept under one secret is nothing under another; and a host's houses share none."""
    give(given, GIVEN_SECRET, "0" * 64)
    told = house.down("list")
    assert "One of them is another house's" in told
    assert (house.folder / SECRET).read_text() not in told
    monkeypatch.delenv(CREDENTIALS)
    host = ("--home", str(tmp_path / "host"))
    assert command("host", "init", *host).code == 0
    assert command("host", "add", "alderley", *host).code == 0
    for name in (GIVEN_SECRET, "WAYMARK_MAIL__PASSWORD"):
        shutil.rmtree(given)
        given.mkdir()
        give(given, name, PASSWORD)
        said = command("host", "list", *host, env={CREDENTIALS: str(given)})
        assert said.code == 3
        assert "every house of" in said.err
