"""What a house on SQLite says of a fault, so that somebody mends the right thing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import sqlite


def said_of(statement: str, file: Path) -> str:
    """What is said when SQLite refuses a statement on an empty file."""
    with closing(sqlite3.connect(file)) as line, pytest.raises(sqlite3.Error) as fault:
        line.execute(statement)
    return str(sqlite.words(fault.value, file))


def test_a_file_without_the_tables_of_a_house_says_to_make_one(tmp_path: Path) -> None:
    assert "Make one with `waymark init`" in said_of("SELECT 1 FROM house", tmp_path / "a.db")


def test_nobody_is_told_to_make_a_house_that_is_there(tmp_path: Path) -> None:
    """Any other refusal gives its code, and nothing of its text: it may quote a name."""
    said = said_of("SELECT amy_example FROM (SELECT 1)", tmp_path / "a.db")
    assert said == "The database refused the work (SQLITE_ERROR); nothing was saved."
