"""A dictionary model of a case, written from the declaration: what is legal, and what follows.

It shares nothing with the engine but the declared values themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from engine.definition import Process
from engine.facts import Fact, Kind
from engine.roles import HOUSE, Actor
from engine.rules import Rulebook
from engine.shape import Transition
from tests.desk import AGENCIES, AREA
from tests.proof import oracle
from tests.proof.model_clocks import turn
from tests.proof.model_conditions import Model, holds

__all__ = [
    "Model",
    "chosen",
    "empty",
    "may",
    "missed",
    "others",
    "refuses",
    "settle",
    "tick",
    "turn",
    "walk",
]


def empty(process: Process, rules: Rulebook) -> Model:
    return {
        "process": process, "rules": rules, "stage": "", "open": True, "tick": 0, "episode": 0,
        "facts": {}, "entries": [], "tasks": {}, "holds": [], "extensions": {}, "links": set(),
        "recused": set(), "clocks": {}, "revision": 0,
    }  # fmt: skip


def may(m: Model, actor: Actor, who: tuple[str, ...]) -> bool:
    """A role or its deputy, of this area, and with no conflict of interest."""
    held = {role.split(":")[0] for role in actor.roles}
    away = actor.area not in ("", AREA) or actor.email in m["recused"]
    return bool(held & set(who)) and not away


def keepers(m: Model) -> tuple[str, ...]:
    owner = next(s.owner for s in m["process"].stages if s.key == m["stage"])
    return (*m["process"].keepers, owner)


def written(fact: Fact, value: str) -> str:
    """A value as it is kept."""
    if fact.kind is Kind.INSTANT and len(value) > 10:
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return moment.isoformat(timespec="seconds")
    return value


def refuses(m: Model, given: Mapping[str, str], by: Mapping[str, Any], now: datetime) -> bool:
    """Whether facts cannot be recorded: in the future, or against a rule of the process."""
    known = {fact.key: fact for fact in m["process"].facts}
    dated = (Kind.DAY, Kind.INSTANT)
    for key, value in given.items():
        if known[key].past and known[key].kind in dated:
            day = len(value) == 10
            ahead = (
                oracle.day_of(value) > by["today"] if day else datetime.fromisoformat(value) > now
            )
            if ahead:
                return True
    return any(
        set(given) & set(rule.condition.facts()) and not holds(rule.condition, m, given, by)
        for rule in m["process"].invariants
    )


def chosen(
    m: Model, action: str, given: Mapping[str, str], by: Mapping[str, Any]
) -> Transition | None:
    """The first transition of an action that starts here and whose condition holds."""
    here = [
        t
        for t in m["process"].transitions
        if t.action == action and (m["stage"] in t.sources or not (t.sources or m["stage"]))
    ]
    return next((t for t in here if holds(t.when, m, given, by)), None)


def missed(m: Model, found: Transition, given: Mapping[str, str], by: Mapping[str, Any]) -> bool:
    """Whether anything the action needs is still missing."""
    since = m["entries"][-1]["tick"] if m["entries"] else None
    for key in found.anew:
        known = m["facts"].get(key)
        lately = known is not None and since is not None and known["tick"] > since
        if key not in given and not lately:
            return True
    return not holds(found.needs, m, given, by)


def own_task(m: Model, found: Transition, actor: Actor) -> str | None:
    waiting = {n: t for n, t in m["tasks"].items() if t["kind"] == found.answers and t["open"]}
    mine = [n for n, t in waiting.items() if t["recipient"] == actor.email]
    mine = mine or [n for n, t in waiting.items() if t["agency"] == actor.agency]
    return mine[0] if mine else None


# ------------------------------------------------------------------------------ what follows


def tick(m: Model) -> int:
    m["tick"] += 1
    number: int = m["tick"]
    return number


def remember(m: Model, given: Mapping[str, str], on: date, now: datetime, at: int) -> None:
    for key, value in given.items():
        m["facts"][key] = {"value": value, "on": on, "at": now, "tick": at}


def walk(
    m: Model, found: Transition, given: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Do an action: facts, stage, tasks, and what the house does because of it."""
    today = oracle.london_day(now)
    given = {**_stamps(m, found, actor, now), **given}
    dated = given.get(found.dated_by) or m["facts"].get(found.dated_by, {}).get("value")
    on = oracle.day_of(dated) if dated else today
    at = tick(m)
    if found.target and found.sources:
        m["facts"] = {k: f for k, f in m["facts"].items() if k not in found.sets_aside}
    remember(m, given, on, now, at)
    if found.target:
        if found.reopens:
            m["episode"] = at
        _enter(m, found.target, on, now, at)
    own = own_task(m, found, actor) if found.answers else None
    if own:
        kind = next(k for k in m["process"].tasks if k.key == found.answers)
        settle(m, own, kind.settling[0], now)
    for order in found.orders:
        _ask_everybody(m, order.task, order.to, now)


def _stamps(m: Model, found: Transition, actor: Actor, now: datetime) -> dict[str, str]:
    words = {
        "@now": now.isoformat(timespec="seconds"),
        "@today": oracle.london_day(now).isoformat(),
        "@actor": actor.email,
        "@actor_agency": actor.agency or "unknown",
        "@stage": m["stage"],
    }
    return {key: words.get(value, value) for key, value in found.stamps}


def _enter(m: Model, stage: str, on: date, now: datetime, at: int) -> None:
    final = next(s.final for s in m["process"].stages if s.key == stage)
    m["stage"], m["open"] = stage, not final
    m["entries"].append({"stage": stage, "at": now, "on": on, "tick": at})
    kinds = {kind.key: kind for kind in m["process"].tasks}
    for task in m["tasks"].values():
        kind = kinds[task["kind"]]
        elsewhere = bool(kind.stages) and stage not in kind.stages
        if task["open"] and (final or elsewhere or kind.one_stage):
            task.update(open=False, status="cancelled", on=on, moment=now)


def settle(m: Model, name: str, answer: str, now: datetime) -> None:
    """Answer a task; the house goes on where it was the last one awaited."""
    task = m["tasks"][name]
    kind = next(k for k in m["process"].tasks if k.key == task["kind"])
    task["status"] = answer
    tick(m)
    if answer not in kind.settling:
        return
    task.update(open=False, on=oracle.london_day(now), moment=now)
    if any(t["open"] for t in m["tasks"].values() if t["kind"] == kind.key):
        return
    for found in m["process"].transitions:
        if found.settled == kind.key and m["stage"] in found.sources:
            walk(m, found, {}, Actor(HOUSE), now)
            return


def add_task(m: Model, kind: str, agency: str, recipient: str, now: datetime) -> None:
    at = tick(m)
    m["tasks"][f"T{len(m['tasks']) + 1}"] = {
        "kind": kind, "agency": agency, "recipient": recipient, "at": now, "open": True,
        "status": "open", "on": None, "moment": None, "tick": at,
    }  # fmt: skip


def _ask_everybody(m: Model, kind: str, to: str, now: datetime) -> None:
    """One person of each agency an order names, or somebody who keeps the case in their place."""
    listed = m["facts"].get(m["process"].parties_fact, {}).get("value", "").split(";")
    role, _, scope = to.partition("@")
    if to in ("parties", "others"):
        role = next(s.owner for s in m["process"].stages if s.key == m["stage"])
        raiser = m["facts"].get(m["process"].raiser_fact, {}).get("value")
        rest = [a for a in listed if a != raiser] or listed
        listed = rest if to == "others" else listed
    somewhere = not (scope or to in ("parties", "others"))
    held = [a for a in (AGENCIES if somewhere else listed) if _told(m, role, a)]
    for agency in held if somewhere else listed:
        first = _told(m, role, agency) or _keeper(m)
        add_task(m, kind, agency, first, now)


def _told(m: Model, role: str, agency: str) -> str:
    """In the test directory every role is held once at every agency; the recused are not told."""
    email = f"{role}@{agency.lower()}.example"
    return "" if email in m["recused"] else email


def _keeper(m: Model) -> str:
    everybody = (_told(m, role, agency) for role in m["process"].keepers for agency in AGENCIES)
    return next(filter(None, everybody))


def others(m: Model, who: str) -> set[str]:
    """Who keeps the case beside somebody: in the test directory nobody deputises."""
    for role in m["process"].keepers:
        found = {_told(m, role, agency) for agency in AGENCIES} - {"", who}
        if found:
            return found
    return set()
