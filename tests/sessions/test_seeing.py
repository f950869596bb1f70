"""Which orders of two sessions' statements are one: held to trading neighbours by hand."""

from __future__ import annotations

from itertools import combinations, islice
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.sessions.gates import FIRST, SECOND
from tests.sessions.seeing import (
    Atom,
    Kind,
    Order,
    atoms,
    classes,
    dependent,
    kinds,
    sampled,
    shuffled,
)

SESSION = st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=4)
READS = ["BEGIN", "SELECT 1", "SELECT 2", "COMMIT"]


def _every_order(first: int, second: int) -> set[Order]:
    places = combinations(range(first + second), first)
    return {tuple(FIRST if n in mine else SECOND for n in range(first + second)) for mine in places}


def _one_trade_away(order: Order, told: tuple[list[Kind], list[Kind]]) -> set[Order]:
    """Orders in which one pair of neighbours that cannot tell of each other has traded places."""
    found, seen = set(), [0, 0]
    for place, which in enumerate(order[:-1]):
        other = order[place + 1]
        if which != other and not dependent(told[which][seen[which]], told[other][seen[other]]):
            found.add((*order[:place], other, which, *order[place + 2 :]))
        seen[which] += 1
    return found


def _the_same(order: Order, told: tuple[list[Kind], list[Kind]]) -> set[Order]:
    """All that trades, one after the other, make of an order."""
    reached, open_ = {order}, [order]
    while open_:
        new = _one_trade_away(open_.pop(), told) - reached
        reached |= new
        open_ += new
    return reached


@given(SESSION, SESSION)
def test_every_order_is_tried_once_however_it_is_told(
    first: list[Kind], second: list[Kind]
) -> None:
    """The orders to try, with all that trades make of each, are all orders, and none is twice."""
    told = (first, second)
    mine, theirs = ([Atom(kind, 1) for kind in each] for each in told)
    groups = [_the_same(order, told) for order in classes(mine, theirs)]
    assert set().union(*groups) == _every_order(len(first), len(second))
    assert sum(map(len, groups)) == len(set().union(*groups))


@given(SESSION, SESSION, st.integers())
def test_an_order_that_is_drawn_is_one_of_those_to_try(
    first: list[Kind], second: list[Kind], seed: int
) -> None:
    mine, theirs = ([Atom(kind, 1) for kind in each] for each in (first, second))
    drawn = islice(sampled(mine, theirs, Random(seed)), 5)
    assert set(drawn) <= set(classes(mine, theirs))


@given(SESSION, SESSION, st.integers())
def test_an_order_told_otherwise_is_still_the_same(
    first: list[Kind], second: list[Kind], seed: int
) -> None:
    dice, told = Random(seed), (first, second)
    mine, theirs = ([Atom(kind, 1) for kind in each] for each in told)
    order = next(sampled(mine, theirs, dice))
    assert shuffled(order, told, dice) in _the_same(order, told)


def test_two_who_only_read_have_one_order() -> None:
    read = atoms(kinds(READS, server=False), server=False)
    assert len(list(classes(read, read))) == 1


def test_what_is_read_comes_before_or_after_what_another_keeps() -> None:
    """Each look is before or after a commit: on a server and in a file."""
    for server, begin in ((True, "BEGIN"), (False, "BEGIN IMMEDIATE")):
        write = atoms(kinds([begin, "UPDATE", "UPDATE", "COMMIT"], server), server)
        only = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if server else "BEGIN"
        read = atoms(kinds([only, *READS[1:]], server), server)
        assert len(list(classes(read, write))) == 2


def test_two_who_write_come_one_after_the_other_in_a_file_and_may_mix_on_a_server() -> None:
    """In a file whoever begins has the house; on a server statements mix until one waits."""
    for server, begin, number in ((True, "BEGIN", 6), (False, "BEGIN IMMEDIATE", 2)):
        write = atoms(kinds([begin, "UPDATE", "COMMIT"], server), server)
        assert len(list(classes(write, write))) == number


def test_whoever_reads_and_then_writes_keeps_at_the_end_alone() -> None:
    """A server ends reading and begins writing in one journey; nothing was kept by it."""
    turn = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SELECT", "COMMIT; BEGIN", "UPDATE"]
    told = kinds([*turn, "COMMIT"], server=True)
    assert told == [Kind.QUIET, Kind.LOOK, Kind.QUIET, Kind.ACT, Kind.KEEP]
    assert kinds([*turn, "COMMIT; BEGIN", "ROLLBACK"], server=True)[4:] == [Kind.KEEP, Kind.KEEP]
