"""When the house cannot work: one line with a reference; the detail goes to the house's log.

The log gets the kinds of faults and where they happened, never a message: a message may carry
what somebody typed.
"""

from __future__ import annotations

import errno
import os
import traceback
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli.codes import BROKEN
from cli.output import complain, show
from cli.words import HOME
from config.premises import LOG, SECRET
from engine.errors import HouseDown

UNFORESEEN = "Something went wrong in the house; nothing was half-saved."


def down(fault: HouseDown, arguments: Sequence[str]) -> int:
    """Say why the house cannot work, in the words of the fault."""
    return _tell(str(fault), fault, arguments)


def broken(error: Exception, arguments: Sequence[str]) -> int:
    """Say that something unforeseen went wrong."""
    return _tell(UNFORESEEN, error, arguments)


def _tell(words: str, error: Exception, arguments: Sequence[str]) -> int:
    reference = uuid.uuid4().hex[:8]
    kept = _log(error, reference, _home(arguments))
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


def _log(error: Exception, reference: str, home: Path) -> bool:
    """Whether the detail could be kept; only a house has a log."""
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} {reference} {_detail(error)}\n"
    try:
        if not (home / SECRET).exists():
            return False
        file = os.open(home / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(file, "a", encoding="utf-8") as log:
            log.write(entry)
    except OSError:
        return False
    return True


def _detail(error: BaseException) -> str:
    return " <- ".join(
        f"{type(e).__name__}{_code(e)} {' < '.join(_trail(e))}".strip() for e in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__ or found.__context__


def _trail(error: BaseException) -> Iterator[str]:
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        yield f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def _code(error: BaseException) -> str:
    """What a driver or the machine calls the fault: a word of theirs, never of a person."""
    number = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    code = number or getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return f"[{code}]" if code else ""
