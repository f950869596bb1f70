"""R25: what was released goes on meaning what it meant.

Every published definition is kept byte for byte, and recorded histories replay to the same
stages, tasks, dates and seals, whatever has changed in the code since.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine import publishing
from engine.audit import first_fault, seal
from engine.history import KINDS
from tests.proof import histories
from workflows.catalogue import PROCESSES

RECORDED = histories.all_recorded()
CHANGED = (
    "{key} is no longer what was published as version {version}. Cases may be open under it, and"
    " they keep it. If the change is meant, raise its version in workflows/{key}.py and run"
    " .venv/bin/python -m tests.golden.record (before a first release: with --anew)."
)


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> dict[str, Any]:
    return histories.read(request.param)


def test_there_are_at_least_twenty_histories_and_five_of_each_process() -> None:
    recorded = Counter(histories.read(path)["process"] for path in RECORDED)
    assert sum(recorded.values()) >= 20
    assert {key: recorded[key] >= 5 for key in PROCESSES} == dict.fromkeys(PROCESSES, True)


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_declared_process_is_what_was_published_under_its_version(key: str) -> None:
    """Byte for byte. A deliberate change takes a new version; the old file stays."""
    process = PROCESSES[key]
    words = CHANGED.format(key=key, version=process.version)
    kept = histories.DEFINITIONS / f"{key}-{process.version}.json"
    assert kept.exists(), words
    if kept.read_bytes() != publishing.to_json(process).encode():
        pytest.fail(words)


@pytest.mark.parametrize(
    "path", sorted(histories.DEFINITIONS.glob("*.json")), ids=lambda path: path.stem
)
def test_every_published_definition_still_stands(path: Path) -> None:
    """It can be read, has no fault, and is written again as it was."""
    text = path.read_text("utf-8")
    process = publishing.from_json(text)
    assert path.stem == f"{process.key}-{process.version}"
    assert publishing.to_json(process) == text


def test_a_history_is_pinned_to_what_is_kept(document: dict[str, Any]) -> None:
    """Its definition and its rulebook are the ones it names, by digest."""
    assert publishing.digest(histories.definition_of(document)) == document["definition"]
    assert publishing.rules_digest(histories.rulebook_of(document)) == document["rulebook"]
    opened = document["events"][0]["data"]
    assert (opened["digest"], opened["rules"]) == (document["definition"], document["rulebook"])


def test_a_history_keeps_its_seals(document: dict[str, Any]) -> None:
    """Each seal is computed again from its line, and is the one that was recorded."""
    events, head = histories.events_of(document), ""
    for event in events:
        head = seal(head, document["reference"], event)
        assert head == event.seal
    assert first_fault(document["reference"], events) is None
    assert document["expected"]["seal"] == head


def test_a_history_leads_to_the_same_stage_tasks_and_dates(document: dict[str, Any]) -> None:
    events = histories.events_of(document)
    replayed = histories.expected(histories.replayed(document, events))
    assert replayed == document["expected"]


def test_a_replay_notices_one_changed_date(document: dict[str, Any]) -> None:
    """The comparison can fail: shift one recorded deadline by a day and it does."""
    events = histories.events_of(document)
    replayed = histories.expected(histories.replayed(document, events))
    replayed["deadlines"][0]["due"] = "2020-01-01T23:59:59+00:00"
    assert replayed != document["expected"]


def test_the_histories_show_every_kind_of_event() -> None:
    seen = {e["kind"] for path in RECORDED for e in histories.read(path)["events"]}
    assert seen == KINDS - {"kept"} or seen == KINDS
