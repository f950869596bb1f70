"""S7 and S8 over the whole way in: damaged letters are kept, and none of them moves a case.

1,000 letters, and 100,000 at the size of a release (FUZZ_TO=100). One that ever failed stays in
tests/golden/seeds and is tried again for ever.
"""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path
from random import Random

import pytest

from tests.cli.desk import Desk, asked, inside, send
from tests.cli.driver import Home
from tests.cli.test_letters_of_all_kinds import about
from tests.fuzz.damage import seeds
from tests.fuzz.test_inbound import mutated
from workflows.mailing import Collected, collect_letters

SEEDS = Path(__file__).parents[1] / "golden" / "seeds"
MOST_MEMORY = 64 * 1024 * 1024


@pytest.fixture
def desk(house: Home) -> Desk:
    desk = asked(house)
    send(desk)
    return desk


def letter(desk: Desk, name: str) -> bytes:
    """A damaged letter about this house's message, or with its case in the subject."""
    dice = Random(name)
    raw = about(desk, mutated(dice), dice.randrange(10**6))
    return b"Subject: re " + desk.reference.encode() + b"\n" + raw if dice.random() < 0.2 else raw


def taken(desk: Desk, raws: list[bytes]) -> Collected:
    """Collect letters; whatever fails is kept as a seed."""
    with inside(desk.home) as premises:
        found = Collected()
        for raw in raws:
            try:
                one = collect_letters(premises.settings, premises.house, [raw])
            except Exception:
                name = hashlib.sha256(raw).hexdigest()[:16]
                (SEEDS / f"{name}.eml").write_bytes(raw)
                raise
            found.read += one.read
            found.known += one.known
        return found


def kept(desk: Desk) -> int:
    ((number,),) = desk.home.rows("SELECT count(*) FROM letter")
    return int(number)


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_letter_is_kept_and_moves_nothing(desk: Desk, part: int) -> None:
    """Guessed, suggested, bounced or away: no stage, task or date changes by it; none is lost."""
    before = desk.home.do("show", desk.reference)
    raws = [letter(desk, f"letter {part} {seed}") for seed in seeds(250)]
    found = taken(desk, raws)
    assert kept(desk) == found.read - found.known == len(raws) - found.known
    after = desk.home.do("show", desk.reference)
    assert (after["stage"], after["deadlines"]) == (before["stage"], before["deadlines"])
    assert [(t["status"], t["answer"], t["reply"]) for t in after["tasks"]] == [
        (t["status"], t["answer"], t["reply"]) for t in before["tasks"]
    ]
    news = after["events"][len(before["events"]) :]
    assert {event["kind"] for event in news} <= {"deputised"}
    assert desk.home.do("verify")["ok"] is True


def test_what_failed_before_does_not_fail_again(desk: Desk) -> None:
    raws = [path.read_bytes() for path in sorted(SEEDS.glob("*.eml"))]
    assert raws
    assert taken(desk, raws).read == len(raws)
    assert taken(desk, raws).known == len(raws)


def test_a_damaged_letter_takes_no_more_memory_than_it_may(desk: Desk) -> None:
    raws = [letter(desk, f"memory {seed}") for seed in range(50)]
    taken(desk, raws[:1])
    tracemalloc.start()
    try:
        taken(desk, raws)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
