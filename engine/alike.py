"""Where a case that has just come in may be of a child the house has a case of already."""

from __future__ import annotations

from dataclasses import dataclass

from engine.case import Case
from engine.definition import Process
from engine.ports import UnitOfWork

# An NHS number is one child's; a date of birth is a hint, for twins and strangers share one.
TELLING = ("nhs_number", "date_of_birth")


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case of the same process, and the facts in which it is the same; never their values.

    facts are labels.
    """

    reference: str
    facts: tuple[str, ...]


def alike(work: UnitOfWork, process: Process, case: Case) -> tuple[Alike, ...]:
    """The cases that may be of the same child, while this one still stands where it was opened.

    Several agencies may notify one death, each not knowing of the other.
    """
    opened = next(t.target for t in process.transitions if not t.sources)
    if case.stage != opened:
        return ()
    found: dict[str, list[str]] = {}
    for key in TELLING:
        if key not in process.fact_by_key:
            continue
        for reference in work.cases.alike(case.reference, key):
            if reference.startswith(f"{process.prefix}-"):
                found.setdefault(reference, []).append(process.fact_by_key[key].label)
    return tuple(Alike(reference, tuple(labels)) for reference, labels in found.items())
