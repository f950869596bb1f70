"""A refusal lists every reason at once: nobody is sent back twice for what was missing at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from engine import asking, record, transition
from engine import conditions as c
from engine.case import Step
from engine.errors import Refused
from engine.facts import Fact, Kind
from engine.roles import HOUSE
from engine.shape import Transition
from engine.situation import CaseView, Situation
from tests.desk import Desk
from tests.engine import small
from tests.proof import matrix
from tests.workflows.deaths import gathering
from workflows.catalogue import PROCESSES

KEYS = sorted(PROCESSES)


def reasons(decide: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        decide()
    return refused.value.reasons


def wanted(condition: c.Condition, view: CaseView) -> Iterator[str]:
    """What somebody who gave nothing must be told: the facts a condition waits for, and more."""
    if condition.holds(view):
        return
    match condition:
        case c.All(parts) | c.Either(parts):
            for part in parts:
                yield from wanted(part, view)
        case c.Asked():
            yield "use 'ask' first"
        case c.Linked():
            yield "a linked case"
        case c.Not(part):
            yield from (f"({key})" for key in part.facts())
        case c.NotParty():
            yield "not a party"
        case _:
            yield from (f"({key})" for key in condition.facts())


def asked_for(found: Transition, view: CaseView) -> set[str]:
    return {*(f"({key})" for key in found.anew), *wanted(found.needs, view)}


@pytest.mark.parametrize("key", KEYS)
def test_whoever_gives_nothing_is_told_everything_that_is_missing(key: str) -> None:
    """Each action, from each stage it starts at, in each of its variants: one refusal names all."""
    process, silent, named = PROCESSES[key], [], 0
    for stage in ("", *(stage.key for stage in process.stages)):
        for found in matrix.starting_at(process, stage):
            if set(found.who) == {HOUSE}:
                continue
            facts = matrix.leading_to(process, stage, found)
            assert facts is not None
            given = {} if stage else facts
            role = next(role for role in found.who if role != HOUSE)
            situation = replace(
                matrix.set_down(process, stage, facts), actor=Desk.actor(role, "Council")
            )
            missing = asked_for(found, CaseView(situation, given))
            if not missing:
                continue
            said = " | ".join(
                reasons(lambda s=situation, a=found.action, g=given: transition.advance(s, a, g))  # type: ignore[misc]
            )
            silent += [(stage, found.action, one) for one in missing if one not in said]
            named += len(missing)
    assert silent == []
    assert named > 40


# A value no fact of that kind can have. Texts and names may say anything.
WRONG = {
    Kind.DAY: "31 June",
    Kind.INSTANT: "yesterday at noon",
    Kind.YES_NO: "perhaps",
    Kind.CHOICE: "none of these",
    Kind.CHOICES: "none;of;these",
    Kind.NUMBER: "several",
    Kind.PERSON: "nobody in particular",
    Kind.NHS_NUMBER: "943 476 5910",
}


@pytest.mark.parametrize("key", KEYS)
def test_every_value_that_cannot_be_read_is_named_in_one_refusal(key: str) -> None:
    """With its label and its key, beside what is wrong with it; and so is a name nobody knows."""
    process = PROCESSES[key]
    given = {fact.key: WRONG.get(fact.kind, "  ") for fact in process.facts}
    keeper = Desk.actor(process.keepers[0])
    situation = replace(matrix.set_down(process, process.stages[0].key), actor=keeper)
    said = reasons(lambda: record.record(situation, {**given, "no_such_fact": "x"}))
    for fact in process.facts:
        assert any(f"{fact.label} ({fact.key}): " in reason for reason in said), fact.key
    assert any("no_such_fact" in reason for reason in said)
    assert len(said) >= len(process.facts) + 1


@pytest.mark.parametrize("key", KEYS)
def test_a_day_that_has_not_come_yet_is_refused_for_what_has_happened(key: str) -> None:
    process = PROCESSES[key]
    keeper = Desk.actor(process.keepers[0])
    situation = replace(matrix.set_down(process, process.stages[0].key), actor=keeper)
    tomorrow = (situation.today + timedelta(days=1)).isoformat()
    past = [fact for fact in process.facts if fact.past]
    said = reasons(lambda: record.record(situation, {fact.key: tomorrow for fact in past}))
    for fact in past:
        assert f"{fact.label} ({fact.key}): it is in the future" in said


def test_whoever_may_not_open_a_case_yet_is_told_where_it_could_be_opened() -> None:
    """A definition may say that a case begins only where something is so. Found by fuzzing."""
    opening = replace(small.OPEN, when=small.URGENT.equals("yes"))
    declared = small.process(transitions=(opening, small.START, small.FINISH, small.REOPEN))
    desk = Desk(declared, small.rulebook(), "2025-01-06T10:00")
    given = {"began_on": "2025-01-02", "urgent": "no"}
    said = reasons(lambda: transition.advance(desk.by("business_manager"), "open", given))
    assert any("'Open' is possible here only where" in each for each in said), said
    assert desk.open("business_manager", **{**given, "urgent": "yes"}).case.stage == "begun"


# ----------------------------------------------------------------- text that cannot be written


HALF_A_LETTER = "a name typed on another machine: \ud800"


def texts() -> dict[str, Callable[[Situation], Step]]:
    """Everywhere somebody writes in their own words."""
    text: Fact = next(f for f in PROCESSES["child_death_review"].facts if f.key == "reason")
    return {
        "a fact": lambda s: record.record(s, {text.key: HALF_A_LETTER}),
        "an identifying fact": lambda s: record.record(s, {"child_name": HALF_A_LETTER}),
        "the reason of a fact": lambda s: record.record(s, {text.key: "why"}, HALF_A_LETTER),
        "a note": lambda s: record.note(s, HALF_A_LETTER),
        "a recusal": lambda s: record.recuse(s, "practitioner@school.example", HALF_A_LETTER),
        "a hold": lambda s: record.hold(s, "coroner", s.today, HALF_A_LETTER),
        "an agency": lambda s: asking.ask(s, [asking.Agency(HALF_A_LETTER, "a@b.example")]),
        "an answer": lambda s: asking.answer(s, "T1", "waived", HALF_A_LETTER),
        "an extension": lambda s: record.extend(
            s, "reporting_form/T1", s.today + timedelta(days=60), HALF_A_LETTER
        ),
    }


def test_a_letter_no_database_can_store_is_refused_in_words() -> None:
    """PostgreSQL keeps no zero byte; the house says so itself instead of breaking down."""
    situation = gathering().by("cdop_coordinator")
    said = reasons(lambda: record.record(situation, {"child_name": "a name\x00"}))
    assert any("(child_name)" in reason for reason in said)


@pytest.mark.parametrize("where", texts())
def test_half_a_letter_is_refused_in_words(where: str) -> None:
    """A terminal set to another alphabet sends them; they can be neither sealed nor stored."""
    desk = gathering()
    desk.ask("cdop_coordinator", "School")
    situation = desk.by("cdop_coordinator")
    assert reasons(lambda: texts()[where](situation))
