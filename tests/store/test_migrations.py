"""A house moves to a new release and back with everything it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from engine.errors import HouseDown
from store import schema
from store.backup import backup, restore
from store.columns import Table
from store.connection import parse, whole
from store.house import DatabaseStore, create_house, open_store
from store.indexes import INDEXES
from store.sqlite import make_file
from store.tables import TABLES
from tests.store.conftest import AREA, MAIL_DOMAIN, SECRET
from tests.store.holdings import everything, fill
from tests.store.planted import plant

ROOT = Path(__file__).parents[2]
# Few on every change; a release proves it with 10,000.
CASES = int(os.environ.get("MIGRATED_CASES", "200"))


@pytest.fixture
def filled_url(house: DatabaseStore, database_url: str) -> str:
    """A house full of cases and something in every table."""
    fill(house, CASES)
    house.close()
    return database_url


def revisions() -> list[str]:
    """Every migration, oldest first."""
    scripts = ScriptDirectory.from_config(schema.config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_release_knows_its_own_newest_migration() -> None:
    assert revisions()[-1] == schema.EDITIONS[-1]
    assert schema.known() == set(revisions())


def test_the_migrations_make_the_tables_as_declared(database_url: str) -> None:
    """E1: Alembic's comparison of the models with what the migrations made finds nothing."""
    with whole(parse(database_url)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_the_migrations_make_every_limit_as_declared(empty_url: str) -> None:
    """Alembic does not compare checks, names or where an index ends; this does."""
    if empty_url.startswith("sqlite"):
        make_file(Path(parse(empty_url).database or ""))
    schema.upgrade(empty_url)
    with whole(parse(empty_url)) as connection:
        migrated = described(connection)
    schema.downgrade(empty_url, "base")
    with whole(parse(empty_url)) as connection:
        Table.metadata.create_all(connection)
        declared = described(connection)
        Table.metadata.drop_all(connection)
    assert set(declared) == set(TABLES)
    for index in INDEXES:
        assert str(index.name) in str(declared[str(index.table)]["parts"]["indexes"])
    assert migrated == declared


PARTS = ("columns", "indexes", "foreign_keys", "unique_constraints", "check_constraints")


def described(connection: Connection) -> dict[str, Any]:
    """All that the database says about each table, as text."""
    found = inspect(connection)
    return {
        name: {
            "key": found.get_pk_constraint(name),
            "options": found.get_table_options(name),
            "parts": {
                part: sorted(map(in_words, getattr(found, f"get_{part}")(name))) for part in PARTS
            },
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def in_words(part: dict[str, Any]) -> str:
    options = {key: str(value) for key, value in part.get("dialect_options", {}).items()}
    return str({**part, "type": repr(part.get("type")), "dialect_options": options})


def test_down_and_up_again_with_equal_data(filled_url: str, tmp_path: Path) -> None:
    """E1: every migration down and up again, and all that the lower one knows is as it was.

    What a migration adds goes when it goes. Below the first one a house is its backup.
    """
    for revision, earlier in list(zip(revisions()[1:], revisions(), strict=False))[::-1]:
        held = everything(filled_url)
        schema.downgrade(filled_url, earlier)
        below, known = everything(filled_url), columns(filled_url)
        assert below == only(held, known)
        schema.upgrade(filled_url, revision)
        assert only(everything(filled_url), known) == below
        schema.downgrade(filled_url, earlier)
    schema.upgrade(filled_url)
    before = everything(filled_url)
    backup(filled_url, tmp_path / "house.backup")
    schema.downgrade(filled_url, "base")
    assert schema.current(filled_url) is None
    with whole(parse(filled_url)) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    schema.upgrade(filled_url)
    assert not any(rows for name, rows in everything(filled_url).items())
    restore(tmp_path / "house.backup", filled_url)
    after = everything(filled_url)
    assert after.pop("house")[0]["hold"]
    before.pop("house")
    assert after == before


def columns(url: str) -> dict[str, set[str]]:
    """The tables that are there, with the names of their columns."""
    with whole(parse(url)) as connection:
        found = inspect(connection)
        return {
            name: {column["name"] for column in found.get_columns(name)}
            for name in found.get_table_names()
        }


Held = dict[str, list[dict[str, Any]]]


def only(held: Held, known: dict[str, set[str]]) -> Held:
    """What is held in these tables and columns, and no others."""
    return {
        name: sorted(
            ({key: row[key] for key in sorted(row) if key in known[name]} for row in rows), key=str
        )
        for name, rows in held.items()
        if name in known
    }


COLOUR = """with op.batch_alter_table("case") as case:
        case.add_column(sa.Column("colour", sa.String(), nullable=False, server_default="red"))
        case.create_check_constraint("ck_case_colour", "colour <> ''")
    """
NO_COLOUR = """with op.batch_alter_table("case") as case:
        case.drop_constraint("ck_case_colour", type_="check")
        case.drop_column("colour")
    """


def later(folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> str:
    """A migration of a release to come, which changes the table everything refers to."""
    plant(folder, monkeypatch, ("9999", "post", COLOUR + more), down=NO_COLOUR)
    return "9999"


def test_a_table_others_refer_to_can_be_changed(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite changes a table by building it again; no row that refers to it is lost on the way."""
    before = everything(filled_url)
    revision = later(tmp_path, monkeypatch)
    schema.upgrade(filled_url)
    assert schema.current(filled_url) == revision
    changed = everything(filled_url)
    assert {row.pop("colour") for row in changed["case"]} == {"red"}
    assert changed == before
    schema.downgrade(filled_url, schema.EDITIONS[-1])
    assert everything(filled_url) == before
    open_store(filled_url, secret=SECRET).close()


@pytest.mark.parametrize(
    "fault",
    [
        "raise RuntimeError('half way')",
        "op.execute('DELETE FROM \"case\" WHERE revision > 0')",
    ],
)
def test_a_migration_that_fails_changes_nothing(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Also one that would leave rows referring to nothing."""
    before = everything(filled_url)
    later(tmp_path, monkeypatch, fault)
    with pytest.raises((RuntimeError, HouseDown)):
        schema.upgrade(filled_url)
    assert schema.current(filled_url) == schema.EDITIONS[-1]
    assert everything(filled_url) == before


def test_an_open_house_does_not_pay_for_alembic(tmp_path: Path) -> None:
    """Importing Alembic takes time; only moving the tables does."""
    url = f"sqlite:///{tmp_path / 'house.db'}"
    create_house(url, True, AREA, MAIL_DOMAIN)
    program = (
        "import sys\n"
        "from engine.keyring import Secret\n"
        "from store.house import open_store\n"
        f"open_store({url!r}, secret=Secret.of({SECRET.latest.key!r})).close()\n"
        "print(sorted({'alembic', 'psycopg_pool', 'prefect'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_library_of_migrations_needs_no_settings_file(tmp_path: Path) -> None:
    """`alembic history` works from the code alone, wherever the package was installed."""
    command.history(schema.config())
    assert not list(tmp_path.iterdir())
