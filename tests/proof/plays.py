"""Played cases: people and time act on one case by chance, and the same seed acts the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from config.timescales import load
from engine import record, transition
from engine.case import Meeting, Step
from engine.definition import Process
from engine.errors import Refused
from engine.facts import Fact, Kind
from engine.length import london_date
from engine.record import Agency
from engine.roles import RECIPIENT, Actor
from engine.rules import Rulebook
from engine.situation import Situation
from tests.desk import AGENCIES, Desk
from workflows.catalogue import PROCESSES
from workflows.player import Player

FIRST_DAY = datetime(2021, 1, 4, 9, tzinfo=UTC)
LAST_START = 365 * 4
STRIDES = (
    timedelta(minutes=25), timedelta(hours=3), timedelta(hours=9), timedelta(days=1),
    timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=8),
    timedelta(days=25),
)  # fmt: skip


class Play:
    """One case in the hands of a seeded player; a refusal is part of life and changes nothing."""

    def __init__(self, process: Process, seed: int, rules: Rulebook | None = None) -> None:
        self.process = process
        self.player = Player(seed)
        self.random = self.player.random
        hours = self.random.randrange(LAST_START * 24)
        self.desk = Desk(process, rules or load(), FIRST_DAY + timedelta(hours=hours))
        self.refused = 0

    @property
    def situation(self) -> Situation:
        return replace(self.desk.situation, now=self.desk.now)

    def attempt(self, decide: Callable[[], Step]) -> Step | None:
        try:
            return self.desk.take(decide())
        except Refused:
            self.refused += 1
            return None

    def act(self) -> Step | None:
        """Do the first of a few actions that somebody may do now; open the case if there is none."""
        for found in self.player.moves(self.situation)[:5]:
            who = self.player.person(self.situation, found)
            if who is None:
                continue
            facts = self.player.facts(self.situation, found)
            situation = replace(self.situation, actor=who)
            step = self.attempt(
                lambda s=situation, a=found.action, f=facts: transition.advance(s, a, f)  # type: ignore[misc]
            )
            if step is not None:
                return step
        return None

    def keeper(self) -> Situation:
        return self.desk.by(self.random.choice(self.process.keepers), self.random.choice(AGENCIES))

    def remember(self) -> Step | None:
        """Record one or two facts, whatever they are."""
        facts = self.random.sample(self.process.facts, self.random.randint(1, 2))
        given = {fact.key: self.value(fact) for fact in facts}
        return self.attempt(lambda: record.record(self.keeper(), given))

    def value(self, fact: Fact) -> str:
        if fact.kind is Kind.DAY:
            back = self.random.randint(-40, 0) if fact.past else self.random.randint(-40, 60)
            return (self.situation.today + timedelta(days=back)).isoformat()
        if fact.kind is Kind.INSTANT:
            hours = self.random.randint(0, 30 * 24)
            return (self.desk.now - timedelta(hours=hours)).isoformat()
        return self.player.value(self.situation, fact.key)

    def ask(self) -> Step | None:
        kinds = [kind for kind in self.process.tasks if kind.asked_by]
        kind = self.random.choice(kinds)
        by = self.desk.by(self.random.choice(kind.asked_by))
        names = self.random.sample(AGENCIES, self.random.randint(1, 3))
        asked = [Agency(name, f"lead@{name.lower()}.example") for name in names]
        return self.attempt(lambda: record.ask(by, asked, kind.key))

    def answer(self) -> Step | None:
        waiting = [task for task in self.desk.case.tasks if task.is_open]
        if not waiting:
            return self.ask()
        task = self.random.choice(waiting)
        given = self.random.choice(self.process.task_by_key[task.kind].answers).key
        actor = Actor(task.recipient, task.agency, frozenset({RECIPIENT}), "account")
        situation = replace(self.situation, actor=actor)
        return self.attempt(lambda: record.answer(situation, task.id, given, "as agreed"))

    def hold(self) -> Step | None:
        opened = [h for h in self.desk.case.holds if h.until is None]
        if opened and self.random.random() < 0.7:
            kind, since = opened[0].kind, opened[0].since
            days = (self.situation.today - since).days
            on = since + timedelta(days=self.random.randint(0, max(days, 0)))
            return self.attempt(lambda: record.release(self.keeper(), kind, on))
        kind = self.random.choice(self.process.hold_kinds)
        begun = self.situation.today - timedelta(days=self.random.randint(0, 20))
        return self.attempt(lambda: record.hold(self.keeper(), kind, begun))

    def extend(self) -> Step | None:
        running = [d for d in self.desk.case.deadlines if d.is_open]
        if not running:
            return None
        chosen = self.random.choice(running)
        to = london_date(chosen.due) + timedelta(days=self.random.randint(1, 30))
        name = record.deadline_name(chosen)
        return self.attempt(lambda: record.extend(self.keeper(), name, to, "agreed"))

    def talk(self) -> Step | None:
        """What moves no clock: a link, a meeting, a note or a recusal."""
        kind = self.random.choice(self.process.link_kinds)
        by, number = self.keeper(), self.random.randint(1, 3)
        held = Meeting(self.situation.today, 8, number + 3)
        return self.attempt(
            self.random.choice(
                (
                    lambda: record.link(by, f"WM-2025-000{number}", kind, {}),
                    lambda: record.meeting(by, held),
                    lambda: record.note(by, "A note – with “quotation” marks, and a line\nbreak."),
                    lambda: record.recuse(by, f"somebody{number}@school.example", "a relative"),
                )
            )
        )

    def wait(self) -> Step | None:
        self.desk.now += self.random.choice(STRIDES)
        return self.desk.sweep() if self.desk.case.revision and self.random.random() < 0.6 else None

    def go_on(self) -> Step | None:
        """One thing that happens next."""
        if not self.desk.case.revision:
            return self.act()
        happening = self.random.choices(
            (self.act, self.wait, self.answer, self.remember, self.hold, self.extend, self.talk),
            (30, 28, 18, 8, 6, 6, 4),
        )[0]
        return happening()


def play(process: Process, seed: int, moves: int = 60, rules: Rulebook | None = None) -> Desk:
    """A case played for so many moves; it is open for at least one of them."""
    played = Play(process, seed, rules)
    for _ in range(moves):
        played.go_on()
    assert played.desk.case.revision, f"seed {seed} opened no case of {process.key}"
    return played.desk


def every(seeds: range, moves: int = 60) -> list[tuple[str, int, Desk]]:
    """A played case of each process for each seed."""
    return [
        (key, seed, play(process, seed, moves))
        for key, process in sorted(PROCESSES.items())
        for seed in seeds
    ]


def day(text: str) -> date:
    return date.fromisoformat(text)
