"""A message and its tries as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from engine import outbox
from engine.case import Owed
from engine.outbox import Attempt, Message, State, Verdict
from store.codec import canonical
from store.instants import moment, read, written
from store.refusals import first_state
from store.statement import Row

# Why a reader is told: the one thing in which the messages about one event differ.
WHY = "because"


def owed_row(case: str, owed: Owed, at: datetime, mail_domain: str) -> dict[str, Any]:
    """A new row; where nobody holds the role there is nobody to send to, so it is parked."""
    state, words = first_state(owed)
    return {
        "case": case or None,
        "anchor": owed.anchor,
        "recipient": owed.recipient,
        "kind": owed.kind,
        "role": owed.role,
        "urgent": owed.urgent,
        "about": _told(owed.about),
        "message_id": outbox.message_id(case, owed.anchor, owed.recipient, mail_domain),
        "owed_at": written(at),
        "patience_from": written(owed.not_before or at),
        "not_before": written(owed.not_before),
        "state": str(state),
        "tries": 0,
        "next_at": None,
        "lease_until": None,
        "lease_by": None,
        "last_words": words,
    }


def _told(about: Mapping[str, str]) -> str:
    """What a message tells, as canonical JSON; people told of one thing differ in why alone."""
    if WHY not in about:
        return canonical(dict(about))
    shared = _shared(tuple([pair for pair in about.items() if pair[0] != WHY]))
    # A quotation mark inside a value is escaped, so this can only be the empty entry itself.
    return shared.replace(f'"{WHY}":""', f'"{WHY}":{canonical(about[WHY])}', 1)


@lru_cache(maxsize=64)
def _shared(pairs: tuple[tuple[str, str], ...]) -> str:
    return canonical({**dict(pairs), WHY: ""})


def message_of(row: Row) -> Message:
    number, case, anchor, kind, recipient, role, urgent, about, name, owed_at = row[:10]
    state, tries, next_at, last_words, not_before = row[10:]
    return Message(
        id=number,
        case=case or "",
        anchor=anchor,
        kind=kind,
        recipient=recipient,
        role=role,
        urgent=bool(urgent),
        about=orjson.loads(about),
        message_id=name,
        owed_at=moment(owed_at),
        state=State(state),
        tries=tries,
        next_at=read(next_at),
        last_words=last_words,
        not_before=read(not_before),
    )


def attempt_row(number: int, attempt: Attempt) -> dict[str, Any]:
    return {
        "outbox": number,
        "at": written(attempt.at),
        "courier": attempt.courier,
        "verdict": str(attempt.verdict),
        "code": attempt.code,
        "words": attempt.words,
        "moment": attempt.moment,
        "template": attempt.template,
    }


def attempt_of(row: Row) -> Attempt:
    at, courier, verdict, code, words, when, template = row
    return Attempt(moment(at), courier, Verdict(verdict), code, words, when, template)
