"""Wiring: from a folder to a working house; the only place that knows every room."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config import settings as configuration
from config.calendar import official_calendar
from config.premises import OWN_RULES, SECRET
from config.settings import Settings
from config.timescales import load as load_timescales
from engine import upkeep
from engine.casework import House
from engine.errors import HouseDown, Refused
from engine.rules import Rulebook
from store.house import DatabaseStore, create_house, open_store
from workflows.clock import PracticeClock, WallClock

if TYPE_CHECKING:
    from notifications.courier import Progress, Tally


@dataclass(frozen=True, slots=True)
class Premises:
    """A house with the folder and settings it was opened from."""

    home: Path
    settings: Settings
    store: DatabaseStore
    house: House


def set_up(home: Path, practice: bool, database: str = "") -> Premises:
    """Make a new house in a folder. Errors: Refused where one stands already; HouseDown."""
    if (home / SECRET).exists():
        raise Refused([f"there is a house in {home} already; choose another folder"])
    try:
        home.mkdir(parents=True, exist_ok=True)
        _write_once(home / configuration.FILE, configuration.settings_template(database))
        chosen = configuration.load(home, practice)
        create_house(chosen.database_url, practice, chosen.area, _domain(chosen))
        _write_secret(home / SECRET)
    except OSError as fault:
        raise HouseDown(f"the folder {home} cannot be used ({fault.strerror})") from None
    premises = walk_in(home)
    publish(premises)
    return premises


def _domain(chosen: Settings) -> str:
    """The right side of every Message-ID: the mail domain, else the sender's, else this house's."""
    return chosen.mail.domain or chosen.mail.sender.partition("@")[2] or "waymark.invalid"


def _write_once(path: Path, text: str) -> None:
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)


def _write_secret(path: Path, key: bytes = b"") -> None:
    """The key of the digests that stand for identifying facts; lost, nothing else is."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key or secrets.token_hex(32).encode())


def walk_in(home: Path) -> Premises:
    """Open the house in a folder. Errors: HouseDown with what to do."""
    secret = _known(home)
    chosen = configuration.load(home, practice=False)
    store = open_store(chosen.database_url, secret=secret)
    if store.practice:
        chosen = configuration.load(home, practice=True)
    clock = PracticeClock(store) if store.practice else WallClock()
    return Premises(home, chosen, store, House(store, clock))


def _known(home: Path) -> bytes:
    try:
        return (home / SECRET).read_bytes()
    except OSError:
        raise HouseDown(f"there is no house in {home}; make one with: waymark init") from None


@contextmanager
def enter(home: Path) -> Iterator[Premises]:
    """The house in a folder for a while; its database connections are closed behind us."""
    premises = walk_in(home)
    try:
        yield premises
    finally:
        premises.store.close()


def publish(premises: Premises) -> None:
    """Publish the declared processes, the rulebook and the bank holidays to the house.

    Cases already open stay on the process and rules they were opened under; only a change of bank
    holidays moves their dates, with one notice a case. Errors: Refused where other content stands
    under a published version; DefinitionError for a faulty timescales file.
    """
    from workflows.catalogue import PROCESSES  # noqa: PLC0415 - dear, and seldom needed

    with premises.store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(process)
        work.library.keep_rules(rules_of(premises.home))
        work.commit()
    upkeep.adopt(premises.house, official_calendar())


def bring_up(home: Path) -> tuple[str | None, str | None]:
    """Bring a house up to this release; returns its schema before and after. Errors: HouseDown."""
    from store import schema  # noqa: PLC0415 - migrations are dear to import

    _known(home)
    url = configuration.load(home, practice=False).database_url
    before = schema.current(url)
    schema.upgrade(url)
    with enter(home) as premises:
        publish(premises)
    return before, schema.current(url)


def restore(file: Path, home: Path, database: str, secret: Path | None) -> None:
    """Restore a backup into a folder without a house; it starts on hold. Errors: Refused."""
    from store import backup  # noqa: PLC0415 - only this needs it

    if (home / SECRET).exists():
        raise Refused([f"there is a house in {home} already; restore into another folder"])
    key = secret or file.with_name(SECRET)
    if not key.is_file():
        raise Refused([f"the {SECRET} kept with the backup is needed; name it with --secret"])
    home.mkdir(parents=True, exist_ok=True)
    _write_once(home / configuration.FILE, configuration.settings_template(database))
    backup.restore(file, configuration.load(home, practice=True).database_url)
    _write_secret(home / SECRET, key.read_bytes())


def rules_of(home: Path) -> Rulebook:
    """The house's own timescales where it has a file of them, else those it came with."""
    own = home / OWN_RULES
    return load_timescales(own if own.exists() else None)


async def deliver_owed(premises: Premises, progress: Progress | None = None) -> Tally:
    """Send what is owed. Errors: Refused where the house has no mail server."""
    from notifications.courier import deliver  # noqa: PLC0415 - only where mail is sent
    from workflows.couriers import courier  # noqa: PLC0415
    from workflows.mailing import post_of  # noqa: PLC0415

    with courier(premises.home, premises.store) as name:
        post = post_of(premises.settings, name, premises.store)
        return await deliver(premises.store, premises.house.clock, post, progress=progress)


def deliver_now(premises: Premises, progress: Progress | None = None) -> Tally:
    """Send what is owed, from a command. Errors: as deliver_owed."""
    return asyncio.run(deliver_owed(premises, progress))
