"""Where a text calls a timescale statutory, and where it leaves out which Panel it means."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from config.timescales import load
from workflows.catalogue import PROCESSES

RULES = load().rules
STATUTORY = {(rule.process, rule.timescale) for rule in RULES if rule.standing == "statutory"}
EVERY = {(p.key, t.key): t.label for p in PROCESSES.values() for t in p.timescales}

# Words that speak of something else: the kind of guidance, or duties in general.
_ELSEWHERE = re.compile(
    r"statutory (and operational )?guidance|statutory_duty|a statutory duty", re.IGNORECASE
)
_DENIED = re.compile(r"\b(not|never|no|nobody|neither|non)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n")
_FULL = (
    r"(?<!National )(?<!Case Review )(?<!Child Death Overview )(?<!Safeguarding Practice Review )"
)
_PANEL = re.compile(rf"{_FULL}\bPanel\b|\b[Tt]he panel\b")


def false_claims(text: str) -> Iterator[str]:
    """Sentences and rows that call a timescale statutory whose rule says otherwise."""
    for sentence in _SENTENCES.split(_ELSEWHERE.sub("", text)):
        if "statutory" in sentence.lower() and not _DENIED.search(sentence):
            for process, key in _meant(sentence):
                yield f"{process}.{key}: {sentence.strip()}"


def _meant(sentence: str) -> Iterator[tuple[str, str]]:
    """The timescales a sentence names that are not statutory; a shared name is taken kindly."""
    for process, key in EVERY.keys() - STATUTORY:
        label = EVERY[process, key]
        shared = any((p, k) in STATUTORY and k == key for p, k in EVERY)
        named = re.search(rf"[`(\[]{key}[`)\]/]", sentence) or label.lower() in sentence.lower()
        if re.search(rf"\b{process}\.{key}\b", sentence) or (named and not shared):
            yield process, key


def unnamed_panels(text: str) -> list[str]:
    """Every place where a text says Panel without saying which one."""
    plain = " ".join(text.split())
    return [plain[max(0, m.start() - 40) : m.end() + 20] for m in _PANEL.finditer(plain)]


def strings(source: str) -> Iterator[str]:
    """The strings of a Python file that can reach a reader: all but its docstrings."""
    tree = ast.parse(source)
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        words = node.value if isinstance(node, ast.Constant) else None
        if isinstance(words, str) and id(node) not in docstrings:
            yield words
