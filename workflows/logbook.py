"""The house's log of faults: their kinds and where they happened, never a message.

A message may carry what somebody typed.
"""

from __future__ import annotations

import errno
import os
import traceback
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from config.premises import LOG, SECRET


def reference() -> str:
    """A name by which a fault is found in the log again."""
    return uuid.uuid4().hex[:8]


def keep(error: BaseException, name: str, home: Path) -> bool:
    """Keep the detail of a fault under a name; False where it could not be: only a house has a log.

    Errors: none.
    """
    entry = f"{datetime.now(UTC).isoformat(timespec='seconds')} {name} {_detail(error)}\n"
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
