"""What identifies a child stands in no text made of a case, a step or a decision under way."""

from __future__ import annotations

from engine.situation import CaseView
from engine.step import Pen
from tests.workflows.deaths import opened


def test_nothing_that_is_printed_by_chance_tells_who_a_child_is() -> None:
    """Such as a line of a log, or what a program says as it fails."""
    desk = opened()
    told = desk.case.identity
    view = CaseView(desk.situation, told)
    assert view.facts.items() >= told.items()
    pen = Pen(desk.situation, identity=dict(told))
    assert told
    for thing in (desk.case, *desk.steps, desk.situation, view, pen):
        assert not [value for value in told.values() if value in repr(thing)], type(thing)
