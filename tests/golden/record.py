"""Records what tests/proof/test_replay.py replays: definitions, rulebooks, calendars, histories.

.venv/bin/python -m tests.golden.record          adds what is missing, overwrites nothing kept
.venv/bin/python -m tests.golden.record --anew   throws everything away and records it again

The table of who may do what (authority.md) is written anew each time: review its difference.

--anew is for the time before a first release only. Later a definition that changes takes a new
version: its file and its histories stand beside the old ones, which go on being replayed.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.calendar import official_calendar
from engine import codes, links, publishing, watch
from engine.definition import Process
from engine.outbox import Message
from engine.roles import THE_HOUSE
from engine.standing_in import Missed, tell_instead
from tests.desk import Desk
from tests.proof import histories, matrix
from tests.proof.model_beside import as_message
from tests.proof.plays import begun, on
from workflows.catalogue import PROCESSES

PER_PROCESS = 6
SEEDS = range(80)
MOVES = 70
# A play whose number no other has.
DEPUTISED = 80
# The history in which somebody decides from an email.
ANSWERED = 100


def main(arguments: list[str]) -> int:
    if "--anew" in arguments:
        for folder in (histories.DEFINITIONS, histories.HISTORIES):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (histories.RULEBOOKS, histories.CALENDARS):
            shutil.rmtree(folder, ignore_errors=True)
    matrix.FILE.write_text(matrix.table(), encoding="utf-8")
    for process in PROCESSES.values():
        name = f"{process.key}-{process.version}.json"
        if not keep(histories.DEFINITIONS / name, publishing.to_json(process)):
            print(f"{name} holds something else: give the changed process a new version first")
            return 1
        record(process)
        write(process, DEPUTISED, with_deputy(process))
        write(process, ANSWERED, with_a_code(process, ANSWERED))
    print(f"{len(histories.all_recorded())} histories stand in {histories.HISTORIES.name}/")
    return 0


def keep(path: Path, text: str) -> bool:
    """Write a file once; False where it stands already and says something else."""
    if path.exists():
        return path.read_text("utf-8") == text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def record(process: Process) -> None:
    """Record the plays that together show most of what can happen to a case."""
    if list(histories.HISTORIES.glob(f"{process.key}-{process.version}-*.json")):
        return
    played = {seed: on(begun(process, seed, number=seed + 1), MOVES) for seed in SEEDS}
    seen: set[object] = set()
    for _ in range(PER_PROCESS):
        seed = max(played, key=lambda s: (len(shows(played[s]) - seen), -s))
        desk = played.pop(seed)
        seen |= shows(desk)
        if not desk.case.is_open:
            desk.later(days=400).sweep()
        write(process, seed, desk)
    seed, desk = next(filter(redated, ((s, with_holiday(process, s)) for s in played)))
    write(process, seed, desk)


def redated(found: tuple[int, Desk]) -> bool:
    return any(event.kind == "redated" for event in found[1].events)


def with_holiday(process: Process, seed: int) -> Desk:
    """A play in the middle of which two weeks of bank holidays are proclaimed."""
    played = begun(process, seed, number=seed + 1)
    desk = on(played, MOVES // 3)
    calendar = desk.situation.calendar
    for after in range(1, 15):
        day = desk.situation.today + timedelta(days=after)
        if calendar.is_working(day):
            calendar = calendar.proclaim(day, "A day of celebration")
    now = replace(desk.situation, calendar=calendar, actor=THE_HOUSE, now=desk.now)
    step = watch.redate(now, "bank holidays proclaimed")
    desk.situation = replace(desk.situation, calendar=calendar)
    if step is not None:
        desk.take(step)
    return on(played, MOVES // 3)


def with_deputy(process: Process) -> Desk:
    """A play in the middle of which a message comes back, and somebody is told instead."""
    played = begun(process, DEPUTISED, number=DEPUTISED + 1)
    desk = on(played, MOVES // 3)
    message = as_message(desk.case.reference, 1, next(o for o in desk.owed if o.recipient))
    now = replace(desk.situation, now=desk.now)
    step = tell_instead(now, Missed(message, frozenset({message.recipient})))
    assert step is not None
    desk.take(step)
    return on(played, MOVES // 3)


def with_a_code(process: Process, seed: int) -> Desk:
    """A play at the end of which a code is mailed and used, and the link is taken back."""
    desk = on(begun(process, seed, number=seed + 1), MOVES // 3)
    about = {"because": "you were asked", "title": "A question", "decides": "yes"}
    asked = Message(7, desk.case.reference, "asked#3", "asked", "lead@agency.example", "recipient",
                    False, about, "<7@mail.example>", desk.now)  # fmt: skip
    desk.take(codes.send(desk.situation, asked, "browser", "chance")[0])
    desk.take(codes.opened(desk.situation, asked))
    desk.take(links.revoking(desk.situation, asked, "it was forwarded", again=True))
    return desk


def shows(desk: Desk) -> set[object]:
    """What a play has to show: kinds of events, actions, stages, and how its clocks ended."""
    kinds = {event.kind for event in desk.events}
    actions = {event.data.get("action", "") for event in desk.events}
    clocks = {(d.key, d.status, d.due == d.raw_due) for d in desk.case.deadlines}
    return {*kinds, *actions, *(entry.stage for entry in desk.case.entries), *clocks}


def write(process: Process, seed: int, desk: Desk) -> None:
    calendars = dict.fromkeys(event.calendar for event in desk.events)
    known = {c.snapshot: c for c in (desk.situation.calendar, official_calendar())}
    for name in calendars:
        keep(histories.calendar_file(name), _json(known[name].to_json()))
    rulebook = publishing.rules_digest(desk.situation.rules)
    text = publishing.rules_to_json(desk.situation.rules)
    keep(histories.RULEBOOKS / f"{rulebook[:12]}.json", text)
    document = {
        "process": process.key,
        "version": process.version,
        "seed": seed,
        "definition": publishing.digest(process),
        "rulebook": rulebook,
        "calendars": list(calendars),
        "reference": desk.case.reference,
        "events": [histories.line(event) for event in desk.events],
        "expected": histories.expected(desk.case),
    }
    name = f"{process.key}-{process.version}-{seed:03d}.json"
    keep(histories.HISTORIES / name, _json(document))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
