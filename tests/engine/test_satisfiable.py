"""What is called impossible is impossible: the checker against every record there could be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conditions import (
    ALWAYS,
    All,
    Answered,
    AnyOf,
    Asked,
    Condition,
    Either,
    Equals,
    Least,
    Linked,
    Not,
    Recorded,
    View,
)
from engine.facts import choice, choices, text, words, yes_no
from engine.satisfiable import satisfiable
from tests.engine.picture import Picture

FACTS = {
    fact.key: fact
    for fact in (
        choice("one", "One", words("a", "b", "c")),
        choices("many", "Many", words("a", "b", "c")),
        yes_no("sure", "Sure"),
    )
}
ASKED = (0, 1, 2, 3)


def values(key: str) -> list[str | None]:
    """Every value a fact could hold, and none."""
    known = [option.key for option in FACTS[key].vocabulary]
    if key != "many":
        return [None, *known]
    several = chain.from_iterable(combinations(known, n) for n in (1, 2, 3))
    return [None, *(";".join(some) for some in several)]


def records() -> Iterator[View]:
    """Every record these facts allow, as conditions see it."""
    for one, many, sure, asked, linked in product(
        values("one"), values("many"), values("sure"), ASKED, (False, True)
    ):
        held = {"one": one, "many": many, "sure": sure}
        facts = {key: value for key, value in held.items() if value is not None}
        links = frozenset({"sibling"} if linked else ())
        yield Picture(facts, asked={"return": asked}, links=links)


EVERY = list(records())

letters = st.sampled_from(["a", "b", "c"])
leaves = st.one_of(
    st.just(ALWAYS),
    st.builds(Recorded, st.sampled_from(sorted(FACTS))),
    st.builds(Equals, st.sampled_from(["one", "many"]), letters),
    st.builds(Equals, st.just("sure"), st.sampled_from(["yes", "no"])),
    st.builds(AnyOf, st.sampled_from(["one", "many"]), st.lists(letters, max_size=3).map(tuple)),
    st.builds(Least, st.just("many"), st.integers(1, 4)),
    st.builds(Asked, st.just("return"), st.integers(1, 3)),
    st.builds(Linked, st.just("sibling")),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=4).map(tuple)),
        st.builds(Either, st.lists(inner, max_size=4).map(tuple)),
    ),
    max_leaves=10,
)


@settings(max_examples=1500)
@given(conditions)
def test_impossible_means_that_no_record_would_do(condition: Condition) -> None:
    """A condition is called impossible exactly where none of all records meets it."""
    assert satisfiable(condition, FACTS) == any(condition.holds(one) for one in EVERY)


IMPOSSIBLE = {
    "two values of one choice": Equals("one", "a") & Equals("one", "b"),
    "a value and not recorded": Equals("one", "a") & ~Recorded("one"),
    "recorded with no value left": Recorded("one") & ~AnyOf("one", ("a", "b", "c")),
    "not yes, not no, and recorded": ~Equals("sure", "yes") & ~Equals("sure", "no")
    & Recorded("sure"),
    "a value outside the vocabulary": Equals("one", "z"),
    "outside it, among several": AnyOf("many", ("y", "z")),
    "more than there are": Least("many", 4),
    "two of one value": Least("many", 2) & Equals("many", "a"),
    "three but fewer than two": Least("many", 3) & ~Least("many", 2),
    "several of a single choice": Least("one", 2),
    "the opposite of itself": Linked("sibling") & ~Linked("sibling"),
    "fewer asked than asked": Asked("return", 3) & ~Asked("return", 2),
    "no choice at all": Either(()),
    "never": Not(ALWAYS),
    "a way out that is closed too": (Equals("one", "a") | Equals("one", "b")) & Equals("one", "c"),
}  # fmt: skip


@pytest.mark.parametrize("condition", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_plain_contradictions_are_seen(condition: Condition) -> None:
    """The contradictions somebody could write by mistake are all seen."""
    assert not satisfiable(condition, FACTS)


POSSIBLE = {
    "nothing": ALWAYS,
    "a text with any value": Equals("note", "x") & ~Equals("note", "y"),
    "not recorded, and not a value": ~Recorded("one") & ~Equals("one", "a"),
    "two words of a list": AnyOf("many", ("a",)) & AnyOf("many", ("b",)),
    "just one word of a list": Recorded("many") & ~Least("many", 2),
    "a fact nobody declared": Recorded("ghost"),
    "waiting and not linked": Answered("return") & ~Linked("sibling"),
}


@pytest.mark.parametrize("condition", POSSIBLE.values(), ids=POSSIBLE)
def test_what_could_be_is_never_called_impossible(condition: Condition) -> None:
    """Where only the world could say no, the checker says yes."""
    known = {**FACTS, "note": text("note", "Note")}
    assert satisfiable(condition, known)


def test_a_condition_too_large_to_walk_gets_the_benefit_of_the_doubt() -> None:
    """The checker gives up in bounded time, and then calls nothing impossible."""
    ways = tuple(Either((Linked(f"a{n}"), Linked(f"b{n}"))) for n in range(40))
    assert satisfiable(All((*ways, Linked("z"), ~Linked("z"))), FACTS)
    assert not satisfiable(All((Linked("z"), ~Linked("z"), *ways)), FACTS)
