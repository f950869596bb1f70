"""The library of a house in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from engine import publishing
from engine.definition import Process
from engine.rules import Rulebook
from engine.working_days import Calendar
from store.memory.picture import Pages
from store.refusals import no_process, none_yet, not_kept, other_content

Kept = TypeVar("Kept")


class Library:
    """The library of a house, as one unit of work sees it."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def publish(self, process: Process) -> str:
        """Keep a definition; returns its digest. Errors: Refused where other content stands."""
        digest = publishing.digest(process)
        stands = self._pages.seen.versions.get((process.key, process.version))
        if stands is None:
            self._pages.own("versions").setdefault((process.key, process.version), digest)
            stands = self._pages.seen.versions[process.key, process.version]
        if stands != digest:
            raise other_content(process)
        if digest not in self._pages.seen.processes:
            # From its JSON, as a database would give it back.
            text = publishing.to_json(process)
            self._pages.own("processes")[digest] = publishing.from_json(text)
        return digest

    def process(self, digest: str) -> Process:
        """The definition with this digest. Errors: Absent."""
        return _taken(self._pages.seen.processes, digest, "definition")

    def current(self, key: str) -> tuple[str, Process]:
        """The digest and definition new cases open under. Errors: Absent."""
        versions = self._pages.seen.versions
        digests = [digest for (known, _), digest in versions.items() if known == key]
        if not digests:
            raise no_process(key)
        return digests[-1], self.process(digests[-1])

    def openable(self) -> Mapping[str, Process]:
        """The definition new cases of each process open under, by its key, in order of keys."""
        newest = {key: digest for (key, _), digest in self._pages.seen.versions.items()}
        return {key: self.process(digest) for key, digest in sorted(newest.items())}

    def kept(self) -> Mapping[str, Process]:
        """Every definition there is, by its digest."""
        return dict(self._pages.seen.processes)

    def keep_rules(self, rules: Rulebook) -> str:
        """Keep a rulebook and let new cases open under it; returns its digest."""
        digest = publishing.rules_digest(rules)
        if self._pages.seen.house.rules != digest:
            text = publishing.rules_to_json(rules)
            self._pages.own("rules").setdefault(digest, publishing.rules_from_json(text))
            picture = self._pages.to_write()
            picture.house = replace(picture.house, rules=digest)
        return digest

    def rules(self, digest: str) -> Rulebook:
        """The rulebook with this digest. Errors: Absent."""
        return _taken(self._pages.seen.rules, digest, "rulebook")

    def current_rules(self) -> tuple[str, Rulebook]:
        """The rulebook new cases open under. Errors: Absent."""
        digest = self._pages.seen.house.rules
        if digest is None:
            raise none_yet("rulebook")
        return digest, self.rules(digest)

    def keep_calendar(self, calendar: Calendar) -> None:
        """Keep a calendar and count every new date on it."""
        if self._pages.seen.house.calendar != calendar.snapshot:
            self._pages.own("calendars").setdefault(calendar.snapshot, calendar)
            picture = self._pages.to_write()
            picture.house = replace(picture.house, calendar=calendar.snapshot)

    def calendars(self) -> Sequence[str]:
        """The names of every calendar kept, in the order in which they came."""
        return tuple(self._pages.seen.calendars)

    def calendar(self, snapshot: str) -> Calendar:
        """The calendar with this name. Errors: Absent."""
        return _taken(self._pages.seen.calendars, snapshot, "calendar")

    def calendar_to_change(self) -> Calendar:
        """The current calendar, which nobody else can change until this unit is over."""
        self._pages.to_write()
        return self.current_calendar()

    def current_calendar(self) -> Calendar:
        """The calendar new dates are counted on. Errors: Absent."""
        snapshot = self._pages.seen.house.calendar
        if snapshot is None:
            raise none_yet("calendar")
        return self.calendar(snapshot)


def _taken(shelf: Mapping[str, Kept], name: str, noun: str) -> Kept:
    if name not in shelf:
        raise not_kept(noun)
    return shelf[name]
