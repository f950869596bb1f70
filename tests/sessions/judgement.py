"""The verdict on two commands at once: as one after the other, or one was told to look again."""

from __future__ import annotations

from functools import cache

from tests.sessions.commands import STALE
from tests.sessions.gates import FIRST, SECOND
from tests.sessions.stage import Ended, Picture, Stage


class Serial:
    """What commands do alone and one after the other, performed once and remembered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.alone = cache(stage.alone)
        self.statements = cache(stage.statements)

    def verdict(self, first: str, second: str, ended: Ended) -> str:
        """Empty where the result is allowed, else what is wrong with it."""
        (mine, theirs), picture = ended
        stale = (mine[0] == STALE, theirs[0] == STALE)
        if all(stale):
            return "both were told to look again"
        if any(stale):
            kept, name = ((mine, first), (theirs, second))[stale[0]]
            return self._same(self.alone((name, int(stale[0]))), ((kept,), picture))
        one, other = (first, FIRST), (second, SECOND)
        forwards = self._same(self.alone(one, other), ended)
        if not forwards:
            return ""
        done, told = self.alone(other, one)
        backwards = self._same(((done[1], done[0]), told), ended)
        return backwards and f"neither in that order ({forwards}) nor in the other ({backwards})"

    def _same(self, wanted: Ended, found: Ended) -> str:
        if wanted[0] != found[0]:
            return f"told {found[0]}, alone {wanted[0]}"
        return _unlike(wanted[1], found[1])


def _unlike(wanted: Picture, found: Picture) -> str:
    names = [name for name in wanted if wanted[name] != found[name]]
    return f"other rows in: {', '.join(names)}" if names else ""
