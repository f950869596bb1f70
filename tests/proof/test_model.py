"""R23: whatever people and time do, a case is what a small model says it is.

300 examples of up to 30 steps: people do what they may and what they may not, in any order. A
release is proved on more: MODEL_EXAMPLES=5000 MODEL_STEPS=60 HYPOTHESIS_PROFILE=default.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from engine import watch
from engine.case import Deadline, Step
from engine.roles import THE_HOUSE
from tests.proof import model, oracle
from tests.proof.model_beside import BesideMachine
from tests.proof.plays import STRIDES

CHECKED = settings(
    max_examples=int(os.environ.get("MODEL_EXAMPLES", "75")),
    stateful_step_count=int(os.environ.get("MODEL_STEPS", "30")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class CaseMachine(BesideMachine):
    """Lets time pass, and compares the case with the model after every step."""

    @rule(stride=st.sampled_from(STRIDES), times=st.integers(1, 3))
    def time_forward(self, stride: timedelta, times: int) -> None:
        assert self.bench is not None
        self.bench.now += stride * times

    @rule()
    def sweep(self) -> None:
        """Every missed date is recorded on its own day; what escalates goes up."""
        while True:
            step = watch.look(replace(self.desk.situation, now=self.desk.now))
            if step is None:
                assert self._breaches() == set()
                return
            self.desk.take(step)
            self._sweep_model(step)

    def _breaches(self) -> set[tuple[str, str, str, str]]:
        late: set[tuple[str, str, str, str]] = set()
        for (key, task), clock in self.m["clocks"].items():
            lasting = self.process.timescale_by_key[key].lasting
            waits = clock["open"] and clock["status"] == "running" and not lasting
            if waits and self.desk.now > clock["due"]:
                day = oracle.london_day(clock["due"]).isoformat()
                late.add((key, task, clock["due"].isoformat(), day))
        return late

    def _sweep_model(self, step: Step) -> None:
        found = [e for e in step.events if e.kind == "breached"]
        told = {
            (e.data["deadline"], e.data["task"], e.data["due"], e.on.isoformat()) for e in found
        }
        assert told == self._breaches()
        for event in found:
            clock = self.m["clocks"][event.data["deadline"], event.data["task"]]
            clock.update(breached=clock["due"], status="breached")
            model.tick(self.m)
        up = [self.process.timescale_by_key[e.data["deadline"]].escalates for e in found]
        for action, event in zip(up, found, strict=True):
            chosen = action and model.chosen(self.m, action, {}, self._by(THE_HOUSE))
            if chosen and "house" in chosen.who:
                clock = self.m["clocks"][event.data["deadline"], event.data["task"]]
                clock.update(open=False, met_on=oracle.london_day(self.desk.now))
                model.walk(self.m, chosen, {}, THE_HOUSE, self.desk.now)
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
    if c["status"] == "cancelled":
        return ()
    status = "ended" if c["status"] == "breached" and c["met_on"] else c["status"]
    return (c["cycle"], status, c["met_on"], c["start"], c["due"], c["raw"])


def _machine(key: str) -> Any:
    made = type(f"{key.title().replace('_', '')}Machine", (CaseMachine,), {"key": key})
    case = made.TestCase  # type: ignore[attr-defined]
    case.settings = CHECKED
    return case


TestRapidReview = _machine("rapid_review")
TestPracticeReview = _machine("practice_review")
TestChildDeathReview = _machine("child_death_review")
TestDispute = _machine("dispute")
