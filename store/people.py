"""The directory: read whole, remembered for as long as nobody changes it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.roles import Directory, Person
from store.codec import canonical
from store.house_tables import HOUSE, PERSON
from store.present import Present
from store.session import Session
from store.statement import Row, insert_or_replace, plain

_COLUMNS = (PERSON.c.email, PERSON.c.name, PERSON.c.agency, PERSON.c.roles, PERSON.c.area)
_EVERYBODY = plain(select(*_COLUMNS))
_PUT = insert_or_replace(PERSON)
# Two imports at once wait for each other here, so that each sees what the other did.
_LOCK = plain(select(HOUSE.c.directory_revision).with_for_update())
_BUMP = plain(update(HOUSE).values(directory_revision=bindparam("revision")))


class Roll:
    """The last directory read, under its revision, for every unit of a store."""

    def __init__(self, area: str) -> None:
        self.area = area
        self._kept: tuple[int, Directory] | None = None

    def at(self, revision: int) -> Directory | None:
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == revision else None

    def keep(self, revision: int, directory: Directory) -> None:
        self._kept = (revision, directory)


class People:
    """The people of a house, as one unit of work sees them."""

    def __init__(self, session: Session, present: Present, roll: Roll) -> None:
        self._session = session
        self._present = present
        self._roll = roll
        self._put = False

    def directory(self) -> Directory:
        # What this unit has put may never be kept, so nobody else may be shown it.
        if self._put:
            return self._read()
        revision = self._present.directory_revision
        known = self._roll.at(revision)
        if known is None:
            known = self._read()
            self._roll.keep(revision, known)
        return known

    def put(self, people: Iterable[Person]) -> tuple[int, int, int]:
        """Add, change or leave alone; returns how many of each. Nobody is removed."""
        revision = self._session.write(_LOCK).rows[0][0]
        known = {person.email: person for person in self._read().people}
        fresh = {person.email: person for person in map(tidy, people)}
        added = [p for p in fresh.values() if p.email not in known]
        changed = [p for p in fresh.values() if p.email in known and p != known[p.email]]
        if added or changed:
            self._put = True
            self._session.write(_PUT, [_row(p) for p in (*added, *changed)])
            self._session.write(_BUMP, {"revision": revision + 1})
        return len(added), len(changed), len(fresh) - len(added) - len(changed)

    def over(self) -> None:
        """The unit's work was kept or forgotten; either way it is in nobody's hands now."""
        self._put = False

    def _read(self) -> Directory:
        rows = self._session.read(_EVERYBODY)
        return Directory(tuple(sorted(map(_person, rows), key=lambda p: p.email)), self._roll.area)


def tidy(person: Person) -> Person:
    email = person.email.strip().lower()
    return Person(email, person.name, person.agency, person.roles, person.area)


def _row(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "agency": person.agency,
        "roles": canonical(sorted(person.roles)),
        "area": person.area,
    }


def _person(row: Row) -> Person:
    email, name, agency, roles, area = row
    return Person(email, name, agency, frozenset(json.loads(roles)), area)
