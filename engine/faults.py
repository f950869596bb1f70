"""Every fault of a declared process, found before it can run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from engine.action_faults import action_faults
from engine.clock_faults import clock_faults
from engine.condition_faults import condition_faults
from engine.draft import Draft, Names, names_of, place
from engine.facts import Choice, Fact, Kind
from engine.notice_faults import notice_faults
from engine.reachable import road_faults
from engine.references import unknown, unknown_roles
from engine.shape import TaskKind

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_WORD = re.compile(r"[a-z0-9][a-z0-9_]*")


def faults_of(process: Draft) -> tuple[str, ...]:
    """List every fault of a process in plain words, each with its place."""
    names = names_of(process)
    found: dict[str, None] = {}
    for check in _CHECKS:
        found |= dict.fromkeys(check(process, names))
    return tuple(found)


def _keys(draft: Draft, _: Names) -> Iterator[str]:
    yield from _strange_keys("process", (draft.key,))
    yield from _strange_keys("action", dict.fromkeys(t.action for t in draft.transitions))
    for noun, declared in _declared(draft):
        keys = tuple(declared)
        yield from _doubles(noun, keys)
        yield from _strange_keys(noun, dict.fromkeys(keys))
    if not draft.version.strip():
        yield "the version is missing"


def _declared(draft: Draft) -> Iterator[tuple[str, Iterable[str]]]:
    yield "stage", (stage.key for stage in draft.stages)
    yield "fact", (fact.key for fact in draft.facts)
    yield "task kind", (task.key for task in draft.tasks)
    yield "timescale", (timescale.key for timescale in draft.timescales)
    yield "hold kind", draft.hold_kinds
    yield "link kind", draft.link_kinds


def _doubles(noun: str, keys: Iterable[str]) -> Iterator[str]:
    for key, times in Counter(keys).items():
        if times > 1:
            yield f"{noun} '{key}': declared {times} times"


def _strange_keys(noun: str, keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        if not _KEY.fullmatch(key):
            yield f"{noun} '{key}': is not a key; write it in snake_case"


def _texts(draft: Draft, _: Names) -> Iterator[str]:
    """Labels and sentences reach emails: each is one line of printable text."""
    for where, label in _labels(draft):
        if not label.strip() or not label.isprintable():
            yield f"{where}: its label must be one line of printable words"
    for where, sentence in _sentences(draft):
        if not sentence.isprintable():
            yield f"{where}: what it says must be one line of printable words"


def _labels(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "the process", draft.label
    yield from ((f"stage '{stage.key}'", stage.label) for stage in draft.stages)
    yield from ((place(transition), transition.label) for transition in draft.transitions)
    yield from ((f"timescale '{t.key}'", t.label) for t in draft.timescales)
    for fact in draft.facts:
        yield from _chosen(f"fact '{fact.key}'", fact.label, fact.choices)
    for task in draft.tasks:
        yield from _chosen(f"task kind '{task.key}'", task.label, (*task.answers, *task.by_link))


def _chosen(where: str, label: str, words: tuple[Choice, ...]) -> Iterator[tuple[str, str]]:
    yield where, label
    yield from ((f"{where}, word '{word.key}'", word.label) for word in words)


def _sentences(draft: Draft) -> Iterator[tuple[str, str]]:
    for task in draft.tasks:
        yield from ((f"task kind '{task.key}'", text) for text in (task.asks, task.otherwise))
    for clock in draft.timescales:
        yield from ((f"timescale '{clock.key}'", text) for text in (clock.asks, clock.otherwise))
    for rule in draft.notices:
        yield from ((f"notice on '{rule.on}'", text) for text in (rule.asks, rule.otherwise))


def _owners(draft: Draft, _: Names) -> Iterator[str]:
    for stage in draft.stages:
        if stage.owner:
            yield from (f"stage '{stage.key}': {f}" for f in unknown_roles((stage.owner,)))
    yield from (f"the keepers: {fault}" for fault in unknown_roles(draft.keepers))
    yield from (f"the recorders: {fault}" for fault in unknown_roles(draft.recorders))
    if not draft.keepers:
        yield "nobody keeps its cases; name a role among the keepers"


def _facts(draft: Draft, names: Names) -> Iterator[str]:
    for fact in draft.facts:
        yield from (f"fact '{fact.key}': {fault}" for fault in _fact_faults(fact))
    for whom, key in (("parties", draft.parties_fact), ("raiser", draft.raiser_fact)):
        found = unknown("fact", filter(None, (key,)), names.facts)
        yield from (f"the {whom}: {fault}" for fault in found)


def _fact_faults(fact: Fact) -> Iterator[str]:
    chosen = fact.kind in (Kind.CHOICE, Kind.CHOICES)
    if chosen and not fact.choices:
        yield "is a choice without a vocabulary"
    if fact.choices and not chosen:
        yield "has a vocabulary but is not a choice"
    yield from _word_faults(choice.key for choice in fact.choices)


def _word_faults(words: Iterable[str]) -> Iterator[str]:
    for word, times in Counter(words).items():
        if times > 1:
            yield f"the word '{word}' stands {times} times in its vocabulary"
        if not _WORD.fullmatch(word):
            yield f"the word '{word}' could never be given; write it in snake_case"


def _tasks(draft: Draft, names: Names) -> Iterator[str]:
    for task in draft.tasks:
        yield from (f"task kind '{task.key}': {fault}" for fault in _task_faults(task, names))


def _task_faults(task: TaskKind, names: Names) -> Iterator[str]:
    answers = [choice.key for choice in task.answers]
    yield from _word_faults(answers)
    for word in task.settling:
        if word not in answers:
            yield f"'{word}' settles it but is not among its answers"
    for choice in task.by_link:
        if choice.key not in answers:
            yield f"'{choice.key}' may be given by link but is not among its answers"
    if not task.settling:
        yield "no answer settles it"
    yield from unknown("stage", task.stages, names.stages)
    yield from unknown_roles((*task.asked_by, *task.on_behalf))


def _invariants(draft: Draft, names: Names) -> Iterator[str]:
    for invariant in draft.invariants:
        where = f"what must always be true ('{invariant.reason}')"
        yield from (f"{where}: {fault}" for fault in condition_faults(invariant.condition, names))


def _roads(draft: Draft, _: Names) -> Iterator[str]:
    yield from road_faults(draft)


_CHECKS: tuple[Callable[[Draft, Names], Iterator[str]], ...] = (
    _keys,
    _texts,
    _owners,
    _facts,
    _tasks,
    action_faults,
    _roads,
    clock_faults,
    notice_faults,
    _invariants,
)
