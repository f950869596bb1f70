"""Conditions decided on a plain dictionary: what the model knows of a case, and what is given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine import conditions as c
from tests.proof import oracle

Model = dict[str, Any]


def holds(
    condition: c.Condition, m: Model, given: Mapping[str, str], by: Mapping[str, Any]
) -> bool:
    """Whether a condition holds; by says who acts (agency) and on which day (on)."""
    facts = {**{key: fact["value"] for key, fact in m["facts"].items()}, **given}
    match condition:
        case c.All(parts):
            return all(holds(part, m, given, by) for part in parts)
        case c.Either(parts):
            return any(holds(part, m, given, by) for part in parts)
        case c.Not(part):
            return not holds(part, m, given, by)
        case c.Asked() | c.Answered() | c.NoHold() | c.Linked() | c.Late():
            return _of_case(condition, m, by)
        case _:
            return _of_facts(condition, facts, by)


def _of_facts(condition: c.Condition, facts: Mapping[str, str], by: Mapping[str, Any]) -> bool:
    match condition:
        case c.Always():
            answer = True
        case c.Recorded(fact):
            answer = fact in facts
        case c.Equals(fact, value):
            answer = facts.get(fact) == value
        case c.AnyOf(fact, values):
            answer = fact in facts and any(v in values for v in facts[fact].split(";"))
        case c.Least(fact, count):
            answer = fact in facts and facts[fact].count(";") + 1 >= count
        case c.Different(one, other):
            answer = one in facts and other in facts and facts[one] != facts[other]
        case c.NotParty(fact):
            answer = by["agency"] not in facts.get(fact, "").split(";")
        case _:
            answer = _of_days(condition, {k: v for k, v in facts.items() if _is_date(v)})
    return answer


def _of_days(condition: c.Condition, facts: Mapping[str, str]) -> bool:
    day = {key: oracle.day_of(value) for key, value in facts.items()}
    match condition:
        case c.NotAfter(one, other):
            return one not in day or other not in day or day[one] <= day[other]
        case c.AtLeastBefore(one, other, length):
            both = one in day and other in day
            return both and day[one] <= oracle.later(day[other], f"-{length}")
        case c.Younger(born, died, years):
            return born not in day or died not in day or _age(day[born], day[died]) < years
    raise AssertionError(f"the model does not know {condition}")


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return value[4:5] == "-"


def _of_case(condition: c.Condition, m: Model, by: Mapping[str, Any]) -> bool:
    match condition:
        case c.Asked(kind, count):
            return len([t for t in _lately(m, kind) if t["status"] != "cancelled"]) >= count
        case c.Answered(kind):
            return not any(t["open"] for t in _lately(m, kind))
        case c.NoHold(kinds):
            return not any(h["until"] is None and h["kind"] in kinds for h in m["holds"])
        case c.Linked(kind):
            return any(known == kind for _, known in m["links"])
        case c.Late(timescale):
            clock = m["clocks"].get((timescale, ""))
            if clock is None or not clock["open"]:
                return clock is not None and str(clock["status"]) == "met_late"
            return bool(by["on"] > oracle.london_day(clock["due"]))
    raise AssertionError(f"the model does not know {condition}")


def _lately(m: Model, kind: str) -> list[dict[str, Any]]:
    """The tasks of a kind since the case was opened or last reopened."""
    return [t for t in m["tasks"].values() if t["kind"] == kind and t["tick"] >= m["episode"]]
