"""A practice year: people open, answer, hold, extend and forget; the house keeps count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

from cli.output import counted
from cli.progress import Step as Tick
from cli.teller import Teller
from engine import casework, record, upkeep
from engine.asking import Agency
from engine.case import Case
from engine.casework import Caller
from engine.definition import Process
from engine.errors import Refused
from engine.length import in_words, london_date
from engine.roles import THE_HOUSE
from engine.situation import Situation
from workflows.catalogue import PROCESSES
from workflows.player import Player

MORNING = time(9, 30)
CASES_A_YEAR = 40


class Simulation:
    """One seed is one year, day by day; the same seed plays the same year."""

    def __init__(self, teller: Teller, seed: int) -> None:
        self.teller, self.house, self.seed = teller, teller.house, seed
        self.player = Player(seed)
        self.counts: Counter[str] = Counter()

    def play(self, days: Sequence[date], tick: Tick) -> None:
        """Live through the days: the sweep first, then people, then the mail."""
        for number, day in enumerate(days, start=1):
            self.teller.premises.store.set_practice_now(datetime.combine(day, MORNING, UTC))
            swept = upkeep.sweep(self.house)
            self.counts.update(breaches=swept.breaches, escalations=swept.escalations)
            self.counts.update(reminders=swept.reminders)
            if self.player.random.random() < CASES_A_YEAR / 365:
                self._open(self.player.random.choice(sorted(PROCESSES)))
            for reference in self._open_cases():
                self._work_on(reference)
            self.teller.deliver()
            tick(number, len(days))

    def begin(self, first: date) -> None:
        """Make sure that time does not run backwards for cases that are there already.

        Errors: Refused.
        """
        with self.house.store.begin() as work:
            lines = work.cases.lines(self.house.clock.now())
        today = london_date(self.house.clock.now())
        if lines and first < today:
            raise Refused(
                [f"this house has cases, and its clock is at {in_words(today)}: begin no earlier,"
                 " or name a new folder with --home"]
            )  # fmt: skip

    def _open_cases(self) -> list[str]:
        with self.house.store.begin() as work:
            return sorted(work.cases.references(only_open=True))

    def _open(self, key: str) -> None:
        """A case is opened by somebody who may, with facts as they would be known today."""
        situation = self._nothing_yet(PROCESSES[key])
        for found in self.player.moves(situation):
            who = self.player.person(situation, found)
            if who is None:
                continue
            facts = self.player.facts(situation, found)
            caller = Caller(who.email, "simulation")
            if self._try(partial(casework.open_case, self.house, key, caller, facts)):
                self.counts["opened"] += 1
                return

    def _nothing_yet(self, process: Process) -> Situation:
        now = self.house.clock.now()
        with self.house.store.begin() as work:
            _, rules = work.library.current_rules()
            calendar, people = work.library.current_calendar(), work.people.directory()
        blank = Case("", process.key, process.version, "", "", "", now)
        return Situation(process, rules, calendar, people, blank, THE_HOUSE, now)

    def _work_on(self, reference: str) -> None:
        """On a day something is done, or it is not: people are busy."""
        chance = self.player.random.random()
        if chance >= 0.50:  # noqa: PLR2004 - how often nobody finds the time
            return
        situation = casework.look_up(self.house, reference)
        if chance < 0.25:  # noqa: PLR2004 - how often people answer
            self._answer(situation)
        elif chance < 0.45:  # noqa: PLR2004 - how often a case moves
            self._move(situation)
        elif chance < 0.47:  # noqa: PLR2004 - how often a hold begins or ends
            self._hold(situation)
        else:
            self._extend(situation)

    def _answer(self, situation: Situation) -> None:
        waiting = [t for t in situation.case.tasks if t.is_open]
        if not waiting:
            return self._ask(situation)
        task = self.player.random.choice(waiting)
        kind = situation.process.task_by_key[task.kind]
        given = self.player.random.choice(kind.answers).key
        caller = Caller(task.recipient, "simulation")
        answer = partial(casework.answer, task=task.id, given=given, reason="for practice")
        if self._try(partial(answer, self.house, situation.case.reference, caller)):
            self.counts["answered"] += 1
        return None

    def _ask(self, situation: Situation) -> None:
        kind = situation.process.asked_at(situation.case.stage)
        if kind is None or situation.case.stage not in kind.stages:
            return
        leads = situation.directory.holders("agency_lead")
        some = self.player.random.sample(leads, min(3, len(leads)))
        agencies = [Agency(p.agency, p.email) for p in some]
        caller = self._holder(situation, kind.asked_by)
        if self._try(partial(casework.ask, self.house, situation.case.reference, caller, agencies)):
            self.counts["asked"] += len(agencies)

    def _move(self, situation: Situation) -> None:
        for found in self.player.moves(situation)[:3]:
            who = self.player.person(situation, found)
            if who is None:
                continue
            facts = self.player.facts(situation, found)
            caller = Caller(who.email, "simulation")
            reference = situation.case.reference
            if self._try(
                partial(casework.advance, self.house, reference, caller, found.action, facts)
            ):
                self.counts["moved"] += 1
                return

    def _hold(self, situation: Situation) -> None:
        kinds = situation.process.hold_kinds
        caller = self._holder(situation, situation.process.keepers)
        opened = [h.kind for h in situation.case.holds if h.until is None]
        reference, today = situation.case.reference, situation.today
        if opened:
            self._try(partial(casework.release, self.house, reference, caller, opened[0], today))
        elif kinds:
            kind = self.player.random.choice(kinds)
            self._try(partial(casework.hold, self.house, reference, caller, kind, today))

    def _extend(self, situation: Situation) -> None:
        running = [d for d in situation.case.deadlines if d.status == "running"]
        if not running:
            return
        chosen = self.player.random.choice(running)
        later = situation.calendar.add(london_date(chosen.due), 5)
        caller = self._holder(situation, situation.process.keepers)
        name = record.deadline_name(chosen)
        extend = partial(casework.extend, deadline=name, to=later, reason="for practice")
        self._try(partial(extend, self.house, situation.case.reference, caller))

    def _holder(self, situation: Situation, roles: Sequence[str]) -> Caller:
        people = [p for role in roles for p in situation.directory.holders(role)]
        return Caller(people[0].email if people else "", "simulation")

    def _try(self, act: Any) -> bool:
        """Do it as a person would; a refusal is part of life and is counted."""
        try:
            act()
        except Refused:
            self.counts["refused"] += 1
            return False
        return True

    def ending(self, caught: int) -> dict[str, Any]:
        found = upkeep.verify(self.house)
        verified = {"ok": not found.faults, "cases": found.cases, "events": found.events,
                    "faults": found.faults}  # fmt: skip
        names = ("opened", "asked", "answered", "moved", "refused", "reminders", "breaches",
                 "escalations")  # fmt: skip
        counts = {name: self.counts[name] for name in names}
        summary = self.teller.summary()
        return {"seed": self.seed, **counts, "messages": summary["messages"], "caught": caught,
                "cases": summary["cases"], "verify": verified}  # fmt: skip

    def words(self, document: dict[str, Any]) -> list[str]:
        d, verified = document, document["verify"]
        verdict = "everything agrees" if verified["ok"] else "NOT WHOLE"
        return [
            f"Seed {d['seed']}: {counted(d['opened'], 'case')} opened,"
            f" {d['moved']} moves by people, {d['escalations']} by the house.",
            f"{d['asked']} agencies asked, {counted(d['answered'], 'answer')},"
            f" {counted(d['refused'], 'refusal')}.",
            f"{counted(d['reminders'], 'reminder')}, {counted(d['breaches'], 'missed date')},"
            f" {counted(d['caught'], 'email')} caught.",
            f"Verified {counted(verified['cases'], 'case')},"
            f" {counted(verified['events'], 'event')}: {verdict}.",
            *(f"  - {fault}" for fault in verified["faults"]),
        ]
