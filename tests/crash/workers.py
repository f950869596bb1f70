"""Workers on one house, each in a process of its own, and the book in which they say what they did."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from engine import casework, upkeep
from engine.casework import Caller, House
from engine.case import Case, Step
from engine.errors import Refused
from tests.crash.premises import caller, opened
from tests.workflows.disputes import LADDER, OWNERS, RAISED
from workflows.wiring import Premises, deliver_now

OPEN_AT_ONCE = 40
DEEDS = ("open", "advance", "sweep", "deliver")
OFTEN = (3, 10, 2, 4)
BOTH_AGREE = {"both_owners_agree": "yes", "reason": "Nearer to the family."}


@dataclass(frozen=True)
class FastClock:
    """A clock on which a house's day passes in a second; it goes on where a dead worker left it."""

    began: float
    first: datetime = datetime(2026, 6, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.first + timedelta(seconds=int((time.time() - self.began) * 86_400))
