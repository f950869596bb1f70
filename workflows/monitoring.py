"""Looking at a house from outside: its signs, as words, as one document, and for a supervisor."""

from __future__ import annotations

from typing import Any

from engine import health
from engine.health import ONE_DAY, Signs
from engine.length import london_date
from engine.ticks import Tick
from workflows.wiring import Premises


def signs_of(premises: Premises) -> Signs:
    """What the house says of itself now, of one moment of its database. Errors: HouseDown."""
    now = premises.house.clock.now()
    on_hold = premises.store.on_hold
    with premises.store.begin() as work:
        calendar = work.library.current_calendar()
        return Signs(
            at=now,
            ticked_at=work.duty.now(),
            ticks=tuple(tick for _, tick in sorted(work.duty.ticks().items())),
            mails=premises.settings.mail.ready,
            on_hold=on_hold,
            oldest_owed=work.pulse.oldest_owed(now),
            oldest_statutory=work.pulse.oldest_owed(now, statutory=True),
            messages=work.outbox.counts(),
            verdicts=work.pulse.verdicts(now - ONE_DAY),
            next_due=work.pulse.next_due(),
            calendar_until=calendar.official_until,
            calendar_warning=calendar.warning(london_date(now)),
        )


def document_of(signs: Signs) -> dict[str, Any]:
    """The signs as one JSON document: whether the house is well, and all that was looked at."""
    found = health.faults(signs)
    return {
        "ok": not found,
        "at": signs.at,
        "faults": list(found),
        "concerns": list(health.concerns(signs)),
        "ticks": [_tick(signs, tick) for tick in signs.ticks],
        "oldest_owed": signs.oldest_owed,
        "oldest_statutory": signs.oldest_statutory,
        "next_due": signs.next_due,
        "messages": dict(signs.messages),
        "verdicts_of_a_day": dict(signs.verdicts),
        "on_hold": signs.on_hold,
        "calendar_until": signs.calendar_until,
    }


def _tick(signs: Signs, tick: Tick) -> dict[str, Any]:
    done = tick.done_at
    return {
        "name": tick.name,
        "began_at": tick.began_at,
        "ended_at": tick.ended_at,
        "outcome": str(tick.outcome),
        "by": tick.by,
        "done_at": done,
        "age_seconds": int((signs.ticked_at - done).total_seconds()) if done else None,
    }


def words_of(signs: Signs) -> list[str]:
    """The same in words: the verdict first."""
    found = health.faults(signs)
    lines = ["The house is NOT WELL:" if found else "The house is well."]
    lines += [f"  {fault}" for fault in found]
    lines += [f"  To look at: {concern}" for concern in health.concerns(signs)]
    for tick in signs.ticks:
        ago = f"{health.minutes(signs.ticked_at - tick.done_at)} ago" if tick.done_at else "never"
        lines.append(f"  Last done, {tick.name.replace('_', ' ')}: {ago}.")
    waited = f"for {health.minutes(signs.at - signs.oldest_owed)}" if signs.oldest_owed else ""
    lines.append(f"  Oldest message that could be sent: {waited or 'none waits'}.")
    lines.append(f"  Next deadline: {health.when(signs.next_due)}.")
    return lines
