"""R23: whatever people and time do, a case is what a small model says it is.

300 examples of up to 30 steps: people do what they may and what they may not, in any order. A
release is proved on more: MODEL_EXAMPLES=5000 MODEL_STEPS=60 HYPOTHESIS_PROFILE=default.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from config.timescales import load
from engine import record, transition, watch
from engine.case import Deadline, Step
from engine.errors import Refused
from engine.record import Agency
from engine.roles import ROLES, Actor
from engine.situation import Situation
from tests.desk import AGENCIES, AREA, Desk
from tests.proof import model, oracle
from tests.proof.plays import STRIDES, OnDesk, Play, first_moment
from workflows.catalogue import PROCESSES

SEEDS = st.integers(0, 2**16)
CHECKED = settings(
    max_examples=int(os.environ.get("MODEL_EXAMPLES", "75")),
    stateful_step_count=int(os.environ.get("MODEL_STEPS", "30")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class CaseMachine(RuleBasedStateMachine):
    """Drives one case on a desk and the model beside it, and compares them after every step."""

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
            for name, task in self.m["tasks"].items():
                if task["open"]:
                    self._answer(random, name, task, honest=True)
            if random.random() < 0.3 and self.m["open"]:
                self.ask(random.randrange(2**16))
            self._do(random, honest=True)

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

    def _take(self, legal: bool, decide: Any, actor: Actor) -> Step | None:
        """Let the engine decide; it must say yes exactly where the model does."""
        situation: Situation = replace(self.desk.situation, actor=actor, now=self.desk.now)
        try:
            step: Step = decide(situation)
        except Refused as refusal:
            assert not legal, f"refused although legal: {refusal.reasons}"
            assert refusal.reasons
            return None
        assert legal, f"allowed although illegal: {[e.data for e in step.events]}"
        self.desk.take(step)
        return step

    def _settled(self, step: Step) -> None:
        self.m["revision"] += 1
        model.turn(self.m, self.desk.now)

    # ------------------------------------------------------------------------- beside the stages

    @rule(seed=SEEDS)
    def remember(self, seed: int) -> None:
        random = Random(seed)
        assert self.play is not None
        chosen = random.sample(self.process.facts, random.randint(1, 2))
        given = {fact.key: self.play.value(fact) for fact in chosen}
        kept = {k: model.written(self.facts_of[k], v) for k, v in given.items()}
        who = (*model.keepers(self.m), *self.process.recorders)
        actor = self._somebody(random, who, random.random() < 0.8)
        legal = model.may(self.m, actor, who)
        legal = legal and not model.refuses(self.m, kept, self._by(actor), self.desk.now)
        step = self._take(legal, lambda s: record.record(s, given), actor)
        if step is not None:
            today = oracle.london_day(self.desk.now)
            model.remember(self.m, kept, today, self.desk.now, model.tick(self.m))
            self._settled(step)

    @rule(seed=SEEDS)
    def ask(self, seed: int) -> None:
        random = Random(seed)
        kind = random.choice([k for k in self.process.tasks if k.asked_by])
        actor = self._somebody(random, kind.asked_by, random.random() < 0.8)
        names = random.sample(AGENCIES, random.randint(1, 3))
        waiting = [t["agency"] for t in self.m["tasks"].values() if t["open"] and t["kind"] == kind.key]
        legal = model.may(self.m, actor, kind.asked_by) and not set(names) & set(waiting)
        legal = legal and (not kind.stages or self.m["stage"] in kind.stages)
        agencies = [Agency(name, f"lead@{name.lower()}.example") for name in names]
        step = self._take(legal, lambda s: record.ask(s, agencies, kind.key), actor)
        if step is not None:
            for agency in agencies:
                model.add_task(self.m, kind.key, agency.name, agency.email, self.desk.now)
            self._settled(step)

    @rule(seed=SEEDS)
    def answer(self, seed: int) -> None:
        random = Random(seed)
        if self.m["tasks"]:
            name = random.choice(sorted(self.m["tasks"]))
            self._answer(random, name, self.m["tasks"][name], honest=False)

    def _answer(self, random: Random, name: str, task: dict[str, Any], honest: bool) -> None:
        kind = next(k for k in self.process.tasks if k.key == task["kind"])
        helpers = (*kind.on_behalf, *self.process.keepers)
        actor = self._somebody(random, helpers, random.random() < 0.8)
        own = honest or random.random() < 0.6
        if own:
            actor = Actor(task["recipient"], task["agency"], frozenset(), "account", AREA)
        elif actor.agency == task["agency"]:
            return  # Which colleagues may answer is asserted in the authority tests.
        given = kind.settling[0] if honest else random.choice(kind.answers).key
        own = own and actor.email not in self.m["recused"]
        legal = task["open"] and (own or model.may(self.m, actor, helpers))
        step = self._take(legal, lambda s: record.answer(s, name, given, "as agreed"), actor)
        if step is not None:
            model.settle(self.m, name, given, self.desk.now)
            self._settled(step)

    @rule(seed=SEEDS)
    def hold(self, seed: int) -> None:
        random = Random(seed)
        opened = {h["kind"] for h in self.m["holds"] if h["until"] is None}
        actor = self._somebody(random, self.process.keepers, random.random() < 0.8)
        by, today = model.may(self.m, actor, model.keepers(self.m)), self._by(actor)["today"]
        kind = random.choice([*self.process.hold_kinds, *sorted(opened) * 3])
        begun = next((h for h in self.m["holds"] if h["kind"] == kind and not h["until"]), None)
        if begun and random.random() < 0.8:
            on = today - timedelta(days=random.randint(-1, 12))
            legal = by and begun["since"] <= on <= today
            step = self._take(legal, lambda s: record.release(s, kind, on), actor)
            if step is not None:
                begun["until"] = on
        else:
            since = today - timedelta(days=random.randint(-1, 25))
            legal = by and kind not in opened and since <= today
            step = self._take(legal, lambda s: record.hold(s, kind, since), actor)
            if step is not None:
                self.m["holds"].append({"kind": kind, "since": since, "until": None})
        if step is not None:
            model.tick(self.m)
            self._settled(step)

    @rule(seed=SEEDS)
    def extend(self, seed: int) -> None:
        random = Random(seed)
        if not self.m["clocks"]:
            return
        which = random.choice(sorted(self.m["clocks"]))
        clock = self.m["clocks"][which]
        actor = self._somebody(random, self.process.keepers, random.random() < 0.8)
        to = oracle.london_day(clock["due"]) + timedelta(days=random.randint(-3, 40))
        used = self.m.setdefault("extended", []).count((*which, clock["cycle"]))
        limit = clock["rule"].extensions
        legal = (
            clock["open"]
            and clock["rule"].standing != "statutory"
            and (limit is None or used < limit)
            and to > oracle.london_day(clock["due"])
            and model.may(self.m, actor, model.keepers(self.m))
        )
        name = "/".join(filter(None, which))
        step = self._take(legal, lambda s: record.extend(s, name, to, "agreed"), actor)
        if step is not None:
            model.tick(self.m)
            today = oracle.london_day(self.desk.now)
            self.m["extensions"][(*which, clock["cycle"])] = (to, today)
            self.m["extended"].append((*which, clock["cycle"]))
            self._settled(step)

    @rule(seed=SEEDS)
    def recuse_or_link(self, seed: int) -> None:
        random = Random(seed)
        actor = self._somebody(random, self.process.keepers, True)
        legal = model.may(self.m, actor, model.keepers(self.m))
        if random.random() < 0.5:
            who = self._somebody(random, (), True).email
            legal = (legal or who == actor.email) and who not in self.m["recused"]
            step = self._take(legal, lambda s: record.recuse(s, who, "a relative"), actor)
            if step is not None:
                self.m["recused"].add(who)
        else:
            link = (f"WM-{random.randint(1, 2)}", random.choice(self.process.link_kinds))
            legal = legal and link not in self.m["links"]
            step = self._take(legal, lambda s: record.link(s, *link, {}), actor)
            if step is not None:
                self.m["links"].add(link)
        if step is not None:
            model.tick(self.m)
            self._settled(step)

    # ---------------------------------------------------------------------------------- time

    @rule(stride=st.sampled_from(STRIDES), times=st.integers(1, 3))
    def time_forward(self, stride: timedelta, times: int) -> None:
        assert self.bench is not None
        self.bench.now += stride * times

    @rule()
    def sweep(self) -> None:
        """Every missed date is recorded on its own day; what escalates goes up."""
        while True:
            step = watch.look(replace(self.desk.situation, now=self.desk.now))
            expected = self._breaches() if step is None or step.events else set()
            if step is None:
                assert not expected, expected
                return
            self.desk.take(step)
            self._sweep_model(step)

    def _breaches(self) -> set[tuple[str, str, str, str]]:
        late: set[tuple[str, str, str, str]] = set()
        for (key, task), clock in self.m["clocks"].items():
            lasting = self.process.timescale_by_key[key].lasting
            if clock["open"] and clock["status"] == "running" and not lasting:
                if self.desk.now > clock["due"]:
                    day = oracle.london_day(clock["due"]).isoformat()
                    late.add((key, task, clock["due"].isoformat(), day))
        return late

    def _sweep_model(self, step: Step) -> None:
        found = [e for e in step.events if e.kind == "breached"]
        told = {(e.data["deadline"], e.data["task"], e.data["due"], e.on.isoformat()) for e in found}
        assert told == self._breaches()
        for event in found:
            clock = self.m["clocks"][event.data["deadline"], event.data["task"]]
            clock.update(breached=clock["due"], status="breached")
            model.tick(self.m)
        up = [self.process.timescale_by_key[e.data["deadline"]].escalates for e in found]
        house = Actor("house", "", frozenset({"house"}))
        for action, event in zip(up, found, strict=True):
            chosen = action and model.chosen(self.m, action, {}, self._by(house))
            if chosen and "house" in chosen.who:
                clock = self.m["clocks"][event.data["deadline"], event.data["task"]]
                clock.update(open=False, met_on=oracle.london_day(self.desk.now))
                model.walk(self.m, chosen, {}, house, self.desk.now)
                break
        self._settled(step)

    # ------------------------------------------------------------------------------ comparison

    @invariant()
    def the_case_is_what_the_model_says(self) -> None:
        if self.play is None:
            return
        case, m = self.desk.case, self.m
        assert (case.stage, case.revision, case.is_open) == (m["stage"], m["revision"], m["open"])
        assert case.revision == len(self.desk.steps)
        assert [e.sequence for e in self.desk.events] == list(range(1, case.sequence + 1))
        assert [e.stage for e in case.entries] == [e["stage"] for e in m["entries"]]
        tasks = {t.id: (t.kind, t.agency, t.recipient, t.is_open, t.status) for t in case.tasks}
        assert tasks == {
            name: (t["kind"], t["agency"], t["recipient"], t["open"], t["status"])
            for name, t in m["tasks"].items()
        }
        known = {key: fact.value for key, fact in case.facts.items()} | dict(case.identity)
        known.pop("raised_by")
        assert known == {key: fact["value"] for key, fact in m["facts"].items()}

    @invariant()
    def every_date_is_what_the_oracle_says(self) -> None:
        if self.play is None:
            return
        latest: dict[tuple[str, str], Deadline] = {
            (d.key, d.task): d for d in self.desk.case.deadlines
        }
        shown = {which: _shown(d) for which, d in latest.items()}
        assert shown == {which: _expected(c) for which, c in self.m["clocks"].items()}


def _shown(d: Deadline) -> tuple[object, ...]:
    status = "ended" if d.status == "breached" and d.met_on else d.status
    return (d.cycle, status, d.met_on, d.start, d.due, d.raw_due) if status != "cancelled" else ()


def _expected(c: dict[str, Any]) -> tuple[object, ...]:
    status = "ended" if c["status"] == "breached" and c["met_on"] else c["status"]
    return (c["cycle"], status, c["met_on"], c["start"], c["due"], c["raw"]) if status != "cancelled" else ()


def _machine(key: str) -> Any:
    made = type(f"{key.title().replace('_', '')}Machine", (CaseMachine,), {"key": key})
    case = made.TestCase  # type: ignore[attr-defined]
    case.settings = CHECKED
    return case


TestRapidReview = _machine("rapid_review")
TestPracticeReview = _machine("practice_review")
TestChildDeathReview = _machine("child_death_review")
TestDispute = _machine("dispute")
