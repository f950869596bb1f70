"""What one session's statement can tell of the other's: which orders of two of them are the same.

Nothing is seen of another session before it commits. A transaction that only reads looks once, at
its first question. So whatever else is read, begun or ended by it may trade places with anything
the other session does, and two orders that differ by such trades alone are one. On a server the
statements of a transaction that writes see what others have kept by then, and may wait for their
locks; in a file such a transaction has the house to itself from beginning to end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.sessions.gates import FIRST, SECOND

Order = tuple[int, ...]


class Kind(StrEnum):
    """What a statement does to, or learns of, the other session."""

    QUIET = "nothing"
    LOOK = "sees what is kept"
    ACT = "sees what is kept, and may wait"
    KEEP = "is seen from now on"


@dataclass(frozen=True, slots=True)
class Atom:
    """Statements in a row of which only the last, or all as one, matter to the other session."""

    kind: Kind
    statements: int


def kinds(statements: Sequence[str], server: bool) -> list[Kind]:
    """The kind of each statement of a command; server: on PostgreSQL, else on SQLite."""
    told: list[Kind] = []
    writes = looked = False  # in the transaction so far
    for statement in statements:
        if statement in ("COMMIT", "ROLLBACK"):
            told.append(Kind.KEEP if writes else Kind.QUIET)
        elif statement.startswith(("BEGIN", "COMMIT; BEGIN")):
            kept, writes, looked = writes, _writes(statement, server), False
            told.append(Kind.KEEP if kept else Kind.ACT if writes and not server else Kind.QUIET)
        else:
            told.append(Kind.ACT if writes else Kind.QUIET if looked else Kind.LOOK)
            looked = True
    return told


def _writes(begin: str, server: bool) -> bool:
    """Whether the transaction that is begun so may write."""
    return "READ ONLY" not in begin if server else "IMMEDIATE" in begin


def dependent(one: Kind, other: Kind) -> bool:
    """Whether it matters which of two sessions' statements comes first."""
    return (Kind.KEEP in (one, other) and Kind.QUIET not in (one, other)) or (
        one is other is Kind.ACT
    )


def atoms(told: Sequence[Kind], server: bool) -> list[Atom]:
    """A command in atoms; on SQLite a transaction that writes is one, for it is alone."""
    found, held = [], 0
    for kind in told:
        held += 1
        if kind in (Kind.LOOK, Kind.KEEP) or (kind is Kind.ACT and server):
            found.append(Atom(kind, held))
            held = 0
    return [*found, Atom(Kind.QUIET, held)] if held else found


def classes(first: Sequence[Atom], second: Sequence[Atom]) -> Iterator[Order]:
    """Every order of two commands that is not the same as one before it.

    Of all orders that are one, that in which the first session comes as early as it may: then
    nothing of the first comes right behind what it need not have waited for.
    """

    def onwards(mine: int, theirs: int, behind: Kind | None) -> Iterator[Order]:
        if mine == len(first) and theirs == len(second):
            yield ()
        if mine < len(first) and (behind is None or dependent(behind, first[mine].kind)):
            step = (FIRST,) * first[mine].statements
            yield from (step + rest for rest in onwards(mine + 1, theirs, None))
        if theirs < len(second):
            atom = second[theirs]
            step = (SECOND,) * atom.statements
            yield from (step + rest for rest in onwards(mine, theirs + 1, atom.kind))

    return onwards(0, 0, None)


def sampled(first: Sequence[Atom], second: Sequence[Atom], dice: Random) -> Iterator[Order]:
    """Orders drawn without end, each as the one that classes() gives for it."""
    while True:
        order = [(FIRST, atom) for atom in first] + [(SECOND, atom) for atom in second]
        dice.shuffle(order)
        turns = [which for which, _ in order]
        yield _earliest(turns, (first, second))


def _earliest(turns: Sequence[int], of: tuple[Sequence[Atom], Sequence[Atom]]) -> Order:
    """The same order with each atom of the first session as early as it may come."""
    left = [iter(atoms) for atoms in of]
    order = [(which, next(left[which])) for which in turns]
    for end in range(len(order)):
        place = end
        while place and _may_trade(order[place - 1], order[place]):
            order[place - 1 : place + 1] = order[place], order[place - 1]
            place -= 1
    return tuple(which for which, atom in order for _ in range(atom.statements))


def _may_trade(one: tuple[int, Atom], other: tuple[int, Atom]) -> bool:
    in_turn = (one[0], other[0]) == (SECOND, FIRST)
    return in_turn and not dependent(one[1].kind, other[1].kind)


def shuffled(order: Order, told: tuple[Sequence[Kind], Sequence[Kind]], dice: Random) -> Order:
    """The same order told otherwise: neighbours that cannot tell of each other trade places."""
    left = [iter(kinds) for kinds in told]
    steps = [(which, next(left[which])) for which in order]
    for _ in range(len(steps) ** 2):
        place = dice.randrange(len(steps) - 1)
        one, other = steps[place : place + 2]
        if one[0] != other[0] and not dependent(one[1], other[1]):
            steps[place : place + 2] = other, one
    return tuple(which for which, _ in steps)
