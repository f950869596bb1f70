"""Mutants: one small bug each, made by cosmic-ray's operators at places drawn with a seed.

A place is drawn first and what is done to it second, so that no kind of bug is drawn more often
for having more variants. Left out are changes that mean the same program: of annotations and
protocols, which only a type checker reads, and of `==` into `is`, which is a matter of idiom.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]
from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-untyped]

REMOVED = "(removed)"
_IDIOMS = ("_Eq_Is", "_NotEq_IsNot", "_Is_Eq", "_IsNot_NotEq")

Place = tuple[str, tuple[int, int], tuple[int, int]]  # file, where it starts, where it ends
Way = tuple[str, int]  # an operator, and which of its occurrences in the file


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug: where, by which operator, the line before and after, and the whole file with it."""

    file: str
    line: int
    operator: str
    before: str
    after: str
    source: str


def operators() -> list[str]:
    """The operators used: those that need no arguments and change what the program means."""
    names: list[str] = sorted(operator_names())
    return [n for n in names if not get_operator(n).arguments() and not n.endswith(_IDIOMS)]


def places(root: Path, folder: str) -> dict[Place, list[Way]]:
    """Every place of a folder's code that some operator can change, and the ways to change it."""
    found: dict[Place, list[Way]] = {}
    for path in sorted((root / folder).rglob("*.py")):
        nodes = list(ast_nodes(get_ast(path.read_text("utf-8"))))
        for name in operators():
            operator = get_operator(name)()
            positions = [p for node in nodes for p in operator.mutation_positions(node)]
            for occurrence, (start, end) in enumerate(positions):
                place = (path.relative_to(root).as_posix(), start, end)
                found.setdefault(place, []).append((name, occurrence))
    return found


def drawn(root: Path, ways: dict[Place, list[Way]], seed: int) -> Iterator[Mutant]:
    """The mutants of places in the order the seed draws them, one for each place."""
    draw = random.Random(seed)
    order = sorted(ways)
    draw.shuffle(order)
    for place in order:
        name, occurrence = draw.choice(ways[place])
        mutant = _made(root, place, name, occurrence)
        if mutant is not None:
            yield mutant


def _made(root: Path, place: Place, name: str, occurrence: int) -> Mutant | None:
    file, (line, _), _ = place
    original = (root / file).read_text("utf-8")
    try:
        source = mutate_code(original, get_operator(name)(), occurrence)
    except AttributeError:
        # cosmic-ray cannot replace an exception that is named with its module.
        return None
    if source is None or _meaning(source) in ("", _meaning(original)):
        return None
    before, after = _change(original.splitlines(), source.splitlines(), line - 1)
    return Mutant(file, line, name.removeprefix("core/"), before, after, source)


def _change(old: list[str], new: list[str], row: int) -> tuple[str, str]:
    """The line that changed, before and after; of a decorator only the line it was on is known."""
    if len(old) != len(new):
        return old[row].strip(), REMOVED
    row = next(i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b)
    return old[row].strip(), new[row].strip()


def _meaning(source: str) -> str:
    """The program without what only a type checker reads; nothing for what is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(b) for b in node.bases):
            node.body = []
    return ast.dump(tree)
