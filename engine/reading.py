"""Who may read a case: the one check before a page, a search, a list or an export shows one.

Need to know: an office of the process reads its cases; people of an agency read those their agency
has a part in; everybody else finds nothing, as if the case were not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.audience import RAISED_BY
from engine.case import Case
from engine.definition import Process
from engine.roles import HOUSE, RECIPIENT, Actor, roles_of


class Reading(StrEnum):
    """What somebody may read: nothing, the record without what people wrote, or the whole case."""

    NOTHING = "nothing"
    RECORD = "record"
    WHOLE = "whole"


# Roles that many people hold, each for an agency: they read only what their agency has a part in.
AGENCY_ROLES = frozenset(
    ("practitioner", "line_manager", "senior_manager", "director", "agency_lead", "agency_author",
     "key_worker")
)  # fmt: skip
# They look after the house or its record and never read the text of a case.
RECORD_ROLES = frozenset(("auditor",))
# Members of a panel or group read what its chair moves.
_CHAIRS = {"panel_member": "review_chair", "executive_member": "executive_chair"}
_NO_READERS = frozenset((HOUSE, RECIPIENT, "administrator", *AGENCY_ROLES, *RECORD_ROLES))


def offices(process: Process) -> frozenset[str]:
    """The roles that read every case of a process: those that move it, keep it or record on it.

    Being told of a case is no right to read it: a message says nothing of what is in it.
    """
    chaired = {member for member, chair in _CHAIRS.items() if chair in process.hands}
    return (process.hands | chaired) - _NO_READERS


def reading(process: Process, case: Case, actor: Actor, area: str) -> Reading:
    """What this person may read of this case; the default is nothing."""
    if actor.email in case.recused or (actor.area and area and actor.area != area):
        return Reading.NOTHING
    roles = roles_of(actor)
    if not roles.isdisjoint(offices(process)) or _has_a_part(process, case, actor, roles):
        return Reading.WHOLE
    return Reading.NOTHING if roles.isdisjoint(RECORD_ROLES) else Reading.RECORD


def parts(process: Process, case: Case) -> frozenset[str]:
    """Whoever has a part in a case, by name: people's addresses, and agencies."""
    return frozenset((*_people(case), *_agencies(process, case)))


def fresh_parts(process: Process, before: Case | None, case: Case) -> tuple[str, ...]:
    """Whoever has a part in a case that they had not in an earlier picture of it, in order."""
    now = parts(process, case)
    if before is not None and before.digest == case.digest:
        now -= parts(process, before)
    return tuple(sorted(now))


@dataclass(frozen=True, slots=True)
class Reach:
    """Where all that somebody may read is found: definitions, and the names of their parts.

    It says where to look, and no more: each case found so is still asked about with `reading`.
    """

    digests: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def reach(kept: Mapping[str, Process], actor: Actor, area: str, record: bool = False) -> Reach:
    """Where to look for somebody's cases; record: also for those whose record alone they read.

    kept are all definitions of the house, by their digests.
    """
    if actor.area and area and actor.area != area:
        return Reach()
    roles = roles_of(actor)
    every = record and not roles.isdisjoint(RECORD_ROLES)
    held = tuple(d for d, p in kept.items() if every or not roles.isdisjoint(offices(p)))
    if len(held) == len(kept):
        return Reach(held)
    agency = () if roles.isdisjoint(AGENCY_ROLES) else (actor.agency,)
    return Reach(held, tuple(filter(None, (actor.email, *agency))))


def _has_a_part(process: Process, case: Case, actor: Actor, roles: frozenset[str]) -> bool:
    if actor.email in _people(case):
        return True
    return not roles.isdisjoint(AGENCY_ROLES) and actor.agency in _agencies(process, case)


def _people(case: Case) -> Iterator[str]:
    """Who opened a case, and who was asked for something in it."""
    yield from filter(None, (case.value(RAISED_BY), *(task.recipient for task in case.tasks)))


def _agencies(process: Process, case: Case) -> Iterator[str]:
    """The agencies a case is between or was asked about."""
    yield from filter(None, (case.value(process.parties_fact) or "").split(";"))
    yield from (task.agency for task in case.tasks if task.agency)
