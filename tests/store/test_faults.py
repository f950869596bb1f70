"""When the database cannot work, a person is told so in plain words, and nothing is half kept."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from engine.errors import HouseDown
from store import sqlite
from store.faults import BUSY
from store.house import DatabaseStore, create_house, open_store
from store.postgres import words
from tests import postgres
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.samples import CANARY, furnish, further, keep, opening, read


def refusal(url: str) -> str:
    with pytest.raises(HouseDown) as down:
        open_store(url, secret=SECRET)
    assert down.value.__context__ is None or down.value.__suppress_context__
    return str(down.value)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/house"]
)
def test_a_database_of_another_kind(url: str) -> None:
    assert "neither a SQLite file" in refusal(url)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """No empty house springs up where the settings name the wrong file."""
    assert "database file cannot be opened" in refusal(f"sqlite:///{tmp_path / 'house.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "house.db"
    path.write_bytes(b"These are minutes of a meeting. " * 200)
    assert "damaged, or it is not a house's" in refusal(f"sqlite:///{path}")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'away' / 'house.db'}"
    with pytest.raises(HouseDown, match="database file cannot be opened"):
        create_house(url, True, AREA, MAIL_DOMAIN)


def test_a_server_that_does_not_answer() -> None:
    assert "does not answer" in refusal("postgresql://postgres@127.0.0.1:1/house")


def test_a_database_the_server_does_not_have(postgres_url: str) -> None:
    away = make_url(postgres_url).set(database="waymark_test_away")
    assert "no database of that name" in refusal(away.render_as_string(hide_password=False))


def test_another_writer_who_does_not_stop(house: DatabaseStore, patience: None) -> None:
    """Whoever waits too long for somebody else's work is told so; the house itself is well."""
    case = keep(house, opening(furnish(house)))
    begun, done = Event(), Event()

    def dawdle() -> None:
        with house.begin() as slow:
            slow.keep(further(case))
            begun.set()
            done.wait(30)
            slow.commit()

    other = Thread(target=dawdle)
    other.start()
    begun.wait(30)
    with house.begin() as work, pytest.raises(HouseDown) as down:
        work.keep(further(case))
    done.set()
    other.join()
    assert str(down.value) == BUSY
    assert read(house).revision == 2


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A fifth of a second to wait for another writer; set before the house is opened."""
    monkeypatch.setattr(sqlite, "PATIENCE", 0.2)
    monkeypatch.setattr("store.postgres.OPTIONS", "-c timezone=UTC -c lock_timeout=200ms")


@pytest.fixture
def house(patience: None, database_url: str) -> Any:
    store = open_store(database_url, secret=SECRET)
    yield store
    store.close()


def test_another_programs_lock_on_the_file(tmp_path: Path, patience: None) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    create_house(url, True, AREA, MAIL_DOMAIN)
    store = open_store(url, secret=SECRET)
    other = sqlite3.connect(tmp_path / "house.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(HouseDown) as down:
        store.set_hold(True)
    other.close()
    assert str(down.value) == BUSY
    store.set_hold(True)
    assert store.on_hold
    store.close()


@pytest.fixture
def server_house(postgres_url: str) -> Any:
    postgres.empty(postgres_url)
    create_house(postgres_url, True, AREA, MAIL_DOMAIN)
    store = open_store(postgres_url, secret=SECRET)
    yield store
    store.close()


def end_every_session(url: str) -> None:
    """What a restart of the server does to its sessions."""
    with postgres.connect(make_url(url)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
            if row == (0,):
                return
            time.sleep(0.01)


def test_after_a_restart_of_the_server_work_goes_on(
    server_house: DatabaseStore, postgres_url: str
) -> None:
    """R10: connections that died while idle are replaced, and nobody notices."""
    case = keep(server_house, opening(furnish(server_house)))
    end_every_session(postgres_url)
    assert read(server_house) == case
    end_every_session(postgres_url)
    with server_house.begin() as work:
        work.keep(further(case))
        work.commit()
    assert read(server_house).revision == 2


def test_a_server_lost_in_the_middle_of_a_step_keeps_nothing_of_it(
    server_house: DatabaseStore, postgres_url: str
) -> None:
    case = keep(server_house, opening(furnish(server_house)))
    with server_house.begin() as work:
        work.keep(further(case))
        end_every_session(postgres_url)
        with pytest.raises(HouseDown, match="before it said whether this was saved"):
            work.commit()
    assert read(server_house) == case


def test_a_server_lost_between_reading_and_writing_does_not_matter(
    server_house: DatabaseStore, postgres_url: str
) -> None:
    """The revision guards the write, so it may begin on another connection than the read."""
    keep(server_house, opening(furnish(server_house)))
    with server_house.begin() as work:
        case = work.cases.open("PL-2026-0001")
        end_every_session(postgres_url)
        work.keep(further(case))
        work.commit()
    assert read(server_house).revision == 2


def test_a_fault_never_quotes_a_row(server_house: DatabaseStore, postgres_url: str) -> None:
    """PostgreSQL's own words hold the failing row, a child's name among it; ours do not."""
    keep(server_house, opening(furnish(server_house)))
    with postgres.connect(make_url(postgres_url)) as connection:
        connection.execute("ALTER TABLE identity ADD CHECK (value = '')")
    with server_house.begin() as work, pytest.raises(HouseDown) as down:
        work.keep(further(read(server_house), identity={"child_name": CANARY}))
    assert "23514" in str(down.value)
    assert CANARY not in str(down.value)
    assert down.value.__suppress_context__


def test_only_a_drivers_fault_is_put_into_our_words() -> None:
    assert words(ValueError("mine")) is None
    assert sqlite.words(ValueError("mine"), Path("house.db")) is None
    assert "nothing was saved" in str(words(psycopg.DataError("a row")))
