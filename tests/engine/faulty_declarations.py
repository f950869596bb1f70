"""Declarations with one thing wrong in a key, a word, a role, a task or an action."""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import (
    Recorded,
)
from engine.facts import Choice, choice, text, words
from engine.roles import HOUSE
from engine.shape import (
    Order,
)
from tests.engine.one_change import (
    START_SAYS,
    Row,
    acts,
    facts,
    needs,
    notice,
    stages,
    start,
    task,
)
from tests.engine.small import (
    COLOUR,
    FINISH,
    OPEN,
    REOPEN,
    RETURN,
    STAGES,
    START,
    TIMESCALES,
    WORK,
)

ROWS: list[Row] = [
    # Keys and words.
    ("a stage declared twice", stages(STAGES[1]), ("stage 'working': declared 2 times",)),
    ("a fact declared twice", facts(COLOUR), ("fact 'colour': declared 2 times",)),
    ("a task declared twice", {"tasks": (RETURN, RETURN)},
     ("task kind 'return': declared 2 times",)),
    ("a timescale declared twice", {"timescales": (*TIMESCALES, WORK)},
     ("timescale 'work': declared 2 times",)),
    ("a hold declared twice", {"hold_kinds": ("court", "court")},
     ("hold kind 'court': declared 2 times",)),
    ("a link declared twice", {"link_kinds": ("sibling", "sibling")},
     ("link kind 'sibling': declared 2 times",)),
    ("a process key with a space", {"key": "Small One"},
     ("process 'Small One': is not a key; write it in snake_case",)),
    ("a fact key with a capital", facts(text("Size", "Size")),
     ("fact 'Size': is not a key; write it in snake_case",)),
    ("an action key with a hyphen", {"transitions": (
        OPEN, START, FINISH, REOPEN, replace(START, action="re-start"))},
     ("action 're-start': is not a key; write it in snake_case",)),
    ("no version", {"version": " "}, ("the version is missing",)),
    ("a label with a line break", {"label": "Small\nBcc: x"},
     ("the process: its label must be one line of printable words",)),
    ("a stage without a label", {"stages": (replace(STAGES[0], label=" "), *STAGES[1:])},
     ("stage 'begun': its label must be one line of printable words",)),
    ("a task that asks with a line break", task(asks="Please\r\nBcc: x"),
     ("task kind 'return': what it says must be one line of printable words",)),
    ("an answer by link that is no answer", task(by_link=(Choice("maybe", "Maybe"),)),
     ("task kind 'return': 'maybe' may be given by link but is not among its answers",)),
    ("a clock that asks with a line break", {
        "timescales": (replace(TIMESCALES[0], otherwise="Late\nBcc: x"), *TIMESCALES[1:])},
     ("timescale 'work': what it says must be one line of printable words",)),
    ("a sentence with a line break", notice(asks="Please\r\nBcc: x"),
     ("notice on 'action:open': what it says must be one line of printable words",)),
    ("a choice with nothing to choose", facts(choice("size", "Size", ())),
     ("fact 'size': is a choice without a vocabulary",)),
    ("a text with a vocabulary", facts(replace(text("size", "Size"), choices=words("big"))),
     ("fact 'size': has a vocabulary but is not a choice",)),
    ("a word twice in a vocabulary", facts(choice("size", "Size", words("big", "big"))),
     ("fact 'size': the word 'big' stands 2 times in its vocabulary",)),
    ("a word nobody could give", facts(choice("size", "Size", (Choice("Big;", "Big"),))),
     ("fact 'size': the word 'Big;' could never be given; write it in snake_case",)),
    # Roles and people.
    ("an unknown owner", {"stages": (replace(STAGES[0], owner="boss"), *STAGES[1:])},
     ("stage 'begun': names the role 'boss', which is not known",)),
    ("an unknown keeper", {"keepers": ("boss",)},
     ("the keepers: names the role 'boss', which is not known",)),
    ("no keeper", {"keepers": ()},
     ("nobody keeps its cases; name a role among the keepers",)),
    ("an unknown actor", start(who=("business_manager", "boss", HOUSE)),
     (START_SAYS + "names the role 'boss', which is not known",)),
    ("nobody may act", acts(replace(START, action="wave", target=None, who=(), orders=())),
     ("action 'wave' (begun): nobody may do it",)),
    ("an unknown asker", task(asked_by=("boss",)),
     ("task kind 'return': names the role 'boss', which is not known",)),
    ("an unknown stand-in", task(on_behalf=("boss",)),
     ("task kind 'return': names the role 'boss', which is not known",)),
    # Tasks.
    ("a task in an unknown stage", task(stages=("nowhere",)),
     ("task kind 'return': names the stage 'nowhere', which is not declared",)),
    ("a task settled by no answer of its own", task(settling=("received", "lost")),
     ("task kind 'return': 'lost' settles it but is not among its answers",)),
    ("a task nothing settles", task(settling=()), ("task kind 'return': no answer settles it",)),
    # Actions.
    ("an unknown source", start(sources=("begun", "nowhere")),
     ("action 'start' (begun, nowhere): names the stage 'nowhere', which is not declared",)),
    ("an unknown target", acts(replace(START, action="wander", target="nowhere", orders=())),
     ("action 'wander' (begun): names the stage 'nowhere', which is not declared",)),
    ("an unknown question", start(asks=("ghost",)),
     (START_SAYS + "names the fact 'ghost', which is not declared",)),
    ("an unknown fact to give anew", start(anew=("ghost",)),
     (START_SAYS + "names the fact 'ghost', which is not declared",)),
    ("an unknown fact set aside", start(sets_aside=("ghost",)),
     (START_SAYS + "names the fact 'ghost', which is not declared",)),
    ("a task ordered from the agency of none", start(
        orders=(*START.orders, Order("return", "agency_lead@recipient"))),
     (START_SAYS + "orders the task 'return' from a recipient, but there is no task yet",)),
    ("an unknown fact needed", needs(Recorded("ghost")),
     (START_SAYS + "what it needs names the fact 'ghost', which is not declared",)),
    ("an unknown fact stamped", start(stamps=(("ghost", "x"),)),
     (START_SAYS + "names the fact 'ghost', which is not declared",)),
    ("a stamp nobody fills in", start(stamps=(("reason", "@moon"),)),
     (START_SAYS + "stamps '@moon'; only @now, @today, @actor_agency, @actor, @stage"
      " are filled in",)),
    ("a stamp outside the vocabulary", start(stamps=(("colour", "pink"),)),
     (START_SAYS + "stamps 'colour' with 'pink', which is not in its vocabulary",)),
    ("dated by a text", start(dated_by="reason"),
     (START_SAYS + "its day: reads the fact 'reason' as a date, but it is neither a day nor an"
      " instant",)),
    ("dated by nothing known", start(dated_by="ghost"),
     (START_SAYS + "its day: names the fact 'ghost', which is not declared",)),
    ("dated by a birthday", start(dated_by="born_on"),
     (START_SAYS + "its day: reads the date of 'born_on', which identifies somebody and is not"
      " in the record",)),
    ("an unknown task ordered", start(orders=(*START.orders, Order("chore", "police"))),
     (START_SAYS + "names the task kind 'chore', which is not declared",)),
    ("a task ordered from nobody known", start(orders=(*START.orders, Order("return", "boss"))),
     (START_SAYS + "names the audience 'boss', which is neither a role nor a known word",)),
    ("a task ordered from a recipient", start(orders=(*START.orders, Order("return", "recipient"))),
     (START_SAYS + "orders the task 'return' from a recipient, but there is no task yet",)),
    ("an unknown task answered", start(answers="chore"),
     (START_SAYS + "names the task kind 'chore', which is not declared",)),
    ("an unknown task waited for", start(settled="chore"),
     (START_SAYS + "names the task kind 'chore', which is not declared",)),
    ("a wait the house may not end", acts(replace(FINISH, settled="return")),
     ("action 'finish' (working): waits for the last task to be settled, but the house itself"
      " may not do it",)),
    ("a reopening into an end", acts(replace(REOPEN, target="done")),
     ("action 'reopen' (done): reopens a case but leads to no stage where work goes on",)),
]  # fmt: skip
