"""A process just large enough to use every part of a declaration once."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from types import SimpleNamespace
from typing import Any

from engine.conditions import ALWAYS, Answered, Asked, Late, NoHold, recorded
from engine.definition import Process
from engine.facts import Choice, Fact, Kind, choice, choices, day, instant, text, words, yes_no
from engine.length import Length
from engine.roles import HOUSE
from engine.rules import Rule, Rulebook, Rung
from engine.shape import (
    Cap,
    Entered,
    FirstKnown,
    Invariant,
    LaterOf,
    MetBy,
    NoticeRule,
    Order,
    Passes,
    Stage,
    TaskAsked,
    TaskKind,
    Timescale,
    Transition,
    Variant,
)

COLOUR = choice("colour", "The colour", words("red", "green", "blue"))
MOODS = choices("moods", "The moods", words("calm", "brave", "tired"))
URGENT = yes_no("urgent", "Whether it is urgent")
BEGAN_ON = day("began_on", "The day it began")
ENDED_ON = day("ended_on", "The day it ended")
PLANNED_ON = day("planned_on", "The day it is planned for", past=False)
HEARD_AT = instant("heard_at", "When it was heard")
REASON = text("reason", "The reason")
AGENCIES = Fact("agencies", "The agencies", Kind.NAMES)
BORN_ON = day("born_on", "The day of birth", identifying=True)
FACTS = (
    COLOUR, MOODS, URGENT, BEGAN_ON, ENDED_ON, PLANNED_ON, HEARD_AT, REASON, AGENCIES, BORN_ON,
)  # fmt: skip
STAGES = (
    Stage("begun", "Begun", "business_manager"),
    Stage("working", "Working", "review_chair"),
    Stage("done", "Done", final=True),
)
OPEN = Transition(
    "open", "Open", (), "begun", ("business_manager",), BEGAN_ON.recorded, dated_by="began_on"
)
START = Transition(
    "start",
    "Start the work",
    ("begun",),
    "working",
    ("business_manager", HOUSE),
    recorded("colour", "moods") & BEGAN_ON.not_after(PLANNED_ON),
    asks=("urgent",),
    orders=(Order("return", "agency_lead@parties"),),
    stamps=(("heard_at", "@now"),),
)
FINISH = Transition(
    "finish",
    "Finish",
    ("working",),
    "done",
    ("review_chair",),
    ENDED_ON.recorded & (Asked("return") | Late("work")) & Answered("return"),
    anew=("reason",),
    when=NoHold(("court",)),
    answers="return",
    offers="small",
)
REOPEN = Transition(
    "reopen", "Reopen", ("done",), "working", ("business_manager",), REASON.recorded, reopens=True
)
# Ways on, back and to the end that need nothing.
GO = Transition("go", "Go on", ("begun",), "working", ("business_manager",))
BACK = Transition("back", "Go back", ("working",), "begun", ("business_manager",))
END = Transition("end", "End", ("working",), "done", ("review_chair",))
RETURN = TaskKind(
    "return",
    "Agency return",
    (Choice("received", "Received"), Choice("declined", "Declined")),
    ("received",),
    asked_by=("business_manager",),
    stages=("working",),
    asks="Please return what you hold.",
)
WORK = Timescale(
    "work",
    "The work",
    LaterOf(("began_on", "heard_at")),
    MetBy(stages=("done",)),
    "Please finish the work.",
    "Without it the case is late.",
    alternatives=("planned_on",),
    variants=(Variant("fast", URGENT.equals("yes")),),
    holds=("court",),
    cap=Cap("planned_on", "-2wd"),
    escalates="start",
)
TIMESCALES = (
    WORK,
    Timescale("first", "The first step", FirstKnown(("heard_at",)), MetBy(left=("begun",)), "", ""),
    Timescale("stay", "The stay", Entered(("working",)), MetBy(all_facts=("ended_on",)), "", ""),
    Timescale("each", "Each return", TaskAsked("return"), MetBy(), "", ""),
    Timescale("beyond", "The delay", Passes("planned_on", "work"), MetBy(asked="return"), "", ""),
    Timescale("again", "Each entry", FirstKnown(("began_on",)), MetBy(facts=("ended_on",)), "", "",
              recurring=True),
    Timescale("kept", "Kept", FirstKnown(("ended_on",)), MetBy(), "", "", lasting=True),
)  # fmt: skip
NOTICES = (
    NoticeRule("action:open", "opened", ("business_manager",), "Please look at it."),
    NoticeRule("task:return", "asked", ("recipient",), "Please return what you hold."),
    NoticeRule("answer:return", "moved", ("raiser", "tasked"), "Nothing more.", urgent=True),
    NoticeRule("stage:done", "closed", ("parties",), "Nothing.", when=COLOUR.equals("red")),
    NoticeRule("met:work", "decided", ("agency_lead@parties",), "Nothing."),
    NoticeRule("extended", "extended", ("recipient",), "Please work to the new date."),
)
INVARIANTS = (Invariant(~COLOUR.equals("blue") | REASON.recorded, "Blue needs a reason."),)

PARTS: dict[str, Any] = {
    "key": "small",
    "label": "A small process",
    "version": "1",
    "purpose": "Shows every part of a declaration once.",
    "stages": STAGES,
    "transitions": (OPEN, START, FINISH, REOPEN),
    "facts": FACTS,
    "tasks": (RETURN,),
    "timescales": TIMESCALES,
    "notices": NOTICES,
    "invariants": INVARIANTS,
    "hold_kinds": ("court",),
    "link_kinds": ("sibling",),
    "parties_fact": "agencies",
}
_DEFAULTS = {f.name: f.default for f in fields(Process) if f.name not in PARTS}


def process(**changes: Any) -> Process:
    """The small process with some of its parts changed."""
    return Process(**{**PARTS, **changes})


def draft(**changes: Any) -> Any:
    """The same before anybody has checked it."""
    return SimpleNamespace(**{**_DEFAULTS, **PARTS, **changes})


LADDER = (Rung("-1wd", ("business_manager",)), Rung("+1wd", ("review_chair",)))


def rule(timescale: str, **changes: Any) -> Rule:
    """A faultless rule of the small process, with some of its parts changed."""
    given: dict[str, Any] = {
        "process": "small",
        "timescale": timescale,
        "length": Length(5, "wd"),
        "standing": "default",
        "citation": "The length is a local default.",
        "since": date(2020, 1, 1),
        "ladder": LADDER,
    }
    return Rule(**{**given, **changes})


def rulebook(*rules: Rule) -> Rulebook:
    """A rulebook that fits the small process; a rule given stands in for that timescale's own."""
    replaced = {one.timescale for one in rules}
    others = (rule(t.key) for t in TIMESCALES if t.key not in replaced)
    return Rulebook("test", (*rules, *others))


__all__ = ["ALWAYS", "PARTS", "draft", "process", "rule", "rulebook"]
