"""What befalls a house from outside: its clock is wrong, it sleeps, its mail server is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.simulation.clock import JUMPS, HouseClock
from tests.simulation.exchange import Exchange

# On how many of all days something begins, and for how many days at most it goes on.
WRONG_CLOCK, SLEEP, OUTAGE = (0.02, 10), (0.008, 31), (0.02, 6)
AWAY = ("close", "4xx", "421", "policy")


@dataclass
class Weather:
    """Each of three things is right, or wrong until a day. met counts what began."""

    random: Random
    clock: HouseClock
    exchange: Exchange
    say: Callable[[str], None]
    met: Counter[str] = field(default_factory=Counter)
    _until: dict[str, date] = field(default_factory=dict)

    def turn(self, day: date) -> None:
        """What ends on a day, and what begins."""
        if self._ends("clock", day):
            self.clock.error = timedelta()
            self.say("the clock is put right")
        if self._ends("mail", day):
            self.exchange.away = ""
            self.say("the mail server is back")
        self._ends("sleep", day)
        name, away = self.random.choice(sorted(JUMPS)), self.random.choice(AWAY)
        if self._begins("clock", day, WRONG_CLOCK, name):
            self.clock.error = JUMPS[name]
        if self._begins("mail", day, OUTAGE, f"the mail server is away: {away}"):
            self.exchange.away = away
        self._begins("sleep", day, SLEEP, "asleep")

    @property
    def asleep(self) -> bool:
        return "sleep" in self._until

    def _ends(self, what: str, day: date) -> bool:
        over = what in self._until and self._until[what] <= day
        if over:
            del self._until[what]
        return over

    def _begins(self, what: str, day: date, often: tuple[float, int], words: str) -> bool:
        chance, most = often
        if what in self._until or self.random.random() >= chance:
            return False
        days = self.random.randint(1, most)
        self._until[what] = day + timedelta(days=days)
        self.met[words] += 1
        self.say(f"{words}, {days} days")
        return True
