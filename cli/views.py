"""Commands that look: a case, the list, what is due, why a date, the proof of the whole house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import sentences, words
from cli.codes import REFUSED
from cli.house import house_at
from cli.keeping import refuse_to_write
from cli.output import counted, show, table
from cli.progress import bar
from cli.words import HOME, Home, Json, Reference
from engine import silence, upkeep, verification
from engine.errors import Refused
from engine.length import end_of_day, in_words, parse_day, parse_instant
from engine.notices import STANDING_WORDS
from store.refusals import no_process
from web import list_shapes, shapes
from web.message_shapes import evidence as evidence_of

commands = typer.Typer()


@commands.command("show")
def show_(
    ref: Reference,
    as_: Annotated[str, typer.Option("--as", help="Show what this person may do.")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Show a case: where it is, what is due, what can be done."""
    house = house_at(home)
    document = shapes.whole_of(house, ref, words.caller(as_) if as_ else None)
    lines = sentences.case_words(document)
    lines += sentences.task_words(document)
    lines += sentences.alike_words(document)
    for action in document["actions"]:
        lines.append(f"  action   {action['key']}{': can be done' if action['allowed'] else ''}")
        lines += [f"             {reason}" for reason in action["reasons"]]
    show(document, json, lines)


@commands.command("list")
def list_(
    process: Annotated[str, typer.Option("--process", metavar="KEY")] = "",
    open_: Annotated[bool, typer.Option("--open", help="Only open cases.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with a missed date.")] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """List cases with their stage and next date."""
    house = house_at(home)
    now = house.clock.now()
    with house.store.begin() as work:
        if process and process not in work.library.openable():
            raise no_process(process)
        lines = work.cases.lines(now, process, open_, overdue)
    rows = [list_shapes.case(line) for line in lines]
    columns = {"reference": "case", "process": "process", "stage": "stage",
               "next_due": "next due", "overdue": "late"}  # fmt: skip
    show({"cases": rows}, json, table(rows, columns))


@commands.command("due")
def due(
    by: Annotated[str, typer.Option("--by", metavar="DATE")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """List what is due, late first."""
    house = house_at(home)
    now = house.clock.now()
    until = end_of_day(words.day(by, "the date")) if by else None
    with house.store.begin() as work:
        found = work.cases.awaited(until)
    rows = list_shapes.due(house, found, now)
    columns = {"due_words": "due", "status": "status", "reference": "case", "key": "what",
               "task": "task", "standing": "standing", "heard": "heard"}  # fmt: skip
    show({"by": by or None, "due": rows}, json, table([_plainly(row) for row in rows], columns))


@commands.command("silent")
def silent(home: Home = HOME, json: Json = False) -> None:
    """List who was told and has said nothing."""
    rows = [
        {
            "reference": found.reference,
            "task": found.task.id,
            "agency": found.task.agency,
            "recipient": found.task.recipient,
            "since": found.since.isoformat(),
            "told": found.told,
        }
        for found in silence.silent(house_at(home))
    ]
    columns = {"since": "since", "reference": "case", "task": "task", "agency": "agency",
               "recipient": "who", "told": "told"}  # fmt: skip
    show({"silent": rows}, json, table(rows, columns))


_STATUS = {"running": "due", "breached": "LATE", "held": "on hold"}


def _plainly(row: dict[str, Any]) -> dict[str, Any]:
    status = _STATUS.get(row["status"], row["status"])
    standing = STANDING_WORDS[row["standing"]].lower()
    return {**row, "status": status, "standing": standing,
            "heard": "SILENT" if row["silent"] else ""}  # fmt: skip


@commands.command("why")
def why(
    ref: Reference,
    deadline: Annotated[str, typer.Argument(metavar="DEADLINE", help="KEY, or KEY/TASK.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Prove a date.

    Where it starts, the rule, each day counted or skipped, and a second count another way.
    """
    document = verification.why(house_at(home), ref, deadline)
    show(document, json, _proof_words(document))


def _proof_words(document: dict[str, Any]) -> list[str]:
    start = document["start"]
    lines = [
        f"{document['label']} ({document['reference']}): due {_spelt(document['due'])}",
        f"  starts  {_spelt(start['value'])}, from {start['fact']}",
        f"  rule    {document['rule']} ({STANDING_WORDS[document['standing']].lower()})",
        f"  source  {document['citation']}",
        f"  counted on {document['calendar']}{', PROVISIONAL' if document['provisional'] else ''}",
    ]
    for day in document["days"]:
        mark = "" if day["counted"] else "skipped: "
        lines.append(f"    {_spelt(day['date']):32}{mark}{day['because']}")
    for hold in document["holds"]:
        stops = "" if hold["stops_this_clock"] else " (does not stop this clock)"
        until = _spelt(hold["until"]) if hold["until"] else "now"
        kind = hold["kind"].replace("_", " ")
        lines.append(f"  hold    {kind}: {_spelt(hold['from'])} to {until}{stops}")
    for extension in document["extensions"]:
        agreed = _spelt(extension["agreed_on"])
        lines.append(f"  extended to {_spelt(extension['to'])}, agreed {agreed}")
    check = document["check"]
    return [*lines, f"  checked {check['method']}: {_spelt(check['due'])}"]


def _spelt(when: str) -> str:
    """A day or a moment as people write it, London time."""
    return in_words(parse_instant(when) if "T" in when else parse_day(when))


@commands.command("verify")
def verify(
    ref: Annotated[str, typer.Argument(metavar="[REF]")] = "",
    against: Annotated[
        Path | None, typer.Option("--against", help="A checkpoint kept outside the house.")
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Check every record: seals, replay, dates; all without REF.

    Exit code 1 where something does not agree; the first bad line of a record is named.
    """
    house = house_at(home)
    kept = _kept(against) if against else None
    with bar("Verifying", as_json=json) as step:
        found = upkeep.verify(house, ref, step)
    if kept is not None:
        found.faults += upkeep.compare(house, kept)
    ok = not found.faults
    document = {"ok": ok, "cases": found.cases, "events": found.events, "faults": found.faults}
    verdict = "Everything agrees." if ok else "NOT WHOLE:"
    read = f"{counted(found.cases, 'case')}, {counted(found.events, 'event')} read. {verdict}"
    show(document, json, [read, *(f"  - {fault}" for fault in found.faults)])
    if not ok:
        raise typer.Exit(REFUSED)


def _kept(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as fault:
        raise Refused([f"{file} cannot be read ({fault.strerror})"]) from None
    except UnicodeDecodeError:
        raise Refused([f"{file} is not a checkpoint of a house"]) from None


@commands.command("checkpoint")
def checkpoint(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Keep it outside the house.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Write every record's head seal to a file kept elsewhere.

    With `waymark verify --against FILE` it shows a record that was cut short since.
    """
    refuse_to_write(file)
    text, count = upkeep.checkpoint(house_at(home))
    _write(file, text)
    lines = [f"The heads of {counted(count, 'record')} written to {file}. Keep it elsewhere."]
    show({"file": str(file), "cases": count}, json, lines)


def _write(file: Path, text: str) -> None:
    """Write a new file whole, or leave none."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as fault:
        file.unlink(missing_ok=True)
        raise Refused([f"{file} cannot be written ({fault.strerror})"]) from None


@commands.command("export")
def export(ref: Reference, home: Home = HOME, json: Json = False) -> None:  # noqa: ARG001 - always
    """Export a case's record whole, always as JSON.

    With its seals, and the evidence of its messages.
    """
    house = house_at(home)
    document = shapes.whole_of(house, ref)
    with house.store.begin() as work:
        owed, events = work.outbox.list(case=ref), work.cases.events(ref)
        letters = work.letters.list(case=ref)
        messages = [evidence_of(m, work.outbox.attempts(m.id), letters, events) for m in owed]
    show({**document, "messages": messages}, as_json=True)
