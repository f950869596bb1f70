"""The bench: one command, interrupted at every point; each time the house is looked at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from engine.errors import HouseDown, Refused
from engine.length import parse_instant
from tests.crash.commands import ALWAYS, ONCE, Command
from tests.crash.premises import START, Before, reopened
from tests.crash.sink import Sink
from tests.faults.invariants import faults, replayed
from tests.faults.points import DEAD, Deed, die, fail, run
from tests.faults.rows import Picture, file_of, picture, read
from workflows.couriers import FOLDER
from workflows.wiring import Premises

NOT_SAVED = ("nothing was saved", "none of it was saved")
LATER = "2026-06-01T10:30"  # when every lease that began at the start is over
# Points that are not the database's, or where its failure changes nothing.
ELSEWHERE = ("before sending", "before connecting to the mail", "before rollback")


@dataclass
class Cut:
    """What came of interrupting a command: where, what it left behind, and mails repeated.

    untrue: where it was said that nothing was saved, and it was.
    """

    points: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    states: set[str] = field(default_factory=set)
    repeats: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Run:
    """A command, and what it does where nothing interrupts it: the house before and after."""

    command: Command
    start: Picture
    end: Picture
    points: list[str]
    mails: Counter[str]


After = Callable[[Run, int, Cut], Picture]


def _denies(words: str) -> bool:
    return any(denial in words for denial in NOT_SAVED)


def _then(now: Picture) -> Picture:
    """A picture as it would be, had what was done later been done at the start."""
    later, start = (parse_instant(when).isoformat() for when in (LATER, START))
    return {table: sorted(r.replace(later, start) for r in rows) for table, rows in now.items()}


class Bench:
    """A house on which commands are interrupted; this process has no connection when it forks."""

    def __init__(self, premises: Premises, sink: Sink) -> None:
        self.premises, self.sink = premises, sink
        self.url = premises.settings.database_url
        self.home = Before(premises, "home")
        self._note = premises.home / "note"
        self._whole: set[str] = set()

    def die_everywhere(self, command: Command, every: int = 1) -> Cut:
        """Let the process die at each point; the house, opened again, must go on."""
        return self._everywhere(command, die, self._after_death, every)

    def fail_everywhere(self, command: Command, where: str = "") -> Cut:
        """Let the database fail at each statement, or where one is named; the process goes on."""
        return self._everywhere(command, fail, self._after_failure, where=where)

    def _everywhere(
        self, command: Command, deed: Deed, after: After, every: int = 1, where: str = ""
    ) -> Cut:
        """Errors: AssertionError with the name of the point."""
        self._make_ready(command)
        before = Before(self.premises, "before")
        self._warm(command)
        before.put_back()
        self.sink.clear()
        ran = self._undisturbed(command)
        cut = Cut()
        for number, point in enumerate(ran.points, start=1):
            possible = deed is die or self._can_fail(point)
            if number % every or where not in point or not possible:
                continue
            before.put_back()
            self.sink.clear()
            cut.points.append(point)
            try:
                left = after(ran, number, cut)
                cut.states.add(json.dumps(left))
                cut.repeats[point] += self._repeats(ran, number, left)
            except AssertionError as fault:
                raise AssertionError(f"{command.name}, {number}, {point}: {fault}") from fault
        return cut

    def _make_ready(self, command: Command) -> None:
        self.home.put_back()
        self.sink.clear()
        command.ready(self.premises)
        self.premises.store.close()

    def _warm(self, command: Command) -> None:
        """Do it once here: what is imported and compiled for it, every child begins with."""
        with reopened(self.premises) as premises:
            command.do(premises)

    def _undisturbed(self, command: Command) -> Run:
        start = self._picture()
        code, points = run(lambda: command.do(self.premises))
        assert code == 0, f"{command.name} failed when nothing was cut off"
        ran = Run(command, start, self._picture(), points, Counter(self.sink.identities()))
        assert (ran.end != start) == command.changes, f"{command.name} did not do what it does"
        with reopened(self.premises) as premises:
            self._look(premises, ran.end)
        return ran

    def _can_fail(self, point: str) -> bool:
        """A statement can; and PostgreSQL's answer to COMMIT can be lost, once it is kept."""
        if point.startswith("after COMMIT") and file_of(self.url) is None:
            return True
        return point.startswith("before") and not point.startswith(ELSEWHERE)

    def _after_death(self, ran: Run, number: int, _cut: Cut) -> Picture:
        code, told = run(lambda: ran.command.do(self.premises), number)
        assert (code, told) == (DEAD, [ran.points[number - 1]]), "the point was not reached"
        left = self._picture()
        with reopened(self.premises) as premises:
            self._look(premises, left)
            self._again(ran, premises, left)
        assert self._picture() == ran.end, "done again, it did not end as it would have"
        return left

    def _after_failure(self, ran: Run, number: int, cut: Cut) -> Picture:
        code, told = run(lambda: self._fail_and_go_on(ran), number, fail)
        point = ran.points[number - 1]
        assert (code, told) == (0, [point]), "the process could not go on"
        words, left = json.loads(self._note.read_text())
        self._whole.add(json.dumps(left))
        if ran.command.again != ALWAYS and left != ran.start and _denies(words):
            cut.untrue.append(point)
        assert _then(self._picture()) == ran.end, "done again, it did not end as it would have"
        return dict(left)

    def _fail_and_go_on(self, ran: Run) -> None:
        words = ""
        try:
            ran.command.do(self.premises)
        except HouseDown as down:
            words = str(down)
        left = self._picture()
        self._note.write_text(json.dumps([words, left]))
        self._look(self.premises, left)
        if words:
            assert "saved" in words, f"'{words}' does not say whether it was saved"
            self._again(ran, self.premises, left)
        else:
            assert left == ran.end, "it was not done, and nobody was told"

    def _picture(self) -> Picture:
        return picture(read(self.url))

    def _look(self, premises: Premises, left: Picture) -> None:
        """The house as it was left is whole; what was seen before need not be looked at again."""
        state = json.dumps(left)
        if state not in self._whole:
            broken = [*faults(self.url), *replayed(premises.house)]
            assert not broken, broken
            self._whole.add(state)

    def _again(self, ran: Run, premises: Premises, left: Picture) -> None:
        """Do the command again; where the house sees that it was done, it says so."""
        command = ran.command
        assert command.again == ALWAYS or left in (ran.start, ran.end), "it was half done"
        if command.again == ALWAYS or left != ran.end:
            command.do(premises)
        elif command.again == ONCE:
            with pytest.raises(Refused):
                command.do(premises)

    def _repeats(self, ran: Run, number: int, left: Picture) -> int:
        """How many mails came once more: that one which was taken and not yet known to be."""
        passed = ran.points[:number]
        taken, answered = passed.count("after sending dot"), passed.count("after the answer to dot")
        known = sum("'verdict': 'accepted'" in attempt for attempt in left["attempt"])
        now = Counter(self.sink.identities())
        assert now.keys() == ran.mails.keys(), "other mails came than should"
        repeats = (now - ran.mails).total()
        assert repeats <= 1, f"{repeats} mails came once more"
        assert max(answered - known, 0) <= repeats <= max(taken - known, 0), "a needless repeat"
        folder = self.premises.home / FOLDER
        there = [path.name for path in folder.iterdir()]
        assert there in ([], [".door"]), f"couriers that are no more were not buried: {there}"
        return repeats
