"""Closed cases whose local retention period has passed: a list for people to decide on."""

from __future__ import annotations

import typer

from cli.house import premises_at
from cli.output import show, table
from cli.words import HOME, Home, Json

commands = typer.Typer()
UNSET = (
    "No retention period is set, so nothing is proposed. Periods are local: set them under"
    " [retention] in settings.toml."
)
NOTHING = "Nothing is destroyed: whoever keeps the records decides, and looks at each case first."


@commands.command("retention")
def retention(home: Home = HOME, json: Json = False) -> None:
    """List closed cases past their local retention period.

    Nothing is destroyed.
    """
    from workflows.upkeeping import past_retention

    premises = premises_at(home)
    periods = premises.settings.retention
    found = past_retention(premises)
    rows = [
        {
            "reference": kept.reference,
            "process": kept.process,
            "closed_on": kept.closed_on.isoformat(),
            "until": kept.until.isoformat(),
        }
        for kept in found
    ]
    columns = {"reference": "case", "process": "process", "closed_on": "closed", "until": "until"}
    lines = [UNSET] if not periods else [*table(rows, columns), NOTHING]
    show({"periods": periods, "cases": rows}, json, lines)
