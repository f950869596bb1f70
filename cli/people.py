"""Commands on people: import them from a table, and list them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.house import premises_at
from cli.output import show, table
from cli.words import HOME, Home, Json, account, address
from engine.authenticators import Authenticator
from engine.bonds import Bond
from engine.errors import Refused
from engine.length import in_words, london_date
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
        bool, typer.Option("--renew", help="End the password they had, and make another.")
    ] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print where a person's own calendar is, and its password.

    Whoever has them reads the dates: keep them from everybody else.
    """
    from engine import feeds

    premises = premises_at(home)
    pages = premises.settings.mail.answers
    if not pages:
        raise Refused(["set mail.answers in settings.toml to where the pages are served first"])
    who = address(email, "the address of the person")
    token = feeds.address(premises.house, who, renew)
    base = f"{pages.rstrip('/')}/calendar/"
    in_it = premises.settings.mail.calendar_keys == "address"
    found = {
        "address": f"{base}{token.partition('.')[0]}.ics",
        "name": "calendar",
        "password": token,
        "address_with_key": f"{base}{token}.ics" if in_it else "",
    }
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in found.items() if value]
    show({"email": who, **found, "renewed": renew}, json, lines)


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


@people.command("authenticators")
def authenticators(home: Home = HOME, json: Json = False) -> None:
    """List the authenticator apps people sign in with.

    Those that were removed stand there too, with by whom and when.
    """
    with premises_at(home).house.store.begin() as work:
        rows = [_app(app) for app in work.authenticators.list()]
    shown = [
        {**row, "since": london_date(row["confirmed_at"]) if row["confirmed_at"] else "",
         "removed": london_date(row["removed_at"]) if row["removed_at"] else ""}
        for row in rows
    ]  # fmt: skip
    columns = {"email": "email", "state": "state", "since": "since", "removed": "removed",
               "removed_by": "by"}  # fmt: skip
    show({"authenticators": rows}, json, table(shown, columns))


@people.command("unlock")
def unlock(
    email: Annotated[str, typer.Argument(metavar="EMAIL")], home: Home = HOME, json: Json = False
) -> None:
    """Remove an authenticator app that was lost.

    Make sure that it is its person who asks: from then on their email alone signs them in, and they
    can set up another. Who removed it and when stays in the list of apps.
    """
    from engine import authenticating

    who, house = address(email, "the address of the person"), premises_at(home).house
    removed = authenticating.remove(house, who, account())
    told = f"{removed.email} signs in without an authenticator app from now on."
    show(_app(removed), json, [told])


@people.command("bonds")
def bonds(home: Home = HOME, json: Json = False) -> None:
    """List who is bound to a name at their organisation.

    Those that were released stand there too, with by whom and when.
    """
    with premises_at(home).house.store.begin() as work:
        rows = [_bond(bond) for bond in work.bonds.list()]
    shown = [
        {**row, "since": london_date(row["bound_at"]),
         "released": london_date(row["released_at"]) if row["released_at"] else ""}
        for row in rows
    ]  # fmt: skip
    columns = {"email": "email", "since": "since", "released": "released", "released_by": "by"}
    show({"bonds": rows}, json, table(shown, columns))


@people.command("unbind")
def unbind(
    email: Annotated[str, typer.Argument(metavar="EMAIL")], home: Home = HOME, json: Json = False
) -> None:
    """Let a person be bound anew by their next sign-in.

    For when a role's mailbox has somebody new, or the provider is another. Make sure that the
    address is theirs now: whoever signs in with it next by way of the organisation is bound to it.
    """
    from engine import signing_in

    who, house = address(email, "the address of the person"), premises_at(home).house
    released = signing_in.unbind(house, who, account())
    told = f"{released.email} is bound anew when they next sign in by way of the organisation."
    show(_bond(released), json, [told])


@people.command("visits")
def visits(
    email: Annotated[str, typer.Argument(metavar="EMAIL")],
    end: Annotated[bool, typer.Option("--end", help="End them all.")] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """List a person's visits to the pages, or end them.

    They can sign in again: take their roles away first if they must not.
    """
    from engine import visiting

    who, house = address(email, "the address of the person"), premises_at(home).house
    found = (visiting.end_visits if end else visiting.open_visits)(house, who)
    rows = [{"began": v.began, "seen": v.seen, "waits_for_app": v.half} for v in found]
    shown = [
        {"began": in_words(v.began), "seen": in_words(v.seen), "waits": "yes" if v.half else "no"}
        for v in found
    ]
    columns = {"began": "began", "seen": "last used", "waits": "waits for the app"}
    ended = [f"{len(rows)} ended."] if end else []
    show({"email": who, "ended": end, "visits": rows}, json, [*table(shown, columns), *ended])


def _bond(bond: Bond) -> dict[str, Any]:
    return {
        "email": bond.email,
        "bound_at": bond.bound_at,
        "released_at": bond.released_at,
        "released_by": bond.released_by,
    }


def _app(app: Authenticator) -> dict[str, Any]:
    state = "removed" if app.removed_at else "on" if app.is_on else "waits to be confirmed"
    return {
        "email": app.email,
        "state": state,
        "made_at": app.made_at,
        "confirmed_at": app.confirmed_at,
        "removed_at": app.removed_at,
        "removed_by": app.removed_by,
    }
