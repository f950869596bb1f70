"""Delivery: what is owed goes to a mail server, beside the same mails sent in a bare loop."""

from __future__ import annotations

import asyncio
import gc
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median

import aiosmtplib

from benchmarks.bare import Prepared, pipelined
from benchmarks.houses import MORNING, new_house, settle
from benchmarks.roads import owing
from benchmarks.sink import sink
from benchmarks.tables import Row, ratio
from engine.casework import House
from engine.length import parse_instant
from engine.outbox import State
from notifications.message import compose, envelope_sender
from workflows.mailing import letterhead_of
from workflows.wiring import deliver_owed, walk_in

OWED, ROUNDS = 1_000, 5
AWAY, CONNECTIONS = 0.02, 10
FEW, MANY = 1_000, 100_000
SETTINGS = """[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "reviews@northmoor-partnership.example"
batch = {batch}
connections = {connections}
"""
_ACCEPTED = "UPDATE outbox SET state = 'accepted', tries = tries + 1, next_at = NULL WHERE id = ?"
_TRIED = (
    "INSERT INTO attempt (outbox, at, courier, verdict, code, words, moment, template)"
    " VALUES (?, ?, 'bare', 'accepted', 250, 'Ok', 'dot', '')"
)


class Standing:
    """A clock that stands where the house's own does."""

    def now(self) -> datetime:
        return parse_instant(MORNING)


def measure(folder: Path) -> list[Row]:
    """A thousand owed messages: on this machine, with a way of 20 ms, and a hundred thousand."""
    template = folder / "owing"
    template.mkdir()
    premises = new_house(template)
    owing(premises.house, OWED)
    premises.store.close()
    return [
        _beside(template, 0, 1, "aiosmtplib, prepared bytes, one connection", _one_by_one),
        _beside(template, 0, 1, "the same, each settled by hand in sqlite3", _one_by_one_settled),
        _beside(template, AWAY, CONNECTIONS, "10 bare pipelined connections", _ten),
        _memory(template),
    ]


def _beside(
    template: Path, away: float, connections: int, name: str, bare: Callable[..., float]
) -> Row:
    mails = _prepared(template)
    with sink(away) as port:
        ours, theirs = [], []
        for number in range(ROUNDS):
            home = template.with_name(f"{template.name}{number}")
            ours.append(_ours(_with_mail(template, home, port, connections)))
            theirs.append(bare(port, mails, _with_mail(template, home, port, connections)))
            shutil.rmtree(home)
    what = f"delivery, {connections} connection{'s' * (connections > 1)}"
    rate, beside = (f"{len(mails) / median(taken):,.0f}/s" for taken in (ours, theirs))
    way = f", {away * 1000:.0f} ms to the server" if away else ""
    return Row(f"{what}{way}", rate, f"{beside} {name}", ratio(ours, theirs), "at least 0.80")


def _with_mail(template: Path, home: Path, port: int, connections: int, batch: int = 100) -> Path:
    settle(template)
    shutil.copytree(template, home)
    settings = SETTINGS.format(port=port, connections=connections, batch=batch)
    (home / "settings.toml").write_text(settings)
    return home


def _prepared(template: Path) -> list[Prepared]:
    """The mails of all that is owed, as they go to the server."""
    premises = walk_in(_with_mail(template, template.with_name("prepared"), 25, 1))
    head = letterhead_of(premises.settings, premises.store)
    with premises.store.begin() as work:
        owed = work.outbox.list(State.OWED)
    premises.store.close()
    shutil.rmtree(premises.home)
    now = owed[0].owed_at
    return [Prepared(envelope_sender(m, head), m.recipient, compose(m, head, now)) for m in owed]


def _ours(home: Path) -> float:
    premises = walk_in(home)
    # A practice clock is kept in the house, and costs a look at every turn.
    clocked = replace(premises, house=House(premises.store, Standing()))
    gc.collect()
    began = time.perf_counter()
    tally = asyncio.run(deliver_owed(clocked))
    took = time.perf_counter() - began
    premises.store.close()
    shutil.rmtree(home)
    if tally.accepted < OWED:
        raise AssertionError(f"only {tally.accepted} were accepted: {tally}")
    return took


def _one_by_one(port: int, mails: Sequence[Prepared], _home: Path) -> float:
    return _looped(port, mails, lambda _number: None)


def _one_by_one_settled(port: int, mails: Sequence[Prepared], home: Path) -> float:
    """What no courier can beat that never gives a mail before the last one is on the disk."""
    wire = sqlite3.connect(home / "waymark.db", isolation_level=None)
    wire.execute("PRAGMA synchronous=FULL")

    def settled(number: int) -> None:
        wire.execute("BEGIN IMMEDIATE")
        wire.execute(_ACCEPTED, (number,))
        wire.execute(_TRIED, (number, MORNING))
        wire.execute("COMMIT")

    taken = _looped(port, mails, settled)
    wire.close()
    return taken


def _looped(port: int, mails: Sequence[Prepared], settled: Callable[[int], None]) -> float:
    """Send one after another; settled is told the number of each that was accepted."""

    async def send() -> float:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        began = time.perf_counter()
        await client.connect()
        for number, mail in enumerate(mails, 1):
            await client.sendmail(mail.sender, [mail.recipient], mail.content)
            settled(number)
        await client.quit()
        return time.perf_counter() - began

    gc.collect()
    return asyncio.run(send())


def _ten(port: int, mails: Sequence[Prepared], _home: Path) -> float:
    gc.collect()
    began = time.perf_counter()
    asyncio.run(pipelined(port, mails, CONNECTIONS))
    return time.perf_counter() - began


def _memory(template: Path) -> Row:
    """The most memory a process needs that delivers few, and many."""
    few, many = (_peak(template, number) for number in (FEW, MANY))
    beside = f"{few:,.0f} MB for {FEW:,}"
    return Row(f"memory, {MANY:,} owed", f"{many:,.0f} MB", beside, many / few, "at most 1.10")


PROGRAM = """
import resource, sys
from pathlib import Path
from workflows.wiring import deliver_now, walk_in
premises = walk_in(Path(sys.argv[1]))
sent = 0
while accepted := deliver_now(premises).accepted:
    sent += accepted
print(sent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _peak(template: Path, number: int) -> float:
    with sink() as port:
        home = _with_mail(template, template.with_name(f"memory{number}"), port, 1)
        _multiply(home, number // FEW)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(home)], capture_output=True, check=True, text=True
        )
    shutil.rmtree(home)
    sent, peak = done.stdout.split()
    if int(sent) < number:
        raise AssertionError(f"only {sent} of {number} were sent")
    return float(peak)


def _multiply(home: Path, times: int) -> None:
    """Owe each message so many times, each to a reader of its own."""
    wire = sqlite3.connect(home / "waymark.db")
    found = wire.execute("SELECT * FROM outbox")
    names = [column[0] for column in found.description if column[0] != "id"]
    copied = ", ".join(
        {"anchor": "anchor || '/' || n", "message_id": "'<' || n || substr(message_id, 2)"}.get(
            name, f'"{name}"'
        )
        for name in names
    )
    columns = ", ".join(f'"{name}"' for name in names)
    numbers = "WITH RECURSIVE each(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each WHERE n < ?)"
    wire.execute(
        f"INSERT INTO outbox ({columns}) {numbers} SELECT {copied} FROM outbox, each",
        (times - 1,),
    ) if times > 1 else None
    wire.commit()
    wire.close()
