"""How the rungs of a ladder are written: offsets from the due instant and shares of the time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.length import Length
from engine.rules import Rule, Rung

_SHARE = re.compile(r"(0|[1-9][0-9]?|100)%")
_OFFSET = re.compile(r"([+-][1-9][0-9]{0,3}|0)(wd|d|h)")


def rung_faults(at: str) -> Iterator[str]:
    """What is wrong with the way the time of a rung is written."""
    if not (_SHARE.fullmatch(at) or _OFFSET.fullmatch(at)):
        yield (
            f"'{at}' is not a time of a reminder; write -3wd, 0d, +1wd or -1h before or after"
            " the due date, or a share of the time like 50%"
        )


def is_late(rung: Rung) -> bool:
    """Whether a well-written rung comes after the due instant."""
    return rung.at.startswith("+")


def ladder_faults(rule: Rule) -> Iterator[str]:
    """What is wrong with the reminders of a rule, each and together."""
    faults = [fault for rung in rule.ladder for fault in rung_faults(rung.at)]
    yield from faults
    if faults:
        return
    for rung in rule.ladder:
        yield from _unreached(rung, rule)
        if not rung.to:
            yield f"the reminder at {rung.at} tells nobody"


def _unreached(rung: Rung, rule: Rule) -> Iterator[str]:
    """Whole days are told at 09:00, and nothing is told before the clock has started."""
    if rung.at.endswith("%"):
        if rule.length.number < 0:
            yield f"the reminder at {rung.at} is a share of a clock that runs backwards"
        return
    offset, length = Length.parse(rung.at), rule.length
    if offset.unit == length.unit and 0 <= length.number < -offset.number:
        yield f"the reminder at {rung.at} would come before the clock starts ({length})"
    if length.unit == "h" and offset.unit != "h" and offset.number == 0:
        yield f"the reminder at {rung.at} is told at 09:00, which may be late; write 100%"
