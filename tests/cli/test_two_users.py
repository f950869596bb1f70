"""Two users of a database: one owns the tables, and one works in the house with few rights.

The server is a real one of the test's own, made ready by the SQL that is delivered.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from notifications.catcher import Catcher
from store import schema
from tests import postgres
from tests.cli.driver import MANAGER, ROOT, SAMPLE, SETTINGS, Home, command, refer
from tests.service.served import until

SQL = ROOT / "deploy" / "postgresql"
OWNER = "WAYMARK_DATABASE_OWNER"
TAKEN_AWAY = (
    "DROP TABLE event",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE event ADD COLUMN more text",
    "TRUNCATE event",
    "CREATE TABLE more (id integer)",
    "CREATE TEMPORARY TABLE more (id integer)",
    "CREATE SCHEMA more",
    "ALTER TABLE event OWNER TO waymark",
    "SET ROLE waymark_owner",
)


@pytest.fixture
def server() -> Iterator[URL]:
    """A server of this test's own: users are of a whole server."""
    with postgres.own_server() as found:
        yield found


def user(server: URL, name: str) -> str:
    """The address of the house's database for one of its users."""
    known = server.set(drivername="postgresql", username=name, database="waymark")
    return known.render_as_string(hide_password=False)


@pytest.fixture
def home(server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catcher: Catcher) -> Home:
    """A practice house that its owner made, and that the other user works in."""
    postgres.run_sql(server, SQL / "users.sql")
    folder = tmp_path / "house"
    folder.mkdir()
    settings = f'database = "{user(server, "waymark")}"\n{SETTINGS.format(port=catcher.port)}'
    (folder / "settings.toml").write_text(settings, "utf-8")
    found = Home(folder)
    assert "WAYMARK_DATABASE_OWNER" in found.down("init", "--practice")
    monkeypatch.setenv(OWNER, user(server, "waymark_owner"))
    found.do("init", "--practice")
    monkeypatch.delenv(OWNER)
    return found


def worked_in(home: Home) -> None:
    """People, a review and a step, mail that goes out, a backup, and a record that is whole."""
    home.do("people", "import", str(SAMPLE))
    home.at("2024-12-20T16:45")
    reference = refer(home)["reference"]
    home.do("note", reference, "Asked for the papers.", "--as", MANAGER)
    home.do("sweep")
    assert home.do("deliver")["accepted"] > 0
    assert home.do("verify")["ok"] is True
    assert home.do("backup", str(home.folder.parent / f"{reference}.backup"))["cases"] == 1


def refused_by(address: str, within: str = "public") -> list[str]:
    """What a user may not do, of all that would change or take away tables."""
    found = []
    for sql in TAKEN_AWAY:
        with psycopg.connect(address, autocommit=True) as wire:
            wire.execute(f"SET search_path TO {within}")  # type: ignore[call-overload]
            try:
                wire.execute(sql)  # type: ignore[call-overload]
            except psycopg.errors.InsufficientPrivilege:
                found.append(sql)
    return found


def test_a_house_is_worked_in_by_a_user_who_can_take_nothing_away(
    home: Home, server: URL, catcher: Catcher
) -> None:
    """Opened, worked in, mailed from, backed up and verified; the doctor finds nothing wrong."""
    worked_in(home)
    assert refused_by(user(server, "waymark")) == list(TAKEN_AWAY)
    found = home.do("doctor")
    assert (found["ok"], found["notes"]) == (True, [])
    assert catcher.caught


def turned_away(server: URL, name: str) -> bool:
    """Whether a user of the database is not let in, with whatever password."""
    try:
        psycopg.connect(user(server, name), password="canary").close()
    except psycopg.OperationalError:
        return True
    return False


def test_who_comes_over_the_socket_is_known_by_the_account_and_says_no_password(
    home: Home, server: URL, tmp_path: Path
) -> None:
    """The delivered pg_hba.conf, on the real server: the house's account is let in as itself alone.

    The account of this test stands for the house's; nobody is let in with whatever password.
    """
    account = pwd.getpwuid(os.geteuid()).pw_name
    settings = Path(str(server.query["host"])) / "data"
    known = (SQL / "pg_ident.conf").read_text("utf-8")
    (settings / "pg_ident.conf").write_text(
        known.replace("waymark   waymark  waymark", f"waymark {account} waymark")
        .replace("waymark   root ", "waymark   nobody-of-this-machine "), "utf-8"
    )  # fmt: skip
    lines = (SQL / "pg_hba.conf").read_text("utf-8").splitlines()
    # A server that was built without TLS, as this one may be, knows no certificates.
    kept = [line for line in lines if not line.startswith("hostssl")]
    assert [line.split()[-1] for line in lines if line not in kept] == ["cert", "cert"]
    (settings / "pg_hba.conf").write_text("\n".join([*kept, "local all postgres trust\n"]), "utf-8")
    with postgres.connect(server) as wire:
        faults = wire.execute("SELECT error FROM pg_hba_file_rules WHERE error IS NOT NULL")
        assert faults.fetchall() == []
        wire.execute("SELECT pg_reload_conf()")
    until(lambda: turned_away(server, "waymark_owner"), "the new rules")
    assert turned_away(server, "postgres")
    worked_in(home)


def test_the_owner_alone_moves_the_house_to_another_edition(
    home: Home, server: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other user is told whom to name; what it could do before it can do after."""
    schema.downgrade(user(server, "waymark_owner"), "0010")
    assert OWNER in home.down("migrate")
    assert "waymark migrate" in home.run("doctor").out
    monkeypatch.setenv(OWNER, user(server, "waymark_owner"))
    assert home.do("migrate")["schema"] == schema.EDITIONS[-1]
    monkeypatch.delenv(OWNER)
    worked_in(home)
    assert refused_by(user(server, "waymark")) == list(TAKEN_AWAY)


def test_the_houses_of_a_host_have_the_same_two_users(
    server: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in its schema, which the owner makes when a house is added."""
    postgres.run_sql(server, SQL / "users.sql")
    host = tmp_path / "host"
    words = ("--home", str(host))
    assert command("host", "init", str(host), "--database", user(server, "waymark")).code == 0
    assert OWNER in command("host", "add", "alderley", *words).err
    monkeypatch.setenv(OWNER, user(server, "waymark_owner"))
    assert command("host", "add", "alderley", "--practice", *words).code == 0
    house = Home(host / "houses" / "alderley")
    assert house.do("migrate")["schema"] == schema.EDITIONS[-1]
    monkeypatch.delenv(OWNER)
    with Catcher() as catcher:
        settings = house.folder / "settings.toml"
        line = next(line for line in settings.read_text("utf-8").splitlines() if "house_" in line)
        settings.write_text(f"{line}\n{SETTINGS.format(port=catcher.port)}", "utf-8")
        worked_in(house)
    assert house.do("doctor")["notes"] == []
    assert refused_by(user(server, "waymark"), "house_alderley") == list(TAKEN_AWAY)


def test_a_house_that_stands_is_given_an_owner_and_goes_on(
    server: URL, tmp_path: Path, catcher: Catcher
) -> None:
    """Before, the doctor says that one user may do all; a real house is not well with it."""
    with postgres.connect(server) as wire:
        wire.execute("CREATE ROLE waymark LOGIN")
        wire.execute("CREATE DATABASE waymark OWNER waymark TEMPLATE template0")
    home = Home(tmp_path / "house")
    home.folder.mkdir()
    settings = f'database = "{user(server, "waymark")}"\n{SETTINGS.format(port=catcher.port)}'
    (home.folder / "settings.toml").write_text(settings, "utf-8")
    home.do("init")
    assert "WAYMARK_DATABASE_OWNER" in home.run("doctor", "--json").json["reasons"][-1]
    postgres.run_sql(server.set(database="waymark"), SQL / "existing.sql")
    home.do("people", "import", str(SAMPLE))
    refer(home)
    assert home.do("verify")["ok"] is True
    assert home.do("doctor")["ok"] is True
    assert refused_by(user(server, "waymark")) == list(TAKEN_AWAY)
