"""Canaries: a made-up value for each fact that could tell who a child was, and a case of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from engine import casework
from engine.definition import Process
from engine.facts import Fact, Kind
from engine.situation import Situation
from tests.cli.driver import MANAGER, Home, Said, given
from workflows.catalogue import PROCESSES
from workflows.player import Player
from workflows.wiring import enter

BIRTH = "2012-03-07"
OPENED = {
    "rapid_review": {"incident_on": "2024-12-18", "aware_at": "2024-12-20T16:40",
                     "outcome_for_child": "both", "abuse_link": "suspected",
                     "media_interest": "yes"},
    "practice_review": {"decided_on": "2024-12-20"},
    "child_death_review": {"died_on": "2024-12-19", "died_at": "2024-12-19T03:10",
                           "aware_at": "2024-12-19T08:30", "normally_resident": "in_area",
                           "place": "hospital"},
    "dispute": {"type": "case", "agencies": "Northmoor Council;Westfield Hospital Trust",
                "cause": "threshold", "wellbeing": "likely_harm", "immediate_risk": "no"},
}  # fmt: skip
OPENERS = {
    "rapid_review": MANAGER,
    "practice_review": MANAGER,
    "child_death_review": "child.death.coordinator@northmoor-icb.example",
    "dispute": "childrens.ward@westfield-hospital.example",
}


def nhs_number(serial: int) -> str:
    """A number with a true check digit, in the range that belongs to nobody."""
    for nine in (f"99912{serial:04}", f"99913{serial:04}"):
        check = -sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11
        if check < 10:
            return f"{nine}{check}"
    return nhs_number(serial + 1)


class Canaries:
    """A value for each identifying and each free-text fact of a process, and for other texts."""

    def __init__(self, key: str) -> None:
        self.process: Process = PROCESSES[key]
        self.facts = {fact.key: value for fact in self.process.facts if (value := self._of(fact))}
        self.identifying = {
            fact: value
            for fact, value in self.facts.items()
            if self.process.fact_by_key[fact].identifying
        }
        self.texts = {
            what: f"Canary {key} {what} Quillfeather"
            for what in ("reason", "note", "pseudonym", "answer", "hold", "extension", "recusal")
        }

    def _of(self, fact: Fact) -> str:
        if fact.kind is Kind.TEXT:
            return f"Canary {self.process.key} {fact.key} Xylander"
        if fact.identifying:
            serial = sum(map(ord, self.process.key)) % 1000
            return {Kind.DAY: BIRTH, Kind.NHS_NUMBER: nhs_number(serial)}[fact.kind]
        return ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every value, and the parts of it that would tell as much."""
        every = {*self.facts.values(), *self.texts.values(), "Xylander", "Quillfeather"}
        return tuple(every | {BIRTH.replace("-", ""), "7 March 2012", "07/03/2012"})


class Play:
    """Works one case through commands as people would, with a canary in every text."""

    def __init__(self, house: Home, key: str, seed: int) -> None:
        self.house, self.key, self.canaries = house, key, Canaries(key)
        self.player, self.chance = Player(seed), random.Random(seed)
        self.said: list[Said] = []
        self.reference, self.references = "", list[str]()

    def run(self, *words: str) -> Said:
        said = self.house.run(*words, "--json")
        self.said.append(said)
        return said

    def open(self) -> None:
        wanted = {k: v for k, v in self.canaries.facts.items() if self._belongs(k)}
        who, label = OPENERS[self.key], self.canaries.texts["pseudonym"]
        said = self.run("open", self.key, "--as", who, "--pseudonym", label,
                        *given(OPENED[self.key] | wanted))  # fmt: skip
        assert said.code == 0, said
        self.reference = said.json["reference"]
        self.references.append(self.reference)

    def _belongs(self, fact: str) -> bool:
        """What is given at the opening; a birth and an NHS number go where a child is known."""
        return fact != "nhs_number_missing_reason" and fact not in (
            "follow_up_result",
            "root_cause",
        )

    def situation(self) -> Situation:
        with enter(self.house.folder) as premises:
            return casework.look_up(premises.house, self.reference)

    def day(self) -> None:
        """A day of the case: something is done, time passes, the house looks and mails."""
        situation = self.situation()
        if situation.case.closed_at is not None:
            self.open()
            situation = self.situation()
        self._beside(situation)
        # On some days nobody does anything, and dates are missed.
        for found in self.player.moves(situation)[: self.chance.choice((0, 4))]:
            who = self.player.person(situation, found)
            if who is None:
                continue
            facts = self.player.facts(situation, found)
            mine = {k: self.canaries.facts[k] for k in found.facts if k in self.canaries.facts}
            words = ("do", found.action, self.reference, "--as", who.email)
            if self.run(*words, *given(facts | mine)).code == 0:
                break
        self.house.do("clock", "forward", f"{self.chance.randint(1, 6)}d")
        self.house.do("sweep")
        self.house.do("digest")
        self.house.do("deliver")

    def _beside(self, situation: Situation) -> None:
        """What goes on beside the stages, each with a text of its own."""
        keeper = next(iter(situation.directory.holders(situation.process.keepers[0]))).email
        for act in self.chance.sample(list(self._acts(situation, keeper)), 3):
            act()

    def _acts(self, situation: Situation, keeper: str) -> Iterator[partial[Said]]:
        texts, reference, today = self.canaries.texts, self.reference, situation.today
        me = ("--as", keeper)
        yield partial(self.run, "note", reference, texts["note"], *me)
        yield partial(self.run, "ask", reference, *me, "--agency", f"Agency {today}=a@b.example")
        hold, later = situation.process.hold_kinds[0], (today + timedelta(days=400)).isoformat()
        yield partial(self.run, "hold", reference, hold, "--from", today.isoformat(),
                      "--reason", texts["hold"], *me)  # fmt: skip
        yield partial(self.run, "release", reference, hold, "--on", today.isoformat(), *me)
        facts = {k: v for k, v in self.canaries.facts.items() if k not in ("date_of_birth",)}
        some = dict(self.chance.sample(sorted(facts.items()), 3))
        yield partial(self.run, "record", reference, *me, *given(some), "--reason", texts["reason"])
        for deadline in situation.case.deadlines[-3:]:
            name = f"{deadline.key}/{deadline.task}" if deadline.task else deadline.key
            yield partial(self.run, "extend", reference, name, "--to", later,
                          "--reason", texts["extension"], *me)  # fmt: skip
        for task in situation.case.tasks[-2:]:
            yield partial(self.run, "answer", reference, task.id, "--as", task.recipient,
                          "--with", "waived", "--reason", texts["answer"])  # fmt: skip
