"""The health of a house: whether time is kept there, and what has waited for too long.

The database is asked, never a process: whoever keeps time leaves a tick behind, and a house whose
timekeeper has died is as ill as one that never had one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from engine.length import in_words
from engine.outbox import State
from engine.ticks import Outcome, Tick

SWEEP, DELIVER = "sweep", "deliver"
SILENCE = timedelta(minutes=10)
PATIENCE = timedelta(minutes=60)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a house says of itself at one moment; counts and moments, never whom they are about.

    ticked_at is the database's own time, in which ticks are told. oldest_owed counts from when a
    message could first be sent; oldest_statutory looks at messages that are urgent or tell of a
    statutory date. verdicts are those of the last day.
    """

    at: datetime
    ticked_at: datetime
    ticks: tuple[Tick, ...] = ()
    mails: bool = True
    on_hold: bool = False
    oldest_owed: datetime | None = None
    oldest_statutory: datetime | None = None
    messages: Mapping[str, int] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    next_due: datetime | None = None
    calendar_until: date | None = None
    calendar_warning: str | None = None


class Pulse(Protocol):
    """What the house says of itself: counts and moments, never whom they are about."""

    def oldest_owed(self, now: datetime, statutory: bool = False) -> datetime | None:
        """Since when the message that has waited longest could have been sent.

        statutory: only of messages that are urgent or tell of a statutory date.
        """
        ...

    def untried(self, now: datetime) -> bool:
        """Whether a message waits that nobody has tried to send, and that may go now."""
        ...

    def verdicts(self, since: datetime) -> Mapping[str, int]:
        """How many tries ended in each way since then."""
        ...

    def next_due(self) -> datetime | None:
        """The earliest running deadline of the house."""
        ...


def faults(signs: Signs) -> tuple[str, ...]:
    """Why a house is not well, in words; nothing where it is."""
    expected = (SWEEP, DELIVER) if signs.mails else (SWEEP,)
    silent = [fault for name in expected for fault in _silent(signs, name)]
    return (*silent, *_waiting(signs))


def concerns(signs: Signs) -> tuple[str, ...]:
    """What somebody should look at, though the house is well."""
    return tuple(_concerns(signs))


def _silent(signs: Signs, name: str) -> Iterator[str]:
    tick = next((each for each in signs.ticks if each.name == name), None)
    good = tick.done_at if tick else None
    if good is not None and signs.ticked_at - good <= SILENCE:
        return
    since = f"for {minutes(signs.ticked_at - good)}" if good else "ever"
    failed = tick is not None and tick.outcome is Outcome.FAILED
    tried = "; the last one failed, and the log says why" if failed else ""
    yield f"No {_ROUNDS[name]} has been done {since}{tried}. Look whether the heartbeat runs."


_ROUNDS = {SWEEP: "sweep", DELIVER: "delivery"}


def _waiting(signs: Signs) -> Iterator[str]:
    since = signs.oldest_statutory
    if since is None or signs.at - since < PATIENCE:
        return
    held = " The house is on hold: `waymark house release` lets it mail." if signs.on_hold else ""
    yield (
        f"A statutory or urgent message has waited for {minutes(signs.at - since)} and is not"
        f" delivered.{held} `waymark outbox list --state owed` shows it: tell its recipient another"
        " way."
    )


def _concerns(signs: Signs) -> Iterator[str]:
    for state, words in ((State.REFUSED, "refused for good"), (State.PARKED, "parked")):
        if number := signs.messages.get(state, 0):
            noun = "message is" if number == 1 else "messages are"
            yield f"{number} {noun} {words}; `waymark outbox list --state {state}` shows them."
    for tick in signs.ticks:
        if tick.outcome is Outcome.FAILED and tick.words:
            yield f"{tick.name.replace('_', ' ').capitalize()}, at its last time: {tick.words}"
    if signs.on_hold:
        yield "The house is on hold: nothing is mailed until `waymark house release`."
    if not signs.mails:
        yield "The house has no mail server: messages wait."
    if signs.calendar_warning:
        yield signs.calendar_warning


def minutes(length: timedelta) -> str:
    """A length of waiting in words: minutes up to two hours, then hours, then days."""
    whole = int(length.total_seconds() // 60)
    number, noun = whole, "minute"
    if whole >= 2 * 24 * 60:
        number, noun = whole // (24 * 60), "day"
    elif whole >= 2 * 60:
        number, noun = whole // 60, "hour"
    return f"{number} {noun}{'' if number == 1 else 's'}"


def when(moment: datetime | None) -> str:
    """A moment in words, London time; none where there is none."""
    return in_words(moment) if moment else "none"
