"""What a house says of itself: what has waited longest, and what falls due next."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest

from engine.case import Owed
from engine.outbox import Verdict
from engine.ports import Store
from tests.store.courier import a_try, claim, owe, park, settle
from tests.store.samples import DAY, HOUR, MINUTE, NOW, Pins, a_deadline, a_message, keep, opening


def oldest(store: Store, now: datetime, statutory: bool = False) -> datetime | None:
    with store.begin() as work:
        return work.pulse.oldest_owed(now, statutory)


def of_statute(owed: Owed) -> Owed:
    return replace(owed, about={**owed.about, "standing_words": "Statutory timescale"})


@pytest.mark.parametrize("urgent", [True, False])
def test_the_oldest_message_that_could_be_sent(store: Store, pins: Pins, urgent: bool) -> None:
    """A resting one waits from when its rest is over; one that is parked or sent does not wait."""
    assert oldest(store, NOW) is None
    resting = replace(a_message("rests"), not_before=NOW + DAY)
    weighty = replace(a_message("w"), urgent=True) if urgent else of_statute(a_message("w"))
    owe(store, pins, resting)
    assert oldest(store, NOW + HOUR) is None
    assert oldest(store, NOW + 2 * DAY) == NOW + DAY
    keep(store, opening(pins, "PL-2026-0002", NOW + MINUTE, owed=[a_message("plain")]))
    keep(store, opening(pins, "PL-2026-0003", NOW + HOUR, owed=[weighty]))
    assert oldest(store, NOW + DAY) == NOW + MINUTE
    assert oldest(store, NOW + DAY, statutory=True) == NOW + HOUR
    plain, late = claim(store, NOW + 2 * HOUR)[-2:][:: -1 if urgent else 1]
    if plain.anchor != "plain":
        plain, late = late, plain
    assert settle(store, plain, a_try(Verdict.ACCEPTED, NOW + 2 * HOUR))
    assert oldest(store, NOW + 3 * HOUR) == NOW + HOUR
    park(store, late.id)
    assert oldest(store, NOW + 3 * HOUR) is None
    assert oldest(store, NOW + 3 * HOUR, statutory=True) is None


def test_the_verdicts_of_the_last_day(store: Store, pins: Pins) -> None:
    """Older tries are not counted; every verdict has its number."""
    owe(store, pins, *(a_message(f"m{n}") for n in range(4)))
    verdicts = [Verdict.DEFERRED, Verdict.ACCEPTED, Verdict.REFUSED, Verdict.ACCEPTED]
    moments = [NOW, NOW + DAY, NOW + DAY, NOW + DAY + HOUR]
    claimed = claim(store, NOW)
    for message, verdict, at in zip(claimed, verdicts, moments, strict=True):
        assert settle(store, message, a_try(verdict, at))
    with store.begin() as work:
        found = [work.pulse.verdicts(since) for since in (NOW, NOW + HOUR, NOW + 2 * DAY)]
    names = ("accepted", "deferred", "refused", "unsure")
    assert [[each[name] for name in names] for each in found] == [
        [2, 1, 1, 0], [2, 0, 1, 0], [0, 0, 0, 0],
    ]  # fmt: skip


def test_the_next_deadline_is_the_earliest_that_runs(store: Store, pins: Pins) -> None:
    """By an independent count, for any mixture of due dates, looks and states."""
    with store.begin() as work:
        assert work.pulse.next_due() is None
    dice, running = random.Random(5), []
    for number in range(1, 13):
        due = NOW + DAY * dice.randint(1, 60) + HOUR
        look = due + MINUTE / 60 if dice.random() < 0.3 else due - DAY * dice.randint(0, 40)
        status = dice.choice(["running", "running", "breached", "met", "held"])
        waits = status in ("running", "breached")
        one = a_deadline(due=due, look_at=look if waits else None, status=status)
        running += [due] if status == "running" else []
        keep(store, opening(pins, f"PL-2026-{number:04d}", deadlines=(one,)))
        with store.begin() as work:
            assert work.pulse.next_due() == min(running, default=None)


def test_new_mail_is_seen_at_once_and_an_old_try_waits_for_its_time(
    store: Store, pins: Pins
) -> None:
    """What rests, is being carried, or was tried and put off is not new."""

    def untried(at: datetime) -> bool:
        with store.begin() as work:
            return work.pulse.untried(at)

    assert not untried(NOW)
    owe(store, pins, replace(a_message("rests"), not_before=NOW + DAY))
    assert not untried(NOW + HOUR)
    assert untried(NOW + DAY)
    keep(store, opening(pins, "PL-2026-0002", NOW + MINUTE, owed=[a_message("plain")]))
    assert untried(NOW + HOUR)
    (plain,) = claim(store, NOW + HOUR)
    assert not untried(NOW + HOUR)
    assert settle(store, plain, a_try(Verdict.DEFERRED, NOW + HOUR))
    assert not untried(NOW + 2 * HOUR)
