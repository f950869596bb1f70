"""What the recipient of an open task last said without settling it, and what to type next."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine import record
from engine.case import Deadline, Event, Task
from engine.length import in_words, london_date
from engine.replies import CONFLICT, LATER, NOT_ME, REPLIES
from engine.roles import Actor, Person, may
from engine.situation import Situation

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'=/|`$&\\]+@[^\s<>()\[\],;:\"'=/|`$&\\@]+")
_EXCUSED = "waived"
SOMEBODY = "EMAIL"


def said(situation: Situation, events: Sequence[Event], task: Task) -> dict[str, Any] | None:
    """The last reply to an open task; None where there is none.

    typed are the recipient's own words, known the people of the directory they name by address,
    and next the commands that do what they ask for, ready to be typed by whoever keeps the case.
    """
    found = [e for e in events if e.kind == "replied" and e.data["task"] == task.id]
    if not task.is_open or not found:
        return None
    desk = _Desk(situation, task, found[-1])
    return {
        "reply": desk.kind,
        "by": desk.event.data.get("by"),
        "on": london_date(desk.event.at).isoformat(),
        "typed": desk.typed,
        "known": [_person(person) for person in desk.known],
        "words": desk.words(),
        "next": [shlex.join(("waymark", *line)) for line in desk.lines()],
    }


def _person(person: Person) -> dict[str, str]:
    return {"email": person.email, "name": person.name, "agency": person.agency}


@dataclass(frozen=True)
class _Desk:
    """One reply on the desk of whoever keeps the case."""

    situation: Situation
    task: Task
    event: Event

    @property
    def kind(self) -> str:
        return str(self.event.data["reply"])

    @property
    def typed(self) -> str:
        return str(self.event.data.get("words", ""))

    @property
    def named(self) -> list[str]:
        found = (address.strip(".").lower() for address in _ADDRESS.findall(self.typed))
        return list(dict.fromkeys(found)) if self.kind == NOT_ME else []

    @property
    def known(self) -> list[Person]:
        """Those they name whom the directory has, themselves left out."""
        found = (self.situation.directory.find(address) for address in self.named)
        return [p for p in found if p and p.email != self.task.recipient]

    @property
    def keeper(self) -> Actor:
        """Who would type it: who looks, where they keep the case, else the first who does."""
        keepers, people = self.situation.process.keepers, self.situation.directory
        actor, recused = self.situation.actor, self.situation.case.recused
        if actor.email and may(actor, keepers, people.area, recused):
            return actor
        found = next((p for role in keepers for p in people.holders(role, but=recused)), None)
        if found is None:
            return Actor(SOMEBODY, "", frozenset(keepers))
        return Actor(found.email, found.agency, found.roles)

    @property
    def clock(self) -> Deadline | None:
        own = (d for d in self.situation.case.deadlines if d.task == self.task.id and d.is_open)
        return next(own, None)

    @property
    def wanted(self) -> date:
        return date.fromisoformat(self.event.data["by"])

    def words(self) -> str:
        """What they said, and what stands in the way of what they ask for."""
        if self.kind == LATER:
            return f"cannot by then: wants {in_words(self.wanted)} ({self.typed}){self._moved()}"
        if self.kind == NOT_ME:
            return f"not me: names {self.typed}{self._known_words()}"
        if self.kind == CONFLICT:
            return "a conflict of interest: ask somebody else, and recuse who declared it"
        return REPLIES[self.kind]

    def _moved(self) -> str:
        clock = self.clock
        if clock is None:
            return "; no date is running"
        if london_date(clock.due) >= self.wanted:
            return "; the date allows for it now"
        return "".join(f"; {reason}" for reason in self._against(clock))

    def _against(self, clock: Deadline) -> list[str]:
        return record.why_not_extend(replace(self.situation, actor=self.keeper), clock)

    def _known_words(self) -> str:
        if not self.named:
            return " (no address was given)"
        known = {person.email for person in self.known}
        strange = [each for each in self.named if each not in {*known, self.task.recipient}]
        told = [f"{p.email} is in the directory: {p.name}, {p.agency}" for p in self.known]
        return "".join(
            f"; {each}" for each in [*told, *(f"{s} is not in the directory" for s in strange)]
        )

    def lines(self) -> Iterator[tuple[str, ...]]:
        """The commands, each as its words."""
        if self.kind == LATER:
            yield from self._extend()
        elif self.kind == NOT_ME and self.known:
            yield from self._ask(self.known[0])
        elif self.kind == CONFLICT and self.task.recipient not in self.situation.case.recused:
            yield ("recuse", self._reference, "--who", self.task.recipient,
                   "--reason", "They declared a conflict of interest", *self._as)  # fmt: skip

    @property
    def _reference(self) -> str:
        return self.situation.case.reference

    @property
    def _as(self) -> tuple[str, str]:
        return "--as", self.keeper.email

    def _extend(self) -> Iterator[tuple[str, ...]]:
        clock = self.clock
        if clock and london_date(clock.due) < self.wanted and not self._against(clock):
            yield ("extend", self._reference, record.deadline_name(clock), "--to",
                   self.wanted.isoformat(), "--reason", f"{self._agency} asked for it",
                   *self._as)  # fmt: skip

    @property
    def _agency(self) -> str:
        return self.task.agency or "Who was asked"

    def _ask(self, person: Person) -> Iterator[tuple[str, ...]]:
        """Excuse who is the wrong one, then ask the right one; an agency has one task at a time."""
        process, case = self.situation.process, self.situation.case
        kind = process.task_by_key[self.task.kind]
        if _EXCUSED not in _keys(kind.answers):
            return
        if not kind.asked_by or (kind.stages and case.stage not in kind.stages):
            return
        yield ("answer", self._reference, self.task.id, "--with", _EXCUSED,
               "--reason", "It is for somebody else", *self._as)  # fmt: skip
        agency = person.agency or self._agency
        yield ("ask", self._reference, "--agency", f"{agency}={person.email}",
               "--kind", kind.key, *self._as)  # fmt: skip


def _keys(choices: Iterable[Any]) -> set[str]:
    return {choice.key for choice in choices}
