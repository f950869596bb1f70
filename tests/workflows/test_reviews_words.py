"""What the two reviews tell people: somebody at every step, and nothing of the case."""

from __future__ import annotations

import re

import pytest

from engine.definition import Process
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

REVIEWS = (RAPID_REVIEW, PRACTICE_REVIEW)
KINDS = (
    "opened moved asked due_soon due late escalated extended held released redated decided"
    " published closed"
)


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_every_action_tells_somebody(process: Process) -> None:
    quiet = {t.action for t in process.transitions if not process.notices_on(f"action:{t.action}")}
    # Agencies are told when they are asked, and each asking has its own notice.
    assert quiet <= {"ask_agencies"}
    assert {rule.kind for rule in process.notices} <= set(KINDS.split())


@pytest.mark.parametrize("process", REVIEWS, ids=lambda p: p.key)
def test_the_words_of_an_email_say_nothing_of_the_case(process: Process) -> None:
    """No placeholder, no number or date, no child, and no panel but by its full name."""
    official = re.compile(
        r"Local Child Safeguarding Practice Review|Child Death Overview Panel"
        r"|National Panel|Case Review Panel"
    )
    for words in mailed(process):
        rest = official.sub("", words)
        assert not re.search(r"[%{}\d]|[Cc]hild|\bPanel\b|\bdied\b|\bdeath\b", rest), words
        assert words.isprintable()


def mailed(process: Process) -> list[str]:
    """Every fixed text that can reach an email: titles, stages, what is asked, what follows."""
    found = [process.label, *(s.label for s in process.stages)]
    found += [t.label for t in process.transitions] + [t.label for t in process.tasks]
    found += [w for rule in process.notices for w in (rule.asks, rule.otherwise)]
    for clock in process.timescales:
        found += [clock.label, clock.asks, clock.otherwise]
    return found
