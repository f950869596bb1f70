"""One simulated year: cases, people, the sweep and the mail, and everything that goes wrong."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, time, timedelta
from random import Random
from traceback import format_exception
from typing import Any

from cli.simulation import CASES_A_YEAR, Simulation
from cli.teller import Teller
from engine import digesting, upkeep
from engine.case import Step
from engine.casework import House
from engine.errors import HouseDown, Refused
from engine.outbox import FAILED, State
from tests.simulation import findings
from tests.simulation.client import a_loop
from tests.simulation.clock import HouseClock, changes, hours
from tests.simulation.couriers import Couriers
from tests.simulation.exchange import Exchange
from tests.simulation.fate import MAIL, PEOPLE, SWEEP, Died, Fate
from tests.simulation.ground import Book, FatedStore
from tests.simulation.weather import Weather
from workflows.catalogue import PROCESSES

DAYS, LOOKS = 365, 2
FIRST, LATEST = date(2019, 1, 1), 365 * 5
# How often somebody parks a message or owes one again, and how often mail goes twice a day.
HAND, TWICE = 0.04, 0.2
# How often digests are looked for, which is enough to have some of every kind; and from which hour.
DIGESTED, HOUR = 0.15, 7
LATER = timedelta(hours=1, minutes=20)
LAST_ROUNDS = 40


class _Hands(Teller):
    """Acts in a house without telling: a year has a log of its own."""

    def __init__(self, house: House) -> None:
        self.house = house


class Year(Simulation):
    """One seed is one year, on one thread; the same seed plays the same year.

    days: so many of its days are lived, before all is calm again.
    log: the year as it happened. found: every broken promise, in words.
    """

    def __init__(self, seed: int, days: int = DAYS) -> None:
        random = Random(seed)
        self.days = days
        self.first = FIRST + timedelta(days=random.randrange(LATEST))
        self.clock, self.fate, self.book = HouseClock(self.first), Fate(random), Book()
        self.store = FatedStore(self.fate, self.book)
        super().__init__(_Hands(House(self.store, self.clock)), seed)
        self.player.random = random
        self.exchange = Exchange(random, self.clock, self.fate)
        self.log: list[str] = []
        self.found: list[str] = []
        self.met: Counter[str] = Counter()
        self.released: set[int] = set()
        self.weather = Weather(random, self.clock, self.exchange, self.say)
        self._openings = _planned(self.first, random)
        self._looks = {self.first + timedelta(days=n) for n in random.sample(range(DAYS), LOOKS)}

    def live(self) -> Year:
        """Live through the year, look now and then, and once more when all is calm again."""
        try:
            with closing(a_loop()) as loop, self.exchange.open(), _no_collecting():
                couriers = Couriers(self.store, self.house, self.exchange, self.fate, loop)
                with couriers.open() as self.couriers:
                    for number in range(self.days):
                        self._day(self.first + timedelta(days=number))
                    self._calm()
                self.found += findings.of(self)
        except Exception as fault:
            # What nobody foresaw is a finding too, and has a seed like any other.
            self.found.append(f"{type(fault).__name__}: {fault}")
            self.log += format_exception(fault)
        self.found = list(dict.fromkeys(self.found))
        self.met += self.fate.met + self.exchange.troubles + self.weather.met
        return self

    @property
    def digest(self) -> str:
        """One line for all that was sealed, mailed and said: two equal years have the same."""
        records = [(n, [e.seal for e in es]) for n, es in sorted(self.store.picture.events.items())]
        text = repr((records, self.exchange.taken, self.log, self.found))
        return hashlib.sha256(text.encode()).hexdigest()

    def say(self, words: str) -> None:
        self.log.append(f"{self.clock.now():%Y-%m-%d %H:%M:%S}  {words}")

    def _day(self, day: date) -> None:
        self.fate.next_day()
        self.weather.turn(day)
        if self.weather.asleep:
            return
        for at in hours(day, self.fate.random):
            self.clock.reach(day, at)
            self._work(day)
        if changes(day):
            self.met["a night of change"] += 1
        if day in self._looks:
            self.found += findings.of(self, only_open=True)

    def _work(self, day: date) -> None:
        """The sweep first, then people, then the mail, and sometimes the mail again."""
        with self._process(SWEEP):
            self._sweep()
            if self.fate.random.random() < DIGESTED:
                self._digest()
        self._people(day)
        self._mail()
        if self.exchange.away or self.fate.random.random() < TWICE:
            self.clock.forward(LATER.total_seconds())
            self._mail()

    def _people(self, day: date) -> None:
        while self._openings and self._openings[0][0] <= day:
            if not self._opened(self._openings[0][1]):
                break
            del self._openings[0]
        for reference in self._open_cases():
            with self._process(PEOPLE):
                self._work_on(reference)
        if self.fate.random.random() < HAND:
            with self._process(PEOPLE):
                self._hand_at_outbox()

    def _opened(self, key: str) -> bool:
        """Whether a case was opened; else somebody will try again tomorrow."""
        before = self.counts["opened"]
        with self._process(PEOPLE):
            self._open(key)
        return self.counts["opened"] > before

    @contextmanager
    def _process(self, work: str) -> Iterator[None]:
        """One process of the machine: it ends, fails or dies; then the house is opened again."""
        self.fate.work = work
        try:
            yield
        except HouseDown as down:
            self.say(f"{work}: the house is down: {down}")
        except Died as died:
            self.say(f"{work}: the process died {died}")
            self.fate.dead = False

    def _sweep(self) -> None:
        swept = upkeep.sweep(self.house)
        self.counts.update(reminders=swept.reminders, breaches=swept.breaches)
        self.counts.update(escalations=swept.escalations, skipped=len(swept.skipped))
        if swept.owed or swept.skipped:
            self.say(f"sweep: {swept}")

    def _digest(self) -> None:
        found = digesting.owe_digests(self.house, HOUR)
        self.counts["digests"] += found.new
        if found.new:
            self.say(f"digests: {found.new}")

    def _mail(self) -> None:
        with self._process(MAIL):
            tally = self.couriers.run()
            if tally != type(tally)():
                self.say(f"mail: {tally}")

    def _try(self, act: Any) -> bool:
        """As people do it; what they are told is written down, to be held against the record."""
        self.book.offered.clear()
        try:
            step: Step = act()
        except Refused as refusal:
            self.counts["refused"] += 1
            self.book.said_unsaved += self.book.offered
            self.say(f"refused: {refusal}")
            return False
        except HouseDown as down:
            if "nothing was saved" in str(down):
                self.book.said_unsaved += self.book.offered
            raise
        self.book.said_kept.append(step)
        kinds = ", ".join(event.kind for event in step.events)
        self.say(f"{step.case.reference}: {kinds}; at {step.case.stage}; owes {len(step.owed)}")
        return True

    def _hand_at_outbox(self) -> None:
        """Somebody parks an owed message, or owes a refused or parked one again."""
        random = self.fate.random
        with self.store.begin() as work:
            every = work.outbox.list()
            stuck = [m for m in every if m.state in FAILED]
            owed = [m for m in every if m.state is State.OWED]
            if stuck and random.random() < 0.8:
                message = random.choice(stuck)
                done = "owed again by hand"
                try:
                    work.outbox.release(message.id, self.clock.now())
                except Refused as refusal:  # it has nobody to go to
                    self.say(f"refused: {refusal}")
                    return
                self.released.add(message.id)
            elif owed:
                message = random.choice(owed)
                done = "parked by hand"
                work.outbox.park(message.id, "parked in practice")
            else:
                return
            work.commit()
        self.met[done] += 1
        self.say(f"{message.message_id}: {done}")

    def _calm(self) -> None:
        """All is right again: the house looks once more, and sends until nothing is owed."""
        self.fate.calm = self.exchange.calm = True
        self.fate.full_days, self.exchange.away, self.clock.error = 0, "", timedelta()
        self.clock.reach(self.first + timedelta(days=self.days + 1), time(9))
        for _ in range(LAST_ROUNDS):
            self._sweep()
            self._mail()
            if not self.store.picture.owed:
                break
            self.clock.forward(6 * 3600)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Looking for garbage takes a tenth of a year; it can wait for the end of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _planned(first: date, random: Random) -> list[tuple[date, str]]:
    """When a case of which process comes up: forty over the year, as many of each."""
    keys = sorted(PROCESSES) * (CASES_A_YEAR // len(PROCESSES))
    random.shuffle(keys)
    days = sorted(random.randrange(DAYS - 14) for _ in keys)
    return [(first + timedelta(days=day), key) for day, key in zip(days, keys, strict=True)]
