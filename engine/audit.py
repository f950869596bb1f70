"""Seals: each event proves the one before it; replay proves the dates; checkpoints the tail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC

from engine.case import Event
from engine.keyring import DIGESTS

GENESIS = "waymark"
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def seal(previous: str, reference: str, event: Event, by: str = DIGESTS[0]) -> str:
    """The seal of an event: a digest over its predecessor's seal and all it says.

    by: the digest, whose name the seal begins with unless it is the first there was.
    """
    line = [
        previous or GENESIS,
        reference,
        event.sequence,
        event.at.astimezone(UTC).isoformat(),
        event.on.isoformat(),
        event.actor,
        event.account,
        event.kind,
        event.data,
        event.calendar,
    ]
    digest = hashlib.new(by, _CANONICAL(line).encode()).hexdigest()
    return digest if by == DIGESTS[0] else f"{by}:{digest}"


def fits(previous: str, reference: str, event: Event) -> bool:
    """Whether an event says what its seal says, by the digest that the seal names."""
    by = event.seal.rpartition(":")[0] or DIGESTS[0]
    return by in DIGESTS and event.seal == seal(previous, reference, event, by)


def first_fault(reference: str, events: Sequence[Event]) -> str | None:
    """The first line of a record that is missing, moved or changed; None where all is whole."""
    previous = ""
    for place, event in enumerate(events, start=1):
        if event.sequence != place:
            return f"{reference}: event {place} is missing or out of order"
        if not fits(previous, reference, event):
            return f"{reference}: event {place} was changed after it was sealed"
        previous = event.seal
    return None


def tail_faults(
    heads: Mapping[str, tuple[int, str]], records: Mapping[str, Sequence[Event]]
) -> Iterable[str]:
    """What a checkpoint kept outside shows: records cut short or rewritten since."""
    for reference, (sequence, head) in sorted(heads.items()):
        events = records.get(reference, ())
        if len(events) < sequence:
            yield f"{reference}: event {len(events) + 1} is missing; the record was cut short"
        elif events[sequence - 1].seal != head:
            yield f"{reference}: event {sequence} is not the one the checkpoint saw"
