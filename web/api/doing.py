"""What the API does to cases: each is a use case of the commands, given as JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.responses import Response

from engine import casework
from engine.case import Meeting, Step
from engine.errors import Absent, Refused
from engine.tokens import ACT
from web.api.doors import Call, Door, Query
from web.api.fields import FACTS, REASON, REVISION, Field, Kind
from web.api.once import CREATED, Use, done

_DRY = Query("dry_run", "only say what would change", {"type": "boolean", "default": False})


def open_case(call: Call) -> Response:
    """Open a case of a process. Errors: Refused, where there is no such process too."""
    use = partial(
        casework.open_case,
        key=call.given["process"],
        caller=call.caller,
        given=call.given.get("facts", {}),
        pseudonym=call.given.get("pseudonym", ""),
    )
    try:
        return done(call, use, CREATED)
    except Absent as absent:
        # The address was right, and what was sent to it was not.
        raise Refused(absent.reasons) from None


def _on(call: Call, use: Callable[..., Step], **given: Any) -> Response:
    """Do something to a case that may be read whole by whoever does it. Errors: Absent."""
    reference = call.whole_case().case.reference
    ready: Use = partial(use, reference=reference, caller=call.caller, **given)
    return done(call, ready)


def _reason(call: Call) -> str:
    return str(call.given.get("reason", ""))


def do(call: Call) -> Response:
    """Do an action on a case."""
    reason = {"reason": _reason(call)} if _reason(call) else {}
    given = {**call.given.get("facts", {}), **reason}
    return _on(call, casework.advance, action=call.path["action"], given=given)


def record(call: Call) -> Response:
    """Record facts on a case."""
    return _on(call, casework.record_facts, given=call.given["facts"], reason=_reason(call))


def ask(call: Call) -> Response:
    """Ask agencies for what the process asks: one task each."""
    given = {"agencies": call.given["agencies"], "kind": call.given.get("kind", "")}
    return _on(call, casework.ask, **given)


def answer(call: Call) -> Response:
    """Answer a task."""
    given = {"task": call.path["task"], "given": call.given["with"], "reason": _reason(call)}
    return _on(call, casework.answer, **given)


def extend(call: Call) -> Response:
    """Give one deadline a later date."""
    given = {"deadline": call.path["deadline"], "to": call.given["to"], "reason": _reason(call)}
    return _on(call, casework.extend, **given)


def hold(call: Call) -> Response:
    """Begin a hold."""
    given = {"kind": call.given["kind"], "since": call.given["from"], "reason": _reason(call)}
    return _on(call, casework.hold, **given)


def release(call: Call) -> Response:
    """End a hold."""
    return _on(call, casework.release, kind=call.path["kind"], on=call.given["on"])


def link(call: Call) -> Response:
    """Link a case to another that may be read whole too. Errors: Absent."""
    other = call.whole_case(call.given["other"]).case.reference
    return _on(call, casework.link, other=other, kind=call.given["kind"])


def meeting(call: Call) -> Response:
    """Record a meeting's attendance."""
    given = call.given
    kind = given.get("kind", "meeting")
    held = Meeting(given["on"], given["invited"], given["present"], kind, given.get("agencies", ()))
    return _on(call, casework.meeting, held=held)


def note(call: Call) -> Response:
    """Add a note to a case's record."""
    return _on(call, casework.note, text=call.given["text"])


def recuse(call: Call) -> Response:
    """Keep somebody with a conflict of interest off a case."""
    return _on(call, casework.recuse, who=call.given["who"], reason=_reason(call))


_KIND_OF_HOLD = Field("kind", Kind.LINE, "the kind of hold", needed=True)
_OPENING = (
    Field("process", Kind.LINE, "the process", needed=True),
    FACTS,
    Field("pseudonym", Kind.LINE, "a publication label, never from a name"),
)
_STEPS: tuple[tuple[str, str, str, Callable[[Call], Response], tuple[Field, ...]], ...] = (
    ("actions/{action}", "doAction", "Do an action", do, (FACTS, REASON)),
    ("facts", "recordFacts", "Record facts", record,
     (Field("facts", Kind.FACTS, "facts by their keys, each as text", needed=True), REASON)),
    ("agencies", "askAgencies", "Ask agencies: one task each", ask,
     (Field("agencies", Kind.AGENCIES, "who is asked, and where", needed=True),
      Field("kind", Kind.LINE, "what is asked, where there is a choice"))),
    ("tasks/{task}/answer", "answerTask", "Answer a task", answer,
     (Field("with", Kind.LINE, "received, nil, waived, declined ...", needed=True), REASON)),
    ("deadlines/{deadline:path}/extend", "extendDeadline", "Give a deadline a later date", extend,
     (Field("to", Kind.DAY, "the new day", needed=True), REASON)),
    ("holds", "beginHold", "Begin a hold", hold,
     (_KIND_OF_HOLD, Field("from", Kind.DAY, "the day it begins", needed=True), REASON)),
    ("holds/{kind}/release", "releaseHold", "End a hold", release,
     (Field("on", Kind.DAY, "the day it ends", needed=True),)),
    ("links", "linkCases", "Link a case to another", link,
     (Field("other", Kind.LINE, "the other case's reference", needed=True),
      Field("kind", Kind.LINE, "how they belong together", needed=True))),
    ("meetings", "recordMeeting", "Record a meeting's attendance", meeting,
     (Field("on", Kind.DAY, "the day of the meeting", needed=True),
      Field("invited", Kind.NUMBER, "how many were invited", needed=True),
      Field("present", Kind.NUMBER, "how many were present; deputies count", needed=True),
      Field("kind", Kind.LINE, "what sort of meeting it was"),
      Field("agencies", Kind.SEATS, "how each agency came"))),
    ("notes", "addNote", "Add a note", note,
     (Field("text", Kind.TEXT, "the note", needed=True),)),
    ("recusals", "recuse", "Keep somebody off a case", recuse,
     (Field("who", Kind.LINE, "whose conflict of interest it is", needed=True), REASON)),
)  # fmt: skip

DOORS = (
    Door("/cases", "POST", "openCase", ACT, "Open a case", open_case, "Receipt", _OPENING,
         (_DRY,), created=True),
    *(Door(f"/cases/{{ref}}/{path}", "POST", name, ACT, summary, use, "Receipt",
           (*fields, REVISION), (_DRY,))
      for path, name, summary, use, fields in _STEPS),
)  # fmt: skip
