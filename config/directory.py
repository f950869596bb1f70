"""The directory of agencies and roles: a table of people, read with every bad row at once.

Cells that look like a formula are text here and stay text.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from engine.errors import Refused
from engine.roles import DEPUTY, ROLES, Person

COLUMNS = ("name", "email", "agency", "roles")
_ALLOWED = (*COLUMNS, "area")
_LONGEST = 200
_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]+@[^\s@.<>(),;:\\\"\[\]]+(\.[^\s@.<>(),;:\\\"\[\]]+)+")


def sample() -> str:
    """The text of a small invented directory: role mailboxes of agencies that do not exist."""
    return resources.files("config").joinpath("sample_directory.csv").read_text("utf-8")


def read_people(text: str) -> list[Person]:
    """Read people from the text of a CSV file with the columns name, email, agency and roles.

    Roles are separated by ";" and a deputy's has ":deputy" behind it; area may be added.
    Errors: Refused with a reason for each bad row: "line 7: ...".
    """
    lines = _lines(text)
    if not lines:
        raise Refused(["The file is empty. Its first line names the columns: " + _named(COLUMNS)])
    columns = [cell.strip().lower() for cell in lines[0][1]]
    if faults := tuple(_header_faults(columns)):
        raise Refused(faults)
    reasons: list[str] = []
    people: dict[str, tuple[int, Person]] = {}
    for number, cells in lines[1:]:
        faults = _take(number, cells, columns, people)
        reasons += [f"line {number}: {fault}" for fault in faults]
    if not people and not reasons:
        reasons = ["There is nobody in the file: below its first line it has no rows."]
    if reasons:
        raise Refused(reasons)
    return [person for _, person in people.values()]


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the number of the line it begins on."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found, begins = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        problem = "the quotation marks or line ends of this row are broken; nothing was read"
        raise Refused([f"line {begins}: {problem}"]) from None
    return found


def _header_faults(columns: Sequence[str]) -> Iterator[str]:
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        yield f"line 1: missing columns: {_named(missing)}"
    for column in dict.fromkeys(columns):
        if column not in _ALLOWED:
            shown = column if column.isprintable() else ascii(column)
            yield f"line 1: unknown column '{shown[:40]}'; the columns are {_named(_ALLOWED)}"
        elif columns.count(column) > 1:
            yield f"line 1: the column {column} is there twice"


def _named(columns: Sequence[str]) -> str:
    return ", ".join(columns)


def _take(
    number: int,
    cells: list[str],
    columns: Sequence[str],
    people: dict[str, tuple[int, Person]],
) -> tuple[str, ...]:
    """Add one row's person to those read so far, or say everything that is wrong with it."""
    if len(cells) != len(columns):
        return (
            f"{len(cells)} columns where {len(columns)} are needed;"
            " put a text with a comma in it in quotation marks",
        )
    row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
    if faults := tuple(_row_faults(row)):
        return faults
    person = _person(row)
    earlier, known = people.setdefault(person.email, (number, person))
    if known != person:
        return (f"{person.email} is on line {earlier} too, with something else beside it",)
    return ()


def _row_faults(row: Mapping[str, str]) -> Iterator[str]:
    for column, cell in row.items():
        if not cell.isprintable():
            yield f"the {column} holds a line break or a character that cannot be shown"
        elif len(cell) > _LONGEST:
            yield f"the {column} is longer than {_LONGEST} characters"
    yield from (f"the {column} is empty" for column in ("name", "agency") if not row[column])
    if ";" in row["agency"]:
        yield "the agency holds a ';', which separates several agencies"
    if not (row["email"].isascii() and _EMAIL.fullmatch(row["email"])):
        yield "the email is not an email address"
    yield from _role_faults(row["roles"])


def _roles(cell: str) -> list[str]:
    return [role.strip().lower() for role in cell.split(";") if role.strip()]


def _role_faults(cell: str) -> Iterator[str]:
    for role in _roles(cell):
        if role.removesuffix(DEPUTY) not in ROLES and role.isprintable():
            yield f"unknown role '{role[:60]}'{_nearest(role)}"


def _nearest(role: str) -> str:
    """The known role somebody may have meant, by its key or by its label."""
    spoken = {label.lower(): key for key, label in ROLES.items()}
    plain = role.partition(":")[0].strip()
    near = difflib.get_close_matches(plain.replace(" ", "_"), ROLES, 1) or [
        spoken[found] for found in difflib.get_close_matches(plain, spoken, 1)
    ]
    return f"; did you mean '{near[0]}'?" if near else "; the sample directory shows every role"


def _person(row: Mapping[str, str]) -> Person:
    return Person(
        email=row["email"].lower(),
        name=row["name"],
        agency=row["agency"],
        roles=frozenset(_roles(row["roles"])),
        area=row.get("area", ""),
    )
