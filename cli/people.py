"""Commands on people: import them from a table, and list them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.house import premises_at
from cli.output import show, table
from cli.words import HOME, Home, Json, address
from engine.errors import Refused
from engine.roles import label

people = typer.Typer(no_args_is_help=True, help="Who is in the directory.")


@people.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Import people from a table; every bad row is told at once.

    Its columns are name, email, agency and roles, and roles are separated by ;. Where a row is bad
    nobody is imported; importing again changes nobody.
    """
    from config.directory import read_people

    found = read_people(_read(file))
    with premises_at(home).house.store.begin() as work:
        added, changed, same = work.people.put(found)
        work.commit()
    document = {"added": added, "changed": changed, "unchanged": same, "people": len(found)}
    show(document, json, [f"{added} added, {changed} changed, {same} unchanged."])


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        reason = f"{file.name} is not UTF-8 text; save it as 'CSV UTF-8'"
    except OSError as fault:
        reason = f"{file} cannot be read ({fault.strerror})"
    raise Refused([reason])


@people.command("feed")
def feed(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    renew: Annotated[
        bool, typer.Option("--renew", help="End the address they had, and make another.")
    ] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the address of a person's own calendar.

    Whoever has the address reads the dates: keep it from everybody else.
    """
    from engine import feeds

    premises = premises_at(home)
    pages = premises.settings.mail.answers
    if not pages:
        raise Refused(["set mail.answers in settings.toml to where the pages are served first"])
    who = address(email, "the address of the person")
    token = feeds.address(premises.house, who, renew)
    found = f"{pages.rstrip('/')}/calendar/{token}.ics"
    show({"email": who, "address": found, "renewed": renew}, json, [found])


@people.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:
    """List the people in the directory, with their roles."""
    with premises_at(home).house.store.begin() as work:
        directory = work.people.directory()
    rows = [
        {"name": p.name, "email": p.email, "agency": p.agency, "roles": sorted(p.roles)}
        for p in directory.people
    ]
    shown = [{**row, "roles": ", ".join(label(str(r)) for r in row["roles"])} for row in rows]
    columns = {"name": "name", "email": "email", "agency": "agency", "roles": "roles"}
    show({"people": rows}, json, table(shown, columns))
