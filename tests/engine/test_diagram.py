"""A process to look at: the drawing and the page say what the declaration says, and no more."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.timescales import load
from engine.conditions import Condition
from engine.definition import Process
from engine.diagram import WordsView, mermaid, page
from engine.length import Length
from engine.rules import Rulebook
from engine.shape import Stage, Transition
from tests.engine.small import FACTS, STAGES, process, rule, rulebook
from tests.engine.test_conditions import WORDS as CONDITIONS
from workflows.catalogue import PROCESSES

SMALL = process()
EVERY = [SMALL, *PROCESSES.values()]
WORD = r"[^:;#<>{}\[\]\"%`\\\n]+"
LINES = (
    re.compile(rf'    state "{WORD}" as [a-z0-9_]+'),
    re.compile(rf"    (\[\*\]|[a-z0-9_]+) --> [a-z0-9_]+ : {WORD}"),
    re.compile(r"    [a-z0-9_]+ --> \[\*\]"),
)


def test_the_drawing_shows_every_stage_and_every_move() -> None:
    """Stages are boxes, actions are arrows, an opening comes from the start, an end leads out."""
    assert mermaid(SMALL) == (
        "stateDiagram-v2\n"
        '    state "Begun" as begun\n'
        '    state "Working" as working\n'
        '    state "Done" as done\n'
        "    [*] --> begun : Open\n"
        "    begun --> working : Start the work\n"
        "    working --> done : Finish\n"
        "    done --> working : Reopen\n"
        "    done --> [*]\n"
    )


@pytest.mark.parametrize("drawn", EVERY, ids=lambda p: p.key)
def test_every_arrow_stands_for_a_move_of_the_process(drawn: Process) -> None:
    """The arrows of a drawing are the moves of its process, each once."""
    arrows = re.findall(r"^    (\S+) --> (\S+) : (.*)$", mermaid(drawn), re.MULTILINE)
    moves = {
        (source, t.target, t.label)
        for t in drawn.transitions
        if t.target
        for source in t.sources or ("[*]",)
    }
    assert set(arrows) == moves
    assert len(arrows) == len(moves)


printable = st.text(min_size=1).filter(lambda text: text.isprintable() and text.strip())


@given(printable, printable)
def test_no_label_can_break_a_drawing(stage: str, action: str) -> None:
    """Whatever a partnership calls its stages and actions, each line is still a line of Mermaid."""
    named = replace(SMALL, stages=(replace(STAGES[0], label="x" + stage), *STAGES[1:]))
    open_, *others = named.transitions
    named = replace(named, transitions=(replace(open_, label="x" + action), *others))
    first, *lines = mermaid(named).splitlines()
    assert first == "stateDiagram-v2"
    assert all(any(form.fullmatch(line) for form in LINES) for line in lines)
    assert len(lines) == 8


def test_a_stage_may_bear_a_word_of_mermaid() -> None:
    """A stage called "end" is drawn as a stage, not read as the end of something."""
    more = (Stage("end", "The end", final=True),)
    moves = (Transition("stop", "Stop", ("begun",), "end", ("police",)),)
    drawn = mermaid(process(stages=(*STAGES, *more), transitions=(*SMALL.transitions, *moves)))
    assert 'state "The end" as end_stage' in drawn
    assert "begun --> end_stage : Stop" in drawn


@pytest.mark.parametrize(("condition", "words"), CONDITIONS)
def test_a_condition_can_be_spoken_of_without_any_case(condition: Condition, words: str) -> None:
    """Labels come from the process; where a label is not known, the key stands in for it."""
    view = WordsView(SMALL)
    told = re.sub(r"\bThe (?=[a-f]\b)", "", words).replace("X", "x").replace("Y", "y")
    assert condition.words(view) == told
    assert condition.holds(view) in (True, False)


def cells(text: str, heading: str) -> list[list[str]]:
    """The rows of one table of a page."""
    section = text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [re.split(r"(?<!\\) \| ", row.removeprefix("| ").removesuffix(" |")) for row in rows]


def test_the_page_has_every_part_of_the_process() -> None:
    """Each stage, action, clock, task, notice and fact has its row."""
    text = page(SMALL, rulebook())
    counted = {heading: len(cells(text, heading)) for heading in (
        "Stages", "Actions", "Timescales", "Tasks", "Notices", "Facts"
    )}  # fmt: skip
    assert counted == {
        "Stages": 3, "Actions": 4, "Timescales": 7, "Tasks": 1, "Notices": 6, "Facts": len(FACTS),
    }  # fmt: skip
    assert text.startswith("# A small process\n\nShows every part of a declaration once.\n")
    assert mermaid(SMALL) in text


def test_an_action_is_told_in_words() -> None:
    """A reader sees who may act and what is needed, in the labels of the process."""
    found = cells(page(SMALL, rulebook()), "Actions")
    assert found[1] == [
        "Start the work", "start", "Begun", "Working", "Business manager, the house itself",
        "The colour (colour); The moods (moods); The day it began is not after The day it is"
        " planned for",
    ]  # fmt: skip
    assert found[2][5].startswith("only where no open hold (court); The day it ended (ended_on);")
    assert found[2][5].endswith("since the case came to its stage: The reason (reason)")
    assert found[0][2] == "a new case"


def test_a_clock_is_told_in_words() -> None:
    """A reader sees how long, from what, what meets it, and on whose authority."""
    short = replace(
        rule("work"), length=Length(3, "d"), closes=time(17), start="planned_on",
        until=date(2027, 1, 1), override=True, citation="Agreed <here> | locally",
    )  # fmt: skip
    found = cells(page(SMALL, rulebook(rule("work"), short)), "Timescales")
    assert found[0] == [
        "The work (work)",
        "5 working days, no later than 2 working days before The day it is planned for"
        " (planned_on)",
        "the later of The day it began (began_on), When it was heard (heard_at)",
        "entering Done",
        "default",
        "The length is a local default. (in force from 2020-01-01)",
    ]
    assert found[1][1].startswith("3 days, at 17:00,")
    assert found[1][2] == "The day it is planned for (planned_on)"
    assert found[1][5] == (
        r"Agreed &lt;here&gt; \| locally (override in force from 2020-01-01 until 2027-01-01)"
    )
    met = {row[0]: row[3] for row in found}
    assert met["Each return (each)"] == "answered: Agency return"
    assert met["The first step (first)"] == "leaving Begun"
    assert met["The stay (stay)"] == "all of The day it ended (ended_on)"
    assert met["The delay (beyond)"] == "asking: Agency return"
    assert met["Kept (kept)"] == "kept until its date"


def test_a_clock_without_a_rule_says_so() -> None:
    """A page never leaves a clock out because nobody has given its number."""
    found = cells(page(SMALL, Rulebook("none", ())), "Timescales")
    assert [row[1] for row in found] == ["no rule"] * 7


@pytest.mark.parametrize("shown", EVERY, ids=lambda p: p.key)
def test_statutory_is_said_only_where_the_rule_says_so(shown: Process) -> None:
    """The word stands in the column of standings for statutory rules and for no others."""
    rules = load()
    own = [r.standing for t in shown.timescales for r in rules.rules
           if (r.process, r.timescale) == (shown.key, t.key)]  # fmt: skip
    found = [row[4] for row in cells(page(shown, rules), "Timescales") if row[1] != "no rule"]
    assert found == own


def test_a_fact_shows_its_vocabulary_and_whether_it_identifies() -> None:
    """A form can be filled in from the page: every word that may be given is on it."""
    found = {row[1]: row[2] for row in cells(page(SMALL, rulebook()), "Facts")}
    assert found["colour"] == "red: Red; green: Green; blue: Blue"
    assert found["moods"] == "several of calm: Calm; brave: Brave; tired: Tired"
    assert found["urgent"] == "yes: Yes; no: No"
    assert found["born_on"] == "a day (identifies somebody: kept apart)"
    assert found["agencies"] == "names, separated by ;"


def test_a_notice_says_when_and_to_whom() -> None:
    """A reader sees which event tells whom, and under what condition."""
    found = cells(page(SMALL, rulebook()), "Notices")
    assert found[0][:2] == ["Open", "Business manager"]
    assert found[1][:2] == ["Agency return: asked", "the person asked"]
    assert found[2][:2] == [
        "Agency return: answered",
        "who opened the case, everybody with a task on the case",
    ]
    assert found[3][:2] == [
        "entering Done, only where The colour is Red (colour)",
        "the parties' people at this stage",
    ]
    assert found[4][:2] == ["The work: met", "Agency safeguarding lead in the parties' agencies"]
    assert found[5][0] == "a deadline is extended"
