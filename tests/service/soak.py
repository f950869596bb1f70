"""E5 at the size of a release, on command: a service that ticks on and on grows by nothing.

`python -m tests.service.soak --ticks 1000000` lets the service of a house look for what is due so
many times on either kind of database, and prints a line for each; exit code 1 says that it is not
proved. --first and --last name one kind: SQLite is the first, PostgreSQL the second. It is the
embedded service itself, with its thread, its scheduler and its rounds as plain functions; Prefect,
whose server is a program of its own, is left away. The house's clock moves on by five seconds from
look to look: 17,280 are a day. Mail goes to a server of this machine and letters are collected from
one, each a process of its own. After a warm-up everything is counted, and at the end again: memory,
of which the most in a day counts, may be a twentieth more, and open files, files of the house,
sessions with the database and threads not one.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from unittest import mock

from engine import casework
from engine.asking import Agency
from tests.crash.premises import KINDS, START, at, caller, gather, mourned, on_both
from tests.crash.premises import found as a_house
from tests.crash.sink import NOBODY, listening
from tests.faults.points import served
from tests.notifications.imap_server import PASSWORD, Server
from tests.proof.houses import HandClock
from tests.service.counting import counted, grown, memory, mib, much
from workflows import logbook, service, upkeeping
from workflows.service import Service
from workflows.wiring import Premises, walk_in

APART = timedelta(seconds=5)
# So many looks lie between two rounds of a kind. A backup is made each hour of the house.
DAY = 17_280
EVERY = {"sweep": 12, "digest": 12, "deliver": 12, "collect": 24, "back_up": 720}
DAILY = dict.fromkeys(("verify_and_checkpoint", "recalendar", "retention_review"), DAY)
WARM = 8 * DAY  # looks before the first count: a week is over then, and each round was made
# Child deaths of the beginning, whose dates lie months ahead: a house that stands still itself.
IN_HAND = 100
PEOPLE = 20_000  # looks between two reviews, of which each takes the place of the one before
# Backups have their time from the machine's clock, on which three hours of the house are so long.
KEPT = timedelta(seconds=7)
PACE = 0.001  # seconds between two ticks of the scheduler, where a look is not still under way
SAID = 10_000  # looks between two lines of progress
MORE = """[mail.inbox]
host = "127.0.0.1"
port = {port}
security = "none"
username = "waymark"
[service]
backups = "{backups}"
checkpoints = "{backups}"
"""
WITHDRAWN = {
    **dict.fromkeys((f"{who}_agrees_withdrawal" for who in ("la", "icb", "police")), "yes"),
    "reason": "It was another child.",
}
Found = TypeVar("Found")


class Hurried(Service):
    """A service that looks again and again; by its house's clock it waits as long as any other."""

    def __init__(self, premises: Premises, clock: HandClock) -> None:
        super().__init__(premises)
        self._log = logbook.log_of(premises.home)
        self.clock, self.looks = clock, 0

    async def _look(self) -> None:
        due = {name for name, every in (EVERY | DAILY).items() if self.looks % every == 0}
        self.desk.more |= due
        await super()._look()
        self.desk.more -= due - {"deliver"}  # it says itself when there is more to send
        self.clock.at += APART
        self.looks += 1

    def at_rest(self, work: Callable[[Premises], Found]) -> Found:
        """Do something while nothing else is under way."""

        async def alone() -> Found:
            async with self._turn, self._holding:
                return work(self.desk.premises)

        return asyncio.run_coroutine_threadsafe(alone(), self._loop).result()

    def fill_pool(self) -> None:
        """Let each thread that may wait for work be there, so that one more is one too many."""

        async def fill() -> None:
            await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.1) for _ in range(64)))

        asyncio.run_coroutine_threadsafe(fill(), self._loop).result()

    def failed(self) -> list[str]:
        rounds = self.desk.begun - self.desk.done
        return [f"{times} rounds of {name} failed" for name, times in rounds.items()]


def settled(url: str, folder: Path, mail: int, letters: int) -> tuple[Premises, HandClock]:
    """A house with cases in hand, which mails, collects and makes backups."""
    premises = a_house(folder / "house", url, mail)
    premises.store.close()
    more = MORE.format(port=letters, backups=folder / "backups")
    with (folder / "house" / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(more)
    with mock.patch.dict(os.environ, {"WAYMARK_MAIL__INBOX__PASSWORD": PASSWORD}):
        premises = at(walk_in(folder / "house"), START)
    for _ in range(IN_HAND):
        mourned(premises.house)
    replaces(premises)
    clock = premises.house.clock
    assert isinstance(clock, HandClock)
    return premises, clock


def replaces(premises: Premises) -> None:
    """Somebody withdraws the review in hand and opens another; one of those asked is nobody.

    A house that kept them all would have more that is late from day to day, and need more memory.
    """
    with premises.store.begin() as work:
        found = [name for name in work.cases.references(only_open=True) if name.startswith("RR")]
    for name in found:
        casework.advance(premises.house, name, caller("local_authority"), "withdraw", WITHDRAWN)
    gather(premises.house, [Agency("Police", "lead@police.example"), Agency("Trust", NOBODY)])


@contextmanager
def ticking(premises: Premises, clock: HandClock) -> Iterator[Hurried]:
    """The service at work."""
    with (
        mock.patch.multiple(service, LOOK=PACE, HOLD=2 * PACE),
        mock.patch.object(upkeeping, "_KEPT_HOURS", KEPT),
    ):
        hurried = Hurried(premises, clock)
        hurried.start()
        try:
            yield hurried
        finally:
            hurried.stop()
            premises.store.close()


def go_on(hurried: Hurried, until: int) -> int:
    """Wait until it has looked so often; a review replaces another from time to time.

    The most memory there was in the last day of it, in bytes.
    """
    before, most = hurried.looks, 0
    while before < until:
        time.sleep(0.05)
        assert hurried._thread.is_alive(), "the service ended by itself"
        looks = hurried.looks
        if looks // PEOPLE > before // PEOPLE:
            hurried.at_rest(replaces)
        if looks // SAID > before // SAID:
            print(f"  {looks:,} ticks, {mib(memory())}", file=sys.stderr, flush=True)
        if looks > until - DAY:
            most = max(most, memory())
        before = looks
    return max(most, memory())


def prove(
    url: str,
    folder: Path,
    ticks: int,
    warm: int = WARM,
    leak: Callable[[Premises], object] = lambda _: None,
) -> list[str]:
    """A whole soak in an empty database; prints its line, returns what there is too much of."""
    folder.mkdir()
    with listening(folder / "book") as mail, served(Server) as letters:
        premises, clock = settled(url, folder, mail.port, letters)
        with ticking(premises, clock) as hurried:
            hurried.fill_pool()
            most = go_on(hurried, warm)
            before, began = hurried.at_rest(lambda p: counted(p, most)), time.process_time()
            hurried.at_rest(leak)
            most = go_on(hurried, warm + ticks)
            after = hurried.at_rest(lambda p: counted(p, most))
            each = (time.process_time() - began) / ticks
            rounds, wrong = hurried.desk.done.total(), grown(before, after) + hurried.failed()
        sent = len(mail.caught())
    kind = url.partition(":")[0].partition("+")[0]
    print(
        f"{kind}: {ticks:,} ticks of {1000 * each:.1f} ms, {rounds:,} rounds, {sent:,} mails:"
        f" memory {mib(before.memory)} to {much(before, after)},"
        f" {after.files - before.files:+} files, {after.sessions - before.sessions:+} sessions,"
        f" {after.threads - before.threads:+} threads; {len(wrong)} findings",
        flush=True,
    )
    return [f"{kind}: {words}" for words in wrong]


def main() -> int:
    wanted = argparse.ArgumentParser(prog="tests.service.soak", description=__doc__)
    wanted.add_argument("--ticks", type=int, default=1_000_000, help="on each kind of database")
    wanted.add_argument("--first", type=int, default=1, help="from this database on")
    wanted.add_argument("--last", type=int, default=len(KINDS), help="up to this one")
    asked = wanted.parse_args()
    kinds = KINDS[asked.first - 1 : asked.last]
    return on_both(lambda url, folder: prove(url, folder, asked.ticks), kinds)


if __name__ == "__main__":
    sys.exit(main())
