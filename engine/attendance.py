"""Who came to meetings: invited and present by meeting and kind, and how each agency came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.case import CAME, HOW, Meeting
from engine.case_ports import Outline
from engine.reports import per_cent

NOTE = (
    "Percentages are rounded, a half up: 16 of 24 is 67%. Older reports cut some of them off"
    " (16/24 stood there as 66%), so an old figure may be one lower."
)
_Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One meeting; cases it was recorded on with the same day, kind and numbers share it."""

    meeting: Meeting
    references: tuple[str, ...]

    @property
    def share(self) -> int | None:
        return per_cent(self.meeting.present, self.meeting.invited)


@dataclass(frozen=True, slots=True)
class Body:
    """The meetings of one kind in one process, with their sum."""

    process: str
    kind: str
    sittings: tuple[Sitting, ...]

    @property
    def invited(self) -> int:
        return sum(each.meeting.invited for each in self.sittings)

    @property
    def present(self) -> int:
        return sum(each.meeting.present for each in self.sittings)

    @property
    def share(self) -> int | None:
        return per_cent(self.present, self.invited)

    def agencies(self) -> Mapping[str, Mapping[str, int]]:
        """How often each agency was present, sent a deputy or apologies, or was absent."""
        found: dict[str, dict[str, int]] = {}
        for each in self.sittings:
            for name, how in each.meeting.agencies:
                found.setdefault(name, dict.fromkeys(HOW, 0))[how] += 1
        return dict(sorted(found.items()))


def came(times: Mapping[str, int]) -> int | None:
    """The share of meetings an agency came to in whole per cent; a deputy counts as present."""
    return per_cent(sum(times[how] for how in CAME), sum(times.values()))


def attendance(
    cases: Iterable[Outline], since: date | None = None, until: date | None = None
) -> tuple[Body, ...]:
    """Meetings held in a period, by process and kind, the earliest first."""
    found: dict[_Name, dict[Meeting, list[str]]] = {}
    for case in cases:
        for held in case.meetings:
            if (since or held.on) <= held.on <= (until or held.on):
                sittings = found.setdefault((case.process, held.kind), {})
                sittings.setdefault(held, []).append(case.reference)
    return tuple(_body(name, found[name]) for name in sorted(found))


def _body(name: _Name, sittings: Mapping[Meeting, list[str]]) -> Body:
    process, kind = name
    ordered = sorted(sittings, key=lambda held: (held.on, held.invited, held.present))
    # Two entries on one case are two meetings, however alike they look.
    return Body(
        process,
        kind,
        tuple(Sitting(held, part) for held in ordered for part in _split(sittings[held])),
    )


def _split(references: list[str]) -> list[tuple[str, ...]]:
    times = Counter(references)
    most = max(times.values())
    return [tuple(ref for ref, entries in times.items() if entries > n) for n in range(most)]
