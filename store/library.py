"""Published definitions, rulebooks and calendars: content that never changes once it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import bindparam, select, update

from engine import publishing
from engine.definition import Process
from engine.rules import Rulebook
from engine.working_days import Calendar
from store import hot
from store.house_tables import CALENDAR, DEFINITION, HOUSE, RULEBOOK
from store.present import Present
from store.refusals import no_process, none_yet, not_kept, other_content
from store.session import Session
from store.statement import Row, Statement, Values, insert_or_leave, plain

_KEPT = plain(
    select(DEFINITION.c.digest).where(
        DEFINITION.c.key == bindparam("key"), DEFINITION.c.version == bindparam("version")
    )
)
_PUBLISH = insert_or_leave(DEFINITION, ["key", "version"], without=["id"])
_PROCESS = plain(select(DEFINITION.c.json).where(DEFINITION.c.digest == bindparam("digest")))
_CURRENT = plain(
    select(DEFINITION.c.digest)
    .where(DEFINITION.c.key == bindparam("key"))
    .order_by(DEFINITION.c.id.desc())
    .limit(1)
)
_VERSIONS = plain(select(DEFINITION.c.key, DEFINITION.c.digest).order_by(DEFINITION.c.id))
_DIGESTS = plain(select(DEFINITION.c.digest).order_by(DEFINITION.c.id))
_KEEP_RULES = insert_or_leave(RULEBOOK, ["digest"], without=["id"])
_RULES = plain(select(RULEBOOK.c.json).where(RULEBOOK.c.digest == bindparam("digest")))
_USE_RULES = plain(update(HOUSE).values(rules=bindparam("rules")))
_KEEP_CALENDAR = insert_or_leave(CALENDAR, ["snapshot"], without=["id"])
_CALENDAR = plain(select(CALENDAR.c.json).where(CALENDAR.c.snapshot == bindparam("snapshot")))
_SNAPSHOTS = plain(select(CALENDAR.c.snapshot).order_by(CALENDAR.c.id))
_USE_CALENDAR = plain(update(HOUSE).values(calendar=bindparam("calendar")))


@dataclass(slots=True)
class Shelves:
    """What was read before, by the digest of its content, for every unit of a store."""

    processes: dict[str, Process] = field(default_factory=dict)
    rules: dict[str, Rulebook] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)


class Library:
    """The library of a house, as one unit of work sees it."""

    def __init__(self, session: Session, present: Present, shelves: Shelves) -> None:
        self._session = session
        self._present = present
        self._shelves = shelves

    def publish(self, process: Process) -> str:
        """Keep a definition; returns its digest. Errors: Refused where other content stands."""
        digest = publishing.digest(process)
        which = {"key": process.key, "version": process.version}
        if not self._session.read(_KEPT, which):
            text = publishing.to_json(process)
            self._session.write(_PUBLISH, {**which, "digest": digest, "json": text})
        if self._session.read(_KEPT, which) != [(digest,)]:
            raise other_content(process)
        return digest

    def process(self, digest: str) -> Process:
        """The definition with this digest. Errors: Absent."""
        shelf = self._shelves.processes
        if digest not in shelf:
            text = self._text(_PROCESS, {"digest": digest}, "definition")
            shelf[digest] = publishing.from_json(text)
        return shelf[digest]

    def current(self, key: str) -> tuple[str, Process]:
        """The digest and definition new cases open under. Errors: Absent."""
        rows = self._session.read(_CURRENT, {"key": key})
        if not rows:
            raise no_process(key)
        digest = str(rows[0][0])
        return digest, self.process(digest)

    def openable(self) -> Mapping[str, Process]:
        """The definition new cases of each process open under, by its key, in order of keys."""
        newest = {str(key): str(digest) for key, digest in self._session.read(_VERSIONS)}
        return {key: self.process(digest) for key, digest in sorted(newest.items())}

    def kept(self) -> Mapping[str, Process]:
        """Every definition there is, by its digest."""
        digests = (str(row[0]) for row in self._session.read(_DIGESTS))
        return {digest: self.process(digest) for digest in digests}

    def keep_rules(self, rules: Rulebook) -> str:
        """Keep a rulebook and let new cases open under it; returns its digest."""
        digest = publishing.rules_digest(rules)
        if self._present.rules != digest:
            text = publishing.rules_to_json(rules)
            row = {"digest": digest, "edition": rules.edition, "json": text}
            self._use(_KEEP_RULES, row, _USE_RULES, {"rules": digest})
        return digest

    def rules(self, digest: str) -> Rulebook:
        """The rulebook with this digest. Errors: Absent."""
        shelf = self._shelves.rules
        if digest not in shelf:
            text = self._text(_RULES, {"digest": digest}, "rulebook")
            shelf[digest] = publishing.rules_from_json(text)
        return shelf[digest]

    def current_rules(self) -> tuple[str, Rulebook]:
        """The rulebook new cases open under. Errors: Absent."""
        digest = self._present.rules
        if digest is None:
            raise none_yet("rulebook")
        return digest, self.rules(digest)

    def keep_calendar(self, calendar: Calendar) -> None:
        """Keep a calendar and count every new date on it."""
        snapshot = calendar.snapshot
        if self._present.calendar != snapshot:
            # Its own order is kept: the name of a snapshot is taken from the text.
            text = json.dumps(calendar.to_json(), ensure_ascii=False, separators=(",", ":"))
            row = {"snapshot": snapshot, "json": text}
            self._use(_KEEP_CALENDAR, row, _USE_CALENDAR, {"calendar": snapshot})

    def calendars(self) -> Sequence[str]:
        """The names of every calendar kept, in the order in which they came."""
        return tuple(str(row[0]) for row in self._session.read(_SNAPSHOTS))

    def calendar(self, snapshot: str) -> Calendar:
        """The calendar with this name. Errors: Absent."""
        shelf = self._shelves.calendars
        if snapshot not in shelf:
            text = self._text(_CALENDAR, {"snapshot": snapshot}, "calendar")
            shelf[snapshot] = _calendar(text)
        return shelf[snapshot]

    def calendar_to_change(self) -> Calendar:
        """The current calendar, which nobody else can change until this unit is over."""
        self._session.write(hot.HOLD_CALENDAR)
        self._present.forget()
        return self.current_calendar()

    def current_calendar(self) -> Calendar:
        """The calendar new dates are counted on. Errors: Absent."""
        snapshot = self._present.calendar
        if snapshot is None:
            raise none_yet("calendar")
        return self.calendar(snapshot)

    def _use(self, keep: Statement, row: Values, use: Statement, which: Values) -> None:
        self._session.write(keep, row)
        self._session.write(use, which)
        self._present.forget()

    def _text(self, statement: Statement, which: Values, noun: str) -> str:
        rows: list[Row] = self._session.read(statement, which)
        if not rows:
            raise not_kept(noun)
        return str(rows[0][0])


@lru_cache(maxsize=32)
def _calendar(text: str) -> Calendar:
    """A calendar that was kept; every house of a host has the same ones."""
    return Calendar.from_json(json.loads(text))
