"""Practice: the demonstration house, and a practice year run fast."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import words
from cli.codes import REFUSED
from cli.output import show
from cli.progress import bar
from cli.words import HOME, Home, Json
from engine.errors import Refused

if TYPE_CHECKING:
    from workflows.wiring import Premises

commands = typer.Typer()


@commands.command("demo")
def demo(
    stay: Annotated[
        bool, typer.Option("--stay", help="Keep the house open afterwards, with its pages.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65_535, help="Of its pages.")
    ] = 8_080,
    home: Annotated[Path | None, typer.Option("--home", envvar="WAYMARK_HOME")] = None,
    json: Json = False,
) -> None:
    """Play one case of each process over a Christmas.

    With real mail, to a catcher on this machine. In a terminal, or with --stay, the house stays
    open until Control-C: its pages, its rounds, and the catcher.
    """
    from cli.stagecraft import practice_house, stage
    from cli.story import tell

    began = time.monotonic()
    staying = stay or (not json and sys.stdin.isatty() and sys.stdout.isatty())
    pages = f"http://127.0.0.1:{port}" if staying and port else ""
    chosen = home or Path(tempfile.mkdtemp(prefix="waymark-demo-")) / "house"
    say = _silence if json else print
    say(f"A practice house in {chosen}. Everybody in it is invented.")
    with practice_house(chosen) as premises, stage(premises, say, pages) as (teller, catcher):
        tell(teller)
        document = _ending(teller, catcher, chosen, say)
        document["seconds"] = round(time.monotonic() - began, 1)
        show(document, json, [f"\nThe demonstration took {document['seconds']} seconds."])
        if staying:
            _stay(teller.premises, port, json)
    if not document["verify"]["ok"]:
        raise typer.Exit(REFUSED)


def _stay(premises: Premises, port: int, as_json: bool) -> None:
    """Keep the house open; its mail goes on to the catcher, and Prefect is left out."""
    from cli.service import HERE
    from cli.service import stay as keep_open

    alone = premises.settings.service.model_copy(update={"prefect": False})
    settings = premises.settings.model_copy(update={"service": alone})
    keep_open(replace(premises, settings=settings), "embedded", (HERE, port), as_json)


def _silence(_line: str) -> None:
    """A program listens, and wants no story."""


def _ending(teller: Any, catcher: Any, home: Path, say: Any) -> dict[str, Any]:
    from cli.stagecraft import last_mail
    from engine import upkeep

    found = upkeep.verify(teller.house)
    summary = teller.summary()
    say("\nOne of the emails as its reader sees it:\n")
    for line in last_mail(catcher):
        say(f"    | {line}")
    words = {"dropped": "not sent, because they were needed no more"}
    counts = ", ".join(f"{n} {words.get(s, s)}" for s, n in summary["messages"].items() if n)
    say(f"\nMessages: {counts}. What was accepted is in {home / 'caught'}.")
    verdict = "everything agrees" if not found.faults else "; ".join(found.faults)
    say(f"Verified: {found.cases} cases, {found.events} sealed events: {verdict}.")
    verified = {"ok": not found.faults, "cases": found.cases, "events": found.events,
                "faults": found.faults}  # fmt: skip
    return {"home": str(home), **summary, "caught": len(catcher.caught), "verify": verified}


@commands.command("simulate")
def simulate(
    from_: Annotated[str, typer.Option("--from", metavar="DATE")],
    to: Annotated[str, typer.Option("--to", metavar="DATE")],
    seed: Annotated[int, typer.Option("--seed")] = 1,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Run a practice year fast; the same seed is the same year.

    Cases open, people act or forget, dates are missed, mail goes to a catcher on this machine.
    """
    from cli.simulation import Simulation
    from cli.stagecraft import practice_house, stage

    first, last = words.day(from_, "the first day"), words.day(to, "the last day")
    if not first < last <= first + timedelta(days=3660):
        raise Refused(["the last day must come after the first, and within ten years of it"])
    with practice_house(home) as premises, stage(premises, _silence) as (teller, catcher):
        run = Simulation(teller, seed)
        run.begin(first)
        with bar("Simulating", as_json=json) as step:
            run.play(_days(first, last), step)
        document = run.ending(len(catcher.caught))
    show(document, json, run.words(document))
    if not document["verify"]["ok"]:
        raise typer.Exit(REFUSED)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
