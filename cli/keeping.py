"""Commands that keep the house: set up, migrate, back up, restore, people, the practice clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cli.house import premises_at
from cli.output import show, table
from cli.words import HOME, Home, Json
from config.premises import SECRET
from engine.errors import Refused
from engine.length import in_words, london, midnight, parse_day, parse_instant
from engine.roles import label

commands = typer.Typer()
people = typer.Typer(no_args_is_help=True, help="Who is in the directory.")
clock = typer.Typer(no_args_is_help=True, help="A practice house's own clock.")

_SPAN = re.compile(r"([1-9][0-9]{0,3})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@commands.command("init")
def init(
    practice: Annotated[bool, typer.Option("--practice", help="With its own clock.")] = False,
    database: Annotated[str, typer.Option("--database", metavar="URL")] = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Make a new house: settings, database, processes, timescales and bank holidays."""
    from workflows.wiring import set_up  # noqa: PLC0415 - the database is dear to import

    premises = set_up(home, practice, database)
    premises.store.close()
    kind = "practice house" if practice else "house"
    lines = [
        f"A new {kind} stands in {home}.",
        f"Keep {home / SECRET} with every backup; settings are in {home / 'settings.toml'}.",
        "Next: waymark people import FILE.csv",
    ]
    show({"home": str(home), "practice": practice}, json, lines)


@commands.command("migrate")
def migrate(home: Home = HOME, json: Json = False) -> None:
    """Bring the house up to this release: schema, processes, timescales, bank holidays."""
    from workflows import wiring  # noqa: PLC0415 - the database is dear to import

    before, after = wiring.bring_up(home)
    changed = f"schema {before or 'empty'} to {after}" if before != after else "schema up to date"
    lines = [f"The house is up to date ({changed})."]
    show({"schema_before": before, "schema": after}, json, lines)


@commands.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE")], home: Home = HOME, json: Json = False
) -> None:
    """Write a backup while the house goes on working."""
    from store.backup import backup as write  # noqa: PLC0415 - only this command needs it

    if file.exists():
        raise Refused([f"{file.name} exists already; choose another name"])
    write(premises_at(home).settings.database_url, file)
    lines = [f"Backed up to {file}. Keep {SECRET} with it."]
    show({"file": str(file), "bytes": file.stat().st_size}, json, lines)


@commands.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    database: Annotated[str, typer.Option("--database", metavar="URL")] = "",
    secret: Annotated[
        Path | None, typer.Option("--secret", help="The secret.key kept with the backup.")
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Restore a backup into a new house; it is on hold, and mails nothing until released."""
    from workflows import wiring  # noqa: PLC0415 - the database is dear to import

    if not file.is_file():
        raise Refused([f"there is no backup file {file}"])
    wiring.restore(file, home, database, secret)
    lines = [
        f"Restored into {home}. The house is ON HOLD: nothing is mailed.",
        "Compare with the mail server's log, then: waymark house release",
    ]
    show({"home": str(home), "on_hold": True}, json, lines)


house = typer.Typer(no_args_is_help=True, help="The house as a whole.")


@house.command("hold")
def hold(home: Home = HOME, json: Json = False) -> None:
    """Let nothing be mailed until the house is released."""
    premises_at(home).store.set_hold(True)
    show({"on_hold": True}, json, ["The house is on hold; messages are owed but not sent."])


@house.command("release")
def release(home: Home = HOME, json: Json = False) -> None:
    """Let the house mail again."""
    premises_at(home).store.set_hold(False)
    show({"on_hold": False}, json, ["The house mails again."])


@people.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Import people from name,email,agency,roles; every bad row is reported at once."""
    from config.directory import read_people  # noqa: PLC0415 - only this command needs it

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused([f"{file.name} is not UTF-8 text; save it as 'CSV UTF-8'"]) from None
    except OSError as fault:
        raise Refused([f"{file} cannot be read ({fault.strerror})"]) from None
    found = read_people(text)
    with premises_at(home).house.store.begin() as work:
        added, changed, same = work.people.put(found)
        work.commit()
    document = {"added": added, "changed": changed, "unchanged": same, "people": len(found)}
    show(document, json, [f"{added} added, {changed} changed, {same} unchanged."])


@people.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:
    """List the people in the directory."""
    with premises_at(home).house.store.begin() as work:
        directory = work.people.directory()
    rows = [
        {"name": p.name, "email": p.email, "agency": p.agency, "roles": sorted(p.roles)}
        for p in directory.people
    ]
    shown = [{**row, "roles": ", ".join(label(str(r)) for r in row["roles"])} for row in rows]
    columns = {"name": "name", "email": "email", "agency": "agency", "roles": "roles"}
    show({"people": rows}, json, table(shown, columns))


@clock.command("show")
def clock_show(home: Home = HOME, json: Json = False) -> None:
    """Show the house's time."""
    premises = premises_at(home)
    _tell(premises.house.clock.now(), premises.store.practice, json)


@clock.command("set")
def clock_set(
    instant: Annotated[str, typer.Argument(metavar="INSTANT")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Set a practice house's clock, like 2024-12-20T16:40."""
    try:
        whole_day = len(instant) == len("2024-12-20")
        now = midnight(parse_day(instant)) if whole_day else parse_instant(instant)
    except ValueError as fault:
        raise Refused([f"the instant: {fault}"]) from None
    _move(home, now, json)


@clock.command("forward")
def clock_forward(
    span: Annotated[str, typer.Argument(metavar="SPAN", help="Like 5d, 3h or 30m.")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Move a practice house's clock forward."""
    found = _SPAN.fullmatch(span)
    if found is None:
        raise Refused(["write how far as a number and d, h or m, like 5d"])
    number, unit = found.groups()
    now = premises_at(home).house.clock.now()
    _move(home, now + timedelta(**{_UNITS[unit]: int(number)}), json)


def _move(home: Path, now: datetime, as_json: bool) -> None:
    store = premises_at(home).store
    if not store.practice:
        raise Refused(["this is a real house: its clock is the world's and cannot be moved"])
    store.set_practice_now(now)
    _tell(now, practice=True, as_json=as_json)


def _tell(now: datetime, practice: bool, as_json: bool) -> None:
    kind = "practice clock" if practice else "the world's clock"
    document = {"now": london(now).isoformat(), "practice": practice}
    show(document, as_json, [f"{in_words(now)} ({kind})"])
