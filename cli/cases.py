"""Commands on a case: open it, move it, record, ask, answer, extend, hold, link, meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli import sentences, words
from cli.house import house_at
from cli.output import show
from cli.words import HOME, As, DryRun, Facts, Home, Json, Reason, Reference
from engine import casework
from engine.case import Meeting, Step
from engine.casework import House
from web import shapes

commands = typer.Typer()


def _tell(house: House, step: Step, as_json: bool) -> None:
    situation = casework.look_up(house, step.case)
    if house.dry_run:
        document = shapes.dry_receipt(situation, step)
        show(document, as_json, sentences.dry_words(document))
        return
    document = shapes.receipt(situation, step)
    show(document, as_json, sentences.receipt_words(document))


def _do(home: Path, as_json: bool, use: Callable[[House], Step], dry_run: bool = False) -> None:
    """What was typed has been read by now; only then is the house opened."""
    house = replace(house_at(home), dry_run=dry_run)
    _tell(house, use(house), as_json)


def _why(reason: str) -> str:
    return words.text(reason, "the reason")


@commands.command("open")
def open_(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The process.")],
    *,
    as_: As,
    fact: Facts = None,
    pseudonym: Annotated[str, typer.Option(help="Publication label, never from a name.")] = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Open a case of a process."""
    known, label = words.facts(fact), words.line(pseudonym, "the publication label")
    use = partial(casework.open_case, key=key, caller=words.caller(as_), given=known)
    _do(home, json, partial(use, pseudonym=label), dry_run)


@commands.command("do")
def do(
    action: Annotated[str, typer.Argument(metavar="ACTION")],
    ref: Reference,
    *,
    as_: As,
    fact: Facts = None,
    reason: Reason = "",
    seen: Annotated[int | None, typer.Option(help="The revision you looked at.")] = None,
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Do an action on a case."""
    use = partial(casework.advance, reference=ref, caller=words.caller(as_), action=action)
    _do(home, json, partial(use, given=words.facts(fact, reason), seen=seen), dry_run)


@commands.command("record")
def record(
    ref: Reference,
    *,
    as_: As,
    fact: Facts = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Record facts on a case."""
    use = partial(casework.record_facts, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, given=words.facts(fact), reason=_why(reason)), dry_run)


@commands.command("ask")
def ask(
    ref: Reference,
    *,
    as_: As,
    agency: Annotated[list[str], typer.Option("--agency", metavar="NAME=EMAIL")],
    kind: Annotated[str, typer.Option(help="What is asked, where there is a choice.")] = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Ask agencies for what the process asks: one task each."""
    use = partial(casework.ask, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, agencies=words.agencies(agency), kind=kind), dry_run)


@commands.command("answer")
def answer(
    ref: Reference,
    task: Annotated[str, typer.Argument(metavar="TASK", help="Like T1.")],
    *,
    as_: As,
    with_: Annotated[str, typer.Option("--with", help="received, nil, waived, declined ...")],
    reason: Reason = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Answer a task."""
    use = partial(casework.answer, reference=ref, caller=words.caller(as_), task=task)
    _do(home, json, partial(use, given=with_, reason=_why(reason)), dry_run)


@commands.command("extend")
def extend(
    ref: Reference,
    deadline: Annotated[str, typer.Argument(metavar="DEADLINE", help="KEY, or KEY/TASK.")],
    *,
    to: Annotated[str, typer.Option("--to", help="The new date.")],
    as_: As,
    reason: Reason = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Give one deadline a later date."""
    day = words.day(to, "the new date")
    use = partial(casework.extend, reference=ref, caller=words.caller(as_), deadline=deadline)
    _do(home, json, partial(use, to=day, reason=_why(reason)), dry_run)


@commands.command("hold")
def hold(
    ref: Reference,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    *,
    from_: Annotated[str, typer.Option("--from", help="The day it begins.")],
    as_: As,
    reason: Reason = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Begin a hold; clocks it may stop wait until it is released."""
    day = words.day(from_, "the day the hold begins")
    use = partial(casework.hold, reference=ref, caller=words.caller(as_), kind=kind)
    _do(home, json, partial(use, since=day, reason=_why(reason)), dry_run)


@commands.command("release")
def release(
    ref: Reference,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    *,
    on: Annotated[str, typer.Option("--on", help="The day it ends.")],
    as_: As,
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """End a hold."""
    day = words.day(on, "the day the hold ends")
    use = partial(casework.release, reference=ref, caller=words.caller(as_), kind=kind)
    _do(home, json, partial(use, on=day), dry_run)


@commands.command("link")
def link(
    ref: Reference,
    other: Annotated[str, typer.Argument(metavar="OTHER")],
    *,
    kind: Annotated[str, typer.Option("--kind")],
    as_: As,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Link a case to another."""
    use = partial(casework.link, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, other=other, kind=kind))


@commands.command("meeting")
def meeting(
    ref: Reference,
    *,
    on: Annotated[str, typer.Option("--on")],
    invited: Annotated[int, typer.Option("--invited")],
    present: Annotated[int, typer.Option("--present", help="Deputies count as present.")],
    as_: As,
    kind: Annotated[str, typer.Option(help="What sort of meeting it was.")] = "meeting",
    agency: Annotated[
        list[str] | None,
        typer.Option(
            "--agency",
            metavar="NAME=HOW",
            help="How an agency came: present, deputy, apologies or absent; once an agency.",
        ),
    ] = None,
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Record a meeting's attendance."""
    day = words.day(on, "the day of the meeting")
    sort = words.line(kind, "the sort of meeting")
    held = Meeting(day, invited, present, sort, words.seats(agency or ()))
    use = partial(casework.meeting, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, held=held), dry_run)


@commands.command("note")
def note(
    ref: Reference,
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    *,
    as_: As,
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Add a note to a case's record."""
    use = partial(casework.note, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, text=words.text(text, "the note")), dry_run)


@commands.command("recuse")
def recuse(
    ref: Reference,
    *,
    who: Annotated[str, typer.Option("--who", help="Whose conflict of interest it is.")],
    as_: As,
    reason: Reason = "",
    dry_run: DryRun = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Keep somebody with a conflict of interest off a case."""
    person = words.address(who, "the address of the person with the conflict")
    use = partial(casework.recuse, reference=ref, caller=words.caller(as_))
    _do(home, json, partial(use, who=person, reason=_why(reason)), dry_run)
