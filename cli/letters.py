"""Commands on letters that come in: collect them, and confirm, assign or dismiss each."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import sentences, words
from cli.answers import ON_ITS_OWN_MACHINE
from cli.house import house_at, premises_at
from cli.output import show, table
from cli.words import HOME, As, Home, Json
from engine import dealing, letterbox
from engine.casework import look_up
from engine.errors import HouseDown, Refused
from engine.letters import Status, choices
from web import message_shapes, shapes

commands = typer.Typer()
letters = typer.Typer(no_args_is_help=True, help="Letters that came in, and what they propose.")
Number = Annotated[int, typer.Argument(metavar="ID", help="As `waymark letters list` shows it.")]
PRIVATE = "Below are the sender's own words. They may name a child: keep them to yourself."


@commands.command("collect")
def collect(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE.eml]...", help="Instead of the mailbox.")
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Read replies and bounces; answer nothing."""
    from workflows.mailing import collect_letters, collect_mailbox

    premises = premises_at(home)
    if files:
        _readable(files)
        found = collect_letters(premises.settings, premises.house, _contents(files))
    else:
        found = collect_mailbox(premises.settings, premises.house)
    document = asdict(found)
    trouble = document.pop("trouble")
    lines = [", ".join(f"{number} {name}" for name, number in document.items())]
    if trouble:
        which = ", ".join(map(str, trouble))
        lines.append(f"  The house's mail settings need attention: see the letters {which}.")
    show({**document, "trouble": trouble}, json, lines)


@commands.command("door")
def door(
    host: Annotated[str, typer.Option("--host", metavar="H")] = ON_ITS_OWN_MACHINE,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65_535)] = 8_025,
    lmtp: Annotated[bool, typer.Option("--lmtp", help="Speak LMTP instead of SMTP.")] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take letters in as another mail server hands them over."""
    from workflows.mailing import door_of

    premises = premises_at(home)
    listening = door_of(premises.settings, premises.house, host, port, lmtp)
    try:
        listening.start()
    except OSError as fault:
        raise HouseDown(f"There is no listening on {host}:{port} ({fault.strerror}).") from None
    document = {"host": host, "port": listening.port, "lmtp": lmtp}
    kind = "LMTP" if lmtp else "SMTP"
    where = f"{kind} on {host}:{listening.port}"
    show(document, json, [f"Letters are taken in by {where} (stop with Control-C)"])
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        listening.stop()


def _readable(files: Sequence[Path]) -> None:
    words.raise_all([f"{file.name}: there is no such file" for file in files if not file.is_file()])


def _contents(files: Sequence[Path]) -> Iterator[bytes]:
    for file in files:
        try:
            yield file.read_bytes()
        except OSError as fault:
            raise Refused([f"{file.name} cannot be read ({fault.strerror})"]) from None


@letters.command("list")
def list_(
    status: Annotated[Status | None, typer.Option("--status")] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """List letters; none of their words."""
    with house_at(home).store.begin() as work:
        found = work.letters.list(status)
    rows = [message_shapes.letter(letter) for letter in found]
    columns = {
        "id": "id",
        "status": "status",
        "kind": "kind",
        "case": "case",
        "message": "message",
        "suggested": "perhaps",
        "sender": "from",
        "proposed": "proposes",
        "reason": "why",
    }
    show({"letters": rows}, json, table(rows, columns))


@letters.command("show")
def show_(number: Number, home: Home = HOME, json: Json = False) -> None:
    """Show one letter with its words."""
    with house_at(home).store.begin() as work:
        letter = work.letters.get(words.row(number))
        may: tuple[str, ...] = ()
        if letter.outbox is not None:
            may = choices(letterbox.answered(work, work.outbox.get(letter.outbox)))
    document = {**message_shapes.letter(letter), "choices": list(may), "words": letter.words}
    show(document, json, _letter_words(document))


def _letter_words(document: dict[str, Any]) -> list[str]:
    where = f" for message {document['message']} of {document['case']}" if document["case"] else ""
    lines = [f"Letter {document['id']} ({document['kind']}, {document['status']}){where}"]
    lines.append(f"  from {document['sender'] or 'nobody who can be told'}")
    if document["proposed"]:
        lines.append(f"  proposes: {document['proposed']}")
    if document["suggested"]:
        lines.append(f"  perhaps for message {document['suggested']}: see `waymark letters assign`")
    if document["back_on"]:
        lines.append(f"  back on {document['back_on']}")
    if document["reason"]:
        lines.append(f"  {document['reason']}")
    if document["status"] == "proposed":
        lines.append(f"  may be confirmed with: {', '.join(document['choices'])}")
    return [*lines, PRIVATE, *(f"  {line}" for line in document["words"].split("\n"))]


@letters.command("confirm")
def confirm(
    number: Number,
    *,
    as_: As,
    with_: Annotated[
        str, typer.Option("--with", metavar="ANSWER", help="Instead of the proposed one.")
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="DAY", help="For the answer later.")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Record what a letter says."""
    house = house_at(home)
    day = words.day(by, "the day by which it can be done") if by else None
    given = words.line(with_, "the answer")
    done, step = dealing.confirm(house, words.row(number), words.caller(as_), given, day)
    receipt = shapes.receipt(look_up(house, step.case), step)
    document = {"id": done.id, "status": str(done.status), "answer": done.proposed, **receipt}
    line = f"Letter {done.id} is confirmed: {done.proposed}."
    show(document, json, [line, *sentences.receipt_words(receipt)])


@letters.command("dismiss")
def dismiss(
    number: Number,
    *,
    as_: As,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Put a letter aside; it stays kept."""
    why = words.line(reason, "the reason")
    done = dealing.dismiss(house_at(home), words.row(number), words.caller(as_), why)
    show(message_shapes.letter(done), json, [f"Letter {done.id} is dismissed."])


@letters.command("assign")
def assign(
    number: Number,
    message: Annotated[
        int | None,
        typer.Argument(metavar="[MESSAGE]", help="The message it answers; else the suggested one."),
    ] = None,
    *,
    as_: As,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Say which message a letter answers."""
    house = house_at(home)
    row = None if message is None else words.row(message)
    done = dealing.assign(house, words.row(number), row, words.caller(as_))
    line = f"Letter {done.id} belongs to message {done.outbox} of {done.case}."
    line += " It waits to be confirmed"
    show(message_shapes.letter(done), json, [f"{line}, with its answer."])
