"""Who keeps the clock of a house in memory, and what each round did last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from engine.ticks import LEASE, Lease, Outcome, Tick, is_live
from store.memory.picture import Pages

CLOCK = "clock"


class Duty:
    """The service of a house, as one unit of work sees it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def now(self) -> datetime:
        """The machine's time: nothing else is behind this store."""
        return datetime.now(UTC).replace(microsecond=0)

    def take(self, holder: str, kind: str) -> bool:
        """Take or keep the clock for a while; False where another process has it."""
        leases: dict[str, Lease] = self._pages.own("leases")
        known, now = leases.get(CLOCK), self.now()
        if known and known.holder != holder and is_live(known, now):
            return False
        leases[CLOCK] = Lease(holder, kind, now + LEASE)
        return True

    def leave(self, holder: str) -> None:
        """Let others have the clock at once; nothing happens where another process has it."""
        leases: dict[str, Lease] = self._pages.own("leases")
        if CLOCK in leases and leases[CLOCK].holder == holder:
            del leases[CLOCK]

    def lease(self) -> Lease | None:
        """Who keeps the clock now; None where nobody does."""
        found = self._pages.seen.leases.get(CLOCK)
        return found if found and is_live(found, self.now()) else None

    def begin(self, name: str, by: str) -> None:
        """Note that a round begins."""
        ticks: dict[str, Tick] = self._pages.own("ticks")
        before = ticks.get(name)
        done_at = before.done_at if before else None
        ticks[name] = Tick(name, self.now(), None, Outcome.RUNNING, "", by, done_at)

    def end(self, name: str, by: str, outcome: Outcome, words: str) -> None:
        """Note how a round ended."""
        ticks: dict[str, Tick] = self._pages.own("ticks")
        known, now = ticks.get(name), self.now()
        if known is None or known.by != by:
            return
        done_at = now if outcome is Outcome.DONE else known.done_at
        ticks[name] = replace(known, ended_at=now, outcome=outcome, words=words, done_at=done_at)

    def ticks(self) -> Mapping[str, Tick]:
        """The last of each round, by its name."""
        return dict(self._pages.seen.ticks)
