"""What is different between two versions of a process is told in words, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.definition import Process
from engine.facts import Choice
from engine.publishing import (
    differences,
    digest,
    from_json,
    to_json,
)
from engine.shape import FirstKnown, MetBy, Stage, Variant
from tests.engine.small import (
    COLOUR,
    FACTS,
    NOTICES,
    STAGES,
    TIMESCALES,
    process,
)

SMALL = process()


def _changes() -> Iterator[tuple[Process, tuple[str, ...]]]:
    open_, start, finish, reopen = SMALL.transitions
    work, *others = TIMESCALES
    yield (
        process(label="Small still"),
        ("the process: label was 'A small process', is now 'Small still'",),
    )
    yield process(version="2"), ("version: 1 became 2",)
    yield (
        process(keepers=("police",)),
        ("the process: keepers was 'business_manager', is now 'police'",),
    )
    yield (
        process(link_kinds=("sibling", "cousin")),
        ("the process: link kinds was 'sibling', is now 'sibling', 'cousin'",),
    )
    more = Stage("shelved", "Shelved", final=True)
    shelve = replace(finish, action="shelve", target="shelved")
    yield (
        process(stages=(*STAGES, more), transitions=(*SMALL.transitions, shelve)),
        (
            "stage 'shelved': added",
            "action 'shelve' (working): added",
        ),
    )
    yield (
        process(stages=(replace(STAGES[0], owner="police"), *STAGES[1:])),
        ("stage 'begun': owner was 'business_manager', is now 'police'",),
    )
    yield process(notices=NOTICES[:-1]), ("notice 'extended' on 'extended': removed",)
    yield (
        process(transitions=(open_, start, finish, replace(reopen, who=("police", "icb")))),
        ("action 'reopen' (done): who was 'business_manager', is now 'police', 'icb'",),
    )
    needs = replace(reopen, needs=COLOUR.equals("red"))
    yield (
        process(transitions=(open_, start, finish, needs)),
        (
            "action 'reopen' (done): needs was (The reason (reason)), is now"
            " (The colour is Red (colour))",
        ),
    )
    yield (
        process(transitions=(open_, start, finish, replace(reopen, target="begun"))),
        ("action 'reopen' (done): target was 'working', is now 'begun'",),
    )
    yield (
        process(timescales=(replace(work, urgent=True), *others)),
        ("timescale 'work': urgent was no, is now yes",),
    )
    yield (
        process(timescales=(replace(work, cap=None), *others)),
        (
            "timescale 'work': cap was no later than 2 working days before The day it is planned"
            " for (planned_on), is now nothing",
        ),
    )
    yield (
        process(timescales=(replace(work, met=MetBy(facts=("ended_on",))), *others)),
        ("timescale 'work': met was entering Done, is now The day it ended (ended_on)",),
    )
    yield (
        process(facts=(replace(COLOUR, label="Its colour"), *FACTS[1:])),
        ("fact 'colour': label was 'The colour', is now 'Its colour'",),
    )
    yield process(invariants=()), ("what must always be true ('Blue needs a reason.'): removed",)
    yield (
        process(notices=(*NOTICES, NOTICES[0])),
        ("notice 'opened' on 'action:open', number 2: added",),
    )
    yield (
        process(transitions=(open_, finish, start, reopen)),
        ("the order of the declarations changed",),
    )
    more_work = replace(work, variants=(Variant("slow", COLOUR.equals("red")),))
    yield (
        process(timescales=(more_work, *others)),
        (
            "timescale 'work': variants was 'fast' where (Whether it is urgent is Yes (urgent)),"
            " is now 'slow' where (The colour is Red (colour))",
        ),
    )
    yield (
        process(timescales=(replace(work, start=FirstKnown(("ended_on",))), *others)),
        (
            "timescale 'work': start was the later of The day it began (began_on), When it was"
            " heard (heard_at), is now The day it ended (ended_on)",
        ),
    )
    yield (
        process(transitions=(open_, replace(start, orders=()), finish, reopen)),
        (
            "action 'start' (begun): orders was Agency return from Agency safeguarding lead in the"
            " parties' agencies, is now nothing",
        ),
    )
    shades = (Choice("red", "Red"), Choice("green", "Green"), Choice("blue", "Azure"))
    yield (
        process(facts=(replace(COLOUR, choices=shades), *FACTS[1:])),
        (
            "fact 'colour': choices was 'Red' (red), 'Green' (green), 'Blue' (blue), is now 'Red'"
            " (red), 'Green' (green), 'Azure' (blue)",
        ),
    )


CHANGED = tuple(_changes())


@pytest.mark.parametrize(("new", "words"), CHANGED, ids=[words[0] for _, words in CHANGED])
def test_each_difference_is_told_in_words(new: Process, words: tuple[str, ...]) -> None:
    """Somebody who moves to a new version reads exactly what is different in it."""
    assert differences(SMALL, new) == words


@pytest.mark.parametrize("new", [new for new, _ in CHANGED], ids=[w[0] for _, w in CHANGED])
def test_nothing_is_called_different_that_is_the_same(new: Process) -> None:
    """A process never differs from itself, nor from itself as it was stored."""
    assert differences(new, new) == ()
    assert differences(new, from_json(to_json(new))) == ()
    assert differences(new, SMALL) != ()


def test_two_definitions_that_differ_anywhere_differ_in_digest() -> None:
    """Change any one thing in a definition and its digest is another."""
    digests = {digest(SMALL)}
    changed = list(CHANGED)
    for new, _ in changed:
        digests.add(digest(new))
    assert len(digests) == len(changed) + 1
