"""Doing something to a case on a page: a form, a look at what it would change, and saving it.

One walk for everything that makes a step: what is typed is tried first in a dry run, whose receipt
is shown; saving it is the same use case again, at the revision that was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.responses import Response

from engine import casework
from engine.case import Step
from engine.casework import House
from engine.definition import Process
from engine.errors import Absent, Refused
from engine.facts import Choice, Fact
from engine.machine import choose
from engine.reading import Reading
from engine.shape import Transition
from engine.situation import CaseView, Situation
from store.refusals import no_case
from web import forms, shapes
from web.case_page import situation_for
from web.doors import SIGNED_IN, Asked, Door, OnceMore
from web.record_words import fact_words

DANGER = "immediate_risk"

Use = Callable[[House, Mapping[str, str], int | None], Step]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done: what it is called, the facts its form asks for, and the use case.

    more are facts that may be given with it and need not be; seen is the revision it is done at.
    grave: whoever does it has just signed in, before they type and when they save.
    """

    label: str
    caption: str
    asks: tuple[Fact, ...]
    use: Use
    back: tuple[str, str]
    more: tuple[Fact, ...] = ()
    intro: str = ""
    seen: int | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    grave: bool = False

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (*self.asks, *self.more)


def walk(asked: Asked, deed: Deed) -> Response:
    """One page of a deed's walk: the form, the look before saving, or the case it leads to.

    Errors: OnceMore where it is grave and its visitor signed in a while ago.
    """
    if deed.grave and not asked.visitor.fresh:
        raise OnceMore
    go = asked.form.get("go", "")
    if asked.request.method == "GET" or go == "change":
        lists = asked.lists if go else forms.spread(deed.facts, deed.known)
        return _form(asked, deed, lists, [])
    given, seen = forms.given(deed.facts, asked.lists), _seen(asked)
    house = asked.premises.house
    try:
        if go != "save":
            return _look(asked, deed, given, deed.use(replace(house, dry_run=True), given, seen))
        step = deed.use(house, given, seen)
    except Refused as refused:
        reasons = forms.reasons_of(refused.reasons, (fact.key for fact in deed.facts))
        return _form(asked, deed, asked.lists, reasons)
    return asked.go(f"/cases/{step.case.reference}")


def _seen(asked: Asked) -> int | None:
    value = asked.form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() else None


def _form(
    asked: Asked, deed: Deed, lists: Mapping[str, Sequence[str]], reasons: list[forms.Reason]
) -> Response:
    more = forms.fields(deed.more, lists, reasons)
    return asked.page(
        "deed.html",
        422 if reasons else 200,
        deed={"label": deed.label, "caption": deed.caption, "intro": deed.intro},
        fields=forms.fields(deed.asks, lists, reasons),
        more=more,
        open_more=any(each.error or each.values or any(v for _, v in each.parts) for each in more),
        reasons=reasons,
        back=deed.back,
        seen=deed.seen,
    )


def _look(asked: Asked, deed: Deed, given: Mapping[str, str], step: Step) -> Response:
    """What saving it would change, whom it would tell, and what was given, once more."""
    situation = casework.look_up(asked.premises.house, step.case)
    labels = {fact.key: fact for fact in deed.facts}
    answers = [(labels[key].label, fact_words(labels[key], v)) for key, v in given.items()]
    return asked.page(
        "confirm.html",
        deed={"label": deed.label, "caption": deed.caption},
        answers=answers,
        would=shapes.dry_receipt(situation, step),
        lists=asked.lists,
    )


def do_page(asked: Asked) -> Response:
    """An action on a case."""
    reference, action = asked.path["reference"], asked.path["action"]
    situation, allowed = situation_for(asked, reference)
    if allowed is not Reading.WHOLE:
        raise no_case()
    transition = _transition(situation, action)
    if transition is None:
        raise Absent(["there is no such action here"])

    def use(house: House, facts: Mapping[str, str], seen: int | None) -> Step:
        return casework.advance(house, reference, asked.caller, action, facts, seen)

    asks, more = asked_for(situation.process, transition, situation.case.facts)
    deed = Deed(
        label=transition.label,
        caption=reference,
        asks=asks,
        more=more,
        use=use,
        back=(reference, f"/cases/{reference}"),
        seen=situation.case.revision,
        grave=action in situation.process.gravest,
    )
    return walk(asked, deed)


def asked_for(
    process: Process, transition: Transition, known: Container[str]
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts an action still needs, and those that may be given with it."""
    needed = dict.fromkeys((*transition.anew, *transition.needs.facts()))
    still = [key for key in needed if key in transition.anew or key not in known]
    more = [key for key in transition.facts if key not in needed and key not in known]
    facts = process.fact_by_key
    return tuple(facts[k] for k in still if k in facts), tuple(facts[k] for k in more if k in facts)


def _transition(situation: Situation, action: str) -> Transition | None:
    """What an action is here; where none of its conditions holds yet, the first of its name."""
    found = choose(situation.process, situation.case.stage, action, CaseView(situation))
    every = [t for t in situation.process.transitions if t.action == action and t.sources]
    here = [t for t in every if situation.case.stage in t.sources]
    return found or next(iter(here), None)


def open_page(asked: Asked) -> Response:
    """Opening a case of a process."""
    key = asked.path["process"]
    with asked.premises.house.store.begin() as work:
        _, process = work.library.current(key)
        agencies = sorted({person.agency for person in work.people.directory().people})
    opening = next(t for t in process.transitions if not t.sources)

    def use(house: House, facts: Mapping[str, str], _seen: int | None) -> Step:
        return casework.open_case(house, key, asked.caller, facts)

    asks, more = asked_for(process, opening, ())
    asks = tuple(_with_agencies(fact, process, agencies) for fact in asks)
    # Whether a child is in danger now is asked before anything else.
    asks = tuple(sorted(asks, key=lambda fact: fact.key != DANGER))
    deed = Deed(
        label=opening.label,
        caption=process.label,
        asks=asks,
        more=more,
        use=use,
        back=("Reviews", "/cases"),
        intro=process.purpose,
    )
    return walk(asked, deed)


def _with_agencies(fact: Fact, process: Process, agencies: Sequence[str]) -> Fact:
    """The fact that names the parties offers the agencies there are; a name they have is told."""
    if fact.key != process.parties_fact:
        return fact
    return replace(fact, choices=tuple(Choice(name, name) for name in agencies if name))


DOORS = tuple(
    Door(path, method, f"{name}-{method.lower()}", SIGNED_IN, answer)
    for path, name, answer in (
        ("/cases/{reference}/do/{action}", "do", do_page),
        ("/open/{process}", "open", open_page),
    )
    for method in ("GET", "POST")
)
