"""Whether those who were asked have been reached: what is shown of each open task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from engine import reached
from engine.case import Task
from engine.length import in_words, london_date
from engine.letters import Letter, Status
from engine.outbox import Message, State
from engine.standing_in import anchor

_LATE = ("late", "escalated")


def told(messages: Iterable[Message], letters: Iterable[Letter], task: Task) -> dict[str, Any]:
    """What was sent to a task's recipient about it, and what became of the last of it.

    away_until is the last day an automatic reply of theirs gave for being back, where one did;
    returned is how many came back; instead are those who were told in their place, raised those
    who were told that it is late, letters the numbers of their letters that wait.
    """
    known, back = list(messages), list(letters)
    own = reached.told(known, task)
    numbers = {m.id for m in own}
    away = [x.back_on for x in back if x.outbox in numbers and x.back_on]
    lost = {x.outbox: x for x in back if x.failure in reached.UNDELIVERED}
    last = own[-1] if own else None
    return {
        "messages": len(own),
        "accepted": sum(m.state is State.ACCEPTED for m in own),
        "last_on": london_date(last.owed_at).isoformat() if last else None,
        "last_on_words": in_words(london_date(last.owed_at)) if last else None,
        "last_kind": last.kind if last else None,
        "last_state": str(last.state) if last else None,
        "last_words": _last_words(last, lost.get(last.id)) if last else None,
        "reached": reached.reached(own, lost),
        "away_until": max(away).isoformat() if away else None,
        "instead": [_instead(m) for m in _in_place_of(known, numbers)],
        "returned": sum(m.id in lost or m.state is State.REFUSED for m in own),
        "raised": _raised(known, task),
        "letters": [x.id for x in back if x.outbox in numbers and x.status is Status.PROPOSED],
    }


def told_words(task: Mapping[str, Any]) -> str:
    """The same in a line: reached and silent since, on its way, away, or not reached."""
    found = task["told"]
    if not found["messages"]:
        return "no message was owed to them"
    more = _more(found)
    count = found["messages"]
    times = f"told {count} time{'' if count == 1 else 's'}, last on {found['last_on_words']}"
    if found["reached"] == "no":
        return f"NOT REACHED: {times}: {found['last_words']}{more}"
    if found["reached"] == "waiting":
        owed = f"{count} message{'' if count == 1 else 's'} owed to them"
        return f"{owed}, the last of {found['last_on_words']} not sent yet{more}"
    if found["silent_since"]:
        return f"SILENT since {_day(found['silent_since'])}: {times}{more}; no answer yet"
    heard = task["reply"] or found["letters"]
    return f"{times}{more}" if heard else f"{times}{more}; no answer yet"


def _more(found: Mapping[str, Any]) -> str:
    """Came back, away, told instead, escalated, and letters that wait for a person."""
    back = f"; {found['returned']} came back" if found["returned"] else ""
    away = f"; away until {_day(found['away_until'])}" if found["away_until"] else ""
    raised = f"; late, and so {', '.join(found['raised'])} were told" if found["raised"] else ""
    waits = "".join(f"; their letter {n} waits to be confirmed" for n in found["letters"])
    return back + away + _instead_words(found["instead"]) + raised + waits


def _day(written: str) -> str:
    return in_words(date.fromisoformat(written))


def _instead_words(instead: Sequence[Mapping[str, Any]]) -> str:
    if not instead:
        return ""
    last = instead[-1]
    if not last["recipient"]:
        return f"; nobody could be told instead: message {last['id']} is parked"
    return f"; {last['recipient']} was told instead ({last['state']})"


def _last_words(message: Message, lost: Letter | None) -> str:
    """The last words of a server about it, which may have come by mail."""
    return lost.words if lost and message.state is State.ACCEPTED else message.last_words


def _in_place_of(messages: Sequence[Message], numbers: set[int]) -> list[Message]:
    """Messages in place of some, and in place of those in turn; a later one is behind its own."""
    found: list[Message] = []
    wanted = {f"instead:{number}" for number in numbers}
    for message in messages:
        if message.anchor in wanted:
            found.append(message)
            wanted.add(anchor(message))
    return found


def _raised(messages: Iterable[Message], task: Task) -> list[str]:
    """Who else was told that a task is late, in the order in which they were."""
    found = (m.recipient for m in messages if m.kind in _LATE and m.about.get("task") == task.id)
    return [who for who in dict.fromkeys(found) if who and who != task.recipient]


def _instead(message: Message) -> dict[str, Any]:
    return {"id": message.id, "recipient": message.recipient, "state": str(message.state)}
