"""One suite for every kind of store: in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from engine.keyring import Secret
from engine.ports import Store
from store.connection import file_of
from store.house import DatabaseStore, create_house, open_store
from store.memory import MemoryStore
from tests import postgres
from tests.store.samples import Pins, furnish

SECRET = Secret.of(b"only for the tests: 32 bytes.  x")
AREA, MAIL_DOMAIN = "Exampleshire", "mail.example"


def an_empty_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a database with nothing in it."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'house.db'}"
    url: str = request.getfixturevalue("postgres_url")
    postgres.empty(url)
    return url


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new practice house; whoever needs one has a copy."""
    path = tmp_path_factory.mktemp("new") / "house.db"
    create_house(f"sqlite:///{path}", True, AREA, MAIL_DOMAIN)
    return path


@pytest.fixture(scope="session")
def new_database() -> Iterator[tuple[str, str]]:
    """A database with a new practice house, and what makes it new again."""
    with postgres.fresh_database() as made:
        url = made.render_as_string(hide_password=False)
        create_house(url, True, AREA, MAIL_DOMAIN)
        yield url, postgres.renewal(url)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return an_empty_database(request.param, tmp_path, request)


@pytest.fixture
def database_url(empty_url: str, new_file: Path) -> str:
    """A database of each kind with a new practice house in it."""
    path = file_of(make_url(empty_url))
    if path is None:
        create_house(empty_url, True, AREA, MAIL_DOMAIN)
    else:
        shutil.copy(new_file, path)
    return empty_url


@pytest.fixture
def house(database_url: str) -> Iterator[DatabaseStore]:
    """A practice house in a database of each kind."""
    store = open_store(database_url, secret=SECRET)
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A practice house of every kind, the one in memory among them."""
    if request.param == "memory":
        yield MemoryStore(SECRET, True, AREA, MAIL_DOMAIN)
        return
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("new_file"), tmp_path / "house.db")
        url = f"sqlite:///{file}"
    else:
        url, renewal = request.getfixturevalue("new_database")
        postgres.renew(url, renewal)
    opened = open_store(url, secret=SECRET)
    yield opened
    opened.close()


@pytest.fixture
def pins(store: Store) -> Pins:
    """The house with a definition, a rulebook and a calendar in it."""
    return furnish(store)


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Somewhere to restore to: another file, or another database on the server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_url"))
    with postgres.database_on(server) as url:
        yield url.render_as_string(hide_password=False)
