"""When the house cannot work: one line with a reference; the detail goes to the house's log."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from cli.codes import BROKEN
from cli.output import complain, show
from cli.words import HOME
from config.premises import LOG
from engine.errors import HouseDown
from workflows import logbook

UNFORESEEN = "Something went wrong in the house; nothing was half-saved."
# What is the matter with a file or folder that somebody named.
_NAMED = {
    errno.ENAMETOOLONG: "is too long for the name of a file or folder",
    errno.EACCES: "cannot be reached from this account",
}
_SHOWN = 60  # letters of a name


def down(fault: HouseDown, arguments: Sequence[str]) -> int:
    """Say why the house cannot work, in the words of the fault."""
    return _tell(str(fault), fault, arguments)


def broken(error: Exception, arguments: Sequence[str]) -> int:
    """Say that something unforeseen went wrong."""
    return _tell(UNFORESEEN, error, arguments)


def misnamed(fault: OSError) -> str:
    """Why a place that somebody named cannot be used; "" where the fault is another."""
    if fault.errno not in _NAMED or not isinstance(fault.filename, str | os.PathLike):
        return ""
    name = str(fault.filename)
    shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."
    return f"{shown} {_NAMED[fault.errno]}"


def _tell(words: str, error: Exception, arguments: Sequence[str]) -> int:
    reference = logbook.reference()
    kept = logbook.keep(error, reference, _home(arguments))
    where = f"the detail is in {LOG}" if kept else "tell the support team, with the time"
    line = " ".join(words.split())
    if "--json" in arguments:
        show({"error": line, "reference": reference}, as_json=True)
    complain(f"{line} (Reference {reference}; {where}.)")
    return BROKEN


def _home(arguments: Sequence[str]) -> Path:
    given = os.environ.get("WAYMARK_HOME") or str(HOME)
    for place, word in enumerate(arguments):
        if word == "--home" and place + 1 < len(arguments):
            given = arguments[place + 1]
        elif word.startswith("--home="):
            given = word.removeprefix("--home=")
    return Path(given)
