"""Random command lines: every command and option, with likely and with nonsensical words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

import typer

from cli.commands import app
from engine.roles import ROLES
from tests.cli.driver import CHAIR, COUNCIL, LOCAL_AUTHORITY, MANAGER, NURSE
from tests.fuzz.damage import NASTY
from workflows.catalogue import PROCESSES

# These run for long or until they are stopped, or make houses elsewhere.
LEFT_OUT = {
    "answers", "demo", "simulate", "init", "restore", "serve", "heartbeat", "worker", "door",
    "rounds",
}  # fmt: skip
HOUSEHOLD = ("--home", "--json")
PEOPLE = (MANAGER, CHAIR, LOCAL_AUTHORITY, NURSE, "nobody@away.example", f"  {MANAGER.upper()} ")
REFERENCES = ("RR-2024-0001", "RR-2024-0002", "PR-2024-0001", "CD-2024-0001", "DR-2024-0001")
DAYS = (
    "2024-12-20", "2024-12-21", "2025-01-15", "2024-02-29", "2025-02-29", "2012-01-01",
    "2011-12-31", "2028-12-31", "2029-01-01", "0001-01-01", "9999-12-31", "2024-12-20T16:45",
    "2025-03-30T01:30", "2024-12-20T24:00", "2024-12-20T16:45+99:00", "20241220", "2024-W51-5",
)  # fmt: skip
NUMBERS = ("0", "1", "3", "15", "-7", "-0", "+5", "007", "1e3", "1_0", "99999", "9" * 30, "٣")
KINDS = (
    "coroner", "criminal", "other", "practice_review", "dispute", "agency_return", "confirm",
    "received", "nil", "waived", "owed", "parked", "meeting",
)  # fmt: skip
ACTIONS = sorted({t.action for p in PROCESSES.values() for t in p.transitions})
FACTS = sorted({f.key for p in PROCESSES.values() for f in p.facts})
CLOCKS = sorted({t.key for p in PROCESSES.values() for t in p.timescales})
VALUES = ("yes", "no", "death", "suspected", "notify", "case", "Council;Police", "in_area", "words")
AGENCIES = (
    COUNCIL,
    "Police=lead@police.example",
    "Trust=lead@trust.example",
    "=",
    "A=B",
    "A=a@b.c",
)
LIKELY: Mapping[str, Sequence[str]] = {
    "ref": REFERENCES,
    "other": REFERENCES,
    "case": REFERENCES,
    "as_": PEOPLE,
    "who": PEOPLE,
    "key": sorted(PROCESSES),
    "process": sorted(PROCESSES),
    "action": ACTIONS,
    "deadline": (*CLOCKS, "agency_return/T1", "acknowledge:T1"),
    "task": ("T1", "t1", "1", "T99", "2"),
    "agency": AGENCIES,
    "span": ("5d", "3h", "30m", "0d", "99999d", "-1d", "1w"),
    "state": ("owed", "accepted", "refused", "parked", "lost"),
    "file": ("house.bak", "people.csv", "missing/deep/file", ".", "waymark.db", "checkpoint.json"),
    "against": ("checkpoint.json", "people.csv", "missing"),
    "number": NUMBERS,
    "n": NUMBERS,
    "seen": NUMBERS,
    "invited": NUMBERS,
    "present": NUMBERS,
    "with": KINDS,
    "kind": KINDS,
    "reason": ("because", "as agreed", "a\nb"),
    "text": ("a note", "Seen."),
    "name": ("A day of mourning", "Coronation"),
}


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from _commands(found, (*path, name))
        elif name not in LEFT_OUT:
            yield (*path, name), found


EVERY = tuple(_commands(typer.main.get_command(app)))


def line(dice: Random) -> list[str]:
    """One command line, most of it well formed; --home and --json are the caller's to add."""
    path, command = dice.choice(EVERY)
    words = list(path)
    for option in command.params:
        if set(option.opts) & set(HOUSEHOLD):
            continue
        words += _given(option, dice)
    if dice.random() < 0.1:
        words.insert(dice.randint(0, len(words)), _nasty(dice))
    if dice.random() < 0.05:
        del words[dice.randrange(len(words))]
    return words


def _given(option: Any, dice: Random) -> Iterator[str]:
    """An argument or an option with its value: nearly always where needed, else now and then."""
    if dice.random() > (0.98 if option.required else 0.4):
        return
    named = [name for name in option.opts if name.startswith("-")]
    if not named:
        yield _value(option.name, dice)
        return
    for _ in range(dice.choice((1, 1, 2, 4)) if option.multiple else 1):
        yield named[0]
        if not option.is_flag:
            yield _value(option.name, dice)


def _value(name: str, dice: Random) -> str:
    if dice.random() < 0.12:
        return _nasty(dice)
    if name == "fact":
        return f"{dice.choice(FACTS)}={dice.choice((*VALUES, dice.choice(DAYS), _nasty(dice)))}"
    if name in LIKELY:
        return dice.choice(LIKELY[name])
    return dice.choice((*DAYS, *VALUES, *ROLES))


def _nasty(dice: Random) -> str:
    """A word as a shell could hand it over: without NUL, and with bytes that are no text."""
    return dice.choice((*NASTY, "\udcff", "--", "-", "-x", "--as", "-1")).replace("\x00", "")
