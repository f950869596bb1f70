"""R21: the machine's clock is put right or wrong while people work; nothing breaks or is repeated.

Before each leg of each road in turn the clock jumps, and stays where it jumped to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import Refused
from engine.length import parse_instant
from engine.outbox import Attempt, Verdict
from tests.clocks.kept import KeptDesk, Store
from tests.clocks.legs import Road
from tests.clocks.roads import ROADS
from tests.proof import houses

JUMPS = {
    "an hour back": timedelta(hours=-1),
    "a day back": timedelta(days=-1),
    "a year on": timedelta(days=365),
}
START = "2024-05-14T10:00"


@pytest.fixture
def store() -> Iterator[Store]:
    """A house in memory for a road and a jump."""
    made = houses.make("memory", Path())
    yield made
    made.close()


def walk(road: Road, store: Store, place: int, jump: timedelta, back: bool = False) -> KeptDesk:
    """A road with a sweep before and after each leg; the clock jumps before one of the legs.

    back: after the next leg it is put right again. A refusal is an answer, and the road goes on.
    """
    desk = KeptDesk(road, store, parse_instant(START))
    for number, each in enumerate(road.legs):
        desk.now += each.after
        desk.now += jump if number == place else timedelta()
        desk.now -= jump if back and number == place + 1 else timedelta()
        if desk.case.revision:
            desk.sweep()
        try:
            each.act(desk)
        except Refused:
            desk.refusals += 1
        desk.sweep()
    for _ in range(30):
        desk.later(days=1).sweep()
    return desk


def places(road: Road) -> range:
    return range(1, len(road.legs) + 1)


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.name)
def test_a_jump_neither_breaks_the_record_nor_repeats_a_notice(
    road: Road, jump: str, store: Store
) -> None:
    """The record verifies and replays, and nobody is told twice of one rung of one date."""
    for place in places(road):
        desk = walk(road, store, place, JUMPS[jump])
        assert desk.faults() == []
        told = Counter((message.anchor, message.recipient) for message in desk.owed)
        assert [again for again, number in told.items() if number > 1] == []
        assert desk.sweep() is None
        assert desk.refusals <= len(road.legs) / 2, (place, desk.refusals)


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.name)
def test_a_clock_that_is_put_right_again_goes_on(road: Road, jump: str, store: Store) -> None:
    """Wrong for one leg only: the same holds, and no date is missed twice."""
    for place in places(road):
        desk = walk(road, store, place, JUMPS[jump], back=True)
        assert desk.faults() == []
        told = Counter((message.anchor, message.recipient) for message in desk.owed)
        assert [again for again, number in told.items() if number > 1] == []
        missed = Counter(
            (e.data["deadline"], e.data["task"], e.data["cycle"], e.data["due"])
            for e in desk.events
            if e.kind == "breached"
        )
        assert set(missed.values()) <= {1}


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.name)
def test_an_hour_back_stops_nobody(road: Road, store: Store) -> None:
    """A clock put back by an hour refuses nothing that would be done without the jump."""
    straight = walk(road, store, len(road.legs), timedelta())
    for place in places(road):
        desk = walk(road, store, place, JUMPS["an hour back"])
        assert (desk.case.stage, desk.case.facts.keys(), len(desk.case.tasks)) == (
            straight.case.stage,
            straight.case.facts.keys(),
            len(straight.case.tasks),
        ), place


@pytest.mark.parametrize("kind", houses.KINDS)
def test_a_try_put_off_while_the_clock_was_a_year_on_is_made_soon_after_it_is_right(
    kind: str, tmp_path: Path
) -> None:
    """The server was away when the clock was wrong: the mail goes in two hours, not in a year."""
    store = houses.make(kind, tmp_path)
    right = parse_instant(START)
    wrong = right + JUMPS["a year on"]
    walk_in = KeptDesk(ROADS[0], store, wrong)
    ROADS[0].legs[0].act(walk_in)
    with store.begin() as work:
        for message in work.outbox.claim(wrong, wrong + timedelta(hours=1), "courier", 100):
            away = Attempt(wrong, "courier", Verdict.DEFERRED, 0, "The server is away.", "connect")
            assert work.outbox.settle(message, away)
        work.commit()
    later = right + timedelta(hours=2)
    with store.begin() as work:
        found = work.outbox.claim(later, later + timedelta(hours=1), "courier", 100)
    assert len(found) == len(walk_in.owed) > 0
    store.close()
