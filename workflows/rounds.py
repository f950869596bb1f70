"""The rounds of a house: what its service does by itself, each a function that a command runs too.

A round knows nothing of when it last ran: the record decides what is due, so that a round that is
late, missed or doubled changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from engine.errors import CalendarEnds, DefinitionError, HouseDown, Refused, Stale
from engine.ticks import Outcome, Tick
from workflows import logbook, upkeeping
from workflows.signals import signal_done
from workflows.wiring import Premises, deliver_owed, enter

LONDON = ZoneInfo("Europe/London")
# After a round of the day has failed it is tried again, but not at once.
AGAIN = timedelta(minutes=15)
AT_ONCE = 500  # messages


class Stopped(Exception):  # noqa: N818 - what happened: the service was told to stop
    """The round was left between two pieces of work; the next one goes on from there."""


@dataclass(slots=True)
class Desk:
    """What a round works with: the house, whose process it is, and whether it is to stop soon.

    begun, ended and done (well) count the rounds by their names; more names those that left work
    for another turn.
    """

    premises: Premises
    by: str = "a command"
    stopping: Callable[[], bool] = lambda: False
    begun: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    more: set[str] = field(default_factory=set)

    def go_on(self, *_: object) -> None:
        """Called between two pieces of work. Errors: Stopped where the service is to stop."""
        if self.stopping():
            raise Stopped


def _always(_settings: Settings) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Round:
    """One round: how often or at which time of day it is made, and where it makes sense."""

    name: str
    work: Callable[[Desk], Awaitable[str]]
    every: timedelta | None = None
    at: time | None = None
    wanted: Callable[[Settings], bool] = _always


def is_due(one: Round, last: Tick | None, now: datetime) -> bool:
    """Whether a round is to be made now, by when it was last made; on a clock that may be moved."""
    if last is None:
        return True
    since = now - last.began_at
    if one.every is not None:
        return not timedelta(0) <= since < one.every
    if timedelta(0) <= since < AGAIN:
        return False
    done = last.done_at
    return done is None or not _last_time(one.at or time(4), now) <= done <= now


def _last_time(at: time, now: datetime) -> datetime:
    """The last instant at which it was this time of day in London."""
    today = now.astimezone(LONDON).date()
    found = datetime.combine(today, at, LONDON).astimezone(UTC)
    if found <= now:
        return found
    return datetime.combine(today - timedelta(days=1), at, LONDON).astimezone(UTC)


def take_clock(desk: Desk, kind: str) -> bool:
    """Take or keep the house's clock for a while; False where another process has it.

    Errors: HouseDown.
    """
    with desk.premises.store.begin() as work:
        taken = work.duty.take(desk.by, kind)
        work.commit()
    return taken


def due_now(desk: Desk) -> list[str]:
    """The rounds to make now, as the record says, in their order. Errors: HouseDown."""
    premises = desk.premises
    with premises.store.begin() as work:
        now, ticks = work.duty.now(), work.duty.ticks()
        # Somebody waits for a code, or should be told: mail that is new does not wait its turn.
        fresh = not work.outbox.on_hold and work.pulse.untried(premises.house.clock.now())
    wanted = (one for one in ROUNDS.values() if one.wanted(premises.settings))
    more = desk.more | ({"deliver"} if fresh else set())
    return [one.name for one in wanted if one.name in more or is_due(one, ticks.get(one.name), now)]


async def make(name: str, desk: Desk) -> str:
    """Make one round, with a tick that says when and how; returns the words of its outcome.

    Errors: whatever kept it from being made whole, after its tick has said so.
    """
    desk.begun[name] += 1
    try:
        return await _made(name, desk)
    finally:
        desk.ended[name] += 1


async def _made(name: str, desk: Desk) -> str:
    _note_begin(desk, name)
    try:
        words = await ROUNDS[name].work(desk)
    except (Stopped, asyncio.CancelledError):
        _note_end(desk, name, Outcome.FAILED, "The service was stopped; the next round goes on.")
        raise
    except Exception as error:
        _note_end(desk, name, Outcome.FAILED, _why(error, desk.premises.home))
        raise
    _note_end(desk, name, Outcome.DONE, words)
    desk.done[name] += 1
    signal_done(desk.premises.settings, name)
    return words


def _note_begin(desk: Desk, name: str) -> None:
    with desk.premises.store.begin() as work:
        work.duty.begin(name, desk.by)
        work.commit()


def _note_end(desk: Desk, name: str, outcome: Outcome, words: str) -> None:
    try:
        with desk.premises.store.begin() as work:
            work.duty.end(name, desk.by, outcome, words)
            work.commit()
    except HouseDown:
        # The database is away: that nothing was noted shows it, and the next round will be.
        return


def _why(error: Exception, home: Path) -> str:
    """Words fit for a page: our own, or where to find those that may hold a value of a case."""
    if isinstance(error, HouseDown):
        return str(error)
    if isinstance(error, Refused | Stale | CalendarEnds):
        return "; ".join(error.reasons)
    if isinstance(error, DefinitionError):
        return "; ".join(error.faults)
    name = logbook.reference()
    kept = logbook.keep(error, name, home)
    return f"Something went wrong ({type(error).__name__}; reference {name if kept else 'none'})."


async def _sweep(desk: Desk) -> str:
    return await asyncio.to_thread(upkeeping.sweep, desk.premises, desk.go_on)


async def _deliver(desk: Desk) -> str:
    """Send what is owed, and no more at a time than lets the other rounds have their turn."""
    found = await deliver_owed(desk.premises, desk.go_on, AT_ONCE)
    whole = upkeeping.handled(found) < AT_ONCE
    (desk.more.discard if whole else desk.more.add)("deliver")
    return upkeeping.delivered(found)


def _in_a_thread(work: Callable[[Premises], str]) -> Callable[[Desk], Awaitable[str]]:
    return lambda desk: asyncio.to_thread(work, desk.premises)


def _has_server(settings: Settings) -> bool:
    return settings.mail.ready


def _has_mailbox(settings: Settings) -> bool:
    return bool(settings.mail.inbox.host)


def _has_backups(settings: Settings) -> bool:
    return settings.service.backups is not None


_MINUTE = timedelta(minutes=1)
# None between one and two in the morning: twice a year London has that hour twice, or not at all.
_ALL = (
    Round("sweep", _sweep, every=_MINUTE),
    Round("digest", _in_a_thread(upkeeping.digest), every=_MINUTE),
    Round("deliver", _deliver, every=_MINUTE, wanted=_has_server),
    Round("collect", _in_a_thread(upkeeping.collect), every=2 * _MINUTE, wanted=_has_mailbox),
    Round(
        "back_up",
        _in_a_thread(upkeeping.back_up),
        every=10 * _MINUTE,
        wanted=_has_backups,
    ),
    Round("verify_and_checkpoint", _in_a_thread(upkeeping.verify_and_checkpoint), at=time(4, 0)),
    Round("recalendar", _in_a_thread(upkeeping.recalendar), at=time(5, 0)),
    Round("retention_review", _in_a_thread(upkeeping.retention_review), at=time(6, 0)),
)
ROUNDS: Mapping[str, Round] = {one.name: one for one in _ALL}


_resident: dict[Path, Desk] = {}


def reside(desk: Desk) -> None:
    """Let flows of this process use this desk; without one they open the house for themselves."""
    _resident[desk.premises.home.resolve()] = desk


def move_out(desk: Desk) -> None:
    _resident.pop(desk.premises.home.resolve(), None)


async def make_at(name: str, home: Path) -> str:
    """Make one round of the house in a folder. Errors: as make."""
    desk = _resident.get(home.resolve())
    if desk is not None:
        return await make(name, desk)
    with enter(home) as premises:
        return await make(name, Desk(premises, by=f"a flow of {name}"))
