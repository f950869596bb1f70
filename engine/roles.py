"""Roles, people and the only authority check: who may do what, and to whom a notice goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

HOUSE = "house"
RECIPIENT = "recipient"
DEPUTY = ":deputy"

ROLES: dict[str, str] = {
    "local_authority": "Local authority safeguarding partner",
    "icb": "Integrated care board safeguarding partner",
    "police": "Police safeguarding partner",
    "review_chair": "Case Review Panel chair",
    "panel_member": "Case Review Panel member",
    "business_manager": "Business manager",
    "agency_lead": "Agency safeguarding lead",
    "agency_author": "Agency report author",
    "lead_reviewer": "Lead reviewer",
    "cdop_coordinator": "Child Death Overview Panel coordinator",
    "cdop_chair": "Child Death Overview Panel chair",
    "designated_doctor": "Designated doctor for child deaths",
    "key_worker": "Key worker",
    "practitioner": "Practitioner",
    "line_manager": "Line manager",
    "senior_manager": "Senior manager",
    "director": "Director",
    "executive_member": "Executive Group member",
    "executive_chair": "Executive Group chair",
    "scrutineer": "Independent scrutineer",
    "learning_chair": "Learning from Practice Group chair",
    "administrator": "Administrator",
    "auditor": "Auditor",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the directory: roles hold keys of ROLES, a deputy's with ":deputy" behind."""

    email: str
    name: str
    agency: str
    roles: frozenset[str] = field(default_factory=frozenset)
    area: str = ""

    def holds(self, role: str) -> bool:
        return role in self.roles

    def deputises(self, role: str) -> bool:
        return role + DEPUTY in self.roles


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of the directory, a recipient of a task, or the house itself."""

    email: str
    agency: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    account: str = ""
    area: str = ""

    @property
    def is_house(self) -> bool:
        return HOUSE in self.roles


THE_HOUSE = Actor("house", "", frozenset({HOUSE}))


@dataclass(frozen=True)
class Directory:
    """Everybody the house knows, as one immutable picture."""

    people: tuple[Person, ...] = ()
    area: str = ""

    def find(self, email: str) -> Person | None:
        return self._by_email.get(email.strip().lower())

    def member(self, email: str) -> Person | None:
        """Somebody who holds a role: whoever holds none any more has no business in the house."""
        person = self.find(email)
        return person if person and person.roles else None

    def holders(
        self, role: str, agencies: Iterable[str] | None = None, but: Iterable[str] = ()
    ) -> tuple[Person, ...]:
        """Who holds a role, deputies where nobody does; narrowed to agencies where given.

        but are the addresses of people who are left out, as if they held nothing.
        """
        within = None if agencies is None else frozenset(agencies)
        for held in (role, role + DEPUTY):
            people = (p for p in self._by_role.get(held, ()) if p.email not in but)
            found = tuple(p for p in people if within is None or p.agency in within)
            if found:
                return found
        return ()

    def deputies(self, person: Person, role: str) -> tuple[Person, ...]:
        """Who deputises for somebody in a role: at their agency, else anywhere if nobody shares it.

        Another agency's deputy is never told what only this agency was asked.
        """
        others = [p for p in self._by_role.get(role + DEPUTY, ()) if p.email != person.email]
        near = tuple(p for p in others if p.agency == person.agency)
        alone = len(self._by_role.get(role, ())) <= 1
        return near or (tuple(others) if alone else ())

    @cached_property
    def _by_email(self) -> dict[str, Person]:
        return {person.email: person for person in self.people}

    @cached_property
    def _by_role(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.people:
            for role in sorted(person.roles):
                found.setdefault(role, []).append(person)
        return found


def roles_of(actor: Actor) -> frozenset[str]:
    """The roles somebody acts in, deputies' included."""
    return frozenset(role.removesuffix(DEPUTY) for role in actor.roles)


def label(role: str) -> str:
    name = role.removesuffix(DEPUTY)
    words = ROLES.get(name, name.replace("_", " ").capitalize())
    return words if name == role else f"{words} (deputy)"


def labels(roles: str) -> str:
    """The words for roles as a message names them: one, or those nobody holds, with a comma."""
    return ", ".join(label(role.partition("@")[0]) for role in roles.split(","))


def may(actor: Actor, who: Iterable[str], area: str, recused: Iterable[str] = ()) -> bool:
    """Whether somebody may act where only these roles may; the default is no."""
    if actor.is_house:
        return HOUSE in who
    if actor.email in recused or (actor.area and area and actor.area != area):
        return False
    return not roles_of(actor).isdisjoint(who)


def refusals(
    actor: Actor, who: tuple[str, ...], area: str, recused: Iterable[str] = ()
) -> tuple[str, ...]:
    """Why somebody may not act, in words; nothing where they may."""
    if may(actor, who, area, recused):
        return ()
    if actor.email in recused:
        return ("you are recused from this case because of a conflict of interest",)
    if actor.area and area and actor.area != area:
        return ("you belong to another area; its people may not act on this case",)
    people = ", ".join(label(role) for role in who if role != HOUSE) or "nobody: the house itself"
    return (f"this may be done by: {people}",)
