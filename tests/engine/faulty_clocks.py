"""Declarations with one thing wrong in a clock, a notice or the parties."""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import (
    Either,
    Equals,
)
from engine.shape import (
    Cap,
    Entered,
    FirstKnown,
    LaterOf,
    MetBy,
    Passes,
    Stage,
    TaskAsked,
    Variant,
)
from tests.engine.one_change import (
    NEVER,
    WORK_SAYS,
    Row,
    clock,
    notice,
    stages,
    start,
    work,
)
from tests.engine.small import (
    COLOUR,
    RETURN,
    WORK,
)

ROWS: list[Row] = [
    # Clocks.
    ("a start from an unknown fact", clock(start=LaterOf(("ghost",))),
     ("timescale 'more': its start names the fact 'ghost', which is not declared",)),
    ("a start from a text", clock(start=FirstKnown(("reason",))),
     ("timescale 'more': its start reads the fact 'reason' as a date, but it is neither a day nor"
      " an instant",)),
    ("a start from a birthday", clock(start=FirstKnown(("born_on",))),
     ("timescale 'more': its start reads the date of 'born_on', which identifies somebody and is"
      " not in the record",)),
    ("a start from nothing", clock(start=LaterOf(())),
     ("timescale 'more': it can never start: it names no fact to start from",)),
    ("an alternative that is no date", clock(alternatives=("reason",)),
     ("timescale 'more': its start reads the fact 'reason' as a date, but it is neither a day nor"
      " an instant",)),
    ("a start in an unknown stage", clock(start=Entered(("working", "nowhere"))),
     ("timescale 'more': its start names the stage 'nowhere', which is not declared",)),
    ("a start with an unknown task", clock(start=TaskAsked("chore")),
     ("timescale 'more': its start names the task kind 'chore', which is not declared",
      "timescale 'more': it can never start: nobody asks for 'chore' and no action orders it")),
    ("a start with a task nobody asks for", {
        **clock(start=TaskAsked("spare")), "tasks": (RETURN, replace(RETURN, key="spare",
                                                                      asked_by=())),
    }, ("timescale 'more': it can never start: nobody asks for 'spare' and no action orders it",)),
    ("a start beyond an unknown clock", clock(start=Passes("planned_on", "ghost")),
     ("timescale 'more': its start names the timescale 'ghost', which is not declared",)),
    ("met in an unknown stage", clock(met=MetBy(stages=("done", "nowhere"))),
     ("timescale 'more': names the stage 'nowhere', which is not declared",)),
    ("met by an unknown fact", clock(met=MetBy(facts=("ended_on", "ghost"))),
     ("timescale 'more': names the fact 'ghost', which is not declared",)),
    ("met by an unknown task", clock(met=MetBy(facts=("ended_on",), asked="chore")),
     ("timescale 'more': names the task kind 'chore', which is not declared",)),
    ("met by nothing", clock(met=MetBy()),
     ("timescale 'more': nothing can meet it: no fact, reachable stage or task is named that"
      " would",)),
    ("met by leaving an end", clock(met=MetBy(left=("island",))) | stages(
        Stage("island", "Island", final=True)),
     ("stage 'island': no case can ever reach it",
      "timescale 'more': nothing can meet it: no fact, reachable stage or task is named that"
      " would")),
    ("begun again and kept", clock(recurring=True, lasting=True),
     ("timescale 'more': it cannot both begin again when met and be kept until its date",)),
    ("begun again by a stage", clock(recurring=True, met=MetBy(stages=("done",))),
     ("timescale 'more': it begins again when met, but names no fact that meets it",)),
    ("a variant twice", work(variants=(*WORK.variants, *WORK.variants)),
     (WORK_SAYS + "its variant 'fast' is declared 2 times",)),
    ("a variant that never applies", work(when=COLOUR.equals("red"), variants=(
        Variant("fast", COLOUR.equals("blue")),)),
     (WORK_SAYS + f"its variant 'fast' {NEVER}",)),
    ("a variant of an unknown value", work(variants=(Variant("fast", ~Equals("urgent", "so")),)),
     (WORK_SAYS + "its variant 'fast' compares 'urgent' with 'so', which is not in its"
      " vocabulary",)),
    ("a clock that never runs", work(when=Either(()), variants=()),
     (WORK_SAYS + f"its condition {NEVER}",)),
    ("a cap on a text", work(cap=Cap("reason", "2wd")),
     (WORK_SAYS + "its cap reads the fact 'reason' as a date, but it is neither a day nor an"
      " instant",)),
    ("a cap in hours", work(cap=Cap("planned_on", "2h")),
     (WORK_SAYS + "its cap counts 2h between two days; write days, weeks, months or working"
      " days",)),
    ("stopped by an unknown hold", work(holds=("moon",)),
     (WORK_SAYS + "names the hold kind 'moon', which is not declared",)),
    ("an unknown escalation", work(escalates="soar"),
     (WORK_SAYS + "escalates by the action 'soar', which is not declared",)),
    ("an escalation the house may not do", work(escalates="finish"),
     (WORK_SAYS + "escalates by the action 'finish', which the house itself may not do",)),
    # Notices.
    ("an event of no known form", notice(on="moon:full"),
     ("notice on 'moon:full': no event is called that; see the forms a notice may name",)),
    ("an event without a name", notice(on="action"),
     ("notice on 'action': no event is called that; see the forms a notice may name",)),
    ("an event with a name too many", notice(on="extended:work"),
     ("notice on 'extended:work': no event is called that; see the forms a notice may name",)),
    ("an unknown action told of", notice(on="action:soar"),
     ("notice on 'action:soar': names the action 'soar', which is not declared",)),
    ("an unknown stage told of", notice(on="stage:nowhere"),
     ("notice on 'stage:nowhere': names the stage 'nowhere', which is not declared",)),
    ("an unknown task told of", notice(on="task:chore"),
     ("notice on 'task:chore': names the task kind 'chore', which is not declared",)),
    ("an unknown answer told of", notice(on="answer:chore"),
     ("notice on 'answer:chore': names the task kind 'chore', which is not declared",)),
    ("an unknown deadline told of", notice(on="met:ghost"),
     ("notice on 'met:ghost': names the timescale 'ghost', which is not declared",)),
    ("an unknown kind of notice", notice(kind="shouted"),
     ("notice on 'action:open': is of the kind 'shouted'; the kinds are opened, moved, asked,"
      " due_soon, due, late, escalated, extended, held, released, redated, decided, published,"
      " closed",)),
    ("nobody told", notice(to=()), ("notice on 'action:open': tells nobody",)),
    ("an unknown audience", notice(to=("everybody",)),
     ("notice on 'action:open': names the audience 'everybody', which is neither a role nor a"
      " known word",)),
    ("a role in an unknown place", notice(to=("police@moon",)),
     ("notice on 'action:open': names the audience 'police@moon'; write a known role,"
      " role@parties or role@recipient",)),
    ("an unknown role among the parties", notice(to=("boss@parties",)),
     ("notice on 'action:open': names the audience 'boss@parties'; write a known role,"
      " role@parties or role@recipient",)),
    ("a recipient of nothing", notice(to=("recipient",)),
     ("notice on 'action:open': tells the recipient of a task, but this event is about no"
      " task",)),
    ("a notice never sent", notice(when=COLOUR.equals("red") & ~COLOUR.recorded),
     (f"notice on 'action:open': its condition {NEVER}",)),
    ("an unknown fact told of", notice(on="fact:ghost"),
     ("notice on 'fact:ghost': names the fact 'ghost', which is not declared",)),
    ("an agency of nothing", notice(to=("agency_lead@recipient",)),
     ("notice on 'action:open': tells the recipient of a task, but this event is about no"
      " task",)),
    # Parties.
    ("an unknown raiser", {"raiser_fact": "ghost"},
     ("the raiser: names the fact 'ghost', which is not declared",)),
    ("other parties nobody names", {
        "parties_fact": "", **start(orders=()), **notice(to=("others", "police@parties"))},
     ("notice on 'action:open': names the audience 'others', but no fact says who the parties"
      " are",
      "notice on 'action:open': names the audience 'police@parties', but no fact says who the"
      " parties are")),
    ("unknown parties", {"parties_fact": "ghost"},
     ("the parties: names the fact 'ghost', which is not declared",)),
    ("parties nobody names", {"parties_fact": "", **start(orders=()), **notice(to=("parties",))},
     ("notice on 'action:open': names the audience 'parties', but no fact says who the parties"
      " are",)),
]  # fmt: skip
