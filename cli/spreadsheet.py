"""Tables for a spreadsheet: CSV in UTF-8 with a byte order mark, and no cell is ever a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cli.keeping import refuse_to_write
from engine.errors import Refused

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | float | None


def write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a new file whole, or leave none. Errors: Refused where it cannot be written."""
    refuse_to_write(file)
    try:
        with file.open("x", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out)
            table.writerow(columns)
            table.writerows([[safe(cell) for cell in row] for row in rows])
    except OSError as fault:
        file.unlink(missing_ok=True)
        raise Refused([f"{file} cannot be written ({fault.strerror})"]) from None


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet works out: a text like a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
