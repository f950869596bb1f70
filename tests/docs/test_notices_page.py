"""The page that says who is told what names only notices and reminders that there are."""

from __future__ import annotations

import re

import pytest

from config.timescales import load
from tests.docs.library import DOCS, rows
from workflows.catalogue import PROCESSES

PAGE = (DOCS / "notices.md").read_text(encoding="utf-8")
TABLES = {
    "Rapid review": ("rapid_review", 16),
    "Practice review": ("practice_review", 13),
    "Child death review": ("child_death_review", 20),
    "Dispute": ("dispute", 17),
}


def _declared(process: str) -> set[str]:
    notices = {rule.on for rule in PROCESSES[process].notices}
    ladders = {rule.timescale for rule in load().rules if rule.process == process and rule.ladder}
    return notices | {f"ladder:{key}" for key in ladders}


def _named(words: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", words))


@pytest.mark.parametrize("heading", TABLES)
def test_each_name_is_a_notice_or_a_reminder_of_its_process(heading: str) -> None:
    """What the page says is told is declared; a renamed notice breaks this test."""
    process, _ = TABLES[heading]
    named = set().union(*(_named(told) for _, told, *_ in rows(PAGE, heading)))
    assert named - _declared(process) == set()


@pytest.mark.parametrize("heading", TABLES)
def test_each_reminder_has_a_row(heading: str) -> None:
    """A date whose reminders the page does not know of would be a gap in the page."""
    process, _ = TABLES[heading]
    named = set().union(*(_named(told) for _, told, *_ in rows(PAGE, heading)))
    ladders = {name for name in _declared(process) if name.startswith("ladder:")}
    assert ladders - named == set()


@pytest.mark.parametrize("heading", TABLES)
def test_a_gap_is_said(heading: str) -> None:
    """No row is lost; covered rows name what covers them, and the others what is missing."""
    _, expected = TABLES[heading]
    found = list(rows(PAGE, heading))
    assert len({row[0] for row in found}) == len(found) == expected
    for event, told, covered, missing in found:
        assert covered in ("yes", "partly", "no"), event
        assert bool(missing) == (covered != "yes"), event
        assert bool(told) or covered != "yes", event
        assert not (covered == "no" and told), event
