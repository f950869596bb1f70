"""The words of child deaths and disputes: whole sentences, and nothing in them of any child."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from config.timescales import load
from engine.definition import Process
from workflows.child_death_review import CHILD_DEATH_REVIEW
from workflows.dispute import DISPUTE

BOTH = (CHILD_DEATH_REVIEW, DISPUTE)

INSTITUTIONS = re.compile(
    r"(child death overview panel|child death reviews?|national child mortality database"
    r"|child deaths page|children act|children and young persons act|safeguarding children)",
    re.IGNORECASE,
)
OF_A_CHILD = re.compile(
    r"\b(he|she|his|hers?|him|bab(y|ies)|infants?|boys?|girls?|son|daughter|siblings?|child"
    r"|children|child's|mother|father|suicide|abuse|neglect|injur\w*|still\w*birth|died|dead)\b",
    re.IGNORECASE,
)


def _words(process: Process) -> Iterator[str]:
    """Every fixed word of a process that can stand in an email."""
    yield process.label
    yield from (stage.label for stage in process.stages)
    yield from (transition.label for transition in process.transitions)
    for task in process.tasks:
        yield from (task.label, task.asks, task.otherwise, *(c.label for c in task.answers))
    for clock in process.timescales:
        yield from (clock.label, clock.asks, clock.otherwise)
    for notice in process.notices:
        yield from (notice.asks, notice.otherwise)
    yield from (r.citation for r in load().rules if r.process == process.key)


@pytest.mark.parametrize("process", BOTH)
def test_no_word_fit_for_an_email_speaks_of_a_child(process: Process) -> None:
    for text in _words(process):
        assert not OF_A_CHILD.search(INSTITUTIONS.sub("", text)), text


@pytest.mark.parametrize("process", BOTH)
def test_a_panel_is_always_named_in_full(process: Process) -> None:
    for text in _words(process):
        assert not re.search(r"(?<!Overview )(?<!National )(?<!Case Review )\bPanel\b", text), text


@pytest.mark.parametrize("process", BOTH)
def test_every_notice_asks_in_a_whole_sentence(process: Process) -> None:
    for notice in process.notices:
        assert notice.asks.endswith(".")
        assert notice.otherwise.endswith(".")


@pytest.mark.parametrize("ending", ["out_of_scope", "duplicate", "in_error", "transfer"])
def test_everybody_told_of_a_notification_is_told_when_it_proves_to_be_none(ending: str) -> None:
    told = _readers("action:open") | _readers("action:accept")
    assert told
    assert told <= _readers(f"action:{ending}")


def _readers(event: str) -> set[str]:
    return {word for notice in CHILD_DEATH_REVIEW.notices_on(event) for word in notice.to}
