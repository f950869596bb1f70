"""Why this date: for thousands of dates of played cases the proof reaches the date again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from config.timescales import load
from engine.case import Case, Deadline
from engine.length import Length
from engine.proof import explain
from engine.rules import Rule, Rulebook
from engine.situation import Situation
from engine.timescale import derive
from tests.desk import Desk
from tests.proof import oracle
from tests.proof.plays import every
from tests.workflows.deaths import gathering
from tests.workflows.review_roads import PRACTICE, RAPID, desk_of
from workflows.practice_review import PRACTICE_REVIEW
from workflows.rapid_review import RAPID_REVIEW

SEEDS = range(60)


@cache
def played() -> tuple[tuple[str, int, Desk], ...]:
    return tuple(every(SEEDS, moves=50))


def moments(often: int) -> Iterator[tuple[str, int, Desk, Situation]]:
    """Played cases as they stood after every so many steps."""
    for key, seed, desk in played():
        for step in desk.steps[::often]:
            at = step.events[-1].at
            yield key, seed, desk, replace(desk.situation, case=step.case, now=at)


def proved(situation: Situation) -> Iterator[tuple[Deadline, dict[str, Any]]]:
    for deadline in situation.case.deadlines:
        if deadline.is_open:
            yield deadline, explain(situation, deadline)


def test_the_proof_of_every_open_date_recounts_to_it() -> None:
    """Start, rule, holds and extensions: over 8,000 dates still awaited, none differs."""
    wrong, kinds = [], Counter[str]()
    for key, seed, _, situation in moments(often=2):
        for deadline, why in proved(situation):
            kinds[why["length"][-1]] += 1
            kinds["all"] += 1
            kinds["moved"] += why["check"]["due"] != why["raw_due"]
            if why["check"]["due"] != why["due"] or why["due"] != _shown(deadline, why):
                wrong.append((key, seed, deadline.identity, why["due"], why["check"]))
    assert wrong == []
    assert kinds["all"] > 8_000
    assert min(kinds[of] for of in ("moved", "d", "h", "m", "w")) > 100


def _shown(deadline: Deadline, why: dict[str, Any]) -> str:
    if len(why["due"]) == 10:
        return oracle.london_day(deadline.due).isoformat()
    return deadline.due.astimezone(oracle.LONDON).isoformat(timespec="seconds")


def test_the_days_listed_lead_to_the_date() -> None:
    """Each counted day is a working day, each other is named why not, and the last is the date."""
    counted = 0
    for key, seed, _, situation in moments(often=9):
        for deadline, why in proved(situation):
            days = why["days"]
            number = Length.parse(why["length"]).number
            assert all(day["because"] for day in days), (key, seed)
            if why["length"].endswith("wd") and number:
                assert sum(day["counted"] for day in days) == abs(number)
                for day in days:
                    assert day["counted"] == oracle.is_working(date.fromisoformat(day["date"]))
            last = date.fromisoformat(days[-1]["date"])
            if why["cap"] is None:
                assert last == oracle.london_day(deadline.raw_due), (key, seed, deadline.identity)
            counted += len(days)
    assert counted > 5_000


def test_every_hold_and_every_extension_of_a_date_is_listed() -> None:
    found = Counter[str]()
    for _, _, desk, situation in moments(often=9):
        case = situation.case
        for deadline, why in proved(situation):
            assert [(h["kind"], h["from"], h["until"]) for h in why["holds"]] == _holds(case)
            stops = desk.process.timescale_by_key[deadline.key].holds
            for hold in why["holds"]:
                lawful = why["standing"] != "statutory"
                assert hold["stops_this_clock"] == (hold["kind"] in stops and lawful)
            given = [e for e in case.extensions if _of(e) == deadline.identity]
            assert [e["to"] for e in why["extensions"]] == [e.to.isoformat() for e in given]
            found.update(holds=len(why["holds"]), extensions=len(given))
    assert min(found["holds"], found["extensions"]) > 50


def _holds(case: Case) -> list[tuple[str, str, str | None]]:
    return [
        (h.kind, h.since.isoformat(), h.until.isoformat() if h.until else None) for h in case.holds
    ]


def _of(extension: Any) -> tuple[str, str, int]:
    return (extension.deadline, extension.task, extension.cycle)


# --------------------------------------------------------------------- what a date must not do


def test_deriving_the_dates_again_changes_nothing() -> None:
    """After every step of every play the dates stand: nothing waits for the next step to move."""
    moved, steps = [], 0
    for key, seed, _, situation in moments(often=1):
        steps += 1
        if derive(situation) != situation.case:
            moved.append((key, seed, situation.case.revision))
    assert moved == []
    assert steps > 3_000


def test_two_extensions_agreed_on_one_day_leave_the_later_one_standing() -> None:
    """The second replaces the first; so it must, whatever the hour."""
    desk = gathering()
    desk.ask("cdop_coordinator", "School")
    task = desk.case.tasks[-1].id
    desk.extend("cdop_coordinator", f"reporting_form/{task}", "2025-07-10")
    desk.extend("cdop_coordinator", f"reporting_form/{task}", "2025-07-24")
    assert desk.due("reporting_form") == "2025-07-24"


def delayed() -> Desk:
    desk = desk_of(PRACTICE_REVIEW, PRACTICE[0].day)
    desk.open(PRACTICE[0].role, **PRACTICE[0].facts)
    return desk


def test_a_notice_of_delay_is_owed_in_the_step_that_makes_it_due() -> None:
    """The decision is dated back and the forecast given with it: both count at once."""
    desk = delayed().at("2025-02-20")
    desk.record("business_manager", decided_on="2025-01-06", publication_forecast_on="2025-07-10")
    assert desk.due("publication") == "2025-07-06"
    assert desk.due("delay_notice") == "2025-02-20"


def test_a_notice_of_delay_is_not_owed_for_a_date_that_was_corrected_away() -> None:
    """Missed under a wrong date of decision; corrected, nothing was missed at all."""
    desk = delayed().at("2025-07-25")
    desk.sweep()
    desk.sweep()
    assert desk.deadline("delay_notice").is_open
    desk.record("business_manager", decided_on="2025-03-03")
    assert desk.deadline("publication").status == "running"
    assert desk.deadline("delay_notice").status == "cancelled"


def test_a_second_forecast_does_not_make_a_missed_notice_of_delay_timely() -> None:
    """The notice is due on the day the first forecast beyond six months was recorded."""
    desk = delayed().at("2025-02-20")
    desk.record("business_manager", publication_forecast_on="2025-09-01")
    desk.at("2025-02-24").sweep()
    assert desk.deadline("delay_notice").status == "breached"
    desk.at("2025-02-26").record("business_manager", publication_forecast_on="2025-10-01")
    assert desk.deadline("delay_notice").status == "breached"
    assert desk.due("delay_notice") == "2025-02-20"


# --------------------------------------------------------------------- the rule that was used


def other_starts() -> Iterator[Rule]:
    """From 2026 this partnership counts ten days from awareness, not fifteen from notification."""
    for rule in load().rules:
        if (rule.process, rule.timescale) != ("rapid_review", "rapid_review"):
            yield rule
            continue
        yield replace(rule, until=date(2025, 12, 31))
        yield replace(
            rule,
            since=date(2026, 1, 1),
            length=Length.parse("10wd"),
            start="aware_at",
            citation="A local choice",
        )


@pytest.mark.parametrize("on", ["2026-01-02", "2025-12-30"])
def test_a_date_is_proved_by_the_rule_it_was_counted_by(on: str) -> None:
    """Though the rule counts from a day on which another rule was in force."""
    desk = Desk(RAPID_REVIEW, Rulebook("local", tuple(other_starts())), f"{on}T10:00")
    known = {"incident_on": "2025-12-22", "aware_at": "2025-12-23T10:00"}
    desk.open("police", **{**RAPID[0].facts, **known})
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": on})
    new = on >= "2026"
    start, length = ("2025-12-23", "10wd") if new else (on, "15wd")
    assert desk.due("rapid_review") == oracle.later(oracle.day_of(start), length).isoformat()
    why = explain(desk.situation, desk.deadline("rapid_review"))
    assert why["length"] == length
    assert why["citation"].startswith("A local choice") == new
    assert why["check"]["due"] == why["due"]


def test_a_later_round_is_proved_by_the_row_in_force_when_it_began() -> None:
    """The number stayed the same, its authority did not; each round cites its own."""
    monitoring = next(r for r in load().rules if r.timescale == "monitoring")
    change = date(2025, 2, 10)
    rows = (
        *(r for r in load().rules if r is not monitoring),
        replace(monitoring, until=change - timedelta(days=1)),
        replace(monitoring, since=change, citation="A new letter"),
    )
    desk = Desk(PRACTICE_REVIEW, Rulebook("new", rows), f"{PRACTICE[0].day}T10:00")
    desk.open(PRACTICE[0].role, **PRACTICE[0].facts)
    first = explain(desk.situation, desk.deadline("monitoring"))
    desk.at("2025-02-12").record("business_manager", monitoring_entry_on="2025-02-12")
    assert desk.deadline("monitoring").cycle == 2
    second = explain(desk.situation, desk.deadline("monitoring"))
    assert (first["citation"], second["citation"]) == (monitoring.citation, "A new letter")


def test_the_played_dates_lie_within_the_official_list() -> None:
    """So that the oracle's own bank holidays are as good as the official ones."""
    latest = max(d.due for _, _, desk in played() for d in desk.case.deadlines)
    assert oracle.london_day(latest) < date(2028, 12, 31) - timedelta(days=1)
