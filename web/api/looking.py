"""What the API answers to whoever looks: cases, dates, their proof, processes and working days."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from engine import verification
from engine.errors import Refused
from engine.length import end_of_day, parse_day
from engine.lists import Order, Place
from engine.ports import UnitOfWork
from engine.readable import Readable
from engine.reading import Reading, reading
from engine.tokens import READ
from store.refusals import no_process
from web import list_shapes, process_shapes, shapes
from web.api.doors import Call, Door, Query, flag
from web.api.problems import said
from web.api.withheld import record_of
from web.reading import note

A_PAGE, LARGEST_PAGE = 50, 200
_MOST_DAYS = 100_000
_FLAG = {"type": "boolean", "default": False}
_DAY = {"type": "string", "format": "date"}
_PAGE = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": A_PAGE}


def cases(call: Call) -> Response:
    """One page of the cases this person may read, by reference; `next` is the page after it."""
    # No reference has a NUL in it, and one database takes none.
    process, after = call.query.get("process", ""), call.query.get("after", "").replace("\0", "")
    limit = _whole(call, "limit", A_PAGE)
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused([f"limit: a whole number from 1 to {LARGEST_PAGE} is needed"])
    only_open, overdue = flag(call.query, "open"), flag(call.query, "overdue")
    house = call.premises.house
    with house.store.begin() as work:
        if process and process not in work.library.openable():
            raise no_process(process)
        which = (house.clock.now(), process, only_open, overdue)
        place = Place(after, after) if after else None
        found = Readable(work, call.actor, *which).lines(Order.REFERENCE, limit + 1, place)
    return _paged(call, [list_shapes.case(line) for line, _ in found], limit)


def _may_read(call: Call, work: UnitOfWork, reference: str) -> bool:
    case, area = work.cases.open(reference), work.people.directory().area
    process = work.library.process(case.digest)
    return reading(process, case, call.actor, area) is not Reading.NOTHING


def _paged(call: Call, rows: list[dict[str, Any]], limit: int) -> Response:
    more = rows[limit - 1]["reference"] if len(rows) > limit else ""
    to = {**call.query, "after": more}
    following = f"{call.root}/cases?{urlencode(to)}" if more else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return said({"cases": rows[:limit], "next": following}, headers=headers)


def case(call: Call) -> Response:
    """A case whole, or for an auditor its record alone; its revision is the ETag."""
    reference = call.path["ref"]
    _, allowed = call.case()
    note(call.premises.house, call.actor.email, reference, "case")
    document = shapes.whole_of(call.premises.house, reference, call.caller)
    shown = document if allowed is Reading.WHOLE else record_of(document)
    return said(shown, headers={"ETag": f'"{document["revision"]}"'})


def why(call: Call) -> Response:
    """The proof of one date."""
    reference = call.path["ref"]
    call.case()
    note(call.premises.house, call.actor.email, reference, "why")
    return said(verification.why(call.premises.house, reference, call.path["deadline"]))


def due(call: Call) -> Response:
    """What is due in the cases this person may read, late first."""
    house, by = call.premises.house, call.query.get("by", "")
    until = end_of_day(_day(call, "by")) if by else None
    with house.store.begin() as work:
        awaited = work.cases.awaited(until)
        seen = {r for r in dict.fromkeys(r for r, _ in awaited) if _may_read(call, work, r)}
    found = [(reference, deadline) for reference, deadline in awaited if reference in seen]
    return said({"by": by or None, "due": list_shapes.due(house, found, house.clock.now())})


def processes(call: Call) -> Response:
    """The processes the house runs."""
    with call.premises.house.store.begin() as work:
        found = list(work.library.openable().values())
    return said({"processes": [process_shapes.row(each) for each in found]})


def process(call: Call) -> Response:
    """A process whole, with the timescales new cases are counted by."""
    key = call.path["key"]
    with call.premises.house.store.begin() as work:
        found, rules = work.library.openable().get(key), work.library.current_rules()[1]
    if found is None:
        raise no_process(key)
    return said(process_shapes.process(found, rules))


def days_add(call: Call) -> Response:
    """A day and so many working days."""
    day, count = _day(call, "date"), _whole(call, "n", None)
    with call.premises.house.store.begin() as work:
        return said(list_shapes.added(work.library.current_calendar(), day, count))


def days_between(call: Call) -> Response:
    """The working days after one day, up to and including another."""
    first, last = _day(call, "from"), _day(call, "to")
    with call.premises.house.store.begin() as work:
        return said(list_shapes.between(work.library.current_calendar(), first, last))


def _day(call: Call, name: str) -> date:
    try:
        return parse_day(_wanted(call, name))
    except ValueError as fault:
        raise Refused([f"{name}: {fault}"]) from None


def _whole(call: Call, name: str, default: int | None) -> int:
    if default is not None and name not in call.query:
        return default
    value = _wanted(call, name)
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MOST_DAYS))):
        raise Refused([f"{name}: a whole number is needed"])
    return int(value)


def _wanted(call: Call, name: str) -> str:
    if name not in call.query:
        raise Refused([f"needed: {name}, behind the question mark"])
    return call.query[name]


DOORS = (
    Door("/cases", "GET", "listCases", READ, "List the cases you may read", cases, "Cases", query=(
        Query("process", "only cases of this process", {"type": "string"}),
        Query("open", "only open cases", _FLAG),
        Query("overdue", "only cases with a missed date", _FLAG),
        Query("limit", "how many at most", _PAGE),
        Query("after", "the last reference of the page before", {"type": "string"}),
    )),
    Door("/cases/{ref}", "GET", "showCase", READ, "Show a case", case, "WholeCase"),
    Door("/cases/{ref}/deadlines/{deadline:path}/why", "GET", "whyThisDate", READ,
         "Prove a date", why, "Proof"),
    Door("/due", "GET", "listDue", READ, "List what is due, late first", due, "Due", query=(
        Query("by", "only what is due by this day", _DAY),
    )),
    Door("/processes", "GET", "listProcesses", READ, "List the processes", processes, "Processes"),
    Door("/processes/{key}", "GET", "showProcess", READ, "Show a process whole", process,
         "Process"),
    Door("/days/add", "GET", "addDays", READ, "Add working days to a day", days_add, "Day", query=(
        Query("date", "the day", _DAY, needed=True),
        Query("n", "how many working days; may be negative", {"type": "integer"}, needed=True),
    )),
    Door("/days/between", "GET", "daysBetween", READ, "Count the working days between two days",
         days_between, "Days", query=(
             Query("from", "counting begins after it", _DAY, needed=True),
             Query("to", "the last day counted", _DAY, needed=True),
         )),
)  # fmt: skip
