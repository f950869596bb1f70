"""What the environment says of a house: WAYMARK_AREA, WAYMARK_MAIL__HOST and so on.

The library for this takes longer to import than the rest of a short command takes to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.settings_file import down

PREFIX = "WAYMARK_"
NEST = "__"


def read_environment(
    environment: Mapping[str, str], names: Iterable[str], sections: Iterable[str]
) -> dict[str, Any]:
    """The settings among the variables, a section's as a mapping; names count in any case.

    Errors: HouseDown where a whole section stands in one variable, never with what it holds.
    """
    known, nested = frozenset(names), frozenset(sections)
    found: dict[str, Any] = {}
    for variable, value in sorted(environment.items()):
        if not variable.upper().startswith(PREFIX):
            continue
        place = variable[len(PREFIX) :].lower().split(NEST)
        if place[0] in nested:
            _put(found, place, value)
        elif place[0] in known and len(place) == 1:
            found[place[0]] = value
    return found


def _put(found: dict[str, Any], place: list[str], value: str) -> None:
    *above, last = place
    inside: Any = found
    for name in above:
        inside = inside.setdefault(name, {}) if isinstance(inside, dict) else None
    if not above or not isinstance(inside, dict) or isinstance(inside.get(last), dict):
        section = PREFIX + place[0].upper()
        raise down([f"{section}: set {section}__... with a name after it, one by one"])
    inside[last] = value
