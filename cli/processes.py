"""Commands on processes: list, show, draw, check them, and show their timescales."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.output import show, table
from cli.words import Json
from engine import diagram as drawing
from engine.definition import Process
from engine.errors import Absent, Refused
from engine.facts import Fact
from engine.rules import Rule, Rulebook
from engine.shape import Transition, Timescale
from engine.wording import WordsView

commands = typer.Typer(no_args_is_help=True, help="The processes the house runs.")
Key = Annotated[str, typer.Argument(metavar="KEY")]


def _catalogue() -> dict[str, Process]:
    from workflows.catalogue import PROCESSES  # noqa: PLC0415 - only these commands need it

    return PROCESSES


def _rules() -> Rulebook:
    from config.timescales import load  # noqa: PLC0415 - only these commands need it

    return load()


def _find(key: str) -> Process:
    found = _catalogue().get(key)
    if found is None:
        raise Absent([f"there is no process '{key}'; the processes are: {', '.join(_catalogue())}"])
    return found


@commands.command("list")
def list_(json: Json = False) -> None:
    """List the processes."""
    rows = [
        {"key": p.key, "label": p.label, "version": p.version, "stages": len(p.stages)}
        for p in _catalogue().values()
    ]
    columns = {"key": "process", "version": "version", "stages": "stages", "label": "what it is"}
    show({"processes": rows}, json, table(rows, columns))


@commands.command("show")
def show_(key: Key, json: Json = False) -> None:
    """Show a process whole: stages, actions with what they need, facts, clocks."""
    process = _find(key)
    show(_document(process), json, drawing.page(process, _rules()).splitlines())


def _document(process: Process) -> dict[str, Any]:
    view = WordsView(process)
    return {
        "key": process.key,
        "label": process.label,
        "version": process.version,
        "purpose": process.purpose,
        "stages": [
            {"key": s.key, "label": s.label, "final": s.final, "owner": s.owner}
            for s in process.stages
        ],
        "actions": [_action(process, t, view) for t in process.transitions],
        "facts": [_fact(f) for f in process.facts],
        "tasks": [
            {"key": t.key, "label": t.label, "answers": [c.key for c in t.answers]}
            for t in process.tasks
        ],
        "timescales": [_clock(process, t) for t in process.timescales],
        "holds": list(process.hold_kinds),
        "links": list(process.link_kinds),
    }


def _action(process: Process, found: Transition, view: WordsView) -> dict[str, Any]:
    return {
        "key": found.action,
        "label": found.label,
        "from": list(found.sources),
        "to": found.target,
        "who": list(found.who),
        "when": found.when.words(view),
        "needs": found.needs.words(view),
        "facts": list(found.facts),
        "anew": list(found.anew),
    }


def _fact(found: Fact) -> dict[str, Any]:
    return {
        "key": found.key,
        "label": found.label,
        "kind": str(found.kind),
        "choices": [c.key for c in found.vocabulary],
        "identifying": found.identifying,
    }


def _clock(process: Process, found: Timescale) -> dict[str, Any]:
    rules = [r for r in _rules().rules if r.process == process.key and r.timescale == found.key]
    return {"key": found.key, "label": found.label, "rules": [_rule(r) for r in rules]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "process": rule.process,
        "timescale": rule.timescale,
        "length": str(rule.length),
        "variant": rule.variant,
        "standing": rule.standing,
        "citation": rule.citation,
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
    }


@commands.command("diagram")
def diagram(key: Key, json: Json = False) -> None:
    """Draw a process as Mermaid text."""
    text = drawing.mermaid(_find(key))
    show({"key": key, "mermaid": text}, json, text.splitlines())


@commands.command("timescales")
def timescales(key: Annotated[str, typer.Argument(metavar="[KEY]")] = "", json: Json = False) -> None:
    """Show how long, counted from what, under whose authority."""
    keys = [_find(key).key] if key else list(_catalogue())
    rows = [_rule(r) for r in _rules().rules if r.process in keys]
    columns = {"process": "process", "timescale": "timescale", "variant": "track",
               "length": "length", "standing": "standing", "citation": "authority"}  # fmt: skip
    show({"timescales": rows}, json, table(rows, columns))


@commands.command("check")
def check(key: Annotated[str, typer.Argument(metavar="[KEY]")] = "", json: Json = False) -> None:
    """Prove each process: reachable, never stuck, every deadline meetable, every notice sendable."""
    from workflows.checking import check_process  # noqa: PLC0415 - it needs the templates

    wanted = [_find(key)] if key else list(_catalogue().values())
    found = [check_process(process, _rules()) for process in wanted]
    faults = [fault for result in found for fault in result["faults"]]
    if faults:
        raise Refused(faults)
    lines = [f"{r['key']} version {r['version']}: {'; '.join(r['proved'])}" for r in found]
    show({"ok": True, "processes": found}, json, lines)
