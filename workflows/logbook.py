"""The house's log: JSON lines with known keys and known shapes, so that nobody can stand in it.

A message may carry what somebody typed, so no message is ever logged, ours or a library's: an
event has a name, and beside it counts, kinds, durations and the reference of a fault. Whatever is
not one of these is left out, and the line says so.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import sys
import syslog
import traceback
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from config.premises import LOG, stands_in

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

LEFT_OUT = "left_out"


def reference() -> str:
    """A name by which a fault is found in the log again."""
    return uuid.uuid4().hex[:8]


def keep(error: BaseException, name: str, home: Path) -> bool:
    """Keep the detail of a fault under a name; False where it could not be: only a house has a log.

    Errors: none.
    """
    pages = _Pages(home)
    _log_on(pages).error("fault", reference=name, fault=error)
    return pages.kept


def log_of(home: Path, stream: TextIO | None = None) -> FilteringBoundLogger:
    """The log of a house, as its own file and, where one is given, a stream beside it."""
    return _log_on(_Pages(home, stream))


def begin(home: Path) -> None:
    """Let whatever the libraries of this process log go to the house's log and to standard error.

    Before Prefect is imported: it leaves alone a root logger that has a handler with a formatter.
    """
    handler = _Heard(log_of(home, sys.stderr))
    handler.setFormatter(logging.Formatter("%(name)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


class _Pages:
    """The log's own file, made for its owner alone, and beside it what the account cannot change.

    That is a stream where one is given, which systemd keeps, else the log of the machine itself.

    kept: whether the last line stands in the file. That one cannot be written is no fault of the
    work that was about to say something.
    """

    def __init__(self, home: Path, stream: TextIO | None = None) -> None:
        self.home, self.stream, self.kept = home, stream, False

    def msg(self, line: str) -> None:
        """Write one line."""
        if self.stream is None:
            # Standard error is for what a command tells a person: the machine's own log is not.
            syslog.syslog(syslog.LOG_ERR, f"waymark: {line}")
        else:
            with suppress(OSError, ValueError):
                print(line, file=self.stream, flush=True)
        try:
            self.kept = self._written(line)
        except OSError:
            self.kept = False

    info = warning = error = critical = msg

    def _written(self, line: str) -> bool:
        if not stands_in(self.home):
            return False
        file = os.open(self.home / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(file, "a", encoding="utf-8") as log:
            log.write(f"{line}\n")
        return True


def _log_on(pages: _Pages) -> FilteringBoundLogger:
    """The one way in which anything is logged. Structlog is imported only by who logs."""
    import structlog

    log: FilteringBoundLogger = structlog.wrap_logger(
        pages,
        processors=[
            structlog.processors.add_log_level,
            only_known,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    return log


class _Heard(logging.Handler):
    """What a library says: which one, how loud and what kind of fault; never its words."""

    def __init__(self, log: FilteringBoundLogger) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Log that a library spoke."""
        facts: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[1]:
            facts |= {"fault": record.exc_info[1], "reference": reference()}
        loud = record.levelno >= logging.ERROR
        (self._log.error if loud else self._log.warning)("library", **facts)


# Every word of our own that a line may hold; a name nobody foresaw is not among them.
WORDS = frozenset(
    (
        "fault", "library", "round", "info", "warning", "error", "done", "failed", "stopped",
        "clock_is_kept_here", "clock_is_kept_elsewhere", "clock_cannot_be_kept",
        "nothing_can_be_looked_for", "house_cannot_be_opened", "house_cannot_work",
        "host_cannot_be_read",
        "prefect_is_here", "prefect_is_away", "history_is_not_pruned",
        "sweep", "deliver", "collect", "digest", "back_up", "verify_and_checkpoint", "recalendar",
        "retention_review",
        "code_asked", "code_not_sent", "signed_in", "signed_out", "turned_away", "lines_left_out",
        "visit_ended", "browser_is_new", "browser_is_another", "token_taken",
        "known_by_another_name",
    )
)  # fmt: skip
_HEX = re.compile(r"[0-9a-f]{8}")
_HOUSE = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_PROCESS = re.compile(r"[A-Za-z0-9.-]{1,64}-\d+-[0-9a-f]{8}", re.ASCII)


def _like(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _word(value: Any) -> bool:
    return isinstance(value, str) and value in WORDS


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _module(value: Any) -> bool:
    """A logger is named after a module, so after one that is imported here."""
    return isinstance(value, str) and value in sys.modules


# What may stand in a line, and what it must be.
KNOWN: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("event", "level", "round", "outcome"), _word),
    **dict.fromkeys(("count", "seconds", "status", "token"), _number),
    "process": _like(_PROCESS),
    "house": _like(_HOUSE),
    **dict.fromkeys(("logger", "page"), _module),
    **dict.fromkeys(("reference", "visit"), _like(_HEX)),
    "fault": lambda value: isinstance(value, BaseException),
}


def only_known(_log: WrappedLogger, _level: str, given: EventDict) -> EventDict:
    """Let through what is known and looks as it must; of the rest, only that there was some."""
    kept = {key: value for key, value in given.items() if key in KNOWN and KNOWN[key](value)}
    if missing := len(given) - len(kept):
        kept[LEFT_OUT] = missing
    if error := kept.pop("fault", None):
        kept["detail"] = _detail(error)
    return kept


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
