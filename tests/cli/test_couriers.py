"""Couriers: a dead one's messages come back at once, a living one's are left to it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from notifications.catcher import Catcher
from tests.cli.driver import ROOT, Home, refer
from workflows.couriers import courier
from workflows.wiring import Premises, enter

HOLDER = """
import sys, time
from datetime import timedelta
from pathlib import Path
from workflows.couriers import courier
from workflows.wiring import enter
with enter(Path(sys.argv[1])) as premises, courier(premises.home, premises.store) as name:
    now = premises.house.clock.now()
    with premises.store.begin() as work:
        mine = work.outbox.claim(now, now + timedelta(hours=1), name, int(sys.argv[2]))
        work.commit()
    print(len(mine), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def owed(house: Home, catcher: Catcher) -> int:
    """Messages of two referrals, and a server to send them to."""
    house.mail_to(catcher.port)
    return int(refer(house)["owed"]) + int(refer(house)["owed"])


@pytest.fixture
def holder(house: Home, owed: int) -> Iterator[subprocess.Popen[str]]:
    """A courier of its own that has taken three messages and is still at work."""
    command = [sys.executable, "-c", HOLDER, str(house.folder), "3"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "3\n"
        yield process
        process.kill()


def test_a_dead_couriers_messages_are_sent_at_the_next_delivery(
    house: Home, owed: int, holder: subprocess.Popen[str], catcher: Catcher
) -> None:
    """Without waiting for its lease of an hour, on a clock that stands still."""
    assert house.do("deliver")["accepted"] == owed - 3
    assert house.do("deliver")["accepted"] == 0
    holder.kill()
    holder.wait()
    assert house.do("deliver")["accepted"] == 3
    assert len({caught.message_id for caught in catcher.caught}) == len(catcher.caught) == owed
    assert [path.name for path in (house.folder / "couriers").iterdir()] == [".door"]


def test_a_living_couriers_messages_are_left_to_it(
    house: Home, owed: int, holder: subprocess.Popen[str], catcher: Catcher
) -> None:
    """However often others deliver; only when its lease has run out are they taken over."""
    for _ in range(3):
        house.do("deliver")
    assert len(catcher.caught) == owed - 3
    house.do("clock", "forward", "61m")
    assert house.do("deliver")["accepted"] == 3


def test_an_orderly_end_leaves_nothing_behind(house: Home, owed: int) -> None:
    """Neither a lock nor a lease, also where the mail server is away."""
    house.mail_to(1)
    house.do("deliver")
    assert [path.name for path in (house.folder / "couriers").iterdir()] == [".door"]
    assert house.rows("SELECT count(*) FROM outbox WHERE lease_by IS NOT NULL") == [(0,)]


def keeps_its_lease(premises: Premises) -> bool:
    """Be a courier for a moment; tell whether the message taken stayed one's own."""
    with courier(premises.home, premises.store) as name:
        now = premises.house.clock.now()
        with premises.store.begin() as work:
            taken = work.outbox.claim(now, now + timedelta(hours=1), name, 1)
            work.commit()
        time.sleep(0.003)
        with premises.store.begin() as work:
            freed = work.outbox.free(name)
            work.commit()
    return freed == len(taken)


def test_couriers_that_begin_together_never_bury_each_other(house: Home, owed: int) -> None:
    """A hundred beginnings, eight at a time: no living courier is taken for a dead one."""
    with enter(house.folder) as premises, ThreadPoolExecutor(8) as crowd:
        kept = list(crowd.map(lambda _: keeps_its_lease(premises), range(100)))
    assert kept == [True] * 100


def test_a_folder_that_cannot_be_written_is_told(house: Home, owed: int) -> None:
    """As a house that cannot work, with every message still owed."""
    Path(house.folder / "couriers").write_text("in the way")
    assert "couriers" in house.down("deliver")
    assert house.do("outbox", "list")["counts"]["owed"] == owed
