"""A teller: works a practice house and says, in words, what each step changed and who was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cli.output import counted
from engine import casework, upkeep, verification
from engine.asking import Agency
from engine.case import Deadline, Step
from engine.casework import Caller
from engine.length import Length, in_words, london_date, parse_instant
from engine.notices import STANDING_WORDS, due_words
from engine.record import deadline_name
from engine.situation import Situation
from notifications.courier import Tally
from workflows.practising import stops
from workflows.wiring import Premises, deliver_now

Say = Callable[[str], None]


class Teller:
    """Acts in a practice house as people would, and tells the story line by line."""

    def __init__(self, premises: Premises, say: Say) -> None:
        self.premises, self.house, self.say = premises, premises.house, say
        self.delivered = Tally()
        self.steps = 0

    def who(self, role: str, agency: str = "") -> Caller:
        """Somebody of the sample directory who holds a role."""
        with self.house.store.begin() as work:
            people = work.people.directory().holders(role, (agency,) if agency else None)
        return Caller(people[0].email, "practice")

    def at(self, when: str) -> None:
        """Move the clock to an instant, stopping wherever a date falls due on the way."""
        target = parse_instant(when)
        for _ in stops(self.house, target):
            self._sweep()
        self.deliver()

    def _sweep(self) -> None:
        """The house looks at what is due, and says what it found; reminders are only counted."""
        before = self._events()
        found = upkeep.sweep(self.house)
        self.steps += 1
        if found.breaches or found.escalations:
            self.say(f"\n{in_words(self.house.clock.now())}: the house looks for what is due")
            for line in self._missed(before):
                self.say(f"    {line}")
            self.deliver()
        else:
            self._carry()

    def _events(self) -> dict[str, int]:
        with self.house.store.begin() as work:
            return {r: work.cases.open(r).sequence for r in work.cases.references()}

    def _missed(self, before: Mapping[str, int]) -> list[str]:
        found = []
        for reference, sequence in before.items():
            process = casework.look_up(self.house, reference).process
            with self.house.store.begin() as work:
                fresh = work.cases.events(reference)[sequence:]
            for event in fresh:
                if event.kind == "breached":
                    label = process.timescale_by_key[str(event.data["deadline"])].label
                    task = f" ({event.data['task']})" if event.data["task"] else ""
                    found.append(f"LATE    {reference}  {label}{task}: due {in_words(event.on)}")
                if event.kind == "moved":
                    stage = process.stage_by_key[str(event.data["to"])].label
                    found.append(f"MOVED   {reference}  nobody answered, so it goes to: {stage}")
        return found

    def deliver(self) -> None:
        """Send what is owed, and say how much it was."""
        if sent := self._carry():
            self.say(f"    mail    {counted(sent, 'message')} sent")

    def _carry(self) -> int:
        tally = deliver_now(self.premises)
        self.delivered = Tally(self.delivered.accepted + tally.accepted)
        return tally.accepted

    def step(self, title: str, step: Step) -> str:
        """Tell one step: stage, what is now due and why, and who was told."""
        self.steps += 1
        case = step.case
        situation = casework.look_up(self.house, case.reference)
        stage = situation.process.stage_by_key[case.stage].label
        self.say(f"\n{in_words(self.house.clock.now())}: {title}")
        self.say(f"    case    {case.reference}, {situation.process.label}; stage: {stage}")
        for deadline in step.deadlines:
            self._date(situation, deadline)
        told = sorted({o.recipient for o in step.owed})
        more = f" and {len(told) - 3} more" if len(told) > 3 else ""  # noqa: PLR2004
        if told:
            self.say(f"    told    {', '.join(told[:3])}{more}")
        self.deliver()
        return case.reference

    def _date(self, situation: Situation, deadline: Deadline) -> None:
        label = situation.process.timescale_by_key[deadline.key].label
        task = f" ({deadline.task})" if deadline.task else ""
        if deadline.status in ("met", "met_late") and deadline.met_on:
            verdict = "in time" if deadline.status == "met" else "LATE"
            self.say(f"    done    {label}{task}: {in_words(deadline.met_on)}, {verdict}")
        elif deadline.status == "held":
            raw = in_words(london_date(deadline.raw_due))
            self.say(f"    on hold {label}: without the hold {raw}")
        elif deadline.status == "running":
            moved = deadline.due != deadline.raw_due
            raw = f"; without holds or extensions {in_words(london_date(deadline.raw_due))}"
            self.say(f"    due     {due_words(deadline)}: {label}{task}{raw if moved else ''}")
            self.say(f"    why     {self._why(deadline, situation)}")

    def _why(self, deadline: Deadline, situation: Situation) -> str:
        proof = verification.why(self.house, situation.case.reference, deadline_name(deadline))
        skips = [d["because"] for d in proof["days"] if not d["counted"]]
        closed = [because for because in skips if "bank holiday" in because]
        names = ", ".join(because.partition(", bank")[0] for because in closed)
        skipped = f"; {names} not counted" if names else ""
        words = Length.parse(deadline.length).in_words()
        standing = STANDING_WORDS[deadline.standing].lower()
        return f"{words} from: {_start(deadline, situation)} ({standing}){skipped}"

    def open(self, title: str, key: str, who: Caller, **facts: str) -> str:
        return self.step(title, casework.open_case(self.house, key, who, facts))

    def do(self, title: str, reference: str, action: str, who: Caller, **facts: str) -> str:
        return self.step(title, casework.advance(self.house, reference, who, action, facts))

    def record(self, title: str, reference: str, who: Caller, **facts: str) -> str:
        return self.step(title, casework.record_facts(self.house, reference, who, facts))

    def ask(self, title: str, reference: str, who: Caller, **agencies: str) -> str:
        asked = [Agency(name.replace("_", " "), email) for name, email in agencies.items()]
        return self.step(title, casework.ask(self.house, reference, who, asked))

    def answer(self, title: str, reference: str, task: str, with_: str, reason: str = "") -> str:
        found = casework.look_up(self.house, reference).case.task(task)
        who = Caller(found.recipient if found else "", "practice")
        step = casework.answer(self.house, reference, who, task, with_, reason)
        return self.step(title, step)

    def extend(self, title: str, reference: str, who: Caller, what: str, to: str) -> str:
        day = date.fromisoformat(to)
        reason = "agreed with the agency"
        return self.step(title, casework.extend(self.house, reference, who, what, day, reason))

    def hold(self, title: str, reference: str, who: Caller, kind: str, since: str) -> str:
        day = date.fromisoformat(since)
        return self.step(title, casework.hold(self.house, reference, who, kind, day))

    def release(self, title: str, reference: str, who: Caller, kind: str, on: str) -> str:
        day = date.fromisoformat(on)
        return self.step(title, casework.release(self.house, reference, who, kind, day))

    def stage(self, reference: str) -> str:
        return casework.look_up(self.house, reference).case.stage

    def open_tasks(self, reference: str, kind: str) -> list[str]:
        tasks = casework.look_up(self.house, reference).case.tasks
        return [t.id for t in tasks if t.kind == kind and t.is_open]

    def summary(self) -> dict[str, Any]:
        with self.house.store.begin() as work:
            counts = dict(work.outbox.counts())
            cases = [
                {"reference": line.reference, "process": line.process, "stage": line.stage}
                for line in work.cases.lines(self.house.clock.now())
            ]
        return {"cases": cases, "messages": counts}


def _start(deadline: Deadline, situation: Situation) -> str:
    """What a clock starts from, as people call it."""
    fact = situation.process.fact_by_key.get(deadline.start_fact)
    return fact.label if fact else deadline.start_fact
