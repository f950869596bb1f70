"""The machine's steps beside the stages: facts, tasks, holds, extensions, links and recusals."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis.stateful import rule

from engine import asking, record
from engine.asking import Agency
from engine.case import Owed, Step
from engine.outbox import Message
from engine.roles import THE_HOUSE, Actor
from engine.standing_in import Missed, tell_instead
from tests.desk import AGENCIES, AREA
from tests.proof import model, oracle
from tests.proof.model_actions import SEEDS, ActionMachine
from tests.proof.plays import FIRST_DAY


class BesideMachine(ActionMachine):
    """What moves no stage, by those who may and by those who may not."""

    def clear_the_desk(self, random: Random) -> None:
        for name, task in self.m["tasks"].items():
            if task["open"]:
                self._answer(random, name, task, honest=True)
        if random.random() < 0.3 and self.m["open"]:
            self.ask(random.randrange(2**16))

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
        waiting = [
            t["agency"] for t in self.m["tasks"].values() if t["open"] and t["kind"] == kind.key
        ]
        legal = model.may(self.m, actor, kind.asked_by) and not set(names) & set(waiting)
        legal = legal and (not kind.stages or self.m["stage"] in kind.stages)
        agencies = [Agency(name, f"lead@{name.lower()}.example") for name in names]
        step = self._take(legal, lambda s: asking.ask(s, agencies, kind.key), actor)
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
        step = self._take(legal, lambda s: asking.answer(s, name, given, "as agreed"), actor)
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
            known = who in {task["recipient"] for task in self.m["tasks"].values()}
            known = known or self.desk.situation.directory.find(who) is not None
            legal = (legal or who == actor.email) and known and who not in self.m["recused"]
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

    @rule(seed=SEEDS)
    def lose(self, seed: int) -> None:
        """A message does not reach who it was for: somebody else is told, and nothing else is."""
        random = Random(seed)
        known = [owed for owed in self.desk.owed if owed.recipient]
        if not known:
            return
        number = random.randrange(len(known))
        message = as_message(self.desk.case.reference, number + 1, known[number])
        back = random.choice((None, self._by(THE_HOUSE)["today"] + timedelta(days=20)))
        lost = Missed(message, frozenset({message.recipient}), back)
        others = model.others(self.m, message.recipient)
        if back and not others:
            return
        step = self._take(True, lambda s: tell_instead(s, lost) or never(), THE_HOUSE)
        if step is not None:
            assert [event.kind for event in step.events] == ["deputised"]
            told = {o.recipient for o in step.owed if o.anchor == f"instead:{message.id}"}
            assert told == (others or {""})
            model.tick(self.m)
            self._settled(step)


def as_message(case: str, number: int, owed: Owed) -> Message:
    """A message as the outbox would hold it."""
    identity = f"<{number}@house.example>"
    return Message(
        number, case, owed.anchor, owed.kind, owed.recipient, owed.role, owed.urgent, owed.about,
        identity, FIRST_DAY,
    )  # fmt: skip


def never() -> Step:
    raise AssertionError("somebody could be told")
