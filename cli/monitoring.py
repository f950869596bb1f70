"""Commands for whoever watches over the house."""

from __future__ import annotations

import typer

from cli.codes import DONE, REFUSED
from cli.house import premises_at
from cli.output import show
from cli.words import HOME, Home, Json

commands = typer.Typer()


@commands.command("health")
def health(home: Home = HOME, json: Json = False) -> int:
    """Say whether time is kept and messages go out.

    The code is 1 where not, so that a supervisor can act on it.
    """
    from workflows.monitoring import document_of, signs_of, words_of

    signs = signs_of(premises_at(home))
    document = document_of(signs)
    show(document, json, words_of(signs))
    return DONE if document["ok"] else REFUSED
