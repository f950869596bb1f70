"""The clocks of a house: the world's, or a practice house's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.ports import Store


class WallClock:
    """The world's time, in UTC, whole seconds."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class PracticeClock:
    """A practice house's time: where it was set, it stands still until it is moved."""

    store: Store

    def now(self) -> datetime:
        return self.store.practice_now() or WallClock().now()
