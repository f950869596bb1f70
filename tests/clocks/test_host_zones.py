"""R21: wherever the machine thinks it stands, the same dates, reminders and words come out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.timescales import load
from engine.length import parse_instant
from tests.clocks.roads import ROADS
from tests.clocks.telling import MOMENTS
from tests.proof import oracle

ROOT = Path(__file__).parents[2]
ZONES = (
    "UTC",
    "Europe/London",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Chatham",
)


@pytest.fixture(scope="module")
def told() -> Mapping[str, Any]:
    """What a program told in each zone; every zone plays every case at all nine moments."""
    command = [sys.executable, "-m", "tests.clocks.telling"]
    running = {
        zone: subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "TZ": zone}, stdout=subprocess.PIPE, text=True
        )
        for zone in ZONES
    }
    answers = {zone: program.communicate(timeout=110)[0] for zone, program in running.items()}
    assert {zone: program.returncode for zone, program in running.items()} == dict.fromkeys(
        ZONES, 0
    )
    return {zone: json.loads(answer) for zone, answer in answers.items()}


@pytest.mark.parametrize("zone", ZONES[1:])
def test_the_zone_of_the_machine_changes_nothing(zone: str, told: Mapping[str, Any]) -> None:
    """Dates, words, records, notices and mails of every case; commands with times as typed."""
    for part in ("world", "read", "house"):
        assert told[zone][part] == told["UTC"][part]
    for moment in MOMENTS:
        for road in ROADS:
            here, there = told[zone]["cases"][moment], told["UTC"]["cases"][moment]
            assert here[road.name] == there[road.name], (moment, road.name)


def test_the_machines_clock_is_told_in_utc(told: Mapping[str, Any]) -> None:
    assert all(told[zone]["world"] is True for zone in ZONES)


def test_a_time_london_skipped_is_refused_and_one_it_had_twice_is_the_first(
    told: Mapping[str, Any],
) -> None:
    """In every zone, also where the machine's own clocks change on another night."""
    read = told["Pacific/Chatham"]["read"]
    assert read["2025-03-30T01:30"].startswith("London had no such time")
    assert read["2025-10-26T01:30"].startswith("2025-10-26T00:30:00+00:00 ")
    assert read["2025-07-01T00:30"].startswith("2025-06-30T23:30:00+00:00 Tuesday 1 July 2025")


def test_half_past_eleven_on_30_june_counts_as_1_july() -> None:
    """At 23:30 UTC it is tomorrow in London: five working days later is the 8th and not the 7th."""
    (road,) = (road for road in ROADS if road.name == "rapid review")
    for text, due in (("2025-06-30T23:30Z", "2025-07-08"), ("2025-06-30T22:30Z", "2025-07-07")):
        desk = next(iter(road.walk(parse_instant(text))))
        assert desk.due("notification") == due


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_date_is_what_an_independent_count_makes_it(moment: str) -> None:
    """At all nine moments, for every clock of every road."""
    counted = 0
    for road in ROADS:
        for desk in road.walk(parse_instant(MOMENTS[moment])):
            for d in desk.case.deadlines:
                day = oracle.day_of(d.start)
                rule = load().rule(road.process.key, d.key, day, d.variant)
                cap = road.process.timescale_by_key[d.key].cap
                known = desk.case.value(cap.fact) if cap else None
                capped = (known, cap.length) if cap and known else None
                assert rule is not None
                assert d.raw_due == oracle.raw_due(d.length, d.start, rule.closes, capped)
                counted += 1
    assert counted > 200
