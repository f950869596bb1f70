"""A PostgreSQL is always there for the tests, whichever of three ways it comes."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests import postgres


@pytest.fixture(scope="module")
def own() -> Iterator[URL]:
    """Share one server of our own among this module's tests."""
    with postgres.own_server() as server:
        yield server


def tables(url: URL) -> list[str]:
    """List the tables a test could trip over."""
    with postgres.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [str(row[0]) for row in rows]


def databases(server: URL) -> set[str]:
    """List the databases on a server."""
    with postgres.connect(server) as connection:
        rows = connection.execute("SELECT datname FROM pg_database")
        return {str(row[0]) for row in rows}


def test_the_shared_database_answers_and_can_be_emptied(postgres_url: str) -> None:
    """A test that asks for PostgreSQL gets one, and can hand it on empty."""
    url = make_url(postgres_url)
    assert url.drivername == "postgresql+psycopg"
    postgres.empty(postgres_url)
    with postgres.connect(url) as connection:
        connection.execute("CREATE TABLE left_over (id integer)")
    assert tables(url) == ["left_over"]
    postgres.empty(postgres_url)
    assert tables(url) == []


def test_emptying_ends_a_session_that_still_holds_a_table(postgres_url: str) -> None:
    """A session another test forgot cannot block the next test."""
    url = make_url(postgres_url)
    with postgres.connect(url) as forgotten:
        forgotten.execute("CREATE TABLE held (id integer)")
        forgotten.execute("BEGIN")
        forgotten.execute("LOCK TABLE held")
        postgres.empty(postgres_url)
        with pytest.raises(psycopg.OperationalError):
            forgotten.execute("SELECT 1")
    assert tables(url) == []


def test_only_a_database_made_for_tests_is_ever_emptied(own: URL) -> None:
    """Pointing a test at a real database by mistake must not empty it."""
    with pytest.raises(AssertionError, match="only a test's own database"):
        postgres.empty(own.render_as_string(hide_password=False))


def test_a_machine_without_postgresql_gets_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no server at hand, one is started from an installed package."""
    monkeypatch.setenv(postgres.SETTING, postgres.OWN)
    with postgres.fresh_database() as url:
        assert "host" in url.query
        assert tables(url) == []
    assert not postgres.answers(url.set(database="postgres")), "the server was left running"


def test_a_named_server_is_used_and_left_as_it_was(
    own: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests on somebody's server use a database of their own and drop it afterwards."""
    named = own.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv(postgres.SETTING, named)
    before = databases(own)
    with postgres.fresh_database() as url:
        assert databases(own) - before == {url.database}
    assert databases(own) == before


def test_a_named_server_that_does_not_answer_is_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A setting that names the wrong server is reported, not passed over for another one."""
    monkeypatch.setenv(postgres.SETTING, "postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(psycopg.OperationalError), postgres.fresh_database():
        pass
