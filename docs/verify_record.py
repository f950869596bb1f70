"""Check an exported record offline: python verify_record.py RECORD.json [CHECKPOINT.json]

RECORD.json is what `waymark export REF` prints. Every event carries a seal: a digest (SHA-256,
unless it begins with another's name) over the seal before it and all that the event says. Change,
remove, insert or move one and its seal no longer fits; the first such line is named. Lines cut from
the end leave no trace: for those give a checkpoint kept elsewhere (`waymark checkpoint FILE`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

WORDS = ("actor", "account", "kind", "data", "calendar")
KEYS = {"sequence", "at", "happened_on", "seal", *WORDS}
DIGESTS = {"": hashlib.sha256, "sha3_256": hashlib.sha3_256, "sha512": hashlib.sha512}


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; one that names a thing twice could show each reader something else."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("an object names the same thing twice")
    return found


def seal(previous: str, reference: str, event: dict[str, Any]) -> str:
    at, on = datetime.fromisoformat(event["at"]), date.fromisoformat(event["happened_on"])
    if at.tzinfo is None:
        raise ValueError("a time without a time zone could be any of several moments")
    line = [previous or "waymark", reference, event["sequence"], at.astimezone(UTC).isoformat()]
    line += [on.isoformat(), *(event[word] for word in WORDS)]
    text = json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    named = event["seal"].rpartition(":")[0]
    return f"{named}:" * bool(named) + DIGESTS[named](text.encode()).hexdigest()


def first_fault(reference: str, events: list[Any]) -> tuple[int, str] | None:
    """The number of the first line that is missing, moved or changed, and why; or None."""
    previous = ""
    for place, event in enumerate(events, start=1):
        if not isinstance(event, dict) or set(event) != KEYS:
            return place, "does not say what an event says, and nothing more"
        if type(event["sequence"]) is not int or event["sequence"] != place:
            return place, "is missing or out of order"
        try:
            fits = seal(previous, reference, event) == event["seal"]
        except (AttributeError, KeyError, TypeError, ValueError):
            fits = False
        if not fits:
            return place, "was changed after it was sealed"
        previous = event["seal"]
    return None if events else (1, "is missing")


def against(head: tuple[int, str], events: list[Any]) -> tuple[int, str] | None:
    """What a checkpoint shows: the record was cut short, or rewritten and sealed anew."""
    if len(events) < head[0]:
        return len(events) + 1, "is missing; the record was cut short"
    same = events[head[0] - 1]["seal"] == head[1]
    return None if same else (head[0], "is not the one the checkpoint saw")


def main(names: list[str]) -> str | None:
    texts = [Path(name).read_text("utf-8") for name in names]
    record, *kept = (json.loads(text, object_pairs_hook=once) for text in texts)
    reference, events = record["reference"], record["events"]
    fault = first_fault(reference, events)
    for head in (one["heads"][reference] for one in kept if reference in one["heads"]):
        fault = fault or against(head, events)
    if fault is None:
        sys.stdout.write(f"{reference}: {len(events)} events, every seal fits.\n")
    return f"{reference}: event {fault[0]} {fault[1]}." if fault else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)
