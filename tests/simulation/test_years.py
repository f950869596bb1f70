"""R24: whatever goes wrong in a simulated year, the house keeps its promises.

SIMULATED_YEARS says how many years, SIMULATED_FROM the first seed: every change lives through 200.
"""

from __future__ import annotations

import os

import pytest

from tests.simulation.year import Year

YEARS = int(os.environ.get("SIMULATED_YEARS", "200"))
FROM = int(os.environ.get("SIMULATED_FROM", "1"))
# A test for each year, and for a few together where there are many. Workers begin with the file
# that has the most tests, and this one takes longer than any other.
PARTS = max(200, -(-YEARS // 10))
# Years in which something was found once.
KEPT = (9011,)

# Ten years are a minute's work, and more where the machine has other work as well.
pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("part", range(min(PARTS, YEARS)))
def test_a_house_keeps_its_promises_in_a_year_in_which_much_goes_wrong(part: int) -> None:
    """No step, date or message is lost, invented or repeated without one of the known reasons."""
    broken = []
    for seed in range(FROM + part, FROM + YEARS, PARTS):
        found = Year(seed).live().found
        if found:
            words = "\n    ".join(found[:10])
            broken.append(f"seed {seed}; again: python -m tests.simulation {seed}\n    {words}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("seed", KEPT)
def test_what_was_found_in_a_year_once_is_not_found_again(seed: int) -> None:
    assert Year(seed).live().found == []
