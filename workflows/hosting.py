"""Many houses in one host: each partnership has a house of its own, and nothing is shared by rows.

A house keeps its own folder, settings, secret and timescales, and its own database file or its own
schema of a PostgreSQL database. There is no column that says whose a row is, so no query can forget
it. How many houses hold connections at a time is bounded.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock

from config.environment import from_outside, read_environment
from config.host_file import HOUSES, OWNER_FROM_OUTSIDE, read_host, write_host
from config.premises import SECRET, given_secret
from config.settings import OWNER, Settings
from engine.errors import Absent, DefinitionError, HouseDown, Refused
from store.schemas import in_schema, new_schema
from workflows.wiring import Premises, set_up, walk_in

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 40
TAKEN = ("health", "ready", "metrics", "public", "information-schema", "www")
AT_ONCE = 8  # houses that hold connections


def found_host(folder: Path, database: str) -> None:
    """Make a host in a folder; database: of PostgreSQL, or nothing for a file in each house.

    Errors: Refused where one stands already; HouseDown.
    """
    if database and not database.startswith("postgres"):
        raise Refused(["the database of a host is one of PostgreSQL; without one each house keeps"
                       " its records in a file of its own"])  # fmt: skip
    write_host(folder, database)


def add_house(folder: Path, name: str, practice: bool) -> Path:
    """Make a house in a host; its folder. Errors: Refused with every reason; HouseDown."""
    database = read_host(folder).database
    refuse_environment()
    if not _NAME.fullmatch(name) or len(name) > LONGEST or name in TAKEN:
        raise Refused([
            "a house's name is small letters, numbers and hyphens, begins with a letter, is at most"
            f" {LONGEST} long, and is none of {', '.join(TAKEN)}"
        ])  # fmt: skip
    home = folder / HOUSES / name
    if (home / SECRET).exists():
        raise Refused([f"there is a house {name} in this host already"])
    schema = f"house_{name.replace('-', '_')}"
    if not database:
        set_up(home, practice).store.close()
        return home
    with new_schema(from_outside().get(OWNER_FROM_OUTSIDE) or database, schema):
        set_up(home, practice, in_schema(database, schema)).store.close()
    return home


def refuse_environment() -> None:
    """Make sure that no setting of the environment holds for every house. Errors: HouseDown.

    The owner of the tables is one of the database and not of a house, and comes to change them.
    """
    found = read_environment(
        from_outside(), Settings.model_fields, ("mail", "service", "sign_in", "signals")
    )
    if given_secret() is not None:
        raise HouseDown("One secret was given for every house of this host; each has its own.")
    shared = [key for key in found if key not in ("home", "practice", OWNER)]
    if shared:
        raise HouseDown(
            f"The environment sets {', '.join(sorted(shared))}, which would hold for every house of"
            " this host. Write each house's own into its settings.toml."
        )


def names_of(folder: Path) -> Sequence[str]:
    """The houses of a host, by name. Errors: HouseDown where there is no host."""
    read_host(folder)
    houses = folder / HOUSES
    return sorted(path.name for path in houses.iterdir() if (path / SECRET).exists())


@dataclass(slots=True)
class Host:
    """The houses of one host in one process; one of these serves every thread.

    most: how many houses hold connections at a time; others wait for their turn. stir() says that
    something was done in a house; stirred() where it was since it was asked last.
    """

    folder: Path
    most: int = AT_ONCE
    _open: OrderedDict[str, Premises] = field(default_factory=OrderedDict)
    _stirred: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _turns: BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        refuse_environment()
        read_host(self.folder)
        self._turns = BoundedSemaphore(self.most)

    def names(self) -> Sequence[str]:
        return names_of(self.folder)

    @contextmanager
    def visit(self, name: str) -> Iterator[Premises]:
        """A house for a while. Errors: Absent where there is none of this name; HouseDown."""
        if not _NAME.fullmatch(name):
            raise no_house()
        with self._turns:
            premises = self._enter(name)
            try:
                yield premises
            finally:
                self._leave(name, premises)

    def each(self, work: Callable[[str, Premises], object]) -> dict[str, str]:
        """Do something in every house in turn; why it could not be done, by the house's name.

        One house that cannot be opened or worked in never stops the others.
        """
        broken: dict[str, str] = {}
        for name in self.names():
            try:
                with self.visit(name) as premises:
                    work(name, premises)
            except Exception as error:
                broken[name] = why_not(error)
        return broken

    def stir(self, name: str) -> None:
        with self._lock:
            self._stirred.add(name)

    def stirred(self) -> frozenset[str]:
        with self._lock:
            found = frozenset(self._stirred)
            self._stirred.clear()
        return found

    def close(self) -> None:
        """Give every connection back."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].store.close()

    def _enter(self, name: str) -> Premises:
        with self._lock:
            known = self._open.pop(name, None)
        if known is not None:
            return known
        home = self.folder / HOUSES / name
        if not (home / SECRET).exists():
            raise no_house()
        return walk_in(home)

    def _leave(self, name: str, premises: Premises) -> None:
        """Keep the house at hand; the one that has not been visited for longest is closed."""
        closing = []
        with self._lock:
            other = self._open.pop(name, None)
            self._open[name] = premises
            closing += [other] if other else []
            while len(self._open) > self.most:
                closing.append(self._open.popitem(last=False)[1])
        for each in closing:
            each.store.close()


def why_not(error: Exception) -> str:
    """Why something could not be done in a house, in words that repeat nothing of a case."""
    if isinstance(error, HouseDown | Absent):
        return str(error)
    if isinstance(error, Refused):
        return "; ".join(error.reasons)
    if isinstance(error, DefinitionError):
        return "; ".join(error.faults)
    # Its words may hold what somebody typed.
    return f"something went wrong ({type(error).__name__})"


def no_house() -> Absent:
    """The same words whether a house is not there or is nobody's to see."""
    return Absent(["There is no such house here."])
