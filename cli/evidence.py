"""Whether those who were asked have been reached, in a line after each open task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cli.output import counted, one_line
from engine.length import in_words


def words(task: Mapping[str, Any]) -> str:
    """The same in a line, after the task: reached and silent, on its way, or not reached."""
    found = task["told"]
    if not found["messages"]:
        return "no message was owed to them"
    away = found["away_until"]
    until = f"; away until {in_words(date.fromisoformat(away))}" if away else ""
    until += _instead_words(found["instead"])
    times = f"told {counted(found['messages'], 'time')}, last on {found['last_on_words']}"
    if found["reached"] == "no":
        return f"NOT REACHED: {times}: {one_line(found['last_words'])}{until}"
    if found["reached"] == "waiting":
        return f"{times}, not sent yet"
    if found["silent_since"]:
        return f"SILENT: {times}{until}; no answer yet"
    return f"{times}{until}" if task["reply"] else f"{times}{until}; no answer yet"


def _instead_words(instead: Sequence[Mapping[str, Any]]) -> str:
    if not instead:
        return ""
    last = instead[-1]
    if not last["recipient"]:
        return f"; nobody could be told instead: message {last['id']} is parked"
    return f"; {last['recipient']} was told instead ({last['state']})"
