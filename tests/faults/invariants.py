"""What must be true of a house whatever happened to it, read from its bare rows."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator

from engine.casework import House
from engine.verification import verify
from tests.faults.rows import Row, Rows, orphans, read

CAME_BACK = "bounce"  # the moment of a verdict that came later, by mail


def faults(url: str, caught: Iterable[str] | None = None) -> list[str]:
    """Every broken invariant of a house's rows; caught: the Message-ID of each mail that arrived.

    I5, which asks the house itself, is `replayed`.
    """
    rows = read(url)
    found = [*counted(rows), *sealed(rows), *owed(rows), *accepted(rows), *orphans(url)]
    return [*found, *(arrived(rows, caught) if caught is not None else ())]


def replayed(house: House) -> list[str]:
    """I5: stage and deadlines equal the replay of the events."""
    return verify(house).faults


def _by_case(rows: Rows, table: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {str(case["reference"]): [] for case in rows["case"]}
    for row in rows[table]:
        if row["case"] is not None:
            found.setdefault(str(row["case"]), []).append(row)
    return found


def _records(rows: Rows) -> dict[str, list[Row]]:
    records = _by_case(rows, "event")
    return {name: sorted(lines, key=lambda e: e["sequence"]) for name, lines in records.items()}


def counted(rows: Rows) -> Iterator[str]:
    """I1: revision = number of kept steps, and no gap in the record."""
    records = _records(rows)
    for case in rows["case"]:
        events = records[case["reference"]]
        steps = [json.loads(event["data"])["step"] for event in events]
        numbers = list(range(1, len(events) + 1))
        if [event["sequence"] for event in events] != numbers or steps != sorted(steps):
            yield f"I1 {case['reference']}: the record has a gap"
        if list(dict.fromkeys(steps)) != list(range(1, case["revision"] + 1)):
            yield f"I1 {case['reference']}: revision {case['revision']}, steps {set(steps)}"
        if case["sequence"] != len(events):
            yield f"I1 {case['reference']}: {len(events)} events, not {case['sequence']}"
    for number in rows["number"]:
        of = f"{number['prefix']}-{number['year']}-"
        given = sorted(c["reference"] for c in rows["case"] if c["reference"].startswith(of))
        if given != [f"{of}{n:04d}" for n in range(1, number["last"] + 1)]:
            yield f"I1 {of}: {number['last']} numbers given, {len(given)} cases"


def sealed(rows: Rows) -> Iterator[str]:
    """I2: each event's seal proves all it says and the event before; the case holds the last."""
    heads = {case["reference"]: case["seal"] for case in rows["case"]}
    for name, events in _records(rows).items():
        seal = "waymark"
        for event in events:
            said = [event[key] for key in ("actor", "account", "kind")]
            line = [seal, name, event["sequence"], event["at"], event["happened_on"], *said]
            line += [json.loads(event["data"]), event["calendar"]]
            text = json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
            seal = hashlib.sha256(text.encode()).hexdigest()
            if seal != event["seal"]:
                yield f"I2 {name}: the seal of event {event['sequence']} is not its own"
                break
        if heads.get(name) != seal:
            yield f"I2 {name}: the case does not hold the seal of its last event"


def owed(rows: Rows) -> Iterator[str]:
    """I3 and half of I4: exactly one row for each message a sealed event owes, and no other row."""
    records, boxes = _records(rows), _by_case(rows, "outbox")
    for name in records.keys() | boxes.keys():
        least: Counter[str] = Counter()
        most: Counter[str] = Counter()
        for event in records.get(name, []):
            told: Counter[str] = Counter(json.loads(event["data"]).get("owed", {}))
            least, most = least | told, most + told
        slots = Counter((m["anchor"], m["recipient"]) for m in boxes.get(name, []))
        there = Counter(anchor for anchor, _ in slots)
        for anchor in least.keys() | there.keys():
            if not least[anchor] <= there[anchor] <= most[anchor]:
                yield f"I3 {name}: {least[anchor]} owed for {anchor}, {there[anchor]} there"
        yield from (f"I3 {name}: twice {slot}" for slot, times in slots.items() if times > 1)
    yield from _of_no_case(rows["outbox"])
    for name, times in Counter(m["message_id"] for m in rows["outbox"]).items():
        if times > 1:
            yield f"I3 {name} is the identity of {times} messages"


def _of_no_case(messages: Iterable[Row]) -> Iterator[str]:
    """A digest, and nothing else, belongs to no case; one a person and day."""
    slots = Counter((m["anchor"], m["recipient"]) for m in messages if m["case"] is None)
    yield from (f"I3: twice {slot}" for slot, times in slots.items() if times > 1)
    for message in messages:
        if (message["case"] is None) is not (message["kind"] == "digest"):
            yield f"I3 message {message['id']}: {message['kind']} of the case {message['case']}"


def accepted(rows: Rows) -> Iterator[str]:
    """The other half of I4: a message's state is what its tries made of it, and what came back.

    What came back of a message that was accepted makes it refused after all.
    """
    tries: dict[int, list[Row]] = {m["id"]: [] for m in rows["outbox"]}
    for attempt in sorted(rows["attempt"], key=lambda a: a["id"]):
        tries.setdefault(attempt["outbox"], []).append(attempt)
    for message in rows["outbox"]:
        state, known = message["state"], tries[message["id"]]
        if len(known) != message["tries"]:
            yield f"I4 message {message['id']}: {message['tries']} tries, {len(known)} kept"
        final = [a["verdict"] for a in known if a["verdict"] in ("accepted", "refused")]
        wanted = [state] if state in ("accepted", "refused") else []
        if any(attempt["moment"] == CAME_BACK for attempt in known):
            wanted = ["accepted", "refused"]
        if final != wanted:
            yield f"I4 message {message['id']}: {state} after {final}"
        if state != "owed" and message["lease_by"]:
            yield f"I4 message {message['id']}: {state}, and still leased"


def arrived(rows: Rows, caught: Iterable[str]) -> Iterator[str]:
    """I4 from outside: every mail that arrived is a message of the house, and none was made up."""
    messages = {m["message_id"]: m for m in rows["outbox"]}
    times = Counter(caught)
    for name in times:
        if name not in messages:
            yield f"I4 {name} arrived and was never owed"
        elif messages[name]["state"] == "refused":
            yield f"I4 {name} arrived and is kept as refused"
    for name, message in messages.items():
        if message["state"] == "accepted" and not times[name]:
            yield f"I4 {name} is kept as accepted and never arrived"
