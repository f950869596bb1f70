"""A practice house with cases in hand and a mail server; its rows, kept and put back."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from engine import casework
from engine.asking import Agency
from engine.casework import Caller, House
from engine.length import parse_instant
from engine.london import london_date
from store.library import Shelves
from tests import postgres
from tests.crash.sink import NOBODY
from tests.desk import AREA, everybody
from tests.faults.rows import file_of, wire
from tests.proof.houses import HandClock
from tests.workflows.deaths import DEATH, SCOPE
from tests.workflows.disputes import RAISED
from tests.workflows.review_roads import RAPID
from workflows.couriers import FOLDER
from workflows.wiring import Premises, set_up, walk_in

START, TODAY = "2026-06-01T10:00", date(2026, 6, 1)
DIED = {"died_on": "2026-05-30", "died_at": "2026-05-30T14:20", "aware_at": "2026-06-01T09:00"}
DECIDED = {"decided_on": "2026-06-01", "decision_source": "rapid review", "criteria": "Met."}
AGENCIES, ALSO = ("Council",), ("practitioner@police.example", "line_manager@police.example")
# Waits short enough that nothing hangs for long; the lease is twice the longest exchange.
SETTINGS = """area = "{area}"
[mail]
host = "127.0.0.1"
port = {port}
sender = "reviews@waymark.example"
batch = 5
connections = {connections}
lease = {lease}
[mail.timeouts]
connect = {wait}
command = {wait}
after_dot = {wait}
"""


def caller(role: str, agency: str = "council") -> Caller:
    return Caller(f"{role}@{agency}.example", "account")


def found(home: Path, url: str, port: int, wait: int = 5, connections: int = 1) -> Premises:
    """A new practice house with people in it, whose mail goes to a port of this machine.

    Its clock is moved by hand: like the world's, and unlike a practice clock, it is not kept.
    """
    home.mkdir()
    settings = SETTINGS.format(
        area=AREA, port=port, wait=wait, lease=32 * wait, connections=connections
    )
    (home / "settings.toml").write_text(f'database = "{url}"\n{settings}')
    premises = set_up(home, practice=True)
    with premises.store.begin() as work:
        work.people.put(p for p in everybody().people if p.agency in AGENCIES or p.email in ALSO)
        work.commit()
    return at(premises, START)


def at(premises: Premises, when: str) -> Premises:
    """The same house with its clock at an instant."""
    return replace(premises, house=House(premises.store, HandClock(parse_instant(when))))


@contextmanager
def reopened(known: Premises) -> Iterator[Premises]:
    """The house as after a restart, only that what is read by its digest need not be read again."""
    premises = walk_in(known.home)
    shelves = known.store._shelves
    premises.store._shelves = Shelves(
        dict(shelves.processes), dict(shelves.rules), dict(shelves.calendars)
    )
    try:
        yield at(premises, START)
    finally:
        premises.store.close()


def furnish(premises: Premises) -> None:
    """Four cases in hand, one of each process, on Monday 1 June 2026 at 10:00."""
    house = premises.house
    mourned(house)
    casework.open_case(house, "dispute", caller("practitioner", "police"), RAISED)
    casework.open_case(house, "practice_review", caller("review_chair"), DECIDED)
    gather(house, [Agency("Police", "lead@police.example"), Agency("Trust", NOBODY)])


def mourned(house: House) -> None:
    """A child death that the coordinator has accepted."""
    told = {**DEATH, **DIED}
    death = casework.open_case(house, "child_death_review", caller("practitioner"), told)
    coordinator = caller("cdop_coordinator")
    casework.advance(house, death.case.reference, coordinator, "accept", SCOPE)


def gather(house: House, asked: Sequence[Agency]) -> None:
    """A rapid review of today that waits for agencies; each is owed a message that asks it."""
    now = house.clock.now()
    today = london_date(now)
    incident = {
        **RAPID[0].facts,
        "incident_on": (today - timedelta(days=3)).isoformat(),
        "aware_at": (now - timedelta(minutes=80)).isoformat(timespec="minutes"),
    }
    case = casework.open_case(house, "rapid_review", caller("police"), incident).case
    notified = {**RAPID[1].facts, "notified_on": today.isoformat()}
    casework.advance(house, case.reference, caller("local_authority"), "notify", notified)
    manager = caller("business_manager")
    casework.ask(house, case.reference, manager, asked)
    casework.advance(house, case.reference, manager, "ask_agencies", RAPID[2].facts)


class Before:
    """The rows of a house as they were, to be put back as often as wanted; nobody is at work."""

    # What commands change, in an order in which rows can be put in; taken out the other way round.
    CHANGED = (
        "house", "number", "case", "identity", "part", "event", "task", "deadline", "outbox",
        "attempt", "letter", "code",
    )  # fmt: skip

    def __init__(self, premises: Premises, name: str) -> None:
        self.url, self._name = premises.settings.database_url, f"kept_{name}"
        self._couriers = premises.home / FOLDER
        self._times = 0
        self._dead = [path.name for path in self._couriers.glob("*")]
        self._file = file_of(self.url)
        if self._file is not None:
            with closing(sqlite3.connect(self._file)) as opened:
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(self._file, self._kept)
            return
        tables = (*self.CHANGED, "calendar")
        copies = [f'CREATE TABLE {self._name}."{t}" AS TABLE public."{t}"' for t in tables]
        self._do(
            f"DROP SCHEMA IF EXISTS {self._name} CASCADE", f"CREATE SCHEMA {self._name}", *copies
        )

    def put_back(self) -> None:
        self._times += 1
        shutil.rmtree(self._couriers, ignore_errors=True)
        self._couriers.mkdir()
        for name in self._dead:
            (self._couriers / name).touch()
        if self._file is not None:
            for end in ("-wal", "-shm"):
                self._file.with_name(self._file.name + end).unlink(missing_ok=True)
            shutil.copyfile(self._kept, self._file)
            return
        if self._times % postgres.SWEPT == 0:
            with wire(self.url) as opened:
                opened.execute("VACUUM")
        self._do(
            *(f'DELETE FROM public."{t}"' for t in reversed(self.CHANGED)),
            f"DELETE FROM public.calendar WHERE id NOT IN (SELECT id FROM {self._name}.calendar)",
            *(f'INSERT INTO public."{t}" SELECT * FROM {self._name}."{t}"' for t in self.CHANGED),
        )

    @property
    def _kept(self) -> Path:
        assert self._file is not None
        return self._file.with_name(f"{self._file.name}.{self._name}")

    def _do(self, *commands: str) -> None:
        with wire(self.url) as opened:
            opened.execute("; ".join(("BEGIN", *commands, "COMMIT")))


KINDS = ("sqlite", "postgresql")


def on_both(prove: Callable[[str, Path], list[str]], kinds: Sequence[str] = KINDS) -> int:
    """Prove something on either database and print what is wrong; the exit code of a program."""
    with tempfile.TemporaryDirectory() as name, postgres.fresh_database() as server:
        served = server.render_as_string(hide_password=False)
        places = {"sqlite": f"sqlite:///{Path(name) / 'house.db'}", "postgresql": served}
        wrong = [found for kind in kinds for found in prove(places[kind], Path(name) / kind)]
    print(*wrong[:20], sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0
