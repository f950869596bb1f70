"""A faulty process refuses to exist and lists every fault, each in words and with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.conditions import (
    ALWAYS,
    Answered,
    AnyOf,
    Asked,
    AtLeastBefore,
    Condition,
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
from engine.definition import Process
from engine.errors import DefinitionError
from engine.facts import Choice, Fact, Kind, choice, text, words
from engine.faults import faults_of
from engine.roles import HOUSE
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
    Timescale,
    Transition,
    Variant,
)
from tests.engine import small
from tests.engine.small import (
    COLOUR,
    FACTS,
    FINISH,
    OPEN,
    REOPEN,
    RETURN,
    STAGES,
    START,
    TIMESCALES,
    WORK,
    draft,
)

NEVER = "can never be met: no record could satisfy all of it"
WHERE_START = "action 'start' (begun): "
WHERE_WORK = "timescale 'work': "


def acts(*transitions: Transition) -> dict[str, Any]:
    """The small process with other actions in place of its own of the same name."""
    named = {transition.action: transition for transition in (OPEN, START, FINISH, REOPEN)}
    named |= {transition.action: transition for transition in transitions}
    return {"transitions": tuple(named.values())}


def start(**changes: Any) -> dict[str, Any]:
    return acts(replace(START, **changes))


def work(**changes: Any) -> dict[str, Any]:
    return {"timescales": (replace(WORK, **changes), *TIMESCALES[1:])}


def clock(**changes: Any) -> dict[str, Any]:
    """One more timescale beside the others."""
    fine = Timescale("more", "More", FirstKnown(("began_on",)), MetBy(facts=("ended_on",)), "", "")
    return {"timescales": (*TIMESCALES, replace(fine, **changes))}


def task(**changes: Any) -> dict[str, Any]:
    return {"tasks": (replace(RETURN, **changes),)}


def notice(**changes: Any) -> dict[str, Any]:
    fine = NoticeRule("action:open", "opened", ("business_manager",), "Please look at it.")
    return {"notices": (replace(fine, **changes),)}


def needs(condition: Condition) -> dict[str, Any]:
    return start(needs=condition)


def stages(*more: Stage) -> dict[str, Any]:
    return {"stages": (*STAGES, *more)}


def facts(*more: Fact) -> dict[str, Any]:
    return {"facts": (*FACTS, *more)}


ROWS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
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
    ("an action key with a hyphen", {"transitions": (
        OPEN, START, FINISH, REOPEN, replace(START, action="re-start"))},
     ("action 're-start': is not a key; write it in snake_case",)),
    ("no version", {"version": " "}, ("the version is missing",)),
    ("a label with a line break", {"label": "Small\nBcc: x"},
     ("the process: its label must be one line of printable words",)),
    ("a stage without a label", {"stages": (replace(STAGES[0], label=" "), *STAGES[1:])},
     ("stage 'begun': its label must be one line of printable words",)),
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
     (WHERE_START + "names the role 'boss', which is not known",)),
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
     (WHERE_START + "names the fact 'ghost', which is not declared",)),
    ("an unknown fact to give anew", start(anew=("ghost",)),
     (WHERE_START + "names the fact 'ghost', which is not declared",)),
    ("an unknown fact needed", needs(Recorded("ghost")),
     (WHERE_START + "what it needs names the fact 'ghost', which is not declared",)),
    ("an unknown fact stamped", start(stamps=(("ghost", "x"),)),
     (WHERE_START + "names the fact 'ghost', which is not declared",)),
    ("a stamp nobody fills in", start(stamps=(("reason", "@moon"),)),
     (WHERE_START + "stamps '@moon'; only @now, @today, @actor_agency, @actor, @stage"
      " are filled in",)),
    ("a stamp outside the vocabulary", start(stamps=(("colour", "pink"),)),
     (WHERE_START + "stamps 'colour' with 'pink', which is not in its vocabulary",)),
    ("dated by a text", start(dated_by="reason"),
     (WHERE_START + "its day: reads the fact 'reason' as a date, but it is neither a day nor an"
      " instant",)),
    ("dated by nothing known", start(dated_by="ghost"),
     (WHERE_START + "its day: names the fact 'ghost', which is not declared",)),
    ("dated by a birthday", start(dated_by="born_on"),
     (WHERE_START + "its day: reads the date of 'born_on', which identifies somebody and is not"
      " in the record",)),
    ("an unknown task ordered", start(orders=(*START.orders, Order("chore", "police"))),
     (WHERE_START + "names the task kind 'chore', which is not declared",)),
    ("a task ordered from nobody known", start(orders=(*START.orders, Order("return", "boss"))),
     (WHERE_START + "names the audience 'boss', which is neither a role nor a known word",)),
    ("a task ordered from a recipient", start(orders=(*START.orders, Order("return", "recipient"))),
     (WHERE_START + "orders the task 'return' from a recipient, but there is no task yet",)),
    ("an unknown task answered", start(answers="chore"),
     (WHERE_START + "names the task kind 'chore', which is not declared",)),
    ("an unknown task waited for", start(settled="chore"),
     (WHERE_START + "names the task kind 'chore', which is not declared",)),
    ("a wait the house may not end", acts(replace(FINISH, settled="return")),
     ("action 'finish' (working): waits for the last task to be settled, but the house itself"
      " may not do it",)),
    ("a reopening into an end", acts(replace(REOPEN, target="done")),
     ("action 'reopen' (done): reopens a case but leads to no stage where work goes on",)),
    # Conditions.
    ("a value outside a vocabulary", start(when=~Equals("colour", "pink")),
     (WHERE_START + "when it may be chosen compares 'colour' with 'pink', which is not in its"
      " vocabulary",)),
    ("one of several values outside", start(when=AnyOf("moods", ("calm", "mad"))),
     (WHERE_START + "when it may be chosen compares 'moods' with 'mad', which is not in its"
      " vocabulary",)),
    ("a list that holds one value", needs(Least("urgent", 1)),
     (WHERE_START + "what it needs counts the fact 'urgent', which holds a single value",)),
    ("an unknown timescale", needs(~Late("ghost")),
     (WHERE_START + "what it needs names the timescale 'ghost', which is not declared",)),
    ("an unknown task counted", needs(Asked("chore")),
     (WHERE_START + "what it needs names the task kind 'chore', which is not declared",)),
    ("an unknown task waited for in a condition", needs(Answered("chore")),
     (WHERE_START + "what it needs names the task kind 'chore', which is not declared",)),
    ("an unknown link", needs(Linked("cousin")),
     (WHERE_START + "what it needs names the link kind 'cousin', which is not declared",)),
    ("an unknown hold", needs(NoHold(("moon",))),
     (WHERE_START + "what it needs names the hold kind 'moon', which is not declared",)),
    ("a text compared as a date", needs(NotAfter("reason", "began_on")),
     (WHERE_START + "what it needs reads the fact 'reason' as a date, but it is neither a day nor"
      " an instant",)),
    ("an age reckoned from a colour", needs(Younger("colour", "ended_on", 18)),
     (WHERE_START + "what it needs reads the fact 'colour' as a date, but it is neither a day nor"
      " an instant",)),
    ("a length that is none", needs(AtLeastBefore("began_on", "ended_on", "soon")),
     (WHERE_START + "what it needs 'soon' is not a length of time: write a whole number and wd"
      " (working days), d (days), w (weeks), m (calendar months), y (years) or h (hours), like"
      " 15wd",)),
    ("hours between two days", needs(AtLeastBefore("began_on", "ended_on", "7h")),
     (WHERE_START + "what it needs counts 7h between two days; write days, weeks, months or"
      " working days",)),
    ("a length before a date below nothing", needs(AtLeastBefore("began_on", "ended_on", "-7wd")),
     (WHERE_START + "what it needs writes -7wd for a length before a date; leave the minus"
      " out",)),
    ("two colours at once", needs(COLOUR.equals("red") & COLOUR.equals("green")),
     (WHERE_START + f"what it needs {NEVER}",)),
    ("recorded and not", start(when=~COLOUR.recorded & AnyOf("colour", ("red", "green"))),
     (WHERE_START + f"when it may be chosen {NEVER}",)),
    ("an empty choice", needs(Either(())), (WHERE_START + f"what it needs {NEVER}",)),
    ("one person who is two", needs(Different("reason", "reason")),
     (WHERE_START + f"what it needs {NEVER}",)),
    ("chosen only where it cannot be done",
     start(when=COLOUR.equals("red"), needs=COLOUR.equals("green")),
     (WHERE_START + f"what it needs, with when it may be chosen, {NEVER}",)),
    ("given anew and missing", start(anew=("reason",), needs=~Recorded("reason")),
     (WHERE_START + f"what it needs, with when it may be chosen, {NEVER}",)),
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
     (WHERE_WORK + "its variant 'fast' is declared 2 times",)),
    ("a variant that never applies", work(when=COLOUR.equals("red"), variants=(
        Variant("fast", COLOUR.equals("blue")),)),
     (WHERE_WORK + f"its variant 'fast' {NEVER}",)),
    ("a variant of an unknown value", work(variants=(Variant("fast", ~Equals("urgent", "so")),)),
     (WHERE_WORK + "its variant 'fast' compares 'urgent' with 'so', which is not in its"
      " vocabulary",)),
    ("a clock that never runs", work(when=Either(()), variants=()),
     (WHERE_WORK + f"its condition {NEVER}",)),
    ("a cap on a text", work(cap=Cap("reason", "2wd")),
     (WHERE_WORK + "its cap reads the fact 'reason' as a date, but it is neither a day nor an"
      " instant",)),
    ("a cap in hours", work(cap=Cap("planned_on", "2h")),
     (WHERE_WORK + "its cap counts 2h between two days; write days, weeks, months or working"
      " days",)),
    ("stopped by an unknown hold", work(holds=("moon",)),
     (WHERE_WORK + "names the hold kind 'moon', which is not declared",)),
    ("an unknown escalation", work(escalates="soar"),
     (WHERE_WORK + "escalates by the action 'soar', which is not declared",)),
    ("an escalation the house may not do", work(escalates="finish"),
     (WHERE_WORK + "escalates by the action 'finish', which the house itself may not do",)),
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
     ("notice on 'action:open': names the audience 'police@moon'; write a known role, or"
      " role@parties",)),
    ("an unknown role among the parties", notice(to=("boss@parties",)),
     ("notice on 'action:open': names the audience 'boss@parties'; write a known role, or"
      " role@parties",)),
    ("a recipient of nothing", notice(to=("recipient",)),
     ("notice on 'action:open': tells the recipient of a task, but this event is about no"
      " task",)),
    ("a notice never sent", notice(when=COLOUR.equals("red") & ~COLOUR.recorded),
     (f"notice on 'action:open': its condition {NEVER}",)),
    # Parties.
    ("unknown parties", {"parties_fact": "ghost"},
     ("the parties: names the fact 'ghost', which is not declared",)),
    ("parties nobody names", {"parties_fact": "", **start(orders=()), **notice(to=("parties",))},
     ("notice on 'action:open': names the audience 'parties', but no fact says who the parties"
      " are",)),
]  # fmt: skip


def test_a_sound_process_has_no_fault() -> None:
    """Nothing is said of a process that uses every part of a declaration rightly."""
    assert faults_of(draft()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_each_fault_is_found_alone(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    """One thing wrong gives exactly the words for it, with its place, and nothing else."""
    assert faults_of(draft(**changes)) == expected


def test_every_row_stands_for_another_fault() -> None:
    """No row of the table repeats another one's change."""
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_one_faulty_process_lists_all_its_faults_at_once() -> None:
    """Somebody who declares a process sees the whole list, not the first line of it."""
    parts: dict[str, list[Any]] = {}
    expected: set[str] = set()
    for _, changes, faults in _joinable():
        for part, values in changes.items():
            parts.setdefault(part, []).extend(v for v in values if v not in small.PARTS[part])
        expected.update(faults)
    merged = {part: (*small.PARTS[part], *more) for part, more in parts.items()}
    found = faults_of(draft(**merged))
    assert expected <= set(found)
    assert len(expected) > 20


def _joinable() -> list[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """The rows that only add a declaration of a new name, so that they fit beside each other."""
    alone = ("declared 2", "no person has", "no way leads", "no case can ever", "is not called")
    added = {"facts", "notices", "timescales", "invariants"}
    return [
        row
        for row in ROWS
        if row[1].keys() <= added and not any(words in fault for fault in row[2] for words in alone)
    ]


def test_a_faulty_process_refuses_to_exist() -> None:
    """A process with faults cannot be made, and the error names the process and every fault."""
    changes = {**notice(to=("everybody",), kind="shouted"), "keepers": ("boss",)}
    with pytest.raises(DefinitionError) as refused:
        small.process(**changes)
    assert refused.value.faults == tuple(f"small: {f}" for f in faults_of(draft(**changes)))
    assert len(refused.value.faults) == 3


def test_the_house_is_not_asked_for_what_an_action_needs() -> None:
    """An action only the house does may need what cannot be met together with its choice."""
    changes = start(when=COLOUR.equals("red"), needs=COLOUR.equals("green"), who=(HOUSE,))
    more = replace(START, action="walk", when=ALWAYS)
    found = faults_of(draft(transitions=(*changes["transitions"], more)))
    assert found == ()


def test_every_published_process_is_without_fault() -> None:
    """The checker has nothing to say of the processes the house ships."""
    from workflows.catalogue import PROCESSES

    assert {key: faults_of(process) for key, process in PROCESSES.items()} == dict.fromkeys(
        PROCESSES, ()
    )
    assert all(isinstance(process, Process) for process in PROCESSES.values())


def test_kinds_with_a_vocabulary_are_the_choices() -> None:
    """Yes and no need no vocabulary of their own."""
    assert faults_of(draft(facts=(*FACTS, Fact("sure", "Sure", Kind.YES_NO)))) == ()
