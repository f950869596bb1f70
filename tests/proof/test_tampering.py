"""S4: whatever is done to a record is found, and the first bad line is named.

10,000 attacks on recorded histories, each seen by the house and by the offline verifier.
"""

from __future__ import annotations

import importlib.util
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from engine import upkeep
from engine.audit import first_fault, tail_faults
from engine.casework import House
from tests.proof import attacks, histories, houses
from tests.proof.houses import HandClock
from workflows.catalogue import PROCESSES

VERIFIER = Path(__file__).parents[2] / "docs" / "verify_record.py"
RECORDS = [histories.read(path) for path in histories.all_recorded()]
TIMES = 2_000
PLACE = re.compile(r"event (\d+) ")


def load_verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_record", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


OFFLINE = load_verifier()


def found_by_house(reference: str, lines: attacks.Lines) -> int | None:
    fault = first_fault(reference, [histories.event(line) for line in lines])
    place = PLACE.search(fault) if fault else None
    assert (fault is None) == (place is None)
    return int(place[1]) if place else None


def found_offline(reference: str, lines: attacks.Lines) -> int | None:
    fault = OFFLINE.first_fault(reference, lines)
    return fault[0] if fault else None


def test_no_recorded_history_has_a_fault() -> None:
    for record in RECORDS:
        assert found_by_house(record["reference"], record["events"]) is None
        assert found_offline(record["reference"], record["events"]) is None


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_every_attack_is_found_and_its_first_line_named(name: str) -> None:
    """100 % of 2,000 of each kind, by the house and by the verifier alike."""
    random, attack, missed = Random(f"S4 {name}"), attacks.ATTACKS[name], []
    for _ in range(TIMES):
        record = random.choice(RECORDS)
        lines = list(record["events"])
        bad = attack(random, record["reference"], lines)
        named = [find(record["reference"], lines) for find in (found_by_house, found_offline)]
        if named != [bad, bad]:
            missed.append((record["reference"], bad, named))
    assert missed == []


def test_a_record_does_not_pass_for_another_case() -> None:
    for record in RECORDS:
        assert found_by_house("RR-2099-0001", record["events"]) == 1
        assert found_offline("RR-2099-0001", record["events"]) == 1


# ----------------------------------------------------------------------------- checkpoints


def heads_of(record: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    last = record["events"][-1]
    return {record["reference"]: (last["sequence"], last["seal"])}


def test_a_cut_tail_leaves_no_trace_in_the_record_and_is_found_by_a_checkpoint() -> None:
    """Every possible cut of every history: the first missing line is named."""
    for record in RECORDS:
        reference, heads = record["reference"], heads_of(record)
        events = histories.events_of(record)
        for length in range(len(events)):
            kept = events[:length]
            assert first_fault(reference, kept) is None
            (fault,) = tail_faults(heads, {reference: kept})
            assert f"event {length + 1} is missing" in fault
            if kept:
                place, _ = OFFLINE.against(heads[reference], record["events"][:length])
                assert place == length + 1


def test_a_record_rewritten_with_seals_that_fit_is_found_by_a_checkpoint() -> None:
    """Whoever can write the database can seal anew; what was kept outside cannot be."""
    random = Random("rewritten")
    for record in RECORDS:
        lines = list(record["events"])
        place = random.randrange(len(lines))
        lines[place] = {**lines[place], "actor": "nobody@council.example"}
        attacks.reseal_all(record["reference"], lines)
        assert found_by_house(record["reference"], lines) is None
        events = [histories.event(line) for line in lines]
        (fault,) = tail_faults(heads_of(record), {record["reference"]: events})
        assert f"event {len(lines)} is not the one the checkpoint saw" in fault
        head = heads_of(record)[record["reference"]]
        assert OFFLINE.against(head, lines) == (len(lines), "is not the one the checkpoint saw")


def test_a_record_that_grew_since_the_checkpoint_is_whole() -> None:
    for record in RECORDS:
        half = {**record, "events": record["events"][: len(record["events"]) // 2 + 1]}
        events = {record["reference"]: histories.events_of(record)}
        assert list(tail_faults(heads_of(half), events)) == []
        assert OFFLINE.against(heads_of(half)[record["reference"]], record["events"]) is None


@pytest.fixture
def house(tmp_path: Path) -> tuple[House, Path, str]:
    """A house in a file, with a played case of each process, and its checkpoint."""
    store = houses.make("sqlite", tmp_path)
    for seed, key in enumerate(sorted(PROCESSES)):
        houses.begin(store, key, seed, moves=25)
    made = House(store, HandClock(houses.latest(store)))
    return made, tmp_path / "house.db", upkeep.checkpoint(made)[0]


def change(file: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(file) as wire:
        wire.execute("PRAGMA foreign_keys=OFF")
        assert wire.execute(statement, values).rowcount > 0
    wire.close()


def test_a_whole_house_has_no_fault(house: tuple[House, Path, str]) -> None:
    found, _, kept = house
    assert upkeep.verify(found).faults == []
    assert upkeep.compare(found, kept) == []


def test_a_tail_cut_in_the_database_is_named(house: tuple[House, Path, str]) -> None:
    """By the checkpoint, and by the house, which still shows what the lost lines said."""
    found, file, kept = house
    with found.store.begin() as work:
        references = work.cases.references()
        lengths = {name: len(work.cases.events(name)) for name in references}
    name = max(lengths, key=lambda n: lengths[n])
    change(file, 'DELETE FROM event WHERE "case" = ? AND sequence > ?', name, lengths[name] - 3)
    assert upkeep.compare(found, kept) == [
        f"{name}: event {lengths[name] - 2} is missing; the record was cut short"
    ]
    assert any(fault.startswith(f"{name}: ") for fault in upkeep.verify(found).faults)


def test_a_line_changed_in_the_database_is_named(house: tuple[House, Path, str]) -> None:
    found, file, _ = house
    with found.store.begin() as work:
        references = sorted(work.cases.references())
    for name in references:
        change(file, 'UPDATE event SET actor = ? WHERE "case" = ? AND sequence = 2', "x", name)
    assert sorted(upkeep.verify(found).faults) == [
        f"{name}: event 2 was changed after it was sealed" for name in references
    ]


def test_a_date_changed_beside_the_record_is_named(house: tuple[House, Path, str]) -> None:
    """The record is whole, and the house shows something else than it says."""
    found, file, _ = house
    change(file, "UPDATE deadline SET due = raw_due, raw_due = due, provisional = 1 - provisional")
    faults = upkeep.verify(found).faults
    assert faults
    assert all("is not what the record says" in fault for fault in faults)
