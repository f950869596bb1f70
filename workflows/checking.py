"""Proof that a process can run: its declaration, its rules, and a template for every notice."""

from __future__ import annotations

from engine.definition import Process
from engine.faults import faults_of
from engine.rule_faults import faults_of_rules
from engine.rules import Rulebook
from notifications.templates import KINDS

# The kinds the watch itself sends, beside those the notice rules name.
WATCHED = frozenset({"due_soon", "due", "late"})
PROVED = (
    "every stage can be reached",
    "every stage that is not final has a way out for some role",
    "every deadline can be met",
    "every notice has a template and a role to go to",
    "every condition can be satisfied",
    "every timescale has a rule, with its authority",
)


def check_process(process: Process, rules: Rulebook) -> dict[str, object]:
    """Every fault of a process with its rules and templates, and what was proved of it."""
    faults = [*faults_of(process), *faults_of_rules(process, rules)]
    kinds = {rule.kind for rule in process.notices} | WATCHED
    faults += [f"notice kind '{kind}' has no template" for kind in sorted(kinds - KINDS)]
    named = [f"{process.key}: {fault}" for fault in faults]
    proved = [] if faults else list(PROVED)
    return {"key": process.key, "version": process.version, "faults": named, "proved": proved}
