"""The faults of who is told what: events that never happen and readers nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from engine.condition_faults import condition_faults
from engine.draft import Draft, Names
from engine.references import unknown
from engine.roles import ROLES
from engine.shape import NoticeRule

KINDS = (
    "opened", "moved", "asked", "due_soon", "due", "late", "escalated", "extended", "held",
    "released", "redated", "decided", "published", "closed",
)  # fmt: skip
AUDIENCES = ("recipient", "parties", "others", "raiser", "tasked")
SCOPES = ("parties", "recipient")
_WITHOUT_TASK = ("action", "stage", "fact", "held", "released", "linked")
_BARE = ("extended", "held", "released", "redated", "linked")


def notice_faults(draft: Draft, names: Names) -> Iterator[str]:
    """Every fault of a process's notices."""
    for rule in draft.notices:
        for check in (_event_faults, _reader_faults, _condition_faults):
            yield from (f"notice on '{rule.on}': {fault}" for fault in check(rule, names))


def audience_faults(audience: Iterable[str], names: Names) -> Iterator[str]:
    """What is wrong with the words that name readers."""
    for word in audience:
        role, at, where = word.partition("@")
        if at and (where not in SCOPES or role not in ROLES):
            yield f"names the audience '{word}'; write a known role, role@parties or role@recipient"
        elif not at and role not in ROLES and role not in AUDIENCES:
            yield f"names the audience '{word}', which is neither a role nor a known word"
        if (where == "parties" or word in ("parties", "others")) and not names.parties:
            yield f"names the audience '{word}', but no fact says who the parties are"


def about_task(audience: Iterable[str]) -> bool:
    """Whether words that name readers speak of a task: its recipient, or its agency."""
    return any(word.rpartition("@")[2] == "recipient" for word in audience)


def _event_faults(rule: NoticeRule, names: Names) -> Iterator[str]:
    form, colon, target = rule.on.partition(":")
    known: dict[str, tuple[str, Collection[str]]] = {
        "action": ("action", names.actions),
        "stage": ("stage", names.stages),
        "fact": ("fact", names.facts),
        "task": ("task kind", names.tasks),
        "answer": ("task kind", names.tasks),
        "met": ("timescale", names.timescales),
    }
    if not colon and form in _BARE:
        return
    if not colon or form not in known:
        yield "no event is called that; see the forms a notice may name"
        return
    noun, keys = known[form]
    yield from unknown(noun, (target,), keys)


def _reader_faults(rule: NoticeRule, names: Names) -> Iterator[str]:
    if rule.kind not in KINDS:
        yield f"is of the kind '{rule.kind}'; the kinds are {', '.join(KINDS)}"
    if not rule.to:
        yield "tells nobody"
    yield from audience_faults(rule.to, names)
    if about_task(rule.to) and rule.on.partition(":")[0] in _WITHOUT_TASK:
        yield "tells the recipient of a task, but this event is about no task"


def _condition_faults(rule: NoticeRule, names: Names) -> Iterator[str]:
    yield from (f"its condition {fault}" for fault in condition_faults(rule.when, names))
