"""The daily and the weekly lists: what whoever keeps the cases, and the panel, must look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from engine.case import RUNNING, Deadline, Task
from engine.digest_parts import (
    Gathered,
    Row,
    Section,
    Seen,
    late,
    late_rows,
    near,
    near_rows,
    section,
    what_of,
)
from engine.length import in_words
from engine.london import end_of_day, london_date
from engine.notices import due_words
from engine.outbox import Message
from engine.reached import NO, YES, unanswered
from engine.still import why_gone

# Working days ahead.
SOON = 5
# Whoever holds this role keeps the reviews of the Case Review Panel.
PANEL = "review_chair"


def daily(gathered: Gathered, seen: Sequence[Seen], roles: Iterable[str]) -> Iterator[Section]:
    """For whoever keeps cases: what is late, what is near, who is silent, what is stuck.

    roles are those for which it is read: only cases that one of them keeps are in it.
    """
    mine = [one for one in seen if not set(roles).isdisjoint(one.process.keepers)]
    until = end_of_day(gathered.calendar.add(gathered.today, SOON))
    by = f"Due by {in_words(london_date(until))}"
    yield section("Overdue", late_rows(late(mine, gathered.now)), "overdue")
    yield section(by, near_rows(near(mine, gathered.now, until)), "due soon")
    yield section("Not reached", _task_rows(mine, NO), "not reached")
    yield section("Told, and no answer yet", _task_rows(mine, YES), "without an answer")
    yield _letters(gathered.letters)
    stuck = _stuck_rows(gathered.stuck, mine)
    yield section("Messages that were not sent", stuck, "message not sent", "messages not sent")


def weekly(gathered: Gathered, seen: Sequence[Seen]) -> Iterator[Section]:
    """For the Case Review Panel: what is late, and its open reviews with their next dates."""
    reviews = [one for one in seen if PANEL in one.process.keepers]
    listed = sorted(reviews, key=lambda one: _place(one, gathered.now))
    rows = [_review_row(one, gathered.now) for one in listed]
    yield section("Late in reviews", late_rows(late(reviews, gathered.now)), "late in reviews")
    yield section("Open reviews", rows, "open review", "open reviews")


def _task_rows(seen: Iterable[Seen], wanted: str) -> Iterator[Row]:
    """Open tasks whose recipient has said nothing, by what became of telling them."""
    for one in seen:
        for each in unanswered(one.case.tasks, one.messages, one.lost):
            if each.reached == wanted:
                yield one.case.reference, _asked(one, each.task), _since(each.told[0])


def _asked(one: Seen, task: Task) -> str:
    return f"{one.process.task_by_key[task.kind].label} ({task.id})"


def _since(message: Message) -> str:
    return f"asked {in_words(london_date(message.owed_at))}"


def _letters(waiting: int) -> Section:
    wait = "letter waits" if waiting == 1 else "letters wait"
    rows = [("", f"{waiting} {wait} for a person to look at", "")] if waiting else []
    return Section("Letters", tuple(rows), f"{waiting} {wait}" if waiting else "")


def _stuck_rows(stuck: Iterable[Message], seen: Iterable[Seen]) -> Iterator[Row]:
    """Messages of these cases that wait for a person; whom they were for is not said."""
    known = {one.case.reference: one.case for one in seen}
    for message in stuck:
        case = known.get(message.case)
        if case and not why_gone(message, case):
            since = f"owed {in_words(london_date(message.owed_at))}"
            yield message.case, f"Message {message.id} is {message.state}", since


def _next(one: Seen, now: datetime) -> Deadline | None:
    ahead = [d for d in one.case.deadlines if d.status == RUNNING and d.due >= now]
    return min(ahead, key=lambda d: d.due, default=None)


def _place(one: Seen, now: datetime) -> tuple[bool, datetime, str]:
    """Those with the nearest date first, those with none last."""
    dated = _next(one, now)
    return dated is None, dated.due if dated else one.case.opened_at, one.case.reference


def _review_row(one: Seen, now: datetime) -> Row:
    dated = _next(one, now)
    stage = one.process.stage_by_key[one.case.stage].label
    coming = f"{what_of(one, dated)}, due {due_words(dated)}" if dated else "no date is running"
    return one.case.reference, f"{one.process.label}: {stage}", f"next: {coming}"
