"""What a command prints: one JSON document, or words for a person; refusals with every reason."""

from __future__ import annotations

import json
import sys
import traceback
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

DONE, REFUSED, WRONG_USAGE, BROKEN = 0, 1, 2, 3


def show(document: Any, as_json: bool, words: Iterable[str] = ()) -> None:
    """Print one JSON document, or the words that say the same to a person."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, default=_plain))
        return
    for line in words:
        print(line)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def refuse(reasons: Sequence[str], as_json: bool) -> int:
    """Print every reason of a refusal."""
    if as_json:
        show({"refused": True, "reasons": list(reasons)}, as_json=True)
        return REFUSED
    print("Refused:", file=sys.stderr)
    for reason in reasons:
        print(f"  - {reason}", file=sys.stderr)
    return REFUSED


def broken(error: BaseException, as_json: bool, log: Path | None) -> int:
    """Print one line with a reference; the detail goes to the house's log, never to the screen.

    The log gets the kind of fault and where it happened, not its message: a message may carry
    what somebody typed.
    """
    reference = uuid.uuid4().hex[:8]
    where = _log(error, reference, log)
    line = f"Something went wrong in the house (reference {reference}); nothing was half-saved."
    if as_json:
        show({"error": line, "reference": reference}, as_json=True)
    print(f"{line} {where}", file=sys.stderr)
    return BROKEN


def _log(error: BaseException, reference: str, log: Path | None) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    entry = f"{datetime.now(UTC).isoformat()} {reference} {type(error).__name__} {trail}\n"
    try:
        if log is None:
            raise OSError
        with log.open("a", encoding="utf-8") as file:
            file.write(entry)
    except OSError:
        return "The support team needs that reference and the time."
    return f"The detail is in {log.name}, in the house's folder."


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> list[str]:
    """Rows as an aligned table of words; columns maps keys to headings."""
    cells = [list(columns.values())]
    cells += [[_cell(row.get(key)) for key in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) for line in cells]
    return [lines[0], "  ".join("-" * w for w in widths), *lines[1:]]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
