"""Values of the engine to rows and back; JSON is canonical, so equal content is equal text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import orjson

from engine.case import (
    Case,
    Deadline,
    Entry,
    Event,
    Extension,
    Hold,
    Link,
    Meeting,
    Recorded,
    Task,
)
from store.instants import day, day_or_none, moment, read, written
from store.standing import standing_row
from store.statement import Row, Values


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, which says the same whenever the content is the same."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def case_row(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "process": case.process,
        "revision": case.revision,
        "sequence": case.sequence,
        "seal": case.seal,
        "opened_at": written(case.opened_at),
        "episode": case.episode,
        "state": state(case),
        **standing_row(case),
    }


CASE_COLUMNS = (
    "reference", "process", "version", "digest", "rules", "stage", "revision", "sequence", "seal",
    "pseudonym", "opened_at", "closed_at", "episode", "state",
)  # fmt: skip


def case_of(
    row: Row, tasks: Iterable[Row], deadlines: Iterable[Row], identity: Iterable[Row]
) -> Case:
    """A case from its row and the rows that belong to it, each kind in its order."""
    reference, process, version, digest, rules, stage, revision, sequence, seal = row[:9]
    pseudonym, opened_at, closed_at, episode, state_text = row[9:]
    return Case(
        reference=reference,
        process=process,
        version=version,
        digest=digest,
        rules=rules,
        stage=stage,
        opened_at=moment(opened_at),
        revision=revision,
        sequence=sequence,
        seal=seal,
        pseudonym=pseudonym,
        tasks=tuple([task_of(task) for task in tasks]),
        deadlines=tuple([deadline_of(deadline) for deadline in deadlines]),
        episode=episode,
        closed_at=read(closed_at),
        identity=dict(row[:2] for row in identity),
        **state_of(state_text),
    )


def state(case: Case) -> str:
    """The rest of a case as JSON: facts and entries as lists in the order of their fields.

    Facts keep the order in which they were first recorded. Those of one event share a day and a
    moment, which are kept once, in "told".
    """
    places: dict[tuple[int, date, datetime], int] = {}
    for fact in case.facts.values():
        places.setdefault((fact.sequence, fact.on, fact.at), len(places))
    kept = {
        "entries": [[e.stage, written(e.at), e.on.isoformat(), e.sequence] for e in case.entries],
        "extensions": [
            [e.deadline, e.task, e.cycle, e.to.isoformat(), e.agreed_on.isoformat()]
            for e in case.extensions
        ],
        "facts": {
            key: [f.value, places[(f.sequence, f.on, f.at)]] for key, f in case.facts.items()
        },
        "told": [[on.isoformat(), written(at), n] for n, on, at in places],
        "holds": [[h.kind, h.since.isoformat(), _iso(h.until)] for h in case.holds],
        "links": [[link.other, link.kind] for link in case.links],
        "meetings": [
            # Agencies only where they were recorded, so that older cases read the same.
            [m.on.isoformat(), m.invited, m.present, m.kind, *([m.agencies] if m.agencies else ())]
            for m in case.meetings
        ],
        "recused": list(case.recused),
    }
    return orjson.dumps(kept).decode()


def state_of(text: str) -> dict[str, Any]:
    kept = orjson.loads(text)
    told = [(_on(on), _at(at), n) for on, at, n in kept["told"]]
    return {
        "entries": tuple([Entry(s, _at(at), _on(on), n) for s, at, on, n in kept["entries"]]),
        "extensions": tuple(
            [
                Extension(key, task, cycle, _on(to), _on(agreed))
                for key, task, cycle, to, agreed in kept["extensions"]
            ]
        ),
        "facts": {k: Recorded(v, *told[place]) for k, (v, place) in kept["facts"].items()},
        "holds": tuple([Hold(k, _on(since), day_or_none(end)) for k, since, end in kept["holds"]]),
        "links": tuple([Link(other, kind) for other, kind in kept["links"]]),
        "meetings": tuple([_meeting(*each) for each in kept["meetings"]]),
        "recused": tuple(kept["recused"]),
    }


def _meeting(
    on: str, invited: int, present: int, kind: str, agencies: Iterable[tuple[str, str]] = ()
) -> Meeting:
    named = tuple((name, how) for name, how in agencies)
    return Meeting(_on(on), invited, present, kind, named)


TASK_COLUMNS = (
    "id", "kind", "agency", "recipient", "asked_at", "status", "settled_on", "settled_at",
    "sequence", "reply",
)  # fmt: skip


def task_row(case: str, place: int, task: Task) -> dict[str, Any]:
    return {
        "case": case,
        "place": place,
        "id": task.id,
        "kind": task.kind,
        "agency": task.agency,
        "recipient": task.recipient,
        "asked_at": written(task.asked_at),
        "status": task.status,
        "settled_on": _iso(task.settled_on),
        "settled_at": written(task.settled_at),
        "sequence": task.sequence,
        "reply": task.reply,
    }


def task_of(row: Row) -> Task:
    name, kind, agency, recipient, asked_at, status, settled_on, settled_at = row[:8]
    sequence, reply = row[8:]
    asked, settled = moment(asked_at), (day_or_none(settled_on), read(settled_at))
    return Task(name, kind, agency, recipient, asked, status, *settled, sequence, reply)


DEADLINE_COLUMNS = (
    "key", "task", "cycle", "start", "start_fact", "due", "raw_due", "length", "standing", "status",
    "met_on", "breached_at", "look_at", "looked_at", "calendar", "provisional", "variant", "began",
)  # fmt: skip

_MOMENTS = ("due", "raw_due", "breached_at", "look_at", "looked_at")
_AS_THEY_ARE = tuple(n for n in DEADLINE_COLUMNS if n not in (*_MOMENTS, "met_on"))


def deadline_row(case: str, place: int, deadline: Deadline) -> dict[str, Any]:
    row = {name: getattr(deadline, name) for name in _AS_THEY_ARE}
    row |= {name: written(getattr(deadline, name)) for name in _MOMENTS}
    return {**row, "case": case, "place": place, "met_on": _iso(deadline.met_on)}


def deadline_of(row: Row) -> Deadline:
    key, task, cycle, start, start_fact, due, raw_due, length, standing, status = row[:10]
    met_on, breached_at, look_at, looked_at, calendar, provisional, variant, began = row[10:]
    return Deadline(
        *(key, task, cycle, start, start_fact),
        *(moment(due), moment(raw_due)),
        *(length, standing, status),
        day_or_none(met_on),
        *(read(breached_at), read(look_at), read(looked_at)),
        *(calendar, bool(provisional), variant, began),
    )


EVENT_COLUMNS = (
    "sequence", "at", "happened_on", "actor", "account", "kind", "data", "calendar", "seal",
)  # fmt: skip


def event_row(case: str, event: Event) -> Values:
    return {
        "case": case,
        "sequence": event.sequence,
        "at": written(event.at),
        "happened_on": event.on.isoformat(),
        "actor": event.actor,
        "account": event.account,
        "kind": event.kind,
        "data": canonical(event.data),
        "calendar": event.calendar,
        "seal": event.seal,
    }


def event_of(row: Row) -> Event:
    sequence, at, on, actor, account, kind, data, calendar, seal = row
    told: Mapping[str, Any] = orjson.loads(data)
    return Event(sequence, moment(at), day(on), actor, account, kind, told, calendar, seal)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


_at = moment
_on = day
