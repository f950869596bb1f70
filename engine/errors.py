"""Every way the house says no, in words fit for a panel member."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class Refused(Exception):  # noqa: N818 - the field's own word: the house refuses, it does not err
    """The house says no, and lists every reason at once."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons: tuple[str, ...] = tuple(dict.fromkeys(reasons))
        super().__init__("; ".join(self.reasons))


def refuse_for(reasons: Collection[str]) -> None:
    """Say no where there is any reason to. Errors: Refused with all of them."""
    if reasons:
        raise Refused(reasons)


class Stale(Refused):
    """Somebody else changed the case after it was read."""


class CalendarEnds(Refused):
    """The date asked for lies beyond the bank holidays the house knows."""


class Absent(Refused):
    """There is no such case, person, process or message here for this person."""


class DefinitionError(Exception):
    """A process or a timescale is faulty; every fault is listed with its place."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__("; ".join(self.faults))


class Tampered(Exception):  # noqa: N818 - the finding, not an error of ours
    """A sealed record was changed after it was written."""


class HouseDown(Exception):  # noqa: N818 - a state of the house
    """The house cannot work: its database, disk or settings are not usable."""
