"""Why this date: the proof of a deadline, reached a second way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engine.case import Deadline, Hold
from engine.clocks import Beginning, last_extension, union
from engine.errors import Refused
from engine.length import Length, london, london_date, method, proof, recount
from engine.london import moment_of
from engine.rules import END_OF_DAY, STATUTORY, Rule
from engine.ruling import rule_of
from engine.shape import Timescale
from engine.situation import Situation, day_of


def explain(situation: Situation, deadline: Deadline) -> dict[str, Any]:
    """Everything behind one date: start, rule, each day, holds, extensions, and the check.

    The situation's calendar must be the snapshot the deadline was counted on.
    """
    timescale = situation.process.timescale_by_key[deadline.key]
    rule = rule_of(situation, deadline)
    if rule is None:
        raise Refused([f"the rule behind {timescale.label} is no longer in the rulebook"])
    began = Beginning(deadline.start, deadline.start_fact, deadline.began)
    start: date = began.moment if rule.length.unit == "h" else began.day
    days = proof(rule.length, start, situation.calendar)
    return {
        "reference": situation.case.reference,
        "key": deadline.key,
        "label": timescale.label,
        "due": shown(deadline.due, deadline, rule),
        "raw_due": shown(deadline.raw_due, deadline, rule),
        "start": {"fact": deadline.start_fact, "value": _started(deadline)},
        "rule": f"{rule.length.in_words()} from {deadline.start_fact}",
        "length": str(rule.length),
        "standing": rule.standing,
        "citation": rule.citation,
        "calendar": deadline.calendar,
        "provisional": deadline.provisional,
        "days": [
            {"date": d.date.isoformat(), "counted": d.counted, "because": d.because} for d in days
        ],
        "cap": _cap(situation, timescale),
        "holds": list(_holds(situation, timescale, rule)),
        "extensions": list(_extensions(situation, deadline)),
        "check": _check(situation, timescale, deadline, rule, start),
    }


def _started(deadline: Deadline) -> str:
    """The start as London reads it: a day, or an instant with London's offset."""
    if "T" not in deadline.start:
        return deadline.start
    return london(datetime.fromisoformat(deadline.start)).isoformat(timespec="seconds")


def shown(moment: datetime, deadline: Deadline, rule: Rule | None) -> str:
    """A due date as others read it: a day, or an instant where the hour matters."""
    ends_with_day = rule is None or rule.closes == END_OF_DAY
    if deadline.by_hour or not ends_with_day:
        return london(moment).isoformat(timespec="seconds")
    return london_date(moment).isoformat()


def _cap(situation: Situation, timescale: Timescale) -> dict[str, str] | None:
    cap = timescale.cap
    value = situation.case.value(cap.fact) if cap else None
    return {"fact": cap.fact, "value": value, "length": cap.length} if cap and value else None


def _holds(situation: Situation, timescale: Timescale, rule: Rule) -> Iterator[dict[str, Any]]:
    stops = set(timescale.holds) if rule.standing != STATUTORY else set()
    for hold in situation.case.holds:
        until = hold.until.isoformat() if hold.until else None
        yield {
            "kind": hold.kind,
            "from": hold.since.isoformat(),
            "until": until,
            "stops_this_clock": hold.kind in stops,
        }


def _extensions(situation: Situation, deadline: Deadline) -> Iterator[dict[str, str]]:
    for extension in situation.case.extensions:
        if (extension.deadline, extension.task, extension.cycle) == deadline.identity:
            yield {"to": extension.to.isoformat(), "agreed_on": extension.agreed_on.isoformat()}


def _check(
    situation: Situation, timescale: Timescale, deadline: Deadline, rule: Rule, start: date
) -> dict[str, str]:
    """The same date by another method: a second count, and held days counted as a set."""
    again = recount(rule.length, start, situation.calendar)
    if isinstance(again, datetime):
        moment, ways = again, [method(rule.length)]
    else:
        moment, ways = moment_of(again, rule.closes), [method(rule.length)]
    cap = _cap(situation, timescale)
    if cap:
        last = recount(Length.parse(cap["length"]), day_of(cap["value"]), situation.calendar)
        moment = min(moment, moment_of(last, rule.closes))
        ways.append("and no later than the cap")
    extension = last_extension(situation.case.extensions, deadline.identity)
    if extension:
        moment = moment_of(extension.to, rule.closes)
        ways.append("replaced by the extension")
    if timescale.holds and rule.standing != STATUTORY and rule.length.unit != "h":
        since = extension.agreed_on if extension else day_of(deadline.start)
        kinds = [h for h in situation.case.holds if h.kind in timescale.holds]
        moment = _held_on(moment, rule, since, kinds, situation)
        ways.append("plus each held day once, as a set of days")
    return {"method": "; ".join(ways), "due": shown(moment, deadline, rule)}


def _held_on(
    moment: datetime, rule: Rule, since: date, holds: list[Hold], situation: Situation
) -> datetime:
    day = london_date(moment)
    for begins, ends in union(holds):
        held = {begins + timedelta(days=n) for n in range((ends - begins).days)}
        stopped = {d for d in held if d >= since} if max(begins, since) <= day else set()
        if rule.length.unit == "wd":
            for _ in (d for d in stopped if situation.calendar.is_working(d)):
                day = situation.calendar.add(day, 1)
        else:
            day += timedelta(days=len(stopped))
    return moment_of(day, london(moment).time())
