"""The values a process is declared with: stages, actions, tasks, clocks and notices."""

from __future__ import annotations

from dataclasses import dataclass

from engine.conditions import ALWAYS, Condition
from engine.facts import Choice


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case can be; a final stage ends it. Owner is the role that has the next move."""

    key: str
    label: str
    owner: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A task to open when an action is done, for each of an audience."""

    task: str
    to: str


@dataclass(frozen=True, slots=True)
class Transition:
    """An action: how a case moves, who may do it and what it needs.

    No sources: it opens a case. No target: it moves nothing. `when` chooses between several
    transitions of one action; `needs` is what a person must supply, waived for the house; facts in
    `anew` must be given with this action, or since the case came to its stage.
    dated_by names the fact that says on which day the action happened. stamps are facts the
    action sets by itself; facts it sets aside stay in the record, but no longer count until they
    are given again. answers: doing it answers the actor's own open task of that kind.
    """

    action: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[str, ...]
    needs: Condition = ALWAYS
    asks: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()
    when: Condition = ALWAYS
    dated_by: str = ""
    orders: tuple[Order, ...] = ()
    stamps: tuple[tuple[str, str], ...] = ()
    sets_aside: tuple[str, ...] = ()
    answers: str = ""
    settled: str = ""
    offers: str = ""
    reopens: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The keys of the facts the action's form asks for, each once."""
        return tuple(dict.fromkeys((*self.anew, *self.needs.facts(), *self.asks)))


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: its answers, which of them settle it, and who may ask for it and when.

    An open task is cancelled when the case leaves the kind's stages; one_stage: at any move.
    by_link are the answers that the link in an email may give, in the recipient's own words: they
    read nothing of the case and decide nothing.
    """

    key: str
    label: str
    answers: tuple[Choice, ...]
    settling: tuple[str, ...]
    asked_by: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    one_stage: bool = False
    asks: str = ""
    otherwise: str = ""
    on_behalf: tuple[str, ...] = ("business_manager",)
    by_link: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class LaterOf:
    """The clock starts at the later of the facts recorded; one is enough to start it."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstKnown:
    """The clock starts at the first of these facts that is recorded, in order of preference."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entered:
    """The clock starts when the case enters one of these stages."""

    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskAsked:
    """The clock starts when the task is asked for: one clock a task."""

    kind: str


@dataclass(frozen=True, slots=True)
class Passes:
    """The clock starts the day a forecast beyond another deadline is recorded.

    Where no forecast was recorded it starts the day after that deadline is missed.
    """

    fact: str
    timescale: str


Start = LaterOf | FirstKnown | Entered | TaskAsked | Passes


@dataclass(frozen=True, slots=True)
class MetBy:
    """What meets a deadline: any of the stages entered, any fact, all of some facts, a stage left,
    or a task of a kind having been asked."""

    stages: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    all_facts: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A faster or slower set of numbers, chosen by a condition."""

    key: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Cap:
    """The date may not fall later than a length before (or after) a recorded date."""

    fact: str
    length: str


@dataclass(frozen=True, slots=True)
class Timescale:
    """The shape of a clock; its numbers are rules.

    alternatives are facts a rule may choose to start from instead. holds: kinds that stop it
    (never a statutory clock). escalates: the action the house takes when it runs out. recurring:
    begins again when met. lasting: an obligation kept until the date. outlives: goes on after
    the case is closed. asks and otherwise are the words of its reminders.
    """

    key: str
    label: str
    start: Start
    met: MetBy
    asks: str
    otherwise: str
    when: Condition = ALWAYS
    alternatives: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    holds: tuple[str, ...] = ()
    cap: Cap | None = None
    escalates: str = ""
    recurring: bool = False
    lasting: bool = False
    outlives: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Who is told what on an event.

    on: "action:KEY", "stage:KEY", "task:KIND" (asked), "answer:KIND", "extended", "held",
    "released", "redated", "linked", "met:TIMESCALE", "fact:KEY" (recorded on its own). to: roles,
    "recipient", "parties", "others" (the parties but the one that raised it), "raiser", "tasked"
    (everybody with a task on the case), role@parties, or role@recipient (in the task's agency).
    """

    on: str
    kind: str
    to: tuple[str, ...]
    asks: str
    otherwise: str = "Nothing is asked of you beyond this."
    when: Condition = ALWAYS
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must always be true of a case's facts, and the reason given where it is not."""

    condition: Condition
    reason: str
