"""One message: from what is owed to the bytes of a mail, its date for the calendar included."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.tables import Row
from engine.outbox import Message, message_id
from notifications.letterhead import Letterhead
from notifications.message import compose

EACH, ROUNDS, GOAL = 100, 9, 0.002
LIMIT = f"at most 1.00 of {GOAL * 1000:.0f} ms"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUSE = Letterhead(
    "Northmoor Safeguarding Children Partnership",
    "Northmoor case reviews",
    "reviews@northmoor-partnership.example",
    "business.manager@northmoor-partnership.example",
    "01632 960000",
    "northmoor-partnership.example",
)
ABOUT = {
    "reference": "",
    "process_label": "Rapid review",
    "stage_label": "Gathering information",
    "kind": "asked",
    "title": "Agency return",
    "asks": "Please return your agency's information by the due date. A nil return is one too.",
    "otherwise": "You will be reminded, and then your agency's seniors and the partners are told.",
    "because": "you were asked for your agency",
    "due": "2026-11-27T23:59:59+00:00",
    "due_words": "Friday 27 November 2026 (Agency return)",
    "raw_due_words": "",
    "standing_words": "Local default",
    "citation": "No published length; a local setting",
    "task": "T1",
    "answer_words": "Received; Nil return",
    "provisional": "",
    "urgent": "",
    "previous_due_words": "",
    "clock": "agency_return/T1/1",
    "sequence": "3",
}


def measure(folder: Path) -> list[Row]:  # noqa: ARG001 - no house is needed for it
    """Compose a hundred mails of a hundred cases, each to a reader of its own, a few times over."""
    owed = [_owed(number) for number in range(EACH)]
    dateless = [replace(message, about={**message.about, "clock": ""}) for message in owed]
    _composed(owed)
    rounds = [(_seconds(owed), _seconds(dateless)) for _ in range(ROUNDS)]
    with_date, without = (median(taken) for taken in zip(*rounds, strict=True))
    beside = f"{without * 1000:.2f} ms without a date for the calendar"
    ours = f"{with_date * 1000:.2f} ms"
    return [Row("a message, to the bytes of a mail", ours, beside, with_date / GOAL, LIMIT)]


def _owed(number: int) -> Message:
    case, anchor = f"RR-2026-{number:04}", "task:agency_return#3/T1"
    reader = f"sergeant{number}@northmoor-police.example"
    identity = message_id(case, anchor, reader, HOUSE.domain)
    about = {**ABOUT, "reference": case}
    return Message(number, case, anchor, "asked", reader, "", False, about, identity, NOW)


def _seconds(owed: Sequence[Message]) -> float:
    """Processor time for one of them."""
    gc.collect()
    began = time.process_time()
    _composed(owed)
    return (time.process_time() - began) / len(owed)


def _composed(owed: Sequence[Message]) -> None:
    for message in owed:
        compose(message, HOUSE, NOW)
