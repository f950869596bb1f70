"""Deadlines: derived again from the record after every step, never typed and never drifting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.case import CANCELLED, MET, MET_LATE, RUNNING, Case, Deadline
from engine.clocks import Beginning, beginning, due, of_task
from engine.inputs import change
from engine.judgement import cancelled, judge
from engine.length import london_date
from engine.ruling import Ruling, ruling
from engine.shape import Entered, FirstKnown, LaterOf, Passes, TaskAsked, Timescale
from engine.situation import CaseView, Situation
from engine.values import replace


def derive(situation: Situation, since: Case | None = None) -> Case:
    """The case with every deadline as its record now makes it.

    since is the case as its deadlines were last derived: where it is given, clocks that hang on
    nothing that has changed since are left as they are. Closed deadlines stay as they were, unless
    the fact they started from was corrected.
    Errors: CalendarEnds where a date would fall beyond the known bank holidays.
    """
    timescales = _touched(situation, since)
    case = _derived(situation, [t for t in timescales if not isinstance(t.start, Passes)])
    # A clock that starts when another one's date is passed sees that date as it now is.
    waiting = [t for t in timescales if isinstance(t.start, Passes)]
    return _derived(replace(situation, case=case), waiting) if waiting else case


def _touched(situation: Situation, since: Case | None) -> Sequence[Timescale]:
    process, case = situation.process, situation.case
    changed = change(since, case, situation.calendar.snapshot) if since else None
    if changed is None:
        return process.timescales
    inputs = process.inputs
    return [t for t in process.timescales if changed.touches(t.key, inputs[t.key])]


def _derived(situation: Situation, timescales: Iterable[Timescale]) -> Case:
    case, view = situation.case, CaseView(situation)
    derived: dict[tuple[str, str, int], Deadline] = {d.identity: d for d in case.deadlines}
    for timescale in timescales:
        for deadline in _clocks(timescale, situation, view):
            derived[deadline.identity] = deadline
    deadlines = tuple(derived.values())
    return case if deadlines == case.deadlines else replace(case, deadlines=deadlines)


def _clocks(timescale: Timescale, situation: Situation, view: CaseView) -> Iterator[Deadline]:
    if isinstance(timescale.start, TaskAsked):
        yield from _task_clocks(timescale, situation)
        return
    last = _last(situation.case, timescale.key)
    if last is None and not situation.case.is_open:
        return
    runs = _runs(timescale, situation.case, view)
    yield from _clock(timescale, situation, last, runs)


def _last(case: Case, key: str) -> Deadline | None:
    return next((d for d in reversed(case.deadlines) if d.key == key), None)


def _runs(timescale: Timescale, case: Case, view: CaseView) -> bool:
    return (case.is_open or timescale.outlives) and timescale.when.holds(view)


def _clock(
    timescale: Timescale, situation: Situation, last: Deadline | None, runs: bool
) -> Iterator[Deadline]:
    began = beginning(timescale.start, situation.case)
    if last is None:
        if runs and began is not None:
            yield from _fresh(timescale, situation, began, 1)
        return
    if last.is_open:
        yield from _go_on(timescale, situation, last, began, runs)
    elif runs and began is not None:
        yield from _after_close(timescale, situation, last, began)


def _go_on(
    timescale: Timescale,
    situation: Situation,
    last: Deadline,
    began: Beginning | None,
    runs: bool,
) -> Iterator[Deadline]:
    """An open deadline: derived again, cancelled where its reason has gone, renewed where met."""
    own = Beginning(last.start, last.start_fact, last.began)
    if isinstance(timescale.start, Entered) and began and began.sequence > last.began:
        ended = _refresh(timescale, situation, last, own)
        yield cancelled(ended) if ended.is_open else ended
        yield from _fresh(timescale, situation, began, last.cycle + 1)
        return
    # A round begun by being met, or a notice of delay once owed, keeps the day it began.
    if began is not None and (isinstance(timescale.start, Passes) or last.cycle > 1):
        began = own if timescale.recurring or isinstance(timescale.start, Passes) else began
    if began is None:
        yield cancelled(last)
        return
    settled = _refresh(timescale, situation, last, began)
    if not runs and settled.is_open:
        yield cancelled(last)
        return
    yield settled
    if timescale.recurring and runs:
        yield from _renew(timescale, situation, settled)


def _after_close(
    timescale: Timescale, situation: Situation, last: Deadline, began: Beginning
) -> Iterator[Deadline]:
    """A closed deadline: begun anew, corrected, or left exactly as it is."""
    case = situation.case
    again = isinstance(timescale.start, Entered) or last.began < case.episode
    by_fact = isinstance(timescale.start, LaterOf | FirstKnown) and last.status in (MET, MET_LATE)
    corrected = by_fact and began.text != last.start
    corrected = corrected and _corrected(timescale, situation, last, began)
    if began.sequence > last.began and again:
        yield from _fresh(timescale, situation, began, last.cycle + 1)
    elif timescale.recurring:
        yield from _renew(timescale, situation, last)
    elif corrected and case.is_open:
        yield _refresh(timescale, situation, last, began)
    elif last.status == CANCELLED and case.is_open:
        yield _refresh(timescale, situation, replace(last, status=RUNNING), began)


def _corrected(
    timescale: Timescale, situation: Situation, last: Deadline, began: Beginning
) -> bool:
    """Whether the start is another one than the deadline was counted from, as its rule sees it."""
    found = ruling(timescale, situation, began)
    return found is not None and found.began.text != last.start


def _renew(timescale: Timescale, situation: Situation, last: Deadline) -> Iterator[Deadline]:
    if last.met_on is None or last.status not in (MET, MET_LATE):
        return
    meeting = max(
        (
            situation.case.facts[k].sequence
            for k in timescale.met.facts
            if k in situation.case.facts
        ),
        default=0,
    )
    if meeting > last.began:
        began = Beginning(last.met_on.isoformat(), timescale.met.facts[0], meeting)
        yield from _fresh(timescale, situation, began, last.cycle + 1)


def _fresh(
    timescale: Timescale, situation: Situation, began: Beginning, cycle: int, task: str = ""
) -> Iterator[Deadline]:
    found = ruling(timescale, situation, began)
    if found is None:
        return
    blank = Deadline(
        key=timescale.key,
        task=task,
        cycle=cycle,
        start="",
        start_fact="",
        due=situation.now,
        raw_due=situation.now,
        length="",
        standing="",
        looked_at=situation.now,
        began=began.sequence,
    )
    yield _refresh(timescale, situation, blank, began)


def _task_clocks(timescale: Timescale, situation: Situation) -> Iterator[Deadline]:
    kind = timescale.start.kind if isinstance(timescale.start, TaskAsked) else ""
    known = {d.task: d for d in situation.case.deadlines if d.key == timescale.key}
    for task in situation.case.tasks:
        if task.kind != kind:
            continue
        last = known.get(task.id)
        if last is None:
            yield from _fresh(timescale, situation, of_task(task), 1, task.id)
        elif last.is_open:
            yield _refresh(timescale, situation, last, of_task(task))


def _refresh(
    timescale: Timescale, situation: Situation, deadline: Deadline, began: Beginning
) -> Deadline:
    """One deadline as the record makes it: start, date, status and the next look."""
    found = ruling(timescale, situation, began)
    if found is None:
        return cancelled(deadline)
    rule, case, calendar = found.rule, situation.case, situation.calendar
    if _as_before(timescale, situation, deadline, found):
        return judge(timescale, situation, deadline, found, held=False)
    dates = due(timescale, rule, found.began, case, calendar, deadline.identity)
    dated = replace(
        deadline,
        start=found.began.text,
        start_fact=found.began.fact,
        due=dates.due,
        raw_due=dates.raw,
        length=str(rule.length),
        standing=rule.standing,
        calendar=calendar.snapshot,
        provisional=rule.length.unit == "wd" and calendar.provisional(london_date(dates.due)),
        variant=found.variant,
        met_on=None,
        look_at=None,
    )
    return judge(timescale, situation, dated, found, dates.held)


def _as_before(
    timescale: Timescale, situation: Situation, deadline: Deadline, found: Ruling
) -> bool:
    """Whether nothing that makes this date has changed since it was derived.

    Only for clocks no hold, extension or cap can touch: their date is rule, start and calendar.
    """
    same = deadline.start == found.began.text and deadline.variant == found.variant
    counted = same and deadline.calendar == situation.calendar.snapshot
    movable = timescale.holds or timescale.cap or situation.case.extensions
    return counted and deadline.status == RUNNING and not movable
