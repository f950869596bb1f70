"""Every point at which a run can be cut off: round each statement, commit and SMTP command.

The drivers' own calls are heard, so the house is not trusted to announce itself.
"""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import aiosmtplib
import psycopg
from aiosmtplib.protocol import SMTPProtocol

from notifications.dialogue import Dialogue

DEAD = 137
Deed = Callable[[str, object], object]
# Sent, and not answered yet: from the final dot on, the server may have taken the mail over.
UNANSWERED = ("sending dot",)
_VERBS = {"EHLO", "MAIL", "RCPT", "DATA", "RSET", "QUIT"}


def die(_name: str, _driver: object) -> None:
    """End the process on the spot."""
    os._exit(DEAD)


def fail(name: str, driver: object) -> None:
    """Let the database fail: SQLite cannot read its disk; PostgreSQL's connection is gone."""
    if isinstance(driver, sqlite3.Cursor | sqlite3.Connection):
        fault = sqlite3.OperationalError("disk I/O error")
        fault.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise fault
    if isinstance(driver, psycopg.Cursor):
        driver.connection.close()
    if name.startswith("after") or not isinstance(driver, psycopg.Cursor):
        raise psycopg.OperationalError("the server does not answer")


class Points:
    """Counts the points a run passes; at one of them it does the deed, once."""

    def __init__(self, at: int = 0, deed: Deed = die, told: Callable[[str], object] = str) -> None:
        self.at, self.deed, self.told = at, deed, told
        self.names: list[str] = []
        self.said = ["connecting"]

    def reach(self, name: str, driver: object = None) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            self.told(name)
            self.deed(name, driver)

    def about(self, name: str, driver: object, work: Callable[[], Any]) -> Any:
        self.reach(f"before {name}", driver)
        done = work()
        # What follows any other call is what precedes the next one.
        if "COMMIT" in name or name in UNANSWERED:
            self.reach(f"after {name}", driver)
        return done

    def round(self, method: Callable[..., Any], named: Callable[..., str]) -> Callable[..., Any]:
        def passed(*given: Any, **also: Any) -> Any:
            driver = given[0] if given else None
            return self.about(named(*given), driver, lambda: method(*given, **also))

        return passed

    def sending(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def write(protocol: object, data: bytes, **also: Any) -> None:
            verbs = _verbs(data)
            self.said += verbs
            self.about(f"sending {verbs[0]}", protocol, lambda: method(protocol, data, **also))

        return write

    def answered(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def read_response(*given: Any, **also: Any) -> Any:
            answer = await method(*given, **also)
            self.reach(f"after the answer to {self.said.pop(0)}")
            return answer

        return read_response

    def connecting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def connect(*given: Any, **also: Any) -> Any:
            self.said = ["connecting"]
            self.reach("before connecting to the mail server")
            return await method(*given, **also)

        return connect


def _verbs(data: bytes) -> list[str]:
    """What is sent together, and each of it calls for an answer: a mail is known by its dot."""
    if data[:4].decode("latin-1") not in _VERBS:
        _, _, data = data.partition(b"\r\n.\r\n")
        return ["dot", *(_verbs(data) if data else [])]
    return [line[:4].decode("latin-1") for line in data.splitlines()]


def _sql(_driver: object, sql: str | bytes, *_: object) -> str:
    words = sql.decode() if isinstance(sql, bytes) else sql
    return " ".join(words.split())[:60]


def _sqlite(points: Points) -> Callable[..., sqlite3.Connection]:
    """SQLite's own way to connect, with every statement between two points."""

    class Cursor(sqlite3.Cursor):
        execute = points.round(sqlite3.Cursor.execute, _sql)
        executemany = points.round(sqlite3.Cursor.executemany, _sql)

    class Connection(sqlite3.Connection):
        rollback = points.round(sqlite3.Connection.rollback, lambda _: "rollback")
        commit = points.round(sqlite3.Connection.commit, lambda _: "commit")

        def cursor(self, *_: Any) -> Any:
            return super().cursor(Cursor)

        def execute(self, *given: Any) -> Any:
            return self.cursor().execute(*given)

        def executemany(self, *given: Any) -> Any:
            return self.cursor().executemany(*given)

    connect = sqlite3.connect
    return lambda *given, **also: connect(*given, factory=Connection, **also)


@contextmanager
def heard(points: Points) -> Iterator[None]:
    """Count a point round all that is done meanwhile at a database or a mail server.

    Connections made before are not heard.
    """
    round_, cursor, wire = points.round, psycopg.Cursor, psycopg.Connection
    with ExitStack() as stack:
        for place, name, heard_one in (
            (sqlite3, "connect", _sqlite(points)),
            (psycopg, "connect", round_(psycopg.connect, lambda *_: "connecting")),
            (cursor, "execute", round_(cursor.execute, _sql)),
            (cursor, "executemany", round_(cursor.executemany, _sql)),
            (wire, "commit", round_(wire.commit, lambda _: "commit")),
            (wire, "rollback", round_(wire.rollback, lambda _: "rollback")),
            (aiosmtplib.SMTP, "connect", points.connecting(aiosmtplib.SMTP.connect)),
            (SMTPProtocol, "write", points.sending(SMTPProtocol.write)),
            (SMTPProtocol, "read_response", points.answered(SMTPProtocol.read_response)),
            (Dialogue, "write", points.sending(Dialogue.write)),
            (Dialogue, "answer", points.answered(Dialogue.answer)),
        ):
            stack.enter_context(patch.object(place, name, heard_one))
        yield


def forked(work: Callable[[], object]) -> int:
    """Begin some work in a child process, which never returns here; its process number.

    Connections of this process must be closed, because the child would share them.
    """
    with warnings.catch_warnings():
        # Threads of this process are no concern of the child: it ends by os._exit.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    gc.disable()  # collecting would copy the parent's memory, page by page
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


@contextmanager
def served(server: Callable[[], AbstractContextManager[Any]]) -> Iterator[int]:
    """The port of a server that runs in a child process of its own until we leave."""
    reading, writing = os.pipe()

    def serve() -> None:
        with server() as running:
            os.write(writing, f"{running.port}\n".encode())
            signal.pause()

    child = forked(serve)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield int(told.readline())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def run(work: Callable[[], object], at: int = 0, deed: Deed = die) -> tuple[int, list[str]]:
    """Do some work in a child, with a deed at one point; its exit code and the points it told.

    Without a deed those are all the points it passed, else the one where the deed was done.
    """
    reading, writing = os.pipe()

    def tell(words: str) -> None:
        os.write(writing, f"{words}\n".encode())

    def child() -> None:
        os.close(reading)
        points = Points(at, deed, tell)
        with heard(points):
            work()
            points.reach("at the end")
        if not at:
            tell("\n".join(points.names))

    number = forked(child)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        names = told.read().decode().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), names
