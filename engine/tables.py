"""The tables of a process's page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.conditions import ALWAYS
from engine.definition import Process
from engine.facts import Fact, Kind
from engine.length import Length
from engine.rules import END_OF_DAY, Rule, Rulebook
from engine.shape import NoticeRule, TaskAsked, TaskKind, Timescale, Transition
from engine.wording import (
    audience_words,
    cap_words,
    fact_words,
    in_words,
    met_words,
    people_words,
    stage_words,
    start_words,
    task_words,
)

_KINDS = {
    Kind.TEXT: "words",
    Kind.DAY: "a day",
    Kind.INSTANT: "a day and time",
    Kind.NAMES: "names, separated by ;",
    Kind.NUMBER: "a whole number",
    Kind.PERSON: "an email address",
    Kind.NHS_NUMBER: "an NHS number",
}


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    body = [_row(row) for row in rows]
    return "\n".join((_row(heads), _row(("---",) * len(heads)), *body)) if body else "None."


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell(text) for text in cells)} |"


def cell(text: str) -> str:
    """A text as it may stand in a Markdown table: one line, nothing read as markup."""
    shown = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("<", "&lt;").replace(">", "&gt;")


def stages(process: Process) -> str:
    """The stages: who has the next move, and which of them end a case."""
    heads = ("Stage", "Key", "Next move", "Ends the case")
    return _table(heads, (
        (s.label, s.key, people_words((s.owner,)) if s.owner else "", "yes" if s.final else "")
        for s in process.stages
    ))  # fmt: skip


def actions(process: Process) -> str:
    """The actions: from where to where, who may do them and what they need."""
    heads = ("Action", "Key", "From", "To", "Who", "Needs")
    return _table(heads, (
        (
            t.label,
            t.action,
            stage_words(t.sources, process) or "a new case",
            stage_words((t.target,), process) if t.target else "stays where it is",
            people_words(t.who),
            _needs(t, process),
        )
        for t in process.transitions
    ))  # fmt: skip


def _needs(transition: Transition, process: Process) -> str:
    parts = []
    if transition.when != ALWAYS:
        parts.append(f"only where {in_words(transition.when, process)}")
    if transition.needs != ALWAYS:
        parts.append(in_words(transition.needs, process))
    if transition.anew:
        anew = fact_words(transition.anew, process)
        parts.append(f"given with the action, or since the case came to its stage: {anew}")
    return "; ".join(parts) or "nothing more"


def timescales(process: Process, rules: Rulebook) -> str:
    """The timescales with the numbers of a rulebook, each with its standing and authority."""
    heads = ("Timescale", "Length", "Starts from", "Met by", "Standing", "Authority")
    return _table(heads, (row for t in process.timescales for row in _clock(t, process, rules)))


def _clock(timescale: Timescale, process: Process, rules: Rulebook) -> Iterator[tuple[str, ...]]:
    found = [r for r in rules.rules if (r.process, r.timescale) == (process.key, timescale.key)]
    met = met_words(timescale.met, process) or _met_by_task(timescale, process)
    named = f"{timescale.label} ({timescale.key})"
    if not found:
        yield (named, "no rule", start_words(timescale.start, process), met, "", "")
    for rule in found:
        yield (
            f"{named}, {rule.variant.replace('_', ' ')}" if rule.variant else named,
            _length(rule, timescale, process),
            _start(rule, timescale, process),
            met,
            rule.standing,
            f"{rule.citation} ({_validity(rule)})",
        )


def _met_by_task(timescale: Timescale, process: Process) -> str:
    if timescale.lasting:
        return "kept until its date"
    kind = timescale.start.kind if isinstance(timescale.start, TaskAsked) else ""
    return f"answered: {task_words(kind, process)}"


def _length(rule: Rule, timescale: Timescale, process: Process) -> str:
    words = _length_words(rule.length)
    if rule.closes != END_OF_DAY:
        words += f", at {rule.closes:%H:%M}"
    if timescale.cap is not None:
        words += f", {cap_words(timescale.cap, process)}"
    return f"{words}; begins again when met" if timescale.recurring else words


def _length_words(length: Length) -> str:
    return length.in_words() if length.number else "the same day"


def _start(rule: Rule, timescale: Timescale, process: Process) -> str:
    if rule.start:
        return fact_words((rule.start,), process)
    words = start_words(timescale.start, process)
    if timescale.when != ALWAYS:
        words += f", only where {in_words(timescale.when, process)}"
    return words


def _validity(rule: Rule) -> str:
    until = f" until {rule.until.isoformat()}" if rule.until else ""
    kind = "override " if rule.override else ""
    return f"{kind}in force from {rule.since.isoformat()}{until}"


def tasks(process: Process) -> str:
    """The kinds of task, their answers and who asks for them."""
    heads = ("Task", "Key", "Answers", "Asked by", "What is asked")
    return _table(heads, (
        (t.label, t.key, _answers(t), people_words(t.asked_by) or "an action", t.asks)
        for t in process.tasks
    ))  # fmt: skip


def _answers(task: TaskKind) -> str:
    return ", ".join(f"{choice.label}{_how(task, choice.key)}" for choice in task.answers)


def _how(task: TaskKind, answer: str) -> str:
    notes = [] if answer in task.settling else ["does not settle it"]
    notes += ["by link too"] if any(c.key == answer for c in task.by_link) else []
    return f" ({', '.join(notes)})" if notes else ""


def notices(process: Process) -> str:
    """Who is told what, and when."""
    heads = ("When", "Who is told", "What they are asked")
    return _table(heads, (
        (_event(rule, process), audience_words(rule.to), rule.asks) for rule in process.notices
    ))  # fmt: skip


def _event(rule: NoticeRule, process: Process) -> str:
    words = _happening(rule.on, process)
    if rule.when == ALWAYS:
        return words
    return f"{words}, only where {in_words(rule.when, process)}"


def _happening(on: str, process: Process) -> str:
    form, _, key = on.partition(":")
    if form == "action":
        return next((t.label for t in process.transitions if t.action == key), key)
    if form == "stage":
        return f"entering {stage_words((key,), process)}"
    if form == "met":
        return f"{process.timescale_by_key[key].label}: met"
    if form in ("task", "answer"):
        verb = "asked" if form == "task" else "answered"
        return f"{task_words(key, process)}: {verb}"
    return {"redated": "a date has moved", "linked": "linked to another case"}.get(
        form, f"a deadline is {form}"
    )


def facts(process: Process) -> str:
    """What may be recorded, with each vocabulary."""
    heads = ("Fact", "Key", "Value")
    return _table(heads, (
        (fact.label, fact.key, _value(fact)) for fact in process.facts
    ))  # fmt: skip


def refusals(process: Process) -> str:
    """What facts may never say together, as a refusal says it."""
    return _table(
        ("What is refused",), dict.fromkeys((each.reason,) for each in process.invariants)
    )


def _value(fact: Fact) -> str:
    vocabulary = "; ".join(f"{choice.key}: {choice.label}" for choice in fact.vocabulary)
    several = "several of " if fact.kind is Kind.CHOICES else ""
    words = several + vocabulary or _KINDS.get(fact.kind, fact.kind.value)
    return f"{words} (identifies somebody: kept apart)" if fact.identifying else words
