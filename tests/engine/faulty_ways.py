"""Declarations with one thing wrong in a condition, or in the ways from stage to stage."""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import (
    Answered,
    AnyOf,
    Asked,
    AtLeastBefore,
    Different,
    Either,
    Equals,
    Late,
    Least,
    Linked,
    NoHold,
    NotAfter,
    Recorded,
    Younger,
)
from engine.roles import HOUSE
from engine.shape import (
    Invariant,
    Stage,
    Transition,
)
from tests.engine.one_change import (
    NEVER,
    START_SAYS,
    Row,
    acts,
    needs,
    stages,
    start,
)
from tests.engine.small import (
    COLOUR,
    FINISH,
    OPEN,
    REOPEN,
    STAGES,
    START,
)

ROWS: list[Row] = [
    # Conditions.
    ("a value outside a vocabulary", start(when=~Equals("colour", "pink")),
     (START_SAYS + "when it may be chosen compares 'colour' with 'pink', which is not in its"
      " vocabulary",)),
    ("one of several values outside", start(when=AnyOf("moods", ("calm", "mad"))),
     (START_SAYS + "when it may be chosen compares 'moods' with 'mad', which is not in its"
      " vocabulary",)),
    ("a list that holds one value", needs(Least("urgent", 1)),
     (START_SAYS + "what it needs counts the fact 'urgent', which holds a single value",)),
    ("an unknown timescale", needs(~Late("ghost")),
     (START_SAYS + "what it needs names the timescale 'ghost', which is not declared",)),
    ("an unknown task counted", needs(Asked("chore")),
     (START_SAYS + "what it needs names the task kind 'chore', which is not declared",)),
    ("an unknown task waited for in a condition", needs(Answered("chore")),
     (START_SAYS + "what it needs names the task kind 'chore', which is not declared",)),
    ("an unknown link", needs(Linked("cousin")),
     (START_SAYS + "what it needs names the link kind 'cousin', which is not declared",)),
    ("an unknown hold", needs(NoHold(("moon",))),
     (START_SAYS + "what it needs names the hold kind 'moon', which is not declared",)),
    ("a text compared as a date", needs(NotAfter("reason", "began_on")),
     (START_SAYS + "what it needs reads the fact 'reason' as a date, but it is neither a day nor"
      " an instant",)),
    ("an age reckoned from a colour", needs(Younger("colour", "ended_on", 18)),
     (START_SAYS + "what it needs reads the fact 'colour' as a date, but it is neither a day nor"
      " an instant",)),
    ("a length that is none", needs(AtLeastBefore("began_on", "ended_on", "soon")),
     (START_SAYS + "what it needs 'soon' is not a length of time: write a whole number and wd"
      " (working days), d (days), w (weeks), m (calendar months), y (years) or h (hours), like"
      " 15wd",)),
    ("hours between two days", needs(AtLeastBefore("began_on", "ended_on", "7h")),
     (START_SAYS + "what it needs counts 7h between two days; write days, weeks, months or"
      " working days",)),
    ("a length before a date below nothing", needs(AtLeastBefore("began_on", "ended_on", "-7wd")),
     (START_SAYS + "what it needs writes -7wd for a length before a date; leave the minus"
      " out",)),
    ("two colours at once", needs(COLOUR.equals("red") & COLOUR.equals("green")),
     (START_SAYS + f"what it needs {NEVER}",)),
    ("recorded and not", start(when=~COLOUR.recorded & AnyOf("colour", ("red", "green"))),
     (START_SAYS + f"when it may be chosen {NEVER}",)),
    ("an empty choice", needs(Either(())), (START_SAYS + f"what it needs {NEVER}",)),
    ("one person who is two", needs(Different("reason", "reason")),
     (START_SAYS + f"what it needs {NEVER}",)),
    ("chosen only where it cannot be done",
     start(when=COLOUR.equals("red"), needs=COLOUR.equals("green")),
     (START_SAYS + f"what it needs, with when it may be chosen, {NEVER}",)),
    ("given anew and missing", start(anew=("reason",), needs=~Recorded("reason")),
     (START_SAYS + f"what it needs, with when it may be chosen, {NEVER}",)),
    ("a rule that nothing keeps", {"invariants": (
        Invariant(COLOUR.equals("red") & COLOUR.equals("blue"), "No."),)},
     (f"what must always be true ('No.'): {NEVER}",)),
    # Ways through.
    ("no opening", {"transitions": (START, FINISH, REOPEN)},
     ("no action opens a case; declare one without source stages",
      "stage 'begun': no case can ever reach it",
      "stage 'working': no case can ever reach it",
      "stage 'done': no case can ever reach it",
      "timescale 'work': nothing can meet it: no fact, reachable stage or task is named that"
      " would",
      "timescale 'first': nothing can meet it: no fact, reachable stage or task is named that"
      " would",
      "timescale 'stay': it can never start: no case enters the stages it starts from",
      "notice on 'action:open': names the action 'open', which is not declared")),
    ("an opening by another name", acts(replace(OPEN, action="begin")),
     ("action 'begin' (opening): an action that opens a case must be called 'open'",)),
    ("an opening into nothing", {"transitions": (
        replace(OPEN, when=COLOUR.recorded), START, FINISH, REOPEN, replace(OPEN, target=None))},
     ("action 'open' (opening): opens a case but names no stage for it to begin in",)),
    ("an island", stages(Stage("island", "Island", final=True)),
     ("stage 'island': no case can ever reach it",)),
    ("a dead end", {
        **stages(Stage("pit", "Pit")),
        **acts(Transition("fall", "Fall", ("begun",), "pit", ("police",))),
    }, ("stage 'pit': no person has a way out of it, and it is not final",)),
    ("a stage only the house can leave", {
        **stages(Stage("pit", "Pit")),
        **acts(
            Transition("fall", "Fall", ("begun",), "pit", ("police",)),
            Transition("climb", "Climb", ("pit",), "done", (HOUSE,)),
        ),
    }, ("stage 'pit': no person has a way out of it, and it is not final",)),
    ("a circle without an end", {
        **stages(Stage("here", "Here"), Stage("there", "There")),
        **acts(
            Transition("fall", "Fall", ("begun",), "here", ("police",)),
            Transition("go", "Go", ("here",), "there", ("police",)),
            Transition("come", "Come", ("there",), "here", ("police",)),
        ),
    }, ("stage 'here': no way leads from it to a final stage",
        "stage 'there': no way leads from it to a final stage")),
    ("no end at all", {"stages": (*STAGES[:2], replace(STAGES[2], final=False))},
     ("no stage is final, so a case could never end",)),
    ("an end that can be left", acts(replace(REOPEN, reopens=False)),
     ("action 'reopen' (done): leads out of the final stage 'done' but is not declared to reopen"
      " a case",)),
    ("two of one action from one stage", {"transitions": (OPEN, START, FINISH, REOPEN, START)},
     ("action 'start' (begun): can never be chosen from 'begun', because an unconditional one of"
      " the same action stands before it",)),
]  # fmt: skip
