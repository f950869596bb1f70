"""What a house in memory says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from engine.notices import STANDING_WORDS
from engine.outbox import Message, State, Verdict
from store.memory.picture import Pages


class Pulse:
    """What one unit of work sees of the house's own state."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def oldest_owed(self, now: datetime, statutory: bool = False) -> datetime | None:
        """Since when the message that has waited longest could have been sent."""
        owed = (owing.message for owing in self._pages.seen.messages.values())
        since = [
            message.not_before or message.owed_at
            for message in owed
            if message.state is State.OWED
            and (message.not_before is None or message.not_before <= now)
            and (not statutory or _is_statutory(message))
        ]
        return min(since, default=None)

    def untried(self, now: datetime) -> bool:
        """Whether a message waits that nobody has tried to send, and that may go now."""
        messages = self._pages.seen.messages.values()
        fresh = (o for o in messages if o.message.state is State.OWED and not o.message.tries)
        return any(
            (o.message.not_before is None or o.message.not_before <= now)
            and (o.lease_until is None or o.lease_until <= now)
            for o in fresh
        )

    def verdicts(self, since: datetime) -> Mapping[str, int]:
        """How many tries ended in each way since then."""
        tries = [one for many in self._pages.seen.attempts.values() for one in many]
        found = Counter(one.verdict for one in tries if one.at >= since)
        return {str(verdict): found[verdict] for verdict in Verdict}

    def next_due(self) -> datetime | None:
        """The earliest running deadline of the house."""
        cases = self._pages.seen.cases.values()
        running = [d.due for case in cases for d in case.deadlines if _runs(d.status, d.look_at)]
        return min(running, default=None)


def _is_statutory(message: Message) -> bool:
    return message.urgent or message.about.get("standing_words") == STANDING_WORDS["statutory"]


def _runs(status: str, look_at: datetime | None) -> bool:
    return status == "running" and look_at is not None
