"""The bench: one command, cut off at every point; each time the house is looked at and gone on with."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import pytest

from engine.errors import Refused
from tests.crash.commands import LOOKS, ONCE, Command
from tests.crash.premises import Before, reopened
from tests.crash.sink import Sink
from tests.faults.invariants import faults, replayed
from tests.faults.points import DEAD, run
from tests.faults.rows import Picture, picture, read
from workflows.wiring import Premises


@dataclass
class Cut:
    """What came of cutting a command off: its points, how many states it left, mails repeated."""

    points: list[str] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    repeats: Counter[str] = field(default_factory=Counter)


class Bench:
    """A house on which commands are cut off; its own connections are closed whenever it forks."""

    def __init__(self, premises: Premises, sink: Sink) -> None:
        self.premises, self.sink = premises, sink
        self.url = premises.settings.database_url
        self.home = Before(self.url, "home")
        self._whole: set[str] = set()

    def cut_everywhere(self, command: Command) -> Cut:
        """Cut a command off at each of its points. Errors: AssertionError with the point's name."""
        self._make_ready(command)
        before = Before(self.url, "before")
        start, cut = self._picture(), Cut()
        code, cut.points = self._run(command)
        assert code == 0, f"{command.name} failed when nothing was cut off"
        end, mails = self._picture(), Counter(self.sink.identities())
        assert end != start, f"{command.name} did nothing"
        for number, point in enumerate(cut.points, start=1):
            before.put_back()
            self.sink.clear()
            assert self._run(command, number) == (DEAD, [point]), f"{point} was not reached"
            try:
                cut.states.add(self._go_on(command, start, end))
                cut.repeats[point] += self._repeats(command, mails)
            except AssertionError as fault:
                raise AssertionError(f"{command.name}, {number}, {point}: {fault}") from None
        return cut

    def _make_ready(self, command: Command) -> None:
        self.home.put_back()
        self.sink.clear()
        command.ready(self.premises)
        self.premises.store.close()

    def _run(self, command: Command, deadly: int = 0) -> tuple[int, list[str]]:
        return run(lambda: command.do(self.premises), deadly)

    def _picture(self) -> Picture:
        return picture(read(self.url))

    def _go_on(self, command: Command, start: Picture, end: Picture) -> str:
        """Look at the house as it was left and do the command again; the state it was left in."""
        left = self._picture()
        with reopened(self.premises) as premises:
            state = json.dumps(left)
            if state not in self._whole:
                assert not (broken := self._faults(premises)), broken
                self._whole.add(state)
            if command.again in (ONCE, LOOKS):
                assert left in (start, end), "it was neither done nor left undone"
            if left != end or command.again not in (ONCE, LOOKS):
                command.do(premises)
            elif command.again == ONCE:
                with pytest.raises(Refused):
                    command.do(premises)
        assert self._picture() == end, "done again, it did not end as it would have"
        return state

    def _faults(self, premises: Premises) -> list[str]:
        return [*faults(self.url), *replayed(premises.house)]

    def _repeats(self, command: Command, mails: Counter[str]) -> int:
        """How many mails came once more; never a mail too few, a stranger, or two repeats."""
        now = Counter(self.sink.identities())
        assert now.keys() == mails.keys(), "other mails came than should"
        repeats = (now - mails).total()
        assert repeats <= 1, f"{repeats} mails came once more"
        folder = self.premises.home / "couriers"
        left = [path.name for path in folder.iterdir()] if folder.exists() else []
        assert left in ([], [".door"]), f"dead couriers were not buried: {left}"
        return repeats
