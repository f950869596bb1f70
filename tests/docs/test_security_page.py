"""S11: each requirement of the standard has a row that says how it stands, and where to look.

asvs_requirements.csv beside this file has the numbers and levels of the requirements that were
taken: those of OWASP's ASVS 5.0.0 at levels 1 and 2, and at level 3 of its chapters 7, 8 and 16.
"""

from __future__ import annotations

import ast
import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.docs.library import DOCS, HINT, ROOT, rows, writer
from workflows.logbook import WORDS

KNOWN = Path(__file__).with_name("asvs_requirements.csv")
COLUMNS = ["id", "level", "standing", "where", "why"]
SHORTEST, LONGEST = 10, 260


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = table(DOCS / "asvs.csv")
PAGE = (DOCS / "security.md").read_text("utf-8")


@cache
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests a file has, without running or importing it."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(n.name for n in tree.body if isinstance(n, kinds) and n.name[:5] == "test_")


def lost(place: str) -> bool:
    """Whether a place of the table leads nowhere: a file, or a test in one."""
    name, _, test = place.partition("::")
    path = ROOT / name
    return not path.is_file() or (bool(test) and test not in names_in(path))


def test_every_requirement_has_one_row_in_order() -> None:
    """None is left out, none is made up, and each has the level it has in the standard."""
    assert [(row["id"], row["level"]) for row in ROWS] == [
        (row["id"], row["level"]) for row in table(KNOWN)
    ]
    levels = Counter(row["level"] for row in ROWS)
    assert levels == {"1": 70, "2": 183, "3": 8}
    deep = {row["id"].split(".")[0] for row in ROWS if row["level"] == "3"}
    assert deep == {"V7", "V8", "V16"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_is_whole_and_leads_somewhere(row: dict[str, str]) -> None:
    """No blank cell; every path and every named test is there; one sentence says why."""
    assert list(row) == COLUMNS
    assert all(cell and cell == cell.strip() for cell in row.values())
    assert row["standing"] in writer().STANDINGS
    places = row["where"].split(";")
    assert [place for place in places if lost(place)] == []
    assert len(places) == len(set(places))
    why = row["why"]
    assert SHORTEST <= len(why) <= LONGEST
    assert why.endswith(".")
    assert ". " not in why
    if row["standing"] == "test":
        assert all("::" in place for place in places)
    if row["standing"] == "not met":
        assert ": " in why, "what would be needed is said behind a colon"


@pytest.mark.parametrize(
    "place", ["docs/nowhere.md", "tests/docs/test_security_page.py::test_nothing", "docs"]
)
def test_a_place_that_is_not_there_would_be_seen(place: str) -> None:
    """The check above is able to fail."""
    assert lost(place)


def test_the_page_has_the_counts_and_every_gap() -> None:
    """What the table says, added up by hand once more, and nothing that is not met left out."""
    counted = {cells[0]: int(cells[1]) for cells in rows(PAGE, "Standing")}
    standings = Counter(row["standing"] for row in ROWS)
    assert counted == {"not met": 0, **standings, "all": len(ROWS)}
    gaps = [cells[0] for cells in rows(PAGE, "Requirement")]
    assert gaps == [row["id"] for row in ROWS if row["standing"] == "not met"]
    assert writer().security() == {DOCS / "security.md": PAGE}, HINT


def noted(path: Path) -> Iterator[str]:
    """The events a file writes to the log."""
    for call in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("note", "warning"):
            found = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
            yield from (event for event in found if isinstance(event, str))


def test_the_page_names_every_event_of_the_log_that_tells_of_people() -> None:
    """An event that is written and nowhere explained is of no use to whoever looks for one."""
    written = {event for path in (ROOT / "web").glob("*.py") for event in noted(path)}
    assert len(written) == 11
    assert written <= WORDS, "the log leaves these out"
    assert [name for name in written if f"`{name}`" not in PAGE] == []
