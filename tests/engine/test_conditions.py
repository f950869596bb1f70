"""Conditions: when each one holds, every reason given where it does not, and its words."""

from __future__ import annotations

from itertools import product
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import conditions
from engine.conditions import (
    ALWAYS,
    All,
    Always,
    Answered,
    AnyOf,
    Asked,
    AtLeastBefore,
    Condition,
    Different,
    Either,
    Equals,
    Late,
    Least,
    Linked,
    NoHold,
    Not,
    NotAfter,
    NotParty,
    Recorded,
    View,
    Younger,
    recorded,
)
from tests.engine.picture import Picture

A, B = Recorded("a"), Recorded("b")
EARLY, LATER = "2026-03-02", "2026-03-11"

TRUTH: list[tuple[Condition, View, bool]] = [
    (ALWAYS, Picture(), True),
    (A, Picture(), False),
    (A, Picture({"a": ""}), True),
    (Equals("a", "x"), Picture(), False),
    (Equals("a", "x"), Picture({"a": "x"}), True),
    (Equals("a", "x"), Picture({"a": "x;y"}), False),
    (AnyOf("a", ("x", "y")), Picture(), False),
    (AnyOf("a", ("x", "y")), Picture({"a": "y"}), True),
    (AnyOf("a", ("x", "y")), Picture({"a": "z;y"}), True),
    (AnyOf("a", ("x", "y")), Picture({"a": "xy"}), False),
    (Least("a", 2), Picture(), False),
    (Least("a", 2), Picture({"a": "x"}), False),
    (Least("a", 2), Picture({"a": "x;y"}), True),
    (NotAfter("a", "b"), Picture(), True),
    (NotAfter("a", "b"), Picture({"a": LATER}), True),
    (NotAfter("a", "b"), Picture({"a": EARLY, "b": LATER}), True),
    (NotAfter("a", "b"), Picture({"a": EARLY, "b": EARLY}), True),
    (NotAfter("a", "b"), Picture({"a": LATER, "b": EARLY}), False),
    (AtLeastBefore("a", "b", "9wd"), Picture(), False),
    (AtLeastBefore("a", "b", "9wd"), Picture({"a": EARLY}), False),
    (AtLeastBefore("a", "b", "9wd"), Picture({"a": EARLY, "b": LATER}), True),
    (AtLeastBefore("a", "b", "10wd"), Picture({"a": EARLY, "b": LATER}), False),
    (Different("a", "b"), Picture({"a": "x"}), False),
    (Different("a", "b"), Picture({"a": "x", "b": "x"}), False),
    (Different("a", "b"), Picture({"a": "x", "b": "y"}), True),
    (Younger("a", "b", 18), Picture(adult=None), True),
    (Younger("a", "b", 18), Picture(adult=False), True),
    (Younger("a", "b", 18), Picture(adult=True), False),
    (Late("work"), Picture(), False),
    (Late("work"), Picture(missed=frozenset({"work"})), True),
    (Asked("return"), Picture(), False),
    (Asked("return"), Picture(asked={"return": 1}), True),
    (Asked("return", 2), Picture(asked={"return": 1}), False),
    (Answered("return"), Picture(), True),
    (Answered("return"), Picture(waiting={"return": ("T1",)}), False),
    (Answered("return"), Picture(waiting={"form": ("T1",)}), True),
    (NoHold(("court", "police")), Picture(), True),
    (NoHold(("court", "police")), Picture(holds=("other",)), True),
    (NoHold(("court", "police")), Picture(holds=("other", "police")), False),
    (Linked("sibling"), Picture(), False),
    (Linked("sibling"), Picture(links=frozenset({"sibling"})), True),
    (NotParty("a"), Picture({"a": "Council;Police"}, agency="School"), True),
    (NotParty("a"), Picture({"a": "Council;Police"}, agency="Police"), False),
]


@pytest.mark.parametrize(("condition", "view", "expected"), TRUTH)
def test_when_each_condition_holds(condition: Condition, view: View, expected: bool) -> None:
    """Each condition holds exactly where its sentence is true, and says no reason where it is."""
    assert condition.holds(view) is expected
    assert (~condition).holds(view) is not expected
    assert (condition.unmet(view) == ()) is expected


def kinds() -> set[type[Condition]]:
    """Every condition of the algebra."""
    found = (thing for thing in vars(conditions).values() if isinstance(thing, type))
    return {thing for thing in found if issubclass(thing, Condition) and thing is not Condition}


def test_every_condition_is_in_the_table_with_both_answers() -> None:
    """No condition of the algebra is left out of the table above, nor one of its answers."""
    plain = kinds() - {Always, All, Either, Not}
    seen = {(type(condition), answer) for condition, _, answer in TRUTH}
    assert seen == {*product(plain, (True, False)), (Always, True)}


@pytest.mark.parametrize(("first", "second"), list(product((True, False), repeat=2)))
def test_and_or_and_not_are_those_of_logic(first: bool, second: bool) -> None:
    """The signs & | ~ mean and, or and not, for every pair of answers."""
    view = Picture({k: "x" for k, given in (("a", first), ("b", second)) if given})
    assert (A & B).holds(view) is (first and second)
    assert (A | B).holds(view) is (first or second)
    assert (~A).holds(view) is (not first)
    assert (~(A & B)).holds(view) is (~A | ~B).holds(view)
    assert (~(A | B)).holds(view) is (~A & ~B).holds(view)


def test_joining_flattens_so_that_nothing_depends_on_brackets() -> None:
    """However conditions of one sort are bracketed, the same condition comes out."""
    c = Recorded("c")
    assert (A & B) & c == A & (B & c) == All((A, B, c)) == recorded("a", "b", "c")
    assert (A | B) | c == A | (B | c) == Either((A, B, c))
    assert A & (B | c) == All((A, Either((B, c))))
    assert All(()).holds(Picture())
    assert not Either(()).holds(Picture())


WORDS: list[tuple[Condition, str]] = [
    (ALWAYS, "nothing more"),
    (A, "The a (a)"),
    (Equals("a", "x"), "The a is X (a)"),
    (AnyOf("a", ("x", "y")), "The a is X or Y (a)"),
    (Least("a", 2), "The a: at least 2, separated by ; (a)"),
    (NotAfter("a", "b"), "The a is not after The b"),
    (AtLeastBefore("a", "b", "7wd"), "The a (a) is at least 7wd before The b (b)"),
    (Different("a", "b"), "The a (a) and The b (b) are two different people"),
    (Younger("a", "b", 18), "the person had not reached the age of 18 on the date of death"),
    (Late("work"), "the deadline work has passed"),
    (Asked("agency_return"), "at least 1 asked (agency return); use 'ask' first"),
    (Answered("agency_return"), "every agency return answered, nil or waived with a reason"),
    (NoHold(("criminal_trial",)), "no open hold (criminal trial)"),
    (Linked("death_review"), "a linked case (death review)"),
    (NotParty("a"), "somebody who is not a party (The a)"),
    (~A, "The a (a) is left out"),
    (~Equals("a", "x"), "The a is not X (a)"),
    (~Late("work"), "the deadline work has not passed"),
    (~NotParty("a"), "somebody who is a party (The a)"),
    (~Linked("sibling"), "not (a linked case (sibling))"),
    (A & B, "The a (a); The b (b)"),
    (A | B, "either The a (a), or The b (b)"),
]


@pytest.mark.parametrize(("condition", "words"), WORDS)
def test_the_words_of_each_condition(condition: Condition, words: str) -> None:
    """A refusal speaks in the labels of the process, never in code."""
    assert condition.words(Picture()) == words


def test_every_condition_has_its_words_in_the_table() -> None:
    """No condition of the algebra is left without words."""
    assert {type(condition) for condition, _ in WORDS} == kinds()


def test_every_reason_is_listed_at_once() -> None:
    """Somebody who lacks four things is told of all four, and of nothing that is there."""
    needed = recorded("a", "b") & Answered("return") & NoHold(("court", "police")) & Asked("form")
    view = Picture(
        {"b": "x"}, waiting={"return": ("T1 (School)", "T2 (Police)")}, holds=("court", "other")
    )
    assert needed.unmet(view) == (
        "needed: The a (a)",
        "return T1 (School) has not been answered, given as nil or waived",
        "return T2 (Police) has not been answered, given as nil or waived",
        "the court hold is still open; release it first",
        "needed: at least 1 asked (form); use 'ask' first",
    )


def test_an_alternative_not_taken_is_one_reason() -> None:
    """Where one of two things would do, the reason names both ways."""
    assert (A | B).unmet(Picture()) == ("needed: either The a (a), or The b (b)",)


FACT_KEYS: list[tuple[Condition, tuple[str, ...]]] = [
    (A & (Equals("b", "x") | ~AnyOf("c", ("x",))), ("a", "b", "c")),
    (NotAfter("a", "b") & Different("c", "d") & Younger("e", "f", 18), tuple("abcdef")),
    (AtLeastBefore("a", "b", "7wd") & Least("c", 1) & NotParty("d"), tuple("abc")),
    (Late("a") & Asked("b") & Answered("c") & NoHold(("d",)) & Linked("e"), ()),
]


@pytest.mark.parametrize(("condition", "keys"), FACT_KEYS)
def test_a_condition_names_the_facts_it_looks_at(
    condition: Condition, keys: tuple[str, ...]
) -> None:
    """The form of an action asks for exactly the facts its conditions look at."""
    assert tuple(condition.facts()) == keys


simple = st.sampled_from([A, B, Equals("a", "x"), ALWAYS, Answered("return"), Asked("return")])
trees: st.SearchStrategy[Condition] = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(All, st.tuples(inner, inner)),
        st.builds(Either, st.tuples(inner, inner)),
    ),
)  # fmt: skip
pictures = st.builds(
    Picture,
    st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"])),
    st.fixed_dictionaries({"return": st.integers(0, 2)}),
    st.fixed_dictionaries({"return": st.lists(st.just("T1"), max_size=1).map(tuple)}),
)


@given(trees, pictures)
def test_no_refusal_is_without_a_reason(condition: Condition, view: Picture) -> None:
    """Reasons are given exactly where a condition does not hold."""
    assert (condition.unmet(view) == ()) is condition.holds(view)


@given(trees, pictures)
def test_a_condition_is_a_value(condition: Condition, view: Picture) -> None:
    """Two conditions with one text are one condition, wherever it is used as a key."""
    again = eval(repr(condition))
    assert again == condition
    assert hash(again) == hash(condition)
    assert again.holds(view) is condition.holds(view)


def test_only_values_stand_in_a_condition() -> None:
    """A condition holds keys, words and numbers, never a function: so it can be stored."""
    allowed = {str, int, tuple[str, ...], Condition, tuple[Condition, ...]}
    held = {hint for kind in kinds() for hint in get_type_hints(kind).values()}
    assert held <= allowed
    assert isinstance(ALWAYS, Always)
