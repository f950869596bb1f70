"""E4 at the size of a release, on command: nobody waits long for a page, a notice or the service.

`python -m tests.service.speed --cases 10000 --seconds 300` makes a house with so many open cases on
either kind of database and prints a line for each; exit code 1 says that it is not proved. First a
sweep is made, of which a hundred cases are due. Then the service is started several times, without
Prefect, and asked for a page. For so many seconds cases are opened beside it, and their agencies
asked, while somebody reads pages over the network of this machine; each notice is timed from the
instant it was owed, which is cut off to a whole second, until the mail server took it over.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import httpx

from benchmarks.houses import SAMPLE, clone
from benchmarks.roads import AGENCIES, MANAGER, PARTNER, ask
from config.directory import read_people
from engine import casework, upkeep
from engine.casework import House
from engine.london import london
from tests.crash.premises import SETTINGS, on_both
from tests.crash.sink import Sink, listening
from tests.desk import AREA
from tests.meanwhile import meanwhile
from tests.proof.houses import HandClock
from tests.service.served import Served, until
from tests.web.rooms import TEST_CLIENT, bring, make_known, signed_in
from workflows.wiring import Premises, set_up

SWEEP, START, PAGE, NOTICE = 10.0, 2.0, 0.3, 120.0  # seconds
DUE, STARTS = 100, 5
OPENED, READ = 2.0, 0.3  # seconds between two cases that are opened, and two pages
LONG_AGO, BEFORE = timedelta(days=9), timedelta(hours=1)
NOW = {"la_view": "notify", "icb_view": "notify", "police_view": "notify"}


@dataclass(frozen=True)
class Took:
    """What was timed, in seconds."""

    sweep: float
    starts: list[float]
    pages: list[float]
    notices: list[float]

    def findings(self) -> list[str]:
        """What took longer than it may, in words."""
        each = (
            ("the sweep", self.sweep, SWEEP),
            ("the slowest start", max(self.starts), START),
            ("nineteen of twenty pages", _share(self.pages, 20), PAGE),
            ("ninety-nine of a hundred notices", _share(self.notices, 100), NOTICE),
        )
        return [
            f"{what} took {took:.2f} s, not {most:g}" for what, took, most in each if took > most
        ]

    def __str__(self) -> str:
        return (
            f"sweep with {DUE} due {self.sweep:.2f} s; page up {max(self.starts):.2f} s after the"
            f" slowest of {len(self.starts)} starts; {len(self.pages):,} pages in"
            f" {1000 * _share(self.pages, 20):.0f} ms (p95); {len(self.notices):,} notices taken"
            f" over in {_share(self.notices, 100):.1f} s (p99)"
        )


def _share(took: list[float], parts: int) -> float:
    """The time within which all but one of so many parts were over."""
    return sorted(took)[math.ceil(len(took) * (parts - 1) / parts) - 1]


def filled(home: Path, url: str, port: int, cases: int) -> Premises:
    """A practice house on the world's clock: some cases are due, and the others for long not."""
    home.mkdir()
    settings = SETTINGS.format(area=AREA, port=port, wait=20, lease=640, connections=4)
    (home / "settings.toml").write_text(f'database = "{url}"\n{settings}', "utf-8")
    premises = set_up(home, practice=True)
    with premises.store.begin() as work:
        work.people.put(read_people(SAMPLE.read_text("utf-8")))
        work.commit()
    now = premises.house.clock.now()
    for _ in range(DUE):
        refer(House(premises.store, HandClock(now - LONG_AGO)))
    clone(url, refer(premises.house), cases - DUE - 1)
    return premises


def refer(house: House) -> str:
    """A rapid review of what somebody learnt an hour ago."""
    learnt = london(house.clock.now() - BEFORE)
    known = {"incident_on": f"{learnt:%Y-%m-%d}", "aware_at": f"{learnt:%Y-%m-%dT%H:%M}"}
    known |= {"outcome_for_child": "serious_harm", "abuse_link": "suspected"}
    return casework.open_case(house, "rapid_review", PARTNER, known).case.reference


def proceed(house: House) -> None:
    """One review more, whose agencies are asked at once; each is owed a message."""
    reference, today = refer(house), f"{london(house.clock.now()):%Y-%m-%d}"
    told = {**NOW, "threshold_rationale": "x", "notified_on": today}
    casework.advance(house, reference, PARTNER, "notify", told)
    ask(house, reference, AGENCIES)


def swept(premises: Premises) -> float:
    """The seconds of a sweep by which every case that is due is seen to."""
    began = time.perf_counter()
    found = upkeep.sweep(premises.house)
    took = time.perf_counter() - began
    assert found.reminders + found.breaches >= DUE, found
    return took


@contextmanager
def serving(home: Path) -> Iterator[tuple[Served, float]]:
    """The service at work, and the seconds until its first page was there."""
    began = time.perf_counter()
    with Served("serve", "--port", "0", home=home) as served:
        assert served.ask("sign-in")[0] == httpx.codes.OK
        yield served, time.perf_counter() - began
        code, said = served.stop()
        assert code == 0, said


def read(premises: Premises, address: str, seconds: float) -> list[float]:
    """The seconds of each page that somebody reads, one after another."""
    with httpx.Client(base_url=address, headers={"User-Agent": TEST_CLIENT}) as browser:
        bring(browser, signed_in(premises, MANAGER.email))
        make_known(browser, premises, MANAGER.email)
        case = refer(premises.house)
        end, took = time.monotonic() + seconds, []
        for path in cycle(("/", "/cases", f"/cases/{case}")):
            began = time.perf_counter()
            assert browser.get(path).status_code == httpx.codes.OK, path
            took.append(time.perf_counter() - began)
            if time.monotonic() > end:
                return took
            time.sleep(READ)
    return took


def taken_over(premises: Premises, mail: Sink, since: datetime) -> list[float]:
    """The seconds each notice owed since then waited; those that are to wait are left out.

    Errors: AssertionError where there was none; KeyError where one was not taken over.
    """
    came = mail.times()
    with premises.store.begin() as work:
        owed = [each for each in work.outbox.list() if each.owed_at >= since]
    waited = [
        came[each.message_id] - each.owed_at.timestamp() for each in owed if not each.not_before
    ]
    assert waited, "no notice was owed"
    return waited


def nothing_owed(premises: Premises) -> bool:
    """Whether every message is taken over but those that rest, as many do at night."""
    with premises.store.begin() as work:
        return work.pulse.oldest_owed(premises.house.clock.now()) is None


def timed(url: str, folder: Path, cases: int, seconds: float) -> Took:
    """All of it on one database, which is empty."""
    folder.mkdir()
    home = folder / "house"
    with listening(folder / "book") as mail:
        premises = filled(home, url, mail.port, cases)
        sweep, starts = swept(premises), []
        for _ in range(STARTS - 1):
            with serving(home) as (_, start):
                starts.append(start)
        with serving(home) as (served, start):
            until(lambda: nothing_owed(premises), "what was owed before taken over")
            since = premises.house.clock.now()
            with meanwhile(lambda: proceed(premises.house), OPENED):
                pages = read(premises, served.told["address"], seconds)
            until(lambda: nothing_owed(premises), "every notice taken over")
        notices = taken_over(premises, mail, since)
        premises.store.close()
    return Took(sweep, [*starts, start], pages, notices)


def prove(url: str, folder: Path, cases: int, seconds: float) -> list[str]:
    """Print what was timed, and return what took too long."""
    took = timed(url, folder, cases, seconds)
    kind, wrong = url.partition(":")[0].partition("+")[0], took.findings()
    print(f"{kind}: {cases:,} cases, {took}; {len(wrong)} findings", flush=True)
    return [f"{kind}: {words}" for words in wrong]


def main() -> int:
    wanted = argparse.ArgumentParser(prog="tests.service.speed", description=__doc__)
    wanted.add_argument("--cases", type=int, default=10_000)
    wanted.add_argument("--seconds", type=float, default=300, help="in which pages are read")
    asked = wanted.parse_args()
    return on_both(lambda url, home: prove(url, home, asked.cases, asked.seconds))


if __name__ == "__main__":
    sys.exit(main())
