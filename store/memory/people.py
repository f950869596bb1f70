"""The directory of a house in memory."""

from __future__ import annotations

from collections.abc import Iterable

from engine.roles import Directory, Person
from store.memory.picture import Pages
from store.people import tidy


class People:
    """The people of a house, as one unit of work sees them."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def directory(self) -> Directory:
        people = sorted(self._pages.seen.people.values(), key=lambda person: person.email)
        return Directory(tuple(people), self._pages.ground.area)

    def put(self, people: Iterable[Person]) -> tuple[int, int, int]:
        """Add, change or leave alone; returns how many of each. Nobody is removed."""
        known: dict[str, Person] = self._pages.own("people")
        fresh = {person.email: person for person in map(tidy, people)}
        added = sum(email not in known for email in fresh)
        same = sum(known.get(email) == person for email, person in fresh.items())
        known.update(fresh)
        return added, len(fresh) - added - same, same
