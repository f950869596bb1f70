"""A desk whose every step is kept in a house at once, as casework keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from config.timescales import load
from engine import publishing
from engine.case import Step
from engine.casework import House
from engine.verification import verify
from store.house import DatabaseStore
from store.memory import MemoryStore
from tests.clocks.legs import Road
from tests.desk import Desk
from tests.proof.houses import HandClock

Store = MemoryStore | DatabaseStore


class KeptDesk(Desk):
    """Works one case of a furnished house; the house refuses what does not follow its record."""

    def __init__(self, road: Road, store: Store, start: datetime) -> None:
        super().__init__(road.process, load(), start)
        self.store = store
        self.refusals = 0
        with store.begin() as work:
            number = work.cases.next_number(road.process.prefix, start.year)
            calendar = work.library.current_calendar()
            work.commit()
        blank = replace(
            self.case,
            reference=f"{road.process.prefix}-{start.year}-{number:04d}",
            digest=publishing.digest(road.process),
            rules=publishing.rules_digest(self.situation.rules),
        )
        self.situation = replace(self.situation, case=blank, calendar=calendar, secret=store.secret)

    def take(self, step: Step) -> Step:
        with self.store.begin() as work:
            work.keep(step)
            work.commit()
        return super().take(step)

    def faults(self) -> list[str]:
        """What verification finds: seals, replay, deadlines, and each message owed."""
        return verify(House(self.store, HandClock(self.now)), self.case.reference).faults
