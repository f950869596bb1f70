"""What if a date had been another, a case were on hold, or a later date were agreed: every date of
the case before and after, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from engine import casework, supposing
from engine.case import Deadline, Step
from engine.casework import Caller, House
from engine.errors import Absent, Refused
from engine.facts import Choice, Fact, Kind
from engine.length import london_date
from engine.reading import Reading
from engine.situation import Situation
from store.refusals import no_case
from web import forms, shapes
from web.beside import holds_of, running
from web.case_page import situation_for
from web.doors import SIGNED_IN, Asked, Door
from web.filled import Filled
from web.visits import note_reading

Given = Mapping[str, str]
Use = Callable[[House, str, Caller, Given], Step]


@dataclass(frozen=True, slots=True)
class Supposition:
    """One thing that can be supposed: its heading, its fields, and what takes it in a dry run."""

    key: str
    label: str
    asks: tuple[Fact, ...]
    use: Use


def _suppositions(situation: Situation) -> Iterator[Supposition]:
    """What can be supposed of this case; a thing that has no choice here is left out."""
    starts = _starts(situation)
    if starts:
        day = Fact("started", "the day it might be, and the time where hours are counted",
                   Kind.INSTANT)  # fmt: skip
        which = Fact("start", "which date", Kind.CHOICE, starts)
        yield Supposition("fact", "If a date were another", (which, day), _other_date)
    kinds = holds_of(situation)
    if kinds:
        since, until = (
            Fact("since", "from", Kind.DAY),
            Fact("until", "to, where it would end", Kind.DAY),
        )
        which = Fact("hold", "the kind of hold", Kind.CHOICE, kinds)
        yield Supposition("hold", "If the case were on hold", (which, since, until), _held)
    dates = running(situation)
    if dates:
        which, to = (
            Fact("deadline", "the date to move", Kind.CHOICE, dates),
            Fact("to", "the later day", Kind.DAY),
        )
        yield Supposition("extension", "If a later date were agreed", (which, to), _extended)


def _starts(situation: Situation) -> tuple[Choice, ...]:
    """The days and instants that clocks of this process start from."""
    facts = situation.process.fact_by_key
    keys = supposing.starting_facts(situation.process.timescales)
    dated = (facts[key] for key in keys if key in facts)
    return tuple(Choice(f.key, f.label) for f in dated if f.kind in (Kind.DAY, Kind.INSTANT))


def _other_date(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    fact, day = form.text("start", "which date"), form.text("started", "the day")
    form.every()
    return casework.record_facts(house, ref, who, {fact: day})


def _held(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    kind, since = form.text("hold", "the kind of hold"), form.day("since", "the day it begins")
    until = form.day("until", "the day it ends") if "until" in given else None
    form.every()
    take = partial(supposing.held_between, kind=kind, since=since, until=until)
    return casework.decide(house, ref, who, take)


def _extended(house: House, ref: str, who: Caller, given: Given) -> Step:
    form = Filled(given)
    deadline, to = form.text("deadline", "the date to move"), form.day("to", "the later day")
    form.every()
    return casework.extend(house, ref, who, deadline, to, "supposed")


def what_if_page(asked: Asked) -> Response:
    """What can be supposed, and every date before and after where something was."""
    reference = asked.path["reference"]
    situation, allowed = situation_for(asked, reference)
    if allowed is not Reading.WHOLE:
        raise no_case()
    note_reading(asked, reference, "what if")
    known = list(_suppositions(situation))
    chosen = next((s for s in known if s.key == asked.form.get("change")), None)
    if asked.request.method == "POST" and chosen is None:
        raise Absent(["there is nothing of the kind to suppose here"])
    rows, reasons = _supposed(asked, situation, chosen) if chosen else ([], [])
    shown = [_section(each, asked.lists, reasons if each is chosen else []) for each in known]
    return asked.page(
        "what_if.html", 422 if reasons else 200, reference=reference, sections=shown,
        reasons=reasons, rows=rows, supposed=chosen.label if chosen else "",
    )  # fmt: skip


def _section(
    each: Supposition, lists: Mapping[str, Sequence[str]], reasons: list[forms.Reason]
) -> dict[str, Any]:
    fields = forms.fields(each.asks, lists, reasons)
    return {"key": each.key, "label": each.label, "fields": fields}


def _supposed(
    asked: Asked, situation: Situation, chosen: Supposition
) -> tuple[list[dict[str, Any]], list[forms.Reason]]:
    """The dates beside each other, or every reason why this visitor may not do it."""
    given = forms.given(chosen.asks, asked.lists)
    house = replace(asked.premises.house, dry_run=True)
    try:
        step = chosen.use(house, situation.case.reference, asked.caller, given)
    except Refused as refused:
        keys = [*(fact.key for fact in chosen.asks), given.get("start", "")]
        found = forms.reasons_of(refused.reasons, filter(None, keys))
        return [], [replace(r, field="started") if r.field == keys[-1] else r for r in found]
    after = casework.look_up(asked.premises.house, step.case)
    pairs = supposing.beside(situation.case, step.case)
    return [_row(situation, after, *pair) for pair in pairs], []


def _row(
    now: Situation, then: Situation, before: Deadline | None, after: Deadline | None
) -> dict[str, Any]:
    were = shapes.deadline(now, before) if before else None
    would = shapes.deadline(then, after) if after else None
    named = were or would or {}
    return {
        "label": named["label"],
        "task": named["task"],
        "before": were,
        "after": would,
        "moved": _moved(now, before, after),
    }


def _moved(situation: Situation, before: Deadline | None, after: Deadline | None) -> str:
    if before is None or after is None:
        return "begins" if before is None else "is not counted"
    old, new = london_date(before.due), london_date(after.due)
    if before.due == after.due:
        return "stays" if before.status == after.status else "stays; it stands otherwise"
    if old == new:
        return "another time of that day"
    days = _between(situation, min(old, new), max(old, new))
    return f"{days} {'later' if new > old else 'earlier'}"


def _between(situation: Situation, since: date, until: date) -> str:
    number = situation.calendar.between(since, until)
    return f"{number} working day{'' if number == 1 else 's'}"


DOORS = tuple(
    Door("/cases/{reference}/what-if", method, f"what-if-{method.lower()}", SIGNED_IN, what_if_page)
    for method in ("GET", "POST")
)
