"""Commands that keep the house: set up, migrate, back up, restore, hold, release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.house import premises_at
from cli.output import complain, counted, show
from cli.words import HOME, Home, Json
from config.premises import SECRET
from engine.errors import Refused

if TYPE_CHECKING:
    from store.schema import Part

commands = typer.Typer()
house = typer.Typer(no_args_is_help=True, help="The house as a whole: hold it, or let it mail.")

Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        help="Where records are kept, like"
        " postgresql://waymark@db.example.org/waymark?sslmode=verify-full; without it a file in the"
        " house's folder. Everybody on this machine can read a password given here: set"
        " WAYMARK_DATABASE instead.",
    ),
]


@commands.command("init")
def init(
    practice: Annotated[bool, typer.Option("--practice", help="With its own clock.")] = False,
    database: Database = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Make a new house.

    Settings, database, processes, timescales and bank holidays; or nothing, with the reason.
    """
    from workflows.wiring import set_up

    warn_of_password(database)
    set_up(home, practice, database).store.close()
    kind = "practice house" if practice else "house"
    lines = [
        f"A new {kind} stands in {home}.",
        f"Keep {home / SECRET} with every backup; settings are in {home / 'settings.toml'}.",
        "Next: waymark people import FILE.csv",
    ]
    show({"home": str(home), "practice": practice}, json, lines)


def warn_of_password(database: str) -> None:
    """The list of processes shows what a command was given, to everybody on the machine."""
    user = database.partition("://")[2].rpartition("@")[0]
    if ":" in user:
        complain(
            "Take care: others on this machine may have read the password in --database. Change it,"
            " and set WAYMARK_DATABASE in the environment instead."
        )


@commands.command("migrate")
def migrate(
    pre: Annotated[
        bool, typer.Option("--pre", help="Only what the earlier release bears, while it runs.")
    ] = False,
    post: Annotated[
        bool, typer.Option("--post", help="The rest, when nothing of the earlier release runs.")
    ] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Bring the house up to this release.

    Schema, processes, the house's own timescales.toml, bank holidays. Twice is harmless.
    """
    from workflows.wiring import bring_up

    part: Part | None = None if pre == post else "pre" if pre else "post"
    before, after = bring_up(home, part)
    changed = f"schema {before or 'empty'} to {after}" if before != after else "schema unchanged"
    lines = [f"The house is up to date ({changed})."]
    if part == "pre":
        lines = [f"The house is ready for this release ({changed}).", _NEXT]
    document = {"schema_before": before, "schema": after, "post_open": part == "pre"}
    show(document, json, lines)


_NEXT = (
    "Next: start this release everywhere; when nothing of the earlier one runs any more:"
    " waymark migrate --post"
)


@commands.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    every: Annotated[
        bool, typer.Option("--every-seal", help="Count each seal again, not those of a sample.")
    ] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Write a backup and read it again.

    The house goes on working. The copy is named when it is found whole: every row, the end of each
    record, and the seals of up to a thousand records.
    """
    from store.backup import backup as write
    from workflows.turns import turn

    refuse_to_write(file)
    premises = premises_at(home)
    with turn(premises.store, premises.settings, "back_up"):
        read = write(premises.settings.database_url, file, every)
    lines = [
        f"Backed up to {file}, and read again: {counted(read.cases, 'case')},"
        f" {counted(read.events, 'event')}, {counted(read.messages, 'message')};"
        f" the seals of {counted(read.sealed, 'record')} counted again.",
        f"Keep a copy of {home / SECRET} with it.",
    ]
    document = {"file": str(file), "bytes": file.stat().st_size, "cases": read.cases}
    document |= {"events": read.events, "messages": read.messages, "sealed": read.sealed}
    show(document, json, lines)


def refuse_to_write(file: Path) -> None:
    """Say why a new file cannot be made there. Errors: Refused."""
    if file.exists():
        raise Refused([f"{file.name} exists already; choose another name"])
    if not file.absolute().parent.is_dir():
        raise Refused([f"there is no folder {file.parent}; make it, or choose another place"])


@commands.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    database: Database = "",
    secret: Annotated[
        Path | None, typer.Option("--secret", help="The secret.key kept with the backup.")
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Restore a backup into a new house, which is then on hold.

    It mails nothing until it is released: its messages may have been sent since the backup.
    """
    from workflows.wiring import restore as fill

    if not file.is_file():
        raise Refused([f"there is no backup file {file}"])
    warn_of_password(database)
    fill(file, home, database, secret)
    lines = [
        f"Restored into {home}. The house is ON HOLD: nothing is mailed.",
        "Compare with the mail server's log, then: waymark house release",
    ]
    show({"home": str(home), "on_hold": True}, json, lines)


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
