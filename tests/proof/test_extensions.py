"""How far a date may be extended: later than it was, and within the bank holidays known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Refused
from engine.length import london_date
from tests.desk import Desk
from tests.workflows.deaths import gathering

KEEPER, FORM, DAY = "cdop_coordinator", "reporting_form/T1", timedelta(days=1)


@pytest.fixture
def asked() -> Desk:
    """A child death review that waits for one agency's form."""
    desk = gathering()
    desk.ask(KEEPER, "School")
    return desk


def test_a_date_is_not_extended_past_the_bank_holidays_known(asked: Desk) -> None:
    """The day after the last one of the official list is refused, with the reason."""
    beyond = asked.situation.calendar.horizon + DAY
    with pytest.raises(Refused, match="beyond the bank holidays known"):
        asked.extend(KEEPER, FORM, beyond.isoformat())


def test_an_extension_gives_more_time(asked: Desk) -> None:
    """The day it already has is refused with the reason; the day after it is taken."""
    due = london_date(asked.deadline("reporting_form").due)
    with pytest.raises(Refused, match="must be later than the present one"):
        asked.extend(KEEPER, FORM, due.isoformat())
    asked.extend(KEEPER, FORM, (due + DAY).isoformat())
    assert asked.due("reporting_form") == (due + DAY).isoformat()
