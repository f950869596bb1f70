"""Commands on time and mail: sweep, deliver, and the outbox."""

from __future__ import annotations

import itertools
from typing import Annotated

import typer

from cli import sentences, words
from cli.house import house_at, premises_at
from cli.output import counted, show, table
from cli.progress import bar
from cli.words import HOME, Home, Json
from engine import links, upkeep
from engine.outbox import State
from web import message_shapes

ON_HOLD = "The house is on hold: nothing is mailed until `waymark house release`."

commands = typer.Typer()
outbox = typer.Typer(no_args_is_help=True, help="Messages owed, sent, refused and parked.")
Number = Annotated[int, typer.Argument(metavar="ID", help="As `waymark outbox list` shows it.")]


@commands.command("sweep")
def sweep(home: Home = HOME, json: Json = False) -> None:
    """Look for what is due: reminders, missed dates, escalations."""
    from workflows.turns import turn

    premises = premises_at(home)
    house = premises.house
    with turn(house.store, premises.settings, "sweep"), bar("Sweeping", as_json=json) as step:
        found = upkeep.sweep(house, step)
    document = {
        "at": found.at.isoformat(),
        "reminders": found.reminders,
        "breaches": found.breaches,
        "escalations": found.escalations,
        "owed": found.owed,
        "skipped": found.skipped,
    }
    warning = upkeep.calendar_warning(house)
    lines = [_swept_words(found), *(f"  not looked at: {line}" for line in found.skipped)]
    show({**document, "warning": warning}, json, [*lines, *([warning] if warning else [])])


def _swept_words(found: upkeep.Swept) -> str:
    return (
        f"{counted(found.reminders, 'reminder')}, {counted(found.breaches, 'missed date')},"
        f" {counted(found.escalations, 'escalation')}, {counted(found.owed, 'message')} owed."
    )


@commands.command("deliver")
def deliver(home: Home = HOME, json: Json = False) -> None:
    """Send what is owed, one recipient a transaction."""
    from workflows.turns import turn
    from workflows.wiring import deliver_now

    premises = premises_at(home)
    held, settings = premises.store.on_hold, premises.settings
    with turn(premises.store, settings, "deliver"), bar("Delivering", as_json=json) as step:
        done = itertools.count(1)
        found = deliver_now(premises, lambda _message, _attempt: step(next(done), 0))
    names = ("accepted", "deferred", "refused", "unsure", "parked", "dropped")
    document = {name: getattr(found, name) for name in names}
    counts = ", ".join(f"{count} {name}" for name, count in document.items())
    why = [ON_HOLD] if held else [found.trouble] if found.trouble else []
    lines = [counts, *(f"  {line}" for line in why)]
    show({**document, "trouble": found.trouble, "on_hold": held}, json, lines)


@outbox.command("list")
def list_(
    state: Annotated[State | None, typer.Option("--state")] = None,
    case: Annotated[str, typer.Option("--case", metavar="REF")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """List messages with their state."""
    with house_at(home).store.begin() as work:
        found = work.outbox.list(state, case)
        counts = dict(work.outbox.counts())
    rows = [message_shapes.message(m, ()) for m in found]
    columns = {"id": "id", "state": "state", "case": "case", "kind": "kind", "title": "about",
               "recipient": "to", "tries": "tries", "last_words": "last words"}  # fmt: skip
    show({"messages": rows, "counts": counts}, json, table(rows, columns))


@outbox.command("show")
def show_(number: Number, home: Home = HOME, json: Json = False) -> None:
    """Show one message with the evidence of every try."""
    with house_at(home).store.begin() as work:
        message = work.outbox.get(words.row(number))
        letters, tries = work.letters.list(case=message.case), work.outbox.attempts(message.id)
        # A digest is of no case, so no record says anything of it.
        events = work.cases.events(message.case) if message.case else ()
    document = message_shapes.evidence(message, tries, letters, events)
    show(document, json, sentences.message_words(document))


@outbox.command("park")
def park(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT")] = "parked by hand",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take an owed message out of sending."""
    why = words.line(reason, "the reason")
    with house_at(home).store.begin() as work:
        work.outbox.park(words.row(number), why)
        work.commit()
    show({"id": number, "state": "parked"}, json, [f"Message {number} is parked."])


@outbox.command("revoke")
def revoke(
    number: Number,
    as_: words.As,
    reason: words.Reason = "",
    again: Annotated[
        bool, typer.Option("--again", help="Send its person the same message with a new link.")
    ] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """End the link of a message for good.

    Such as one that was forwarded to somebody else.
    Whoever has the link then finds what they would find if it had never been one.
    """
    who, why = words.caller(as_), words.text(reason, "the reason")
    step = links.revoke(house_at(home), words.row(number), who, why, again)
    told = [owed.recipient for owed in step.owed]
    document = {"id": number, "reference": step.case.reference, "revoked": True, "told": told}
    more = f" {told[0]} gets the message again, with a new one." if told else ""
    show(document, json, [f"The link of message {number} is no more.{more}"])


@outbox.command("release")
def release(number: Number, home: Home = HOME, json: Json = False) -> None:
    """Owe a parked or refused message again."""
    house = house_at(home)
    with house.store.begin() as work:
        work.outbox.release(words.row(number), house.clock.now())
        work.commit()
    show({"id": number, "state": "owed"}, json, [f"Message {number} is owed again."])
