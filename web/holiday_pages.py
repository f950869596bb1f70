"""The bank holidays dates are counted on, and proclaiming one: what would move is seen first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.responses import Response

from engine import upkeep
from engine.errors import Absent, Refused
from engine.facts import Fact, Kind
from engine.length import in_words
from engine.reading import Reading
from engine.working_days import Calendar
from web import forms
from web.case_page import situation_for
from web.doors import SIGNED_IN, Asked, Door, lets_in
from web.filled import Filled
from web.listing import Cell, Form, Table, listing

_HERE, _PROCLAIM = "/bank-holidays", "/bank-holidays/proclaim"
_ADD = "Add one that was proclaimed"
PROCLAIMERS = frozenset(upkeep.PROCLAIMERS)
_DAY = Fact("on", "the day", Kind.DAY)
_NAME = Fact("name", "what it is called, on one line")
_LONGEST = 100
NOT_YOURS = "A review you do not read"


def holidays_page(asked: Asked) -> Response:
    """The bank holidays new dates are counted on, and where the official list ends."""
    may = lets_in(PROCLAIMERS, asked.visitor)
    return _listed(asked, None, (_ADD, _PROCLAIM) if may else None)


def form_page(asked: Asked) -> Response:
    """The same with the form for one more, for whoever has just signed in."""
    return _with_form(asked, {}, [])


def _with_form(
    asked: Asked, lists: Mapping[str, Sequence[str]], reasons: list[forms.Reason]
) -> Response:
    return _listed(asked, _form(lists, reasons))


def _listed(asked: Asked, form: Form | None, more: tuple[str, str] | None = None) -> Response:
    with asked.premises.house.store.begin() as work:
        calendar = work.library.current_calendar()
    rows = [(in_words(day), name, "official" if official else "provisional")
            for day, name, official in _holidays(calendar)]  # fmt: skip
    intro = (
        "Working days leave out Saturdays, Sundays and the bank holidays of England and Wales.",
        f"The official list ends on {in_words(calendar.official_until)};"
        " a date beyond it is marked provisional.",
    )
    table = Table("Bank holidays", ("Day", "Name", "Standing"), rows)
    return listing(asked, "Bank holidays", table, intro=intro, form=form, more=more)


def _holidays(calendar: Calendar) -> Iterator[tuple[date, str, bool]]:
    for day, name in calendar.closed.items():
        yield day, name, calendar.official_from <= day <= calendar.official_until


def _form(lists: Mapping[str, Sequence[str]], reasons: list[forms.Reason]) -> Form:
    day, name = forms.fields((_DAY, _NAME), lists, reasons)
    line = replace(name, shape="line")
    return Form(_ADD, _PROCLAIM, "See what would move",
                (day, line), reasons)  # fmt: skip


def proclaim(asked: Asked) -> Response:
    """What a bank holiday would move, and then, by its button, moving it."""
    go = asked.form.get("go", "")
    if go == "change":
        return _with_form(asked, asked.lists, [])
    given = forms.given((_DAY, _NAME), asked.lists)
    try:
        day, name = _filled(given)
        house = asked.premises.house
        found = upkeep.proclaim(house, day, name, asked.caller, dry_run=go != "save")
    except Refused as refused:
        reasons = forms.reasons_of(refused.reasons, (_DAY.key, _NAME.key))
        return _with_form(asked, asked.lists, reasons)
    if go == "save":
        return asked.go(_HERE)
    return _look(asked, day, name, found)


def _filled(given: Mapping[str, str]) -> tuple[date, str]:
    form = Filled(given)
    day, name = form.day("on", "the day"), form.text("name", "what it is called")
    if not name.isprintable() or len(name) > _LONGEST:
        form.fault(f"what it is called: one line of at most {_LONGEST} letters (name)")
    form.every()
    return day, name


def _look(asked: Asked, day: date, name: str, found: Mapping[str, Any]) -> Response:
    moved = found["moved"]
    rows = [_row(asked, move) for move in moved]
    columns = ("Review", "What", "Now", "Then")
    table = Table("Open dates that would move", columns, rows, "No open date would move.")
    return asked.page("proclaim.html", day=day, name=name, table=table, lists=asked.lists,
                      number=len({move["reference"] for move in moved}))  # fmt: skip


def _row(asked: Asked, move: Mapping[str, str]) -> tuple[Cell, ...]:
    """One date that would move; of a review this visitor does not read, the days alone."""
    days = (in_words(date.fromisoformat(move["from"])), in_words(date.fromisoformat(move["to"])))
    try:
        situation, allowed = situation_for(asked, move["reference"])
    except Absent:
        return (NOT_YOURS, "", *days)
    if allowed is not Reading.WHOLE:
        return (NOT_YOURS, "", *days)
    label = situation.process.timescale_by_key[move["key"]].label
    where = (move["reference"], f"/cases/{move['reference']}")
    return (where, f"{label} ({move['task']})" if move["task"] else label, *days)


DOORS = (
    Door(_HERE, "GET", "bank-holidays", SIGNED_IN, holidays_page),
    Door(_PROCLAIM, "GET", "proclaim-form", PROCLAIMERS, form_page, fresh=True),
    Door(_PROCLAIM, "POST", "proclaim", PROCLAIMERS, proclaim, fresh=True),
)
