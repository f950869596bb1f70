"""A player: does what people would do with a case, from the definition alone, repeatably.

Used to run practice years and to test every process; the same seed plays the same year.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from engine.conditions import (
    All,
    AnyOf,
    AtLeastBefore,
    Condition,
    Different,
    Either,
    Equals,
    Least,
    Recorded,
)
from engine.facts import Fact, Kind
from engine.length import Length, due_date
from engine.roles import HOUSE, Actor, Person
from engine.shape import Transition
from engine.situation import CaseView, Situation, day_of

NAMES = ("Council", "Police", "Acute hospital trust", "School")
GOES_ON = 0.85
# A whole NHS number of the range kept for tests: it belongs to nobody.
TEST_NHS_NUMBER = "9990000018"


class Player:
    """Chooses actions and fills in their facts; all its choices come from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable play, nothing secret

    def facts(self, situation: Situation, transition: Transition) -> dict[str, str]:
        """Facts with which an action may succeed, as a person would give them now."""
        wanted = self._satisfy(situation, transition.needs)
        for key in (*transition.anew, *self._chosen(transition)):
            wanted.setdefault(key, self.value(situation, key))
        if not situation.case.revision:
            wanted = {**self._satisfy(situation, transition.when), **wanted}
        return self._in_order(situation, wanted)

    def _chosen(self, transition: Transition) -> list[str]:
        return [key for key in transition.asks if self.random.random() < 0.5]  # noqa: PLR2004

    def _satisfy(self, situation: Situation, condition: Condition) -> dict[str, str]:
        """Facts that make a condition hold, where facts alone can."""
        if condition.holds(CaseView(situation)):
            return {}
        if isinstance(condition, All):
            found: dict[str, str] = {}
            for part in condition.parts:
                found = {**self._satisfy(situation, part), **found}
            return found
        if isinstance(condition, Either):
            return self._satisfy(situation, self.random.choice(condition.parts))
        return self._leaf(situation, condition)

    def _leaf(  # noqa: PLR0911 - one answer a kind of condition
        self, situation: Situation, condition: Condition
    ) -> dict[str, str]:
        match condition:
            case Equals(fact, value):
                return {fact: value}
            case AnyOf(fact, values):
                return {fact: self.random.choice(values)}
            case Least(fact, count):
                return {fact: ";".join(self._agencies(situation)[: max(count, 2)])}
            case AtLeastBefore(fact, other, length):
                return self._before(situation, fact, other, length)
            case Different(fact, other):
                return {fact: "one@practice.example", other: "two@practice.example"}
            case Recorded(fact):
                return {fact: self.value(situation, fact)}
        return {}

    def _agencies(self, situation: Situation) -> list[str]:
        known = sorted({p.agency for p in situation.directory.people if p.agency})
        return known or list(NAMES)

    def _before(self, situation: Situation, fact: str, other: str, length: str) -> dict[str, str]:
        asked = Length.parse(length)
        later = CaseView(situation).day(other) or situation.today
        latest = due_date(Length(-asked.number, asked.unit), later, situation.calendar)
        return {fact: latest.isoformat(), other: later.isoformat()}

    def value(self, situation: Situation, key: str) -> str:
        """A likely value of a fact: days near today, the first-person words of its vocabulary."""
        fact = situation.process.fact_by_key[key]
        if fact.kind is Kind.DAY:
            return self._day(situation, fact).isoformat()
        if fact.kind is Kind.INSTANT:
            return (situation.now - timedelta(hours=self.random.randint(1, 20))).isoformat()
        if fact.vocabulary:
            return self.random.choice(fact.vocabulary).key
        return {
            Kind.NUMBER: "8",
            Kind.NAMES: ";".join(self._agencies(situation)[:2]),
            Kind.PERSON: "somebody@practice.example",
            Kind.NHS_NUMBER: TEST_NHS_NUMBER,
        }.get(fact.kind, "written down for practice")

    def _day(self, situation: Situation, fact: Fact) -> date:
        if fact.key == "date_of_birth":
            return situation.today - timedelta(days=self.random.randint(400, 6000))
        return situation.today if fact.past else situation.today + timedelta(days=30)

    def _in_order(self, situation: Situation, facts: dict[str, str]) -> dict[str, str]:
        """Keep the day and the time of a death or an incident on one day, before it was known."""
        if "died_at" in facts:
            facts["died_on"] = day_of(facts["died_at"]).isoformat()
        for first, then in (("died_on", "aware_at"), ("incident_on", "aware_at")):
            if first in facts and then in facts and facts[first] > day_of(facts[then]).isoformat():
                facts[then] = situation.now.isoformat()
        return facts

    def person(self, situation: Situation, transition: Transition) -> Actor | None:
        """Somebody of the directory who may do an action."""
        people = [p for p in situation.directory.people if self._fits(p, transition)]
        if not people:
            return None
        chosen = self.random.choice(people)
        return Actor(chosen.email, chosen.agency, chosen.roles, "player", chosen.area)

    def _fits(self, person: Person, transition: Transition) -> bool:
        return any(person.holds(role) for role in transition.who if role != HOUSE)

    def moves(self, situation: Situation) -> list[Transition]:
        """The transitions a person could take from here, in a random order."""
        stage = situation.case.stage
        found = [
            t
            for t in situation.process.transitions
            if (stage in t.sources if stage else not t.sources) and set(t.who) != {HOUSE}
        ]
        self.random.shuffle(found)
        if self.random.random() < GOES_ON:
            found.sort(key=lambda t: self._ends(situation, t))
        return found

    def _ends(self, situation: Situation, transition: Transition) -> bool:
        """Whether an action ends a case early or goes round again, which is seldom done."""
        stages = [stage.key for stage in situation.process.stages]
        here, there = situation.case.stage, transition.target
        if not here or there is None:
            return there is None
        return there in situation.process.finals or stages.index(there) <= stages.index(here)
