"""What a command prints: one JSON document, or words for a person; refusals with every reason."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from cli.codes import REFUSED
from engine.errors import HouseDown

UNREAD = (
    "The work was done, but its result could not be written to the output. Look again with"
    " `waymark show` or `waymark list`, and do nothing twice."
)


def show(document: Any, as_json: bool, words: Iterable[str] = ()) -> None:
    """Print one JSON document, or the words that say the same to a person.

    Errors: HouseDown where the output cannot be written; nobody reading it is no error.
    """
    if as_json:
        coding = getattr(sys.stdout, "encoding", None) or ""
        plain = coding.lower().replace("-", "") != "utf8"
        words = [json.dumps(document, ensure_ascii=plain, default=_plain)]
    try:
        for line in words:
            print(sayable(line))
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        hang_up()
    except OSError:
        hang_up()
        raise HouseDown(UNREAD) from None


def sayable(line: str) -> str:
    """The line, with half a letter, as in a file's name that is no text, shown by its number."""
    return line.encode("utf-8", "backslashreplace").decode()


def complain(line: str) -> None:
    """Print a line on standard error, if anybody takes it."""
    with suppress(OSError):
        print(sayable(line), file=sys.stderr, flush=True)


def hang_up() -> None:
    """Nobody takes what is printed: what is left of it goes nowhere."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def refuse(reasons: Sequence[str], as_json: bool) -> int:
    """Print every reason of a refusal."""
    if as_json:
        show({"refused": True, "reasons": list(reasons)}, as_json=True)
        return REFUSED
    complain("Refused:")
    for reason in reasons:
        complain(f"  - {one_line(reason)}")
    return REFUSED


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 message, 2 messages."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> list[str]:
    """Rows as an aligned table of words; columns maps keys to headings."""
    cells = [list(columns.values())]
    cells += [[_cell(row.get(key)) for key in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    padded = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    lines = [line.rstrip() for line in padded]
    return [lines[0], "  ".join("-" * w for w in widths), *lines[1:]]


def _cell(value: Any) -> str:
    return "" if value is None else one_line(str(value))


def one_line(text: str) -> str:
    """A text on one line, without characters that steer a terminal."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
