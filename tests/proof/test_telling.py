"""Which identifying values are looked for in words that will be mailed or kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import asking
from tests.workflows.review_roads import desk_of
from workflows.rapid_review import RAPID_REVIEW


@pytest.mark.parametrize(("name", "told"), [("Amy", []), ("Anna", ["Anna"]), ("", [])])
def test_a_short_value_is_taken_for_a_word(name: str, told: list[str]) -> None:
    """Three letters stand in too many words; four are looked for wherever an agency is named."""
    situation = desk_of(RAPID_REVIEW, "2025-01-06").situation
    case = replace(situation.case, identity={"child_name": name})
    assert asking.telling(replace(situation, case=case)) == told
