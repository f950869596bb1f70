"""Fifty kills in the middle of delivery: nothing lost, nothing made up, few repeats."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from engine import casework
from engine.casework import Caller
from notifications.catcher import Catcher
from tests.cli.driver import NURSE, ROOT, Home
from workflows.wiring import enter

KILLS = 50
CASES = 70
SEED = 20241220

# A parent that has imported everything: each of its children is a courier at once.
PARENT = """
import os, sys
import notifications.courier, workflows.couriers, workflows.mailing, workflows.wiring
from cli.app import run
for line in sys.stdin:
    child = os.fork()
    if not child:
        sys.stdout = open(os.devnull, "w")
        os._exit(run(["deliver", "--home", line.strip()]))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Couriers:
    """Starts `waymark deliver` and may kill it."""

    def __init__(self, parent: subprocess.Popen[str], home: Home) -> None:
        assert parent.stdin is not None
        assert parent.stdout is not None
        self.told, self.heard, self.home = parent.stdin, parent.stdout, home

    def start(self) -> int:
        print(self.home.folder, file=self.told, flush=True)
        return int(self.heard.readline())

    def ended(self) -> int:
        return int(self.heard.readline())

    def killed_after(self, mails: int, seconds: float, catcher: Catcher) -> bool:
        """Kill one that long after so many mails of it; whether it was still at work then."""
        courier, seen = self.start(), len(catcher.caught) + mails
        patience = time.monotonic() + 30
        while len(catcher.caught) < seen and time.monotonic() < patience:
            time.sleep(0.0005)
        time.sleep(seconds)
        os.kill(courier, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL


@contextmanager
def couriers(home: Home) -> Iterator[Couriers]:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as parent:  # fmt: skip
        yield Couriers(parent, home)


def owe(home: Home) -> dict[str, str]:
    """Seventy referrals; the recipient of each message they owe, by its identity."""
    facts = {"incident_on": "2024-12-18", "aware_at": "2024-12-20T16:40",
             "outcome_for_child": "serious_harm", "abuse_link": "suspected"}  # fmt: skip
    with enter(home.folder) as premises:
        refer = partial(casework.open_case, premises.house, "rapid_review")
        for _ in range(CASES):
            refer(Caller(NURSE, "test"), facts)
        with premises.store.begin() as work:
            return {m.message_id: m.recipient for m in work.outbox.list()}


def test_fifty_kills_lose_nothing_and_make_nothing_up(house: Home, catcher: Catcher) -> None:
    """Every owed message arrives; a repeat costs a kill, and is the same message."""
    owed = owe(house)
    assert len(owed) == CASES * 5
    house.mail_to(catcher.port)
    chance = random.Random(SEED)
    with couriers(house) as started:
        moments = [(chance.randint(0, 5), chance.uniform(0, 0.03)) for _ in range(KILLS)]
        killed = sum(started.killed_after(*moment, catcher) for moment in moments)
        before = len(catcher.caught)
        started.start()
        assert started.ended() == 0
    assert killed == KILLS
    assert 0 < before < len(owed)

    caught = Counter(mail.message_id for mail in catcher.caught)
    assert set(caught) == set(owed)
    assert all(mail.recipients == (owed[mail.message_id],) for mail in catcher.caught)
    assert len(catcher.caught) - len(owed) <= KILLS
    same: dict[str, bytes] = {}
    assert all(same.setdefault(m.message_id, m.content) == m.content for m in catcher.caught)
    counts = house.do("outbox", "list")["counts"]
    assert counts == dict.fromkeys(counts, 0) | {"accepted": len(owed)}
    assert house.do("verify")["ok"] is True
    assert house.rows("PRAGMA integrity_check") == [("ok",)]
