"""A process to look at: as a Mermaid diagram and as a page of tables."""

from __future__ import annotations

from collections.abc import Iterator

from engine import tables
from engine.definition import Process
from engine.rules import Rulebook
from engine.wording import WordsView

__all__ = ["WordsView", "mermaid", "page"]

# Words that mean something to Mermaid where a stage's name stands.
_TAKEN = frozenset(("state", "end", "note", "direction", "class", "style", "default", "as"))
_UNSAFE = str.maketrans({
    '"': "'", ":": ",", ";": ",", "#": "", "<": "(", ">": ")", "{": "(", "}": ")",
    "[": "(", "]": ")", "%": " per cent", "\n": " ", "\r": " ", "\\": "/", "`": "'",
})  # fmt: skip


def mermaid(process: Process) -> str:
    """Draw a process as a Mermaid state diagram: a stage a box, an action an arrow."""
    lines = dict.fromkeys(f"    {line}" for line in _lines(process))
    return "\n".join(("stateDiagram-v2", *lines)) + "\n"


def _lines(process: Process) -> Iterator[str]:
    for stage in process.stages:
        yield f'state "{_safe(stage.label)}" as {_name(stage.key)}'
    for transition in process.transitions:
        target = transition.target
        if target is not None:
            for source in transition.sources or ("",):
                start = _name(source) if source else "[*]"
                yield f"{start} --> {_name(target)} : {_safe(transition.label)}"
    for stage in process.stages:
        if stage.final:
            yield f"{_name(stage.key)} --> [*]"


def _name(stage: str) -> str:
    return f"{stage}_stage" if stage in _TAKEN else stage


def _safe(text: str) -> str:
    """A label Mermaid reads as a label, whatever stands in it."""
    return " ".join(text.translate(_UNSAFE).split())


def page(process: Process, rules: Rulebook) -> str:
    """Write a process out as one Markdown page, with the numbers of a rulebook.

    A timescale is called statutory only where its rule says so.
    """
    sections = (
        f"# {tables.cell(process.label)}\n\n{process.purpose}\n\n"
        f"Key `{process.key}`, version {process.version}; timescales of {rules.edition}.",
        f"## Stages\n\n```mermaid\n{mermaid(process)}```\n\n{tables.stages(process)}",
        f"## Actions\n\n{tables.actions(process)}",
        f"## Timescales\n\n{tables.timescales(process, rules)}",
        f"## Tasks\n\n{tables.tasks(process)}",
        f"## Notices\n\n{tables.notices(process)}",
        f"## Facts\n\n{tables.facts(process)}",
        f"## What facts may not say together\n\n{tables.refusals(process)}",
    )
    return "\n\n".join(sections) + "\n"
