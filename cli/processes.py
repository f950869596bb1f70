"""Commands on processes: list, show, draw, check them, and show their timescales."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import words
from cli.house import house_at
from cli.output import show, table
from cli.words import HOME, Home, Json
from config.premises import stands_in
from engine import diagram as drawing
from engine.definition import Process
from engine.errors import Absent
from engine.rules import Rulebook
from web import process_shapes as shapes

commands = typer.Typer(no_args_is_help=True, help="The processes the house runs.")
Key = Annotated[str, typer.Argument(metavar="KEY", help="Like rapid_review.")]
MaybeKey = Annotated[str, typer.Argument(metavar="[KEY]", help="Like rapid_review; all without.")]


def _catalogue() -> dict[str, Process]:
    from workflows.catalogue import PROCESSES

    return PROCESSES


def _rules(home: Path) -> Rulebook:
    """What new cases of the house are counted by; without a house, the timescales that ship."""
    if stands_in(home):
        with house_at(home).store.begin() as work:
            return work.library.current_rules()[1]
    from config.timescales import load

    return load()


def _find(key: str) -> Process:
    found = _catalogue().get(key)
    if found is None:
        known = ", ".join(_catalogue())
        raise Absent([f"there is no process '{key}'; the processes are: {known}"])
    return found


@commands.command("list")
def list_(home: Home = HOME, json: Json = False) -> None:  # noqa: ARG001 - the same in every house
    """List the processes."""
    rows = [shapes.row(p) for p in _catalogue().values()]
    columns = {"key": "process", "version": "version", "stages": "stages", "label": "what it is"}
    show({"processes": rows}, json, table(rows, columns))


@commands.command("show")
def show_(key: Key, home: Home = HOME, json: Json = False) -> None:
    """Show a process whole: stages, actions, needs, facts, clocks."""
    process, rules = _find(key), _rules(home)
    show(shapes.process(process, rules), json, drawing.page(process, rules).splitlines())


@commands.command("diagram")
def diagram(key: Key, home: Home = HOME, json: Json = False) -> None:  # noqa: ARG001 - as list
    """Draw a process as Mermaid text."""
    text = drawing.mermaid(_find(key))
    show({"key": key, "mermaid": text}, json, text.splitlines())


@commands.command("timescales")
def timescales(key: MaybeKey = "", home: Home = HOME, json: Json = False) -> None:
    """Show how long, counted from what, under whose authority."""
    keys = [_find(key).key] if key else list(_catalogue())
    rows = [shapes.rule(r) for r in _rules(home).rules if r.process in keys]
    columns = {"process": "process", "timescale": "timescale", "variant": "track",
               "length": "length", "standing": "standing", "citation": "authority"}  # fmt: skip
    show({"timescales": rows}, json, table(rows, columns))


@commands.command("check")
def check(key: MaybeKey = "", home: Home = HOME, json: Json = False) -> None:
    """Prove each process with the house's timescales.

    Every stage can be reached and left, every deadline met, every notice sent, every condition
    satisfied. A timescales.toml in the house's folder is checked so before `waymark migrate`.
    """
    from workflows.checking import check_process
    from workflows.wiring import rules_of

    wanted = [_find(key)] if key else list(_catalogue().values())
    rules = rules_of(home)
    found = [check_process(process, rules) for process in wanted]
    words.raise_all([str(fault) for result in found for fault in _listed(result["faults"])])
    lines = [f"{r['key']} version {r['version']}: {'; '.join(_listed(r['proved']))}" for r in found]
    show({"ok": True, "processes": found}, json, lines)


def _listed(found: object) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []
