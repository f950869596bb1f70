"""What each round of a house does, as one plain function; returns what came of it in words.

The words are shown on pages and kept in the database: numbers, never what a case holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.calendar import official_calendar, read_calendar
from config.premises import OWN_HOLIDAYS
from engine import bearers, upkeep
from engine.errors import HouseDown, Refused
from engine.length import london_date
from engine.working_days import Calendar
from workflows.wiring import Premises

if TYPE_CHECKING:
    from notifications.courier import Tally

_KEPT_HOURS = timedelta(hours=3)
_KEPT_DAYS = 14
_WAYS = ("accepted", "deferred", "refused", "unsure", "parked", "dropped")
_STAMP = "%Y-%m-%dT%H%M%S"


def sweep(premises: Premises, progress: upkeep.Progress | None = None) -> str:
    """Look for what is due; and let go of answers that nobody can ask for again."""
    bearers.forget_answers(premises.house)
    found = upkeep.sweep(premises.house, progress)
    words = (
        f"{_many(found.reminders, 'reminder')}, {_many(found.breaches, 'missed date')},"
        f" {_many(found.escalations, 'escalation')}, {_many(found.owed, 'message')} owed"
    )
    return words + (f"; {len(found.skipped)} not looked at" if found.skipped else "")


def digest(premises: Premises) -> str:
    """Owe the day's digests once their hour has come. Errors: CalendarEnds."""
    from workflows.digests import owe_digests

    found = owe_digests(premises)
    return found.why or f"{_many(found.new, 'digest')} owed"


def delivered(found: Tally) -> str:
    """What a run of a courier did, in words; a trouble is the mail server's or the house's own."""
    counts = [f"{getattr(found, name)} {name}" for name in _WAYS if getattr(found, name)]
    return ", ".join(counts) or "nothing to send"


def handled(found: Tally) -> int:
    """How many messages a run of a courier dealt with."""
    return sum(getattr(found, name) for name in _WAYS)


def collect(premises: Premises) -> str:
    """Read the mailbox that replies and bounces come to. Errors: HouseDown, Refused."""
    from workflows.mailing import collect_mailbox

    found = collect_mailbox(premises.settings, premises.house)
    return f"{_many(found.read, 'letter')} read, {found.unmatched} unmatched"


def verify_and_checkpoint(premises: Premises) -> str:
    """Check every record, and write the heads of all of them where the settings say.

    Errors: HouseDown with the first fault where something does not agree.
    """
    found = upkeep.verify(premises.house)
    if found.faults:
        more = len(found.faults) - 1
        raise HouseDown(f"The records do not agree: {found.faults[0]} ({more} more).")
    words = f"{_many(found.cases, 'case')} and {_many(found.events, 'event')} agree"
    folder = premises.settings.service.checkpoints
    if folder is None:
        return f"{words}; no checkpoint: set service.checkpoints to a folder outside the house"
    text, _ = upkeep.checkpoint(premises.house)
    file = folder / f"heads-{london_date(premises.house.clock.now())}.json"
    _written(file, text + "\n")
    return f"{words}; checkpoint {file.name}"


def _written(file: Path, text: str) -> None:
    """Write a file whole or not at all. Errors: HouseDown."""
    part = file.with_name(f"{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8")
        part.replace(file)
    except OSError as fault:
        raise HouseDown(f"{file.name} cannot be written ({fault.strerror}).") from None


def back_up(premises: Premises) -> str:
    """Write a backup into the folder of the settings, and take old ones of its own away.

    Kept are those of the last three hours, and the last one of each of fourteen days. Errors:
    HouseDown, Refused.
    """
    from store.backup import backup

    folder = premises.settings.service.backups
    if folder is None:
        raise Refused(["no folder is set for backups: set service.backups in settings.toml"])
    with premises.store.begin() as work:
        now = work.duty.now()
    file = folder / f"house-{now.strftime(_STAMP)}.backup"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        backup(premises.settings.database_url, file)
        gone = _old_ones(sorted(folder.glob("house-*.backup")))
        for path in gone:
            path.unlink(missing_ok=True)
    except OSError as fault:
        raise HouseDown(f"The backup cannot be written ({fault.strerror}).") from None
    return f"{file.name}; {_many(len(gone), 'old backup')} taken away"


def _old_ones(files: Sequence[Path]) -> list[Path]:
    """Which backups need not be kept; a name that is none of ours is nobody's to take away."""
    stamped: dict[datetime, Path] = {}
    for path in files:
        try:
            stamp = path.name.removeprefix("house-").removesuffix(".backup")
            stamped[datetime.strptime(stamp, _STAMP)] = path  # noqa: DTZ007 - all are in UTC
        except ValueError:
            continue
    if not stamped:
        return []
    last = max(stamped)
    lasting = {at.date(): at for at in sorted(stamped)}
    daily = set(sorted(lasting.values())[-_KEPT_DAYS:])
    return [path for at, path in stamped.items() if last - at > _KEPT_HOURS and at not in daily]


def recalendar(premises: Premises) -> str:
    """Take in a newer list of bank holidays: the one shipped, and one placed in the house.

    Open cases are counted again. Errors: HouseDown where the list in the house is faulty.
    """
    newest = _newest_list(premises.home)
    with premises.store.begin() as work:
        older = newest.official_until < work.library.current_calendar().official_until
    moved = [] if older else upkeep.adopt(premises.house, newest)
    warning = upkeep.calendar_warning(premises.house)
    return f"{_many(len(moved), 'date')} moved" + (f"; {warning}" if warning else "")


def _newest_list(home: Path) -> Calendar:
    """Of two lists, the one that is official for longer."""
    shipped, file = official_calendar(), home / OWN_HOLIDAYS
    if not file.exists():
        return shipped
    try:
        own = read_calendar(file.read_text("utf-8"))
    except OSError as fault:
        raise HouseDown(f"{OWN_HOLIDAYS} cannot be read ({fault.strerror}).") from None
    return own if own.official_until > shipped.official_until else shipped


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed case whose local retention period has passed."""

    reference: str
    process: str
    closed_on: date
    until: date


def past_retention(premises: Premises) -> list[Kept]:
    """Closed cases whose local retention period has passed, the oldest first.

    Nothing is destroyed. Processes without a period in the settings are left out.
    """
    house, periods = premises.house, premises.settings.retention
    now = house.clock.now()
    with house.store.begin() as work:
        closed = [line for line in work.cases.lines(now) if line.closed_at is not None]
    kept = []
    for line in closed:
        if line.closed_at is None or line.process not in periods:
            continue
        closed_on = london_date(line.closed_at)
        until = years_later(closed_on, periods[line.process])
        if until < london_date(now):
            kept.append(Kept(line.reference, line.process, closed_on, until))
    return sorted(kept, key=lambda one: (one.until, one.reference))


def years_later(day: date, years: int) -> date:
    """The same day so many years on; 28 February where that year has no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def retention_review(premises: Premises) -> str:
    """Say how many closed cases could be considered for destruction; a person decides."""
    if not premises.settings.retention:
        return "no retention period is set, so nothing is proposed"
    found = past_retention(premises)
    return f"{_many(len(found), 'closed case')} past the local retention period"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
