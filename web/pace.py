"""How often something may be done in a minute, by each who does it, within one process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

_MINUTE = 60.0
# What one visit or one token may ask for: ten a second, which no reader and few programs need.
REQUESTS = 600
WAIT = {"Retry-After": "60"}
TOO_OFTEN = f"more than {REQUESTS} requests came within a minute; go on in a minute"


class Pace:
    """Counts by key, anew each minute. Before: how many were too many in the minute before."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock, self._began = most, clock, clock()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.before = 0

    def room(self, key: str = "") -> bool:
        """Whether there is room for one more of this key; asking takes it."""
        with self._lock:
            if self._clock() - self._began >= _MINUTE:
                self.before = sum(max(0, each - self._most) for each in self._counts.values())
                self._counts.clear()
                self._began = self._clock()
            self._counts[key] += 1
            return self._counts[key] <= self._most


# Keys are digests of visits and tokens, so one count serves every house of a process.
ASKED = Pace(REQUESTS)
