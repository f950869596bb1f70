"""A case on a page: where it is, what is due and why, who was asked, what was said and done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from starlette.responses import Response

from engine import verification
from engine.length import Length, london_date
from engine.reading import Reading
from engine.replies import REPLIES
from engine.situation import Situation, day_of
from web import drawing, shapes
from web.doors import SIGNED_IN, Asked, Door
from web.drawing import Clock
from web.offered import actions, steps
from web.reading import allowed_to, readable
from web.record_words import label_of, shown, told
from web.visits import note_reading


def situation_for(asked: Asked, reference: str) -> tuple[Situation, Reading]:
    """The case as this visitor may read it. Errors: Absent, as of one that is not there."""
    return readable(asked.premises.house, asked.visitor.actor, reference)


def case_page(asked: Asked) -> Response:
    """One case, whole, or for an auditor its record alone."""
    reference = asked.path["reference"]
    seen = shapes.see(asked.premises.house, reference, asked.caller)
    situation, allowed = seen.situation, allowed_to(asked.visitor.actor, seen.situation)
    note_reading(asked, reference, "case")
    whole, document = allowed is Reading.WHOLE, shapes.document(seen)
    doable, lacking, waiting = actions(situation, document["actions"]) if whole else ((), (), ())
    return asked.page(
        "case.html",
        case=document,
        doable=doable,
        lacking=lacking,
        waiting=waiting,
        steps=steps(situation) if whole else {},
        facts=list(_facts(situation, document)) if whole else [],
        left={d["name"]: _left(situation, d) for d in document["deadlines"]},
        said={t["id"]: _said(t, whole) for t in document["tasks"]},
        links=document["links"],
        alike=document["alike"] if whole else (),
        events=[told(situation.process, e, whole) for e in reversed(seen.events)],
        diagram=drawing.stages(situation.process, situation.case.stage),
        clocks=_clocks(situation),
        messages=document["owed"] if whole else None,
    )


def _facts(situation: Situation, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in document["facts"].items():
        apart = value == shapes.KEPT_APART
        yield (
            label_of(situation.process, key),
            "kept apart" if apart else shown(situation.process, key, value),
        )


def _left(situation: Situation, deadline: Mapping[str, Any]) -> str:
    """How long there is, in the units the clock counts in."""
    if deadline["status"] not in ("running", "breached"):
        return ""
    due, today = _day(deadline["due"]), situation.today
    unit = Length.parse(deadline["length"]).unit
    if unit == "h":
        return _hours(situation.now, datetime.fromisoformat(deadline["due"]))
    if due < today:
        return f"{_working(situation, due, today)} late"
    if due == today:
        return "today"
    return f"{_working(situation, today, due)} left"


def _hours(now: datetime, due: datetime) -> str:
    minutes = int(abs((due - now).total_seconds()) // 60)
    words = f"{minutes // 60} h {minutes % 60} min"
    return f"{words} late" if due < now else f"{words} left"


def _working(situation: Situation, since: date, until: date) -> str:
    days = situation.calendar.between(since, until)
    return f"{days} working day{'' if days == 1 else 's'}"


def _day(value: str) -> date:
    return london_date(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)


def _said(task: Mapping[str, Any], whole: bool) -> str:
    """What an open task's recipient last said; their own words only for who reads the case."""
    said = task["said"]
    if not said:
        return ""
    return str(said["words"]) if whole else REPLIES[said["reply"]]


def _clocks(situation: Situation) -> Any:
    scales = situation.process.timescale_by_key
    found = [
        Clock(
            scales[d.key].label + (f" ({d.task})" if d.task else ""),
            day_of(d.start),
            london_date(d.due),
            d.status_at(situation.now),
        )
        for d in situation.case.deadlines
    ]
    return drawing.clocks(found, situation.today) if found else None


def why_page(asked: Asked) -> Response:
    """Why a date falls when it does: every day counted or skipped, and a second count."""
    reference, name = asked.path["reference"], asked.path["deadline"]
    situation_for(asked, reference)
    note_reading(asked, reference, "why")
    proof = verification.why(asked.premises.house, reference, name)
    return asked.page("why.html", proof=proof)


DOORS = (
    Door("/cases/{reference}", "GET", "case", SIGNED_IN, case_page),
    Door("/cases/{reference}/why/{deadline:path}", "GET", "why", SIGNED_IN, why_page),
)
