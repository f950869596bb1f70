"""Rules that no process of today needs, and a partnership's own one may: on the small process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.length import Length
from engine.rules import Rulebook
from engine.shape import FirstKnown, MetBy, Timescale
from engine.transition import open_actions
from tests.desk import Desk
from tests.engine.small import BACK, END, GO, OPEN, URGENT, process, rule

HEARD = Timescale(
    "first", "The first step", FirstKnown(("heard_at",)), MetBy(stages=("done",)), "", "",
    holds=("court",),
)  # fmt: skip
PARTS = {"tasks": (), "notices": (), "invariants": (), "timescales": (HEARD,)}


@pytest.mark.parametrize(("unit", "moves"), [("h", False), ("d", True)])
def test_a_hold_moves_a_date_in_days_and_none_in_hours(unit: str, moves: bool) -> None:
    """What is due within hours is due within them, whatever a court wants."""
    rules = Rulebook("test", (rule("first", length=Length(72, unit)),))
    small = process(transitions=(OPEN, GO, BACK, END), **PARTS)
    desk = Desk(small, rules, "2026-06-01T10:00")
    desk.open("business_manager", began_on="2026-06-01", heard_at="2026-06-01T09:30")
    before = desk.deadline("first").due
    desk.hold("business_manager", "court", "2026-06-01")
    assert (desk.deadline("first").status == "held") == moves
    desk.at("2026-06-03").release("business_manager", "court", "2026-06-03")
    assert (desk.deadline("first").due != before) == moves


def test_an_action_is_offered_where_what_is_given_with_it_decides_where_it_leads() -> None:
    """Neither way is open before, and a fact opens one; what another action needs opens none."""
    ways = (
        replace(GO, when=URGENT.equals("yes")),
        replace(GO, target="done", when=URGENT.equals("no")),
    )
    plain = replace(GO, action="tell", label="Tell")
    small = process(transitions=(OPEN, *ways, plain, BACK, END), **PARTS)
    desk = Desk(small, Rulebook("test", (rule("first"),)), "2026-06-01T10:00")
    desk.open("business_manager", began_on="2026-06-01")
    offered = {a["key"]: a["offered"] for a in open_actions(desk.by("business_manager"))}
    assert offered == {"go": True, "tell": True}
    offered = {a["key"]: a["offered"] for a in open_actions(desk.by("review_chair"))}
    assert offered == {"go": False, "tell": False}
