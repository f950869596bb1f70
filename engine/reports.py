"""What every report shares: the year it is for, shares in whole per cent, and small counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import Refused

_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")
# Counts of one up to this could point at a child; what is published leaves them out.
SMALLEST_SHOWN = 5
HIDDEN = "*"


@dataclass(frozen=True, slots=True)
class Year:
    """A reporting year: 1 April to 31 March, London days, both of them part of it."""

    name: str
    first: date
    last: date

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


# No calendar here goes further than 9999.
_LAST = 9998


def year_named(text: str) -> Year:
    """Read "2025-26". Errors: Refused in plain words."""
    found = _YEAR.fullmatch(text.strip())
    begins = int(found[1]) if found else 0
    if found is None or not 0 < begins <= _LAST or int(found[2]) != (begins + 1) % 100:
        reason = "a reporting year runs from 1 April to 31 March and is written like 2025-26"
        raise Refused([reason])
    return Year(text.strip(), date(begins, 4, 1), date(begins + 1, 3, 31))


def year_of(day: date) -> Year:
    """The reporting year a London day lies in."""
    begins = min(max(day.year - (day < date(day.year, 4, 1)), 1), _LAST)
    return Year(
        f"{begins:04d}-{(begins + 1) % 100:02d}", date(begins, 4, 1), date(begins + 1, 3, 31)
    )


def per_cent(part: int, whole: int) -> int | None:
    """A share in whole per cent, half rounded up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else None


def withheld(counts: Mapping[str, int]) -> frozenset[str]:
    """The keys whose counts are not published, so that none from one to four can be worked out.

    The total is published with the others, unless it is small itself: then nothing is. Where the
    withheld ones could be worked out from their sum, the next smallest are withheld with them, and
    in the end every one, noughts too.
    """
    small = {key for key, n in counts.items() if 0 < n < SMALLEST_SHOWN}
    others = sorted({n for n in counts.values() if n >= SMALLEST_SHOWN})
    while small and _told_by_their_sum([counts[key] for key in small]):
        if not others:
            return frozenset(counts)
        next_smallest = others.pop(0)
        small |= {key for key, n in counts.items() if n == next_smallest}
    return frozenset(small)


def _told_by_their_sum(hidden: Sequence[int]) -> bool:
    """Whether a sum says what its parts are: one part, too few, or all as small or large as can."""
    least, most = len(hidden), (SMALLEST_SHOWN - 1) * len(hidden)
    return len(hidden) == 1 or sum(hidden) < SMALLEST_SHOWN or sum(hidden) in (least, most)


def shown(count: int, hide: bool = False) -> str:
    """A count as it is published."""
    return HIDDEN if hide or 0 < count < SMALLEST_SHOWN else str(count)
