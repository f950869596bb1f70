"""The command that looks ahead: which messages would go if nobody did anything meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

import typer

from cli.house import house_at
from cli.output import counted, one_line, show
from cli.post import ON_HOLD
from cli.progress import bar
from cli.sentences import addressee
from cli.words import HOME, Home, Json
from engine.errors import Refused
from engine.length import in_words, london, london_date
from engine.rehearsal import MISSING, OK, REFUSED, Coming, Rehearsed, rehearse

commands = typer.Typer()
_DAYS = re.compile("[0-9]{1,3}")
LONGEST = 366
MARKS = {OK: "", MISSING: ": nobody holds this role", REFUSED: ": last mail was refused"}


@commands.command("rehearse")
def rehearse_(
    ref: Annotated[str, typer.Argument(metavar="[REF]")] = "",
    days: Annotated[str, typer.Option("--days", metavar="N", help="1 to 366.")] = "30",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Show which emails would go if nobody did anything.

    In the coming days, of one case or of all: when, to whom, and which to nobody. Keeps nothing.
    """
    ahead = _days(days)
    house = house_at(home)
    with bar("Rehearsing", as_json=json) as step:
        found = rehearse(house, ahead, ref, step)
    document = _document(found, house.store.on_hold)
    show(document, json, _words(document))


def _days(typed: str) -> int:
    known = _DAYS.fullmatch(typed.strip())
    if not known or not 1 <= int(known[0]) <= LONGEST:
        raise Refused([f"the days to look ahead are a whole number from 1 to {LONGEST}, like 30"])
    return int(known[0])


def _document(found: Rehearsed, on_hold: bool) -> dict[str, Any]:
    addresses = Counter(message.address for message in found.messages)
    counts = {
        "messages": len(found.messages),
        "cases": len({message.reference for message in found.messages}),
        "urgent": sum(message.owed.urgent for message in found.messages),
        **{address: addresses[address] for address in (OK, MISSING, REFUSED)},
        "waiting": found.waiting,
    }
    return {
        "from": london(found.since).isoformat(),
        "to": london(found.until).isoformat(),
        "messages": [_message(message) for message in found.messages],
        "counts": counts,
        "skipped": found.skipped,
        "on_hold": on_hold,
    }


def _message(found: Coming) -> dict[str, Any]:
    return {
        "at": london(found.at).isoformat(),
        "reference": found.reference,
        "kind": found.owed.kind,
        "title": found.owed.about["title"],
        "recipient": found.owed.recipient,
        "role": found.owed.role,
        "urgent": found.owed.urgent,
        "address": found.address,
    }


def _words(document: Mapping[str, Any]) -> Iterator[str]:
    since, until = (in_words(_moment(document[end])) for end in ("from", "to"))
    yield f"If nobody does anything from {since} to {until}:"
    for day, messages in groupby(document["messages"], _day):
        yield day
        yield from _day_words(messages)
    yield from _count_words(document["counts"])
    yield from (f"  not looked at to the end: {line}" for line in document["skipped"])
    if document["on_hold"]:
        yield ON_HOLD


def _day(message: Mapping[str, Any]) -> str:
    return in_words(london_date(_moment(message["at"])))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day_words(messages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each thing told, with those it is told to below it."""
    for (at, reference, title, urgent), told in groupby(messages, _thing):
        mark = " (urgent)" if urgent else ""
        yield f"  {at}  {reference}  {one_line(title)}{mark}"
        for message in told:
            yield f"         {one_line(addressee(message))}{MARKS[message['address']]}"


def _thing(message: Mapping[str, Any]) -> tuple[str, ...]:
    at = f"{_moment(message['at']):%H:%M}"
    return at, message["reference"], message["title"], "urgent" if message["urgent"] else ""


def _count_words(counts: Mapping[str, int]) -> Iterator[str]:
    yield (
        f"{counted(counts['messages'], 'message')} would go, on {counted(counts['cases'], 'case')}:"
        f" {counts['urgent']} urgent, {counts[MISSING]} for a role nobody holds,"
        f" {counts[REFUSED]} to an address whose last mail was refused."
    )
    if counts["waiting"]:
        waiting = counted(counts["waiting"], "message")
        yield f"Owed already and not counted: {waiting}; see `waymark outbox list --state owed`."
