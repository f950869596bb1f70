"""Wiring: from a folder to a working house; the only place that knows every room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config import secret_file
from config import settings as configuration
from config.premises import OWN_RULES, SECRET, given_secret
from config.settings import Settings
from engine import unreached, upkeep
from engine.casework import House
from engine.errors import DefinitionError, HouseDown
from engine.keyring import Secret
from engine.rules import Rulebook
from engine.still import Lookout
from store.faults import NoHouse
from store.house import WITHOUT_KEY, DatabaseStore, create_house, open_store
from workflows.clock import PracticeClock, WallClock, agree

if TYPE_CHECKING:
    from notifications.courier import Progress, Tally
    from store.schema import Part


@dataclass(frozen=True, slots=True)
class Premises:
    """A house with the folder and settings it was opened from."""

    home: Path
    settings: Settings
    store: DatabaseStore
    house: House


def set_up(home: Path, practice: bool, database: str = "") -> Premises:
    """Make a new house in a folder. Errors: Refused where one stands already; HouseDown.

    Where it cannot be finished, what was made on the way is taken away again.
    """
    from workflows.founding import new_house, refuse_house

    refuse_house(home)
    rules_of(home)
    with new_house(home, database, practice) as chosen:
        create_house(chosen.owner_url, practice, chosen.area, _domain(chosen))
    with enter(home) as premises:
        publish(premises)
    return walk_in(home)


def _domain(chosen: Settings) -> str:
    """The right side of every Message-ID: the mail domain, else the sender's, else this house's."""
    return _given_domain(chosen) or "waymark.invalid"


def _given_domain(chosen: Settings) -> str:
    return chosen.mail.domain or chosen.mail.sender.partition("@")[2]


def walk_in(home: Path) -> Premises:
    """Open the house in a folder. Errors: HouseDown with what to do."""
    secret = _known(home)
    # Only the house itself knows whether it is one for practice, which asks less of its settings.
    chosen = configuration.load(home, practice=True)
    store = _opened(chosen, secret)
    try:
        if not store.practice:
            chosen = configuration.load(home, practice=False)
    except HouseDown:
        store.close()
        raise
    clock = PracticeClock(store) if store.practice else WallClock()
    return Premises(home, chosen, store, House(store, clock))


def _opened(chosen: Settings, secret: Secret) -> DatabaseStore:
    """The store, with the area and the mail domain the settings give now."""
    domain = _given_domain(chosen)
    try:
        return open_store(chosen.database_url, secret=secret, area=chosen.area, mail_domain=domain)
    except NoHouse:
        raise HouseDown(_EMPTY) from None


_EMPTY = (
    "The house has its secret, but its database is empty: the records are not there. Check that"
    " the settings name the right database; or restore the last backup into a new folder."
)


def _known(home: Path) -> Secret:
    try:
        return secret_file.read(_secret(home))
    except secret_file.NoSecret:
        raise HouseDown(WITHOUT_KEY) from None
    except FileNotFoundError:
        fault = f"There is no house in {home}. Make one with `waymark init`, or name its folder"
        raise HouseDown(f"{fault} with --home or WAYMARK_HOME.") from None
    except OSError as fault:
        words = f"The secret of the house in {home} cannot be read ({fault.strerror})."
        raise HouseDown(words) from None


def _secret(home: Path) -> bytes:
    """The secret as it was handed to this process, else as it lies in the folder."""
    given, own = given_secret(), home / SECRET
    if given is None:
        return own.read_bytes()
    key = given.read_bytes()
    if own.exists() and own.read_bytes() != key:
        raise HouseDown(
            f"The secret this process was given is not the {SECRET} in {home}. One of them is"
            " another house's: take that one away."
        )
    return key


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
    from config.calendar import official_calendar
    from engine.rule_faults import faults_of_rules
    from workflows.catalogue import PROCESSES

    rules = rules_of(premises.home)
    unfit = [
        f"{OWN_RULES}, {process.key}: {fault}"
        for process in PROCESSES.values()
        for fault in faults_of_rules(process, rules)
    ]
    if unfit:
        raise DefinitionError(unfit)
    with premises.store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(process)
        work.library.keep_rules(rules)
        work.commit()
    upkeep.adopt(premises.house, official_calendar())


def bring_up(home: Path, part: Part | None = None) -> tuple[str, str | None]:
    """Bring a house up to this release, or one part of the way; its schema before and after.

    Processes, timescales and bank holidays come with the post part: the earlier release may not be
    able to read them. Errors: HouseDown; Refused where a part cannot be done; DefinitionError for a
    faulty timescales file, before anything is changed.
    """
    from store import schema

    _known(home)
    rules_of(home)
    url = configuration.load(home, practice=True).owner_url
    before = schema.current(url)
    if before is None:
        raise HouseDown(_EMPTY)
    schema.upgrade(url, schema.goal(before, part))
    with enter(home) as premises:
        if part != "pre":
            publish(premises)
    return before, schema.current(url)


def restore(file: Path, home: Path, database: str, secret: Path | None) -> None:
    """Restore a backup into a folder without a house; it starts on hold. Errors: Refused."""
    from store import backup
    from workflows.founding import kept_key, new_house, refuse_house

    refuse_house(home)
    key = kept_key(secret or file.with_name(SECRET))
    with new_house(home, database, practice=True, key=key) as chosen:
        backup.restore(file, chosen.owner_url)


def rules_of(home: Path) -> Rulebook:
    """The house's own timescales where it has a file of them, else those it came with."""
    from config.timescales import load as load_timescales

    own = home / OWN_RULES
    return load_timescales(own if own.exists() else None)


MANY = 10_000


async def deliver_owed(
    premises: Premises, progress: Progress | None = None, limit: int = MANY
) -> Tally:
    """Send what is owed, at most limit messages. Errors: Refused without a mail server."""
    from notifications.courier import deliver
    from workflows.couriers import courier
    from workflows.mailing import post_of

    agree(premises.house.clock, premises.store)
    with courier(premises.home, premises.store) as name:
        post = post_of(premises.settings, name, premises.store)
        clock = premises.house.clock
        tally = await deliver(premises.store, clock, post, limit, progress, Lookout(clock).why_gone)
    unreached.look_after(premises.house)
    return tally


def deliver_now(premises: Premises, progress: Progress | None = None) -> Tally:
    """Send what is owed, from a command. Errors: as deliver_owed."""
    import asyncio

    return asyncio.run(deliver_owed(premises, progress))
