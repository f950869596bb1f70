"""What is set from outside of a house: by variables like WAYMARK_AREA, and by credentials.

The library for this takes longer to import than the rest of a short command takes to run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.premises import CREDENTIALS
from config.settings_file import down

PREFIX = "WAYMARK_"
NEST = "__"


def from_outside() -> dict[str, str]:
    """What is set from outside: the credentials that systemd hands over, and the variables, which
    win.

    A credential has the name of the variable it stands for. Errors: HouseDown, with its name alone.
    """
    folder = os.environ.get(CREDENTIALS, "")
    paths = sorted(Path(folder).glob(f"{PREFIX}*")) if folder else []
    return {path.name: _credential(path) for path in paths} | dict(os.environ)


def _credential(path: Path) -> str:
    try:
        return path.read_text("utf-8").removesuffix("\n")
    except (OSError, ValueError) as fault:
        raise down(
            [f"the credential {path.name} cannot be read ({type(fault).__name__})"]
        ) from None


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
