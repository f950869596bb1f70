"""What a case's row says for the lists: its earliest dates, its own apart from those of tasks."""

from __future__ import annotations

import pytest

from store.standing import standing_row
from tests.store.samples import DAY, HOUR, NOW, Pins, a_deadline, opening

OWN = a_deadline("finish", due=NOW + DAY)
ASKED = a_deadline("return", task="T1", due=NOW + 2 * DAY)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_date_of_the_case_is_none_that_somebody_was_asked_for(pins: Pins, is_open: bool) -> None:
    """And a case that is closed awaits nothing."""
    step = opening(pins, deadlines=(OWN, ASKED), closed_at=None if is_open else NOW + HOUR)
    row, alone = standing_row(step.case), standing_row(opening(pins, deadlines=(OWN,)).case)
    assert (row["case_due"] is not None, row["task_due"] is not None) == (is_open, is_open)
    assert alone["task_due"] is None
    assert row["task_due"] != alone["case_due"]
