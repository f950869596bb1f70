"""The command that owes digests: one email a person and day, across cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from cli.house import premises_at
from cli.output import counted, one_line, show
from cli.words import HOME, Home, Json
from engine.case import Owed
from engine.digest import DAILY, MONTHLY, WEEKLY
from engine.digesting import Digested

commands = typer.Typer()
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be owed; keep nothing.")]


@commands.command("digest")
def digest(dry_run: DryRun = False, home: Home = HOME, json: Json = False) -> None:
    """Owe today's digests, once their hour has come.

    One email a person, across cases; never an empty one, and never twice a day.
    """
    from workflows.digests import owe_digests

    found = owe_digests(premises_at(home), dry_run)
    show(_document(found, dry_run), json, _words(found, dry_run))


def _document(found: Digested, dry_run: bool) -> dict[str, Any]:
    parts = [part for owed in found.owed for part in _parts(owed)]
    return {
        "at": found.at.isoformat(),
        "owed": found.new,
        **{part: parts.count(part) for part in (DAILY, WEEKLY, MONTHLY)},
        "digests": [_shown(owed) for owed in found.owed],
        "why": found.why,
        "dry_run": dry_run,
    }


def _parts(owed: Owed) -> list[str]:
    return owed.about["parts"].split(";")


def _shown(owed: Owed) -> dict[str, Any]:
    return {
        "recipient": owed.recipient,
        "role": owed.role,
        "parts": _parts(owed),
        "title": owed.about["title"],
        "summary": owed.about["summary"],
    }


def _words(found: Digested, dry_run: bool) -> Iterator[str]:
    if found.why:
        yield found.why
        return
    would = "would be owed" if dry_run else "owed"
    yield f"{counted(found.new, 'digest')} {would}."
    for owed in found.owed:
        told = owed.about["summary"] or owed.about["title"]
        yield f"  {one_line(owed.recipient)}: {', '.join(_parts(owed))}: {told}"
