"""Why a date that has ended was that date: proved as it stood, whatever happened afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from engine import casework, verification
from engine.case import CANCELLED
from engine.casework import Caller, House
from engine.length import parse_instant
from store.memory import MemoryStore
from tests.proof import houses
from tests.proof.houses import HandClock
from tests.workflows.deaths import DEATH, DECISIONS, SCOPE
from tests.workflows.disputes import DECIDED, RAISED
from workflows.catalogue import PROCESSES

COORDINATOR = Caller("cdop_coordinator@council.example")
DOCTOR = Caller("designated_doctor@council.example")
CHAIR = Caller("executive_chair@trust.example")


class Lived:
    """A house, one case in it, and a clock moved by hand."""

    def __init__(self, key: str, who: str, now: str, **facts: str) -> None:
        store = houses.make("memory", Path())
        assert isinstance(store, MemoryStore)
        self.clock = HandClock(parse_instant(now))
        self.house = House(store, self.clock)
        step = casework.open_case(self.house, key, Caller(who), facts)
        self.reference = step.case.reference

    def at(self, day: str) -> tuple[House, str]:
        self.clock.at = parse_instant(f"{day}T15:00")
        return self.house, self.reference

    def why(self, deadline: str) -> tuple[str, str]:
        why = verification.why(self.house, self.reference, deadline)
        return why["due"], why["check"]["due"]


def test_a_hold_after_the_meeting_was_held_does_not_touch_the_proof_of_its_date() -> None:
    death = Lived("child_death_review", "practitioner@trust.example", "2025-06-10T15:00", **DEATH)
    casework.advance(*death.at("2025-06-10"), COORDINATOR, "accept", SCOPE)
    casework.advance(*death.at("2025-06-10"), DOCTOR, "decide", DECISIONS)
    held = {"meeting_held_on": "2025-07-01"}
    casework.advance(*death.at("2025-07-01"), DOCTOR, "hold_meeting", held)
    casework.hold(*death.at("2025-07-10"), COORDINATOR, "coroner", date(2025, 7, 10))
    casework.release(*death.at("2025-08-20"), COORDINATOR, "coroner", date(2025, 8, 20))
    assert death.why("review_meeting") == ("2025-09-10", "2025-09-10")


def test_a_linked_date_that_moves_later_does_not_touch_the_proof_of_a_decision() -> None:
    known = {**RAISED, "type": "review_decision", "linked_deadline_on": "2026-06-04"}
    dispute = Lived("dispute", "practitioner@police.example", "2026-06-01T10:00", **known)
    decided = dispute.why("review_decision")
    assert decided == ("2026-06-02T17:00:00+01:00",) * 2
    casework.advance(*dispute.at("2026-06-02"), CHAIR, "decide", DECIDED)
    keeper = Caller("business_manager@council.example")
    later = {"linked_deadline_on": "2026-07-01"}
    casework.record_facts(*dispute.at("2026-06-03"), keeper, later)
    assert dispute.why("review_decision") == decided


def test_the_proof_of_every_date_that_has_ended_recounts_to_it() -> None:
    """Met or missed: over 150 dates of played cases, none differs."""
    wrong, kinds = [], Counter[str]()
    store = houses.make("memory", Path())
    for seed in range(14):
        for key in sorted(PROCESSES):
            bench, _ = houses.begin(store, key, seed, moves=45)
            for deadline in {(d.key, d.task): d for d in bench.case.deadlines}.values():
                if deadline.is_open or deadline.status == CANCELLED:
                    continue
                name = "/".join(filter(None, (deadline.key, deadline.task)))
                why = verification.why(bench.house, bench.reference, name)
                kinds[deadline.status] += 1
                if why["check"]["due"] != why["due"]:
                    wrong.append((key, seed, name, why["due"], why["check"]["due"]))
    assert wrong == []
    assert sum(kinds.values()) > 150
    assert min(kinds[of] for of in ("met", "met_late", "breached")) > 1
