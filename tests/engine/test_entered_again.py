"""A stage that is entered again begins its clock again, and the round before is over."""

from __future__ import annotations

from engine.rules import Rulebook
from tests.desk import Desk
from tests.engine.small import BACK, END, GO, OPEN, TIMESCALES, process, rule

STAY = next(t for t in TIMESCALES if t.key == "stay")


def test_each_round_has_a_number_and_a_start_of_its_own() -> None:
    """The first was not met, and stays on the record as one that was needed no more."""
    parts = {"tasks": (), "notices": (), "invariants": (), "timescales": (STAY,)}
    small = process(transitions=(OPEN, GO, BACK, END), **parts)
    desk = Desk(small, Rulebook("test", (rule("stay"),)), "2026-06-01T10:00")
    desk.open("business_manager", began_on="2026-06-01")
    for day in ("2026-06-02", "2026-06-09"):
        desk.at(day).do("go", "business_manager")
        if day == "2026-06-02":
            desk.do("back", "business_manager")
    rounds = [(d.cycle, d.status, d.start[:10]) for d in desk.case.deadlines]
    assert rounds == [(1, "cancelled", "2026-06-02"), (2, "running", "2026-06-09")]
