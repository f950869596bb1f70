"""The clocks of the model: when each begins, ends and falls due, from the declaration alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engine.rules import END_OF_DAY, Rule
from engine.shape import Entered, FirstKnown, LaterOf, Passes, TaskAsked, Timescale
from tests.proof import oracle
from tests.proof.model_conditions import Model, holds
from tests.proof.oracle import raw_due

Clock = dict[str, Any]
NOBODY = {"agency": "", "on": date.max}


def turn(m: Model, now: datetime) -> None:
    """Bring every clock up to date after a step."""
    for timescale in m["process"].timescales:
        if isinstance(timescale.start, TaskAsked):
            _tasks(m, timescale, now)
        else:
            _turn_one(m, timescale, now)


def _tasks(m: Model, ts: Timescale, now: datetime) -> None:
    for name, task in m["tasks"].items():
        if task["kind"] != ts.start.kind:  # type: ignore[union-attr]
            continue
        clock = m["clocks"].get((ts.key, name))
        if clock is None:
            clock = _new(m, (ts.key, name), 1, 0)
        if clock["open"]:
            clock["start"] = task["at"].isoformat()
            _date(m, ts, clock, (ts.key, name))
            done = None if task["open"] else (task["on"], task["moment"])
            if task["status"] == "cancelled" and done:
                clock.update(open=False, status="cancelled")
            else:
                _judge(m, ts, clock, done, now)


def _turn_one(m: Model, ts: Timescale, now: datetime) -> None:
    clock = m["clocks"].get((ts.key, ""))
    start = _start(m, ts)
    runs = (m["open"] or ts.outlives) and holds(ts.when, m, {}, NOBODY)
    if clock is None:
        if not (runs and start and m["open"]):
            return
        clock = _new(m, (ts.key, ""), 1, start[1])
    elif start and runs and start[1] > clock["began"] and _again(m, ts, clock):
        clock = _new(m, (ts.key, ""), clock["cycle"] + 1, start[1])
    if start and clock["start"] and _keeps_its_start(ts, clock):
        start = (clock["start"], clock["began"])
    _go_on(m, ts, clock, start, runs, now)
    while ts.recurring and runs and clock["status"] in ("met", "met_late"):
        met = [m["facts"][key] for key in ts.met.facts if key in m["facts"]]
        if not met or max(f["tick"] for f in met) <= clock["began"]:
            break
        clock = _new(m, (ts.key, ""), clock["cycle"] + 1, max(f["tick"] for f in met))
        clock["start"] = oracle.day_of(met[0]["value"]).isoformat()
        _go_on(m, ts, clock, (clock["start"], clock["began"]), runs, now)


def _keeps_its_start(ts: Timescale, clock: Clock) -> bool:
    """A later round, and a notice of delay, begin once, whatever is recorded afterwards."""
    later_round = ts.recurring and clock["cycle"] > 1
    return later_round or (isinstance(ts.start, Passes) and bool(clock["open"]))


def _again(m: Model, ts: Timescale, clock: Clock) -> bool:
    return isinstance(ts.start, Entered) or clock["began"] < m["episode"]


def _new(m: Model, which: tuple[str, str], cycle: int, began: int) -> Clock:
    clock: Clock = {
        "cycle": cycle, "began": began, "open": True, "start": "", "breached": None,
        "status": "running", "due": None, "raw": None, "met_on": None,
    }  # fmt: skip
    m["clocks"][which] = clock
    return clock


def _go_on(
    m: Model, ts: Timescale, clock: Clock, start: tuple[str, int] | None, runs: bool, now: datetime
) -> None:
    """A clock that ended stays as it was, unless what it started from was corrected."""
    if not clock["open"]:
        by_fact = isinstance(ts.start, LaterOf | FirstKnown) and clock["status"] != "breached"
        corrected = by_fact and start is not None and start[0] != clock["start"]
        if not (runs and start and m["open"] and (corrected or clock["status"] == "cancelled")):
            return
    if start is None:
        clock.update(open=False, status="cancelled")
        return
    clock.update(open=True, start=start[0], met_on=None)
    _date(m, ts, clock, (ts.key, ""))
    _judge(m, ts, clock, _ending(m, ts, clock), now)
    if not runs and clock["open"]:
        clock.update(open=False, status="cancelled")


def _start(m: Model, ts: Timescale) -> tuple[str, int] | None:
    found = _declared_start(m, ts)
    if found is None:
        return None
    rule = rule_of(m, ts, oracle.day_of(found[0]))
    if rule.start:
        other = _facts(m, (rule.start,))
        found = (other[0][0], found[1]) if other else found
    return found


def _declared_start(m: Model, ts: Timescale) -> tuple[str, int] | None:
    match ts.start:
        case LaterOf(facts):
            return max(
                _facts(m, facts),
                key=lambda f: (raw_due("0h", f[0], END_OF_DAY), f[1]),
                default=None,
            )
        case FirstKnown(facts):
            return next(iter(_facts(m, facts)), None)
        case Entered(stages):
            wanted = [e for e in m["entries"] if e["stage"] in stages and e["tick"] >= m["episode"]]
            return (wanted[-1]["at"].isoformat(), wanted[-1]["tick"]) if wanted else None
        case Passes(fact, timescale):
            return _passing(m, fact, m["clocks"].get((timescale, "")))
    raise AssertionError(f"the model does not know {ts.start}")


def _moment(fact: tuple[str, int]) -> tuple[datetime, int]:
    return raw_due("0h", fact[0], END_OF_DAY), fact[1]


def _facts(m: Model, keys: tuple[str, ...]) -> list[tuple[str, int]]:
    known = [m["facts"][key] for key in keys if key in m["facts"]]
    return [(f["value"], f["tick"]) for f in known if f["tick"] >= m["episode"]]


def _passing(m: Model, fact: str, target: Clock | None) -> tuple[str, int] | None:
    if target is None or target["due"] is None:
        return None
    forecast = m["facts"].get(fact)
    if forecast and oracle.day_of(forecast["value"]) > oracle.london_day(target["due"]):
        return forecast["on"].isoformat(), forecast["tick"]
    if target["breached"] is None:
        return None
    return (oracle.london_day(target["breached"]) + timedelta(days=1)).isoformat(), m["tick"]


def rule_of(m: Model, ts: Timescale, on: date) -> Rule:
    """The row of the rulebook in force on the day a clock starts."""
    variant = next((v.key for v in ts.variants if holds(v.when, m, {}, NOBODY)), "")
    key = (m["process"].key, ts.key)
    rows: list[Rule] = [r for r in m["rules"].rules if (r.process, r.timescale) == key]
    rows = [r for r in rows if r.variant == variant] or [r for r in rows if not r.variant]
    now = [r for r in rows if r.since <= on and (r.until is None or on <= r.until)]
    return max(now, key=lambda r: (r.override, r.since))


def held_days(m: Model, ts: Timescale) -> set[date]:
    """Every day on which a hold that stops this clock lasted, each once."""
    over = [h for h in m["holds"] if h["kind"] in ts.holds and h["until"]]
    return {
        h["since"] + timedelta(days=n) for h in over for n in range((h["until"] - h["since"]).days)
    }


def _date(m: Model, ts: Timescale, clock: Clock, which: tuple[str, str]) -> None:
    rule = rule_of(m, ts, oracle.day_of(clock["start"]))
    cap = None
    if ts.cap and ts.cap.fact in m["facts"]:
        cap = (m["facts"][ts.cap.fact]["value"], ts.cap.length)
    clock["raw"] = raw_due(str(rule.length), clock["start"], rule.closes, cap)
    extended = m["extensions"].get((*which, clock["cycle"]))
    base = oracle.closing(extended[0], rule.closes) if extended else clock["raw"]
    clock.update(due=base, rule=rule, held=False)
    if ts.holds and rule.standing != "statutory" and rule.length.unit != "h":
        since = extended[1] if extended else oracle.day_of(clock["start"])
        clock["due"] = oracle.moved_on(base, str(rule.length), since, held_days(m, ts))
        last = oracle.london_day(clock["due"])
        clock["held"] = any(
            h["until"] is None and h["kind"] in ts.holds and h["since"] <= last for h in m["holds"]
        )


def _ending(m: Model, ts: Timescale, clock: Clock) -> tuple[date, datetime | None] | None:
    return min(_endings(m, ts, clock), key=lambda e: e[0], default=None)


def _endings(m: Model, ts: Timescale, clock: Clock) -> Iterator[tuple[date, datetime | None]]:
    met = ts.met
    after = clock["began"] + 1 if isinstance(ts.start, Entered) else m["episode"]
    for entry in m["entries"]:
        away = met.left and entry["stage"] not in met.left
        if entry["tick"] >= after and (entry["stage"] in met.stages or away):
            yield entry["on"], entry["at"]
            break
    least = clock["began"] + 1 if ts.recurring else m["episode"]
    fresh = {k: f for k, f in m["facts"].items() if f["tick"] >= least}
    yield from (_day_and_moment(fresh[key]) for key in met.facts if key in fresh)
    if met.all_facts and all(key in fresh for key in met.all_facts):
        yield max((_day_and_moment(fresh[key]) for key in met.all_facts), key=lambda e: e[0])
    asked = [t["at"] for t in m["tasks"].values() if met.asked and t["kind"] == met.asked]
    yield from ((oracle.london_day(at), at) for at in sorted(asked)[:1])


def _day_and_moment(fact: dict[str, Any]) -> tuple[date, datetime | None]:
    value = fact["value"]
    try:
        at = None if len(value) == 10 else datetime.fromisoformat(value)
        return oracle.day_of(value), at
    except ValueError:
        return fact["on"], fact["at"]


def _judge(
    m: Model, ts: Timescale, clock: Clock, done: tuple[date, datetime | None] | None, now: datetime
) -> None:
    if clock["breached"] and clock["due"] > clock["breached"]:
        clock["breached"] = None
    if done is not None:
        late = not ts.lasting and _late(clock, *done)
        early = ts.lasting and done[0] < oracle.london_day(clock["due"])
        status = "breached" if early else "met_late" if late else "met"
        clock.update(open=False, status=status, met_on=done[0])
    elif ts.lasting and now > clock["due"]:
        clock.update(open=False, status="met", met_on=oracle.london_day(clock["due"]))
    elif clock["breached"]:
        clock["status"] = "breached"
    else:
        clock["status"] = "held" if clock["held"] else "running"


def _late(clock: Clock, day: date, moment: datetime | None) -> bool:
    rule = clock["rule"]
    if moment is not None and (rule.length.unit == "h" or rule.closes != END_OF_DAY):
        return bool(moment > clock["due"])
    return bool(day > oracle.london_day(clock["due"]))
