"""Played cases: people and time act on one case by chance, and the same seed acts the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Protocol

from config.timescales import load
from engine import asking, publishing, record, replies, transition
from engine.asking import Agency
from engine.case import Case, Meeting, Step
from engine.definition import Process
from engine.errors import Refused
from engine.facts import Fact, Kind
from engine.length import london_date
from engine.replies import LATER, REPLIES, Reply
from engine.roles import RECIPIENT, Actor
from engine.rules import Rulebook
from engine.situation import Situation
from tests.desk import AGENCIES, Desk
from workflows.catalogue import PROCESSES
from workflows.player import Player

FIRST_DAY = datetime(2021, 1, 4, 9, tzinfo=UTC)
LAST_START = 365 * 4
GOES_ON = 0.93
REPLIED = 0.2
OUTSIDERS = ("agency_author", "practitioner", "panel_member")
STRIDES = (
    timedelta(minutes=25), timedelta(hours=3), timedelta(hours=9), timedelta(days=1),
    timedelta(days=1), timedelta(days=2), timedelta(days=4), timedelta(days=8),
    timedelta(days=25),
)  # fmt: skip


Decision = Callable[[Situation], Step]


class Bench(Protocol):
    """Where a case is worked: a desk without a store, or a house."""

    now: datetime

    @property
    def situation(self) -> Situation: ...
    def decide(self, actor: Actor, decision: Decision) -> Step: ...
    def sweep(self) -> Step | None: ...


class OnDesk:
    """A case on a desk, as a bench."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.now = desk.now

    @property
    def situation(self) -> Situation:
        return replace(self.desk.situation, now=self.now)

    def decide(self, actor: Actor, decision: Decision) -> Step:
        self.desk.now = self.now
        return self.desk.take(decision(replace(self.situation, actor=actor)))

    def sweep(self) -> Step | None:
        self.desk.now = self.now
        return self.desk.sweep()


def first_moment(seed: int) -> datetime:
    return FIRST_DAY + timedelta(hours=Random(seed).randrange(LAST_START * 24))


class Play:
    """One case in the hands of a seeded player; a refusal is part of life and changes nothing."""

    def __init__(self, process: Process, seed: int, bench: Bench) -> None:
        self.process, self.bench = process, bench
        self.player = Player(seed)
        self.random = self.player.random
        self.refused = 0

    @property
    def situation(self) -> Situation:
        return self.bench.situation

    @property
    def case(self) -> Case:
        return self.bench.situation.case

    def attempt(self, actor: Actor, decision: Decision) -> Step | None:
        try:
            return self.bench.decide(actor, decision)
        except Refused:
            self.refused += 1
            return None

    def act(self) -> Step | None:
        """Do the first of a few actions that somebody may do now; to open the case is the first."""
        situation = self.situation
        moves = self.player.moves(situation)
        if self.random.random() < GOES_ON:
            finals = self.process.finals if situation.case.is_open else frozenset[str]()
            moves = [found for found in moves if found.target not in finals] or moves
        for found in moves[:5]:
            who = self.player.person(situation, found)
            if who is None:
                continue
            facts = self.player.facts(situation, found)
            step = self.attempt(who, partial(transition.advance, action=found.action, given=facts))
            if step is not None:
                return step
        return None

    def keeper(self) -> Actor:
        role = self.random.choice(self.process.keepers)
        return Desk.actor(role, self.random.choice(AGENCIES))

    def remember(self) -> Step | None:
        """Record one or two facts, whatever they are."""
        facts = self.random.sample(self.process.facts, self.random.randint(1, 2))
        given = {fact.key: self.value(fact) for fact in facts}
        return self.attempt(self.keeper(), lambda s: record.record(s, given))

    def value(self, fact: Fact) -> str:
        if fact.kind is Kind.DAY:
            back = self.random.randint(-40, 0) if fact.past else self.random.randint(-40, 60)
            return (self.situation.today + timedelta(days=back)).isoformat()
        if fact.kind is Kind.INSTANT:
            hours = self.random.randint(0, 30 * 24)
            return (self.bench.now - timedelta(hours=hours)).isoformat()
        return self.player.value(self.situation, fact.key)

    def ask(self) -> Step | None:
        kinds = [kind for kind in self.process.tasks if kind.asked_by]
        kind = self.random.choice(kinds)
        by = Desk.actor(self.random.choice(kind.asked_by))
        names = self.random.sample(AGENCIES, self.random.randint(1, 3))
        asked = [Agency(name, f"lead@{name.lower()}.example") for name in names]
        return self.attempt(by, lambda s: asking.ask(s, asked, kind.key))

    def answer(self) -> Step | None:
        waiting = [task for task in self.case.tasks if task.is_open]
        if not waiting:
            return self.ask()
        task = self.random.choice(waiting)
        actor = Actor(task.recipient, task.agency, frozenset({RECIPIENT}), "account")
        if self.random.random() < REPLIED:
            return self.reply(actor, task.id)
        given = self.random.choice(self.process.task_by_key[task.kind].answers).key
        return self.attempt(actor, lambda s: asking.answer(s, task.id, given, "as agreed"))

    def reply(self, actor: Actor, task: str) -> Step | None:
        """They say something of the task, and it stays open."""
        kind = self.random.choice(sorted(REPLIES))
        day = self.situation.today + timedelta(days=self.random.randint(0, 20))
        said = Reply(kind, day if kind == LATER else None, "somebody else, or later")
        return self.attempt(actor, lambda s: replies.reply(s, task, said, "link"))

    def hold(self) -> Step | None:
        opened = [h for h in self.case.holds if h.until is None]
        if opened and self.random.random() < 0.7:
            kind, since = opened[0].kind, opened[0].since
            days = (self.situation.today - since).days
            on = since + timedelta(days=self.random.randint(0, max(days, 0)))
            return self.attempt(self.keeper(), lambda s: record.release(s, kind, on))
        kind = self.random.choice(self.process.hold_kinds)
        begun = self.situation.today - timedelta(days=self.random.randint(0, 20))
        return self.attempt(self.keeper(), lambda s: record.hold(s, kind, begun))

    def extend(self) -> Step | None:
        running = [d for d in self.case.deadlines if d.is_open]
        if not running:
            return None
        chosen = self.random.choice(running)
        to = london_date(chosen.due) + timedelta(days=self.random.randint(1, 30))
        name = record.deadline_name(chosen)
        return self.attempt(self.keeper(), lambda s: record.extend(s, name, to, "agreed"))

    def talk(self) -> Step | None:
        """What moves no clock: a link, a meeting, a note or a recusal."""
        kind = self.random.choice(self.process.link_kinds)
        number = self.random.randint(1, 3)
        held = Meeting(self.situation.today, 8, number + 3)
        words = "A note – with “quotation” marks, and a line\nbreak."
        things: tuple[Decision, ...] = (
            lambda s: record.link(s, f"WM-2025-000{number}", kind, {}),
            lambda s: record.meeting(s, held),
            lambda s: record.note(s, words),
            lambda s: record.recuse(s, f"{OUTSIDERS[number - 1]}@school.example", "a relative"),
        )
        return self.attempt(self.keeper(), self.random.choice(things))

    def wait(self) -> Step | None:
        self.bench.now += self.random.choice(STRIDES)
        return self.bench.sweep() if self.case.revision and self.random.random() < 0.6 else None

    def go_on(self) -> Step | None:
        """One thing that happens next."""
        if not self.case.revision:
            return self.act()
        happening = self.random.choices(
            (self.act, self.wait, self.answer, self.remember, self.hold, self.extend, self.talk),
            (30, 28, 18, 8, 6, 6, 4),
        )[0]
        return happening()


def begun(process: Process, seed: int, rules: Rulebook | None = None, number: int = 0) -> Play:
    """A play on a desk that has not begun.

    With a number it is pinned to what is published, as in a house, and has a reference of its own.
    """
    desk = Desk(process, rules or load(), first_moment(seed))
    if number:
        desk.situation = replace(desk.situation, case=_pinned(desk.situation, number))
    return Play(process, seed, OnDesk(desk))


def play(process: Process, seed: int, moves: int = 60, rules: Rulebook | None = None) -> Desk:
    """A case played for so many moves on a desk; it is open for at least one of them."""
    return on(begun(process, seed, rules), moves)


def on(played: Play, moves: int) -> Desk:
    """Go on with a play on a desk."""
    bench = played.bench
    assert isinstance(bench, OnDesk)
    for _ in range(moves):
        played.go_on()
    bench.desk.now = bench.now
    assert bench.desk.case.revision, f"no case of {played.process.key} was opened"
    return bench.desk


def _pinned(situation: Situation, number: int) -> Case:
    return replace(
        situation.case,
        reference=f"{situation.process.prefix}-{situation.today.year}-{number:04d}",
        digest=publishing.digest(situation.process),
        rules=publishing.rules_digest(situation.rules),
    )


def every(seeds: Iterable[int], moves: int = 60) -> Iterator[tuple[str, int, Desk]]:
    """A played case of each process for each seed."""
    for seed in seeds:
        for key in sorted(PROCESSES):
            yield key, seed, play(PROCESSES[key], seed, moves)
