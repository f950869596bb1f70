"""A look over the house, before it is trusted with cases."""

from __future__ import annotations

import typer

from cli.codes import DONE, REFUSED
from cli.output import show
from cli.words import HOME, Home, Json

commands = typer.Typer()


@commands.command("doctor")
def doctor(home: Home = HOME, json: Json = False) -> int:
    """Say everything that is wrong with the house, and what to do.

    Its settings, folders, database, time zones, clocks, bank holidays and mail server. Nothing is
    changed and nothing is sent. The code is 1 where something is wrong.
    """
    from workflows.doctor import look_over

    found = look_over(home)
    document = {"ok": not found.reasons, "refused": bool(found.reasons), "reasons": found.reasons}
    lines = [f"  {reason}" for reason in found.reasons] + [f"  Note: {n}" for n in found.notes]
    head = "This is to be put right:" if found.reasons else "Nothing is wrong with this house."
    show({**document, "notes": found.notes}, json, [head, *lines])
    return REFUSED if found.reasons else DONE
