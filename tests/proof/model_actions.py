"""The machine that acts on a case and on its model alike: opening, and every action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from config.timescales import load
from engine import transition
from engine.case import Step
from engine.errors import Refused
from engine.roles import ROLES, Actor
from engine.situation import Situation
from tests.desk import AGENCIES, AREA, Desk
from tests.proof import model, oracle
from tests.proof.plays import OnDesk, Play, first_moment
from workflows.catalogue import PROCESSES

SEEDS = st.integers(0, 2**16)


class ActionMachine(RuleBasedStateMachine):
    """Opens one case on a desk and does actions on it, and does the same to the model beside it."""

    key = ""

    def __init__(self) -> None:
        super().__init__()
        self.process = PROCESSES[self.key]
        self.rules_ = load()
        self.m: model.Model = {}
        self.play: Play | None = None
        self.bench: OnDesk | None = None

    @property
    def desk(self) -> Desk:
        assert isinstance(self.bench, OnDesk)
        self.bench.desk.now = self.bench.now
        return self.bench.desk

    # ------------------------------------------------------------------------------- opening

    @initialize(seed=SEEDS)
    def open(self, seed: int) -> None:
        self.bench = OnDesk(Desk(self.process, self.rules_, first_moment(seed)))
        self.play = Play(self.process, seed, self.bench)
        self.m = model.empty(self.process, self.rules_)
        self.facts_of = {fact.key: fact for fact in self.process.facts}
        while not self.m["revision"]:
            self._do(Random(seed), honest=True)

    # ------------------------------------------------------------------------------- actions

    @rule(seed=SEEDS)
    def do(self, seed: int) -> None:
        self._do(Random(seed), honest=True)

    @rule(seed=SEEDS, times=st.integers(1, 6))
    def press_on(self, seed: int, times: int) -> None:
        """A good spell: everybody answers, and the case goes forward."""
        random = Random(seed)
        for _ in range(times):
            self.clear_the_desk(random)
            self._do(random, honest=True)

    def clear_the_desk(self, random: Random) -> None:
        """Whatever is asked is answered; what else there is to do beside the stages."""

    @rule(seed=SEEDS)
    def try_anything(self, seed: int) -> None:
        self._do(Random(seed), honest=False)

    def _do(self, random: Random, honest: bool) -> None:
        """An action, mostly one that fits here, by somebody who mostly may, with likely facts."""
        assert self.play is not None
        moves = self.play.player.moves(self.play.situation) if honest else []
        found = moves[0] if moves else random.choice(self.process.transitions)
        actor = self._somebody(random, found.who, honest)
        given = self.play.player.facts(self.play.situation, found)
        if given and not honest and random.random() < 0.5:
            given.pop(random.choice(sorted(given)))
        kept = {k: model.written(self.facts_of[k], v) for k, v in given.items()}
        by = self._by(actor)
        chosen = model.chosen(self.m, found.action, kept, by)
        legal = chosen is not None and model.may(self.m, actor, chosen.who)
        if chosen is not None and legal:
            dated = kept.get(chosen.dated_by) or self._known(chosen.dated_by)
            on = oracle.day_of(dated) if dated else by["on"]
            legal = not model.missed(self.m, chosen, kept, {**by, "on": on})
            if legal and chosen.answers:
                legal = model.own_task(self.m, chosen, actor) is not None
            legal = legal and not model.refuses(self.m, kept, {**by, "on": on}, self.desk.now)
        step = self._take(legal, lambda s: transition.advance(s, found.action, given), actor)
        if step is not None and chosen is not None:
            model.walk(self.m, chosen, kept, actor, self.desk.now)
            self._settled(step)

    def _known(self, fact: str) -> str | None:
        found = self.m["facts"].get(fact)
        return found["value"] if found else None

    def _somebody(self, random: Random, who: tuple[str, ...], honest: bool) -> Actor:
        roles = [role for role in who if role in ROLES]
        role = random.choice(roles) if roles and (honest or random.random() < 0.6) else None
        role = role or random.choice([*ROLES, "nothing"])
        agency = random.choice(AGENCIES)
        held = role + random.choice(("", "", ":deputy"))
        area = AREA if honest or random.random() < 0.9 else "Southland"
        email = f"{role}@{agency.lower()}.example"
        return Actor(email, agency, frozenset({held}), "account", area)

    def _by(self, actor: Actor) -> dict[str, Any]:
        today = oracle.london_day(self.desk.now)
        return {"agency": actor.agency, "on": today, "today": today}

    def _take(self, legal: bool, decide: Callable[[Situation], Step], actor: Actor) -> Step | None:
        """Let the engine decide; it must say yes exactly where the model does."""
        situation: Situation = replace(self.desk.situation, actor=actor, now=self.desk.now)
        step, refusal = self._decided(decide, situation)
        if step is None:
            assert not legal, f"refused although legal: {refusal}"
            assert refusal
            return None
        assert legal, f"allowed although illegal: {[e.data for e in step.events]}"
        return self.desk.take(step)

    def _decided(
        self, decide: Callable[[Situation], Step], situation: Situation
    ) -> tuple[Step | None, tuple[str, ...]]:
        try:
            return decide(situation), ()
        except Refused as refusal:
            return None, refusal.reasons

    def _settled(self, step: Step) -> None:
        self.m["revision"] += 1
        model.turn(self.m, self.desk.now)
