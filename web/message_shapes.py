"""The JSON of a message and of a letter: what was owed, each try, what came back, and its link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.case import Event
from engine.keys import has_link
from engine.letters import Letter
from engine.links import taken_back, used
from engine.outbox import Attempt, Message


def message(found: Message, attempts: Sequence[Attempt]) -> dict[str, Any]:
    """One message with the evidence of its tries."""
    return {
        "id": found.id,
        "case": found.case,
        "kind": found.kind,
        "recipient": found.recipient,
        "role": found.role,
        "title": found.about.get("title", ""),
        "message_id": found.message_id,
        "state": str(found.state),
        "owed_at": found.owed_at.isoformat(),
        "next_at": found.next_at.isoformat() if found.next_at else None,
        "tries": found.tries,
        "last_words": found.last_words,
        "attempts": [_attempt(each) for each in attempts],
    }


def _attempt(found: Attempt) -> dict[str, Any]:
    return {
        "at": found.at.isoformat(),
        "courier": found.courier,
        "template": found.template or None,
        "moment": found.moment,
        "verdict": str(found.verdict),
        "code": found.code,
        "words": found.words,
        "queue_id": found.queue_id or None,
    }


def evidence(
    found: Message,
    attempts: Sequence[Attempt],
    letters: Iterable[Letter],
    events: Iterable[Event],
) -> dict[str, Any]:
    """All there is of one message: what it tells, its tries, its letters without their words.

    letters and events are those of its case. link is None where its mail carries none.
    """
    return {
        **message(found, attempts),
        "about": dict(found.about),
        "letters": [letter(each) for each in letters if each.outbox == found.id],
        "link": _link(found, tuple(events)) if has_link(found) else None,
    }


def _link(found: Message, events: Sequence[Event]) -> dict[str, Any]:
    """What was done by the link of a message, and by whom it was taken back, if it was."""
    ended = taken_back(found, events)
    done = used(found, events)
    return {
        "used": [{"sequence": e.sequence, "at": e.at.isoformat(), "kind": e.kind} for e in done],
        "revoked_at": ended.at.isoformat() if ended else None,
        "revoked_by": ended.actor if ended else None,
    }


def letter(found: Letter) -> dict[str, Any]:
    """One letter, without its sender's own words: they may name a child."""
    return {
        "id": found.id,
        "status": str(found.status),
        "kind": str(found.kind),
        "case": found.case or None,
        "message": found.outbox,
        "sender": found.sender,
        "received_at": found.received_at.isoformat(),
        "proposed": found.proposed,
        "reason": found.reason,
        "failure": found.failure or None,
        "suggested": found.suggested if found.outbox is None else None,
        "back_on": found.back_on.isoformat() if found.back_on else None,
        "settled_by": found.settled_by or None,
        "settled_at": found.settled_at.isoformat() if found.settled_at else None,
    }
