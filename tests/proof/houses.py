"""Furnished houses, in memory and in a file, and a bench on which a case of one is worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from config.calendar import official_calendar
from config.timescales import load
from engine import casework, watch
from engine.case import Case, Step
from engine.casework import Caller, House
from engine.keyring import Secret
from engine.ports import Store
from engine.roles import THE_HOUSE, Actor
from engine.situation import Situation
from store.house import DatabaseStore, create_house, open_store
from store.memory import MemoryStore
from tests.desk import AREA, everybody
from tests.proof.plays import Decision, Play, first_moment
from workflows.catalogue import PROCESSES

SECRET = Secret.of(b"k" * 32)
KINDS = ("memory", "sqlite")
AStore = TypeVar("AStore", MemoryStore, DatabaseStore, Store)


@dataclass
class HandClock:
    """A clock moved by hand."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def make(kind: str, folder: Path) -> MemoryStore | DatabaseStore:
    """A new house with every process, the shipped rules and calendar, and everybody in it."""
    return furnish(_bare(kind, folder))


def furnish(store: AStore) -> AStore:
    """Put every process, the shipped rules and calendar, and everybody into a house."""
    with store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(process)
        work.library.keep_rules(load())
        work.library.keep_calendar(official_calendar())
        work.people.put(everybody().people)
        work.commit()
    return store


def _bare(kind: str, folder: Path) -> MemoryStore | DatabaseStore:
    if kind == "memory":
        return MemoryStore(SECRET, area=AREA)
    url = f"sqlite:///{folder / 'house.db'}"
    create_house(url, practice=True, area=AREA, mail_domain="mail.example")
    return open_store(url, secret=SECRET)


class InHouse:
    """A case of a house, as a bench: every decision is one use case with its own commit."""

    def __init__(self, store: Store, key: str, now: datetime) -> None:
        self.clock = HandClock(now)
        self.house = House(store, self.clock)
        self.key, self.reference = key, ""

    @property
    def now(self) -> datetime:
        return self.clock.at

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.at = moment

    @property
    def situation(self) -> Situation:
        with self.house.store.begin() as work:
            if self.reference:
                return casework.situate(self.house, work, self.reference, self.now)
            digest, process = work.library.current(self.key)
            rules_digest, rules = work.library.current_rules()
            blank = Case("", self.key, process.version, digest, rules_digest, "", self.now)
            calendar, people = work.library.current_calendar(), work.people.directory()
        return Situation(process, rules, calendar, people, blank, THE_HOUSE, self.now)

    def decide(self, actor: Actor, decision: Decision) -> Step:
        caller = Caller(actor.email, "account")
        if self.reference:
            return casework.decide(self.house, self.reference, caller, decision)
        assert isinstance(decision, partial)
        step = casework.open_case(self.house, self.key, caller, decision.keywords["given"])
        self.reference = step.case.reference
        return step

    def sweep(self) -> Step | None:
        with self.house.store.begin() as work:
            step = watch.look(casework.situate(self.house, work, self.reference, self.now))
            if step is not None:
                work.keep(step)
                work.commit()
        return step

    @property
    def case(self) -> Case:
        return self.situation.case


def begin(store: Store, key: str, seed: int, moves: int) -> tuple[InHouse, Play]:
    """A case of a house, played for so many moves."""
    bench = InHouse(store, key, first_moment(seed))
    played = Play(PROCESSES[key], seed, bench)
    go_on(played, moves)
    assert bench.reference, f"seed {seed} opened no case of {key}"
    return bench, played


def go_on(played: Play, moves: int) -> None:
    for _ in range(moves):
        played.go_on()


def latest(store: Store) -> datetime:
    """An instant after everything that has happened in a house."""
    with store.begin() as work:
        ends = [work.cases.events(name)[-1].at for name in work.cases.references()]
    return max(ends) + timedelta(days=1)
