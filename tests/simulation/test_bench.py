"""The simulator itself: it repeats exactly, meets every kind of fault, and finds planted bugs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from engine import casework, watch
from engine import step as writing
from engine.casework import House
from engine.errors import Refused
from engine.outbox import Verdict
from notifications import smtp
from notifications.outcome import accepted
from notifications.run import Run
from store.memory import cases, house, outbox
from store.memory.outbox import Outbox
from store.memory.picture import Pages
from tests.simulation.__main__ import main
from tests.simulation.clock import JUMPS
from tests.simulation.exchange import DIALOGUE, OPENING, RECOVERY
from tests.simulation.fate import DEEDS, EVERY, Fate
from tests.simulation.ground import Book, FatedStore
from tests.simulation.weather import AWAY
from tests.simulation.year import Year
from workflows.catalogue import PROCESSES

SOME = range(1, 6)
ENOUGH = 120  # days of a year, for a bug to show itself
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def years() -> list[Year]:
    """A few years, lived once."""
    return [Year(seed).live() for seed in SOME]


def told(seed: int, hash_seed: str) -> str:
    """What a process of its own tells of a year."""
    command = [sys.executable, "-m", "tests.simulation", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_same_seed_is_the_same_year(years: list[Year]) -> None:
    """Every seal, mail and word again, in any process; another seed is another year."""
    first = years[0]
    tale = told(first.seed, "1")
    assert f"All of it in one line: {first.digest}" in tale
    assert told(first.seed, "2") == tale
    assert len({year.digest for year in years}) == len(years)


def test_a_year_has_cases_of_every_process(years: list[Year]) -> None:
    """At least thirty are opened, and dates are met and missed, and the house escalates."""
    for year in years:
        opened = Counter(case.process for case in year.store.picture.cases.values())
        assert opened.keys() == PROCESSES.keys()
        assert opened.total() >= 30
        assert year.counts["breaches"] > 20
        assert year.counts["moved"] > 50
        assert year.counts["digests"] > 20
    assert sum(year.counts["escalations"] for year in years) > 5


def test_every_kind_of_fault_is_met(years: list[Year]) -> None:
    """In mail, disk, clock and process; at every moment of the dialogue, in every kind of work."""
    met = {what for year in years for what in year.met}
    strokes = {tuple(what.split(", ")[:2]) for what in met if ", " in what}
    assert strokes == {(deed, work) for deed in DEEDS for work in EVERY}
    moments = {what.partition(" ")[0] for what in met}
    assert moments >= {*OPENING, *DIALOGUE, *RECOVERY}
    away = {f"the mail server is away: {how}" for how in AWAY}
    assert met >= {*JUMPS, *away, "asleep", "a night of change", "parked by hand"}
    verdicts = {verdict for year in years for verdict in year.couriers.tries}
    assert verdicts == set(Verdict)
    assert sum(year.couriers.excused.total() for year in years) > 10


Plant = Callable[[pytest.MonkeyPatch], None]


def instead(place: Any, name: str, bug: Callable[..., Any]) -> Plant:
    """Puts a bug in the place of a function; the bug is given the right one first."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right, calls = getattr(place, name), count(1)
        patch.setattr(place, name, lambda *given, **also: bug(next(calls), right, *given, **also))

    return plant


def _loses_a_message(call: int, owe: Any, *given: Any) -> None:
    if call % 300:
        owe(*given)


def _changes_a_date(call: int, keep: Any, pages: Any, step: Any) -> None:
    if step.case.deadlines and call > 30:
        wrong = replace(step.case.deadlines[0], due=step.case.deadlines[0].due + timedelta(days=1))
        case = replace(step.case, deadlines=(wrong, *step.case.deadlines[1:]))
        step = replace(step, case=case)
    keep(pages, step)


def _decides_a_date(call: int, derive: Any, *given: Any, **since: Any) -> Any:
    case = derive(*given, **since)
    if call % 15 or not case.deadlines:
        return case
    wrong = replace(case.deadlines[0], due=case.deadlines[0].due + timedelta(days=1))
    return replace(case, deadlines=(wrong, *case.deadlines[1:]))


def _changes_a_line(call: int, as_stored: Any, event: Any) -> Any:
    return replace(as_stored(event), account=event.account if call % 60 else "somebody else")


def _saves_all_the_same(_call: int, failed: Any, pages: Any, fault: Exception) -> Any:
    if pages._mine and "events" in pages._mine:
        pages.ground.committed = pages._seen
    return failed(pages, fault)


def _saves_nothing(call: int, commit: Any, pages: Any) -> None:
    pages.leave() if call % 50 == 0 else commit(pages)


def _refuses_what_it_kept(call: int, advance: Any, *given: Any) -> Any:
    step = advance(*given)
    if call % 20 == 0:
        raise Refused(["no"])
    return step


def _keeps_it_elsewhere(call: int, advance: Any, house: Any, *given: Any) -> Any:
    if call % 20 == 0:
        other = FatedStore(Fate(Random(1)), Book())
        other._ground.committed = house.store.picture
        house = House(other, house.clock)
    return advance(house, *given)


def _believes_a_no(_call: int, failed: Any, _moment: str, _error: Any, post: Any) -> Any:
    return accepted(250, "Ok", post)


def _settles_wrongly(call: int, settle: Any, run: Any, message: Any, *how: Any) -> None:
    outcome, *rest = how
    if call % 60 == 0:
        outcome = replace(outcome, verdict=Verdict.DEFERRED)
    settle(run, message, outcome, *rest)


def _gives_up(_call: int, is_ready: Any, owing: Any, now: Any) -> bool:
    return is_ready(owing, now) and not owing.message.tries


async def _renames(call: int, give: Any, line: Any, mail: bytes, following: Any) -> Any:
    other = b"Message-ID: <" + b"again-" * (call % 100 == 0)
    return await give(line, mail.replace(b"Message-ID: <", other), following)


def _keeps_a_stray_try(call: int, settle: Any, box: Any, message: Any, attempt: Any) -> Any:
    if call == 100:
        box._pages.own("attempts")[0] = (attempt,)
    return settle(box, message, attempt)


def _a_day_late(_call: int, london_date: Any, moment: Any) -> Any:
    return london_date(moment) + timedelta(days=1)


def _overlooks(_call: int, due: Any, *given: Any) -> Any:
    return [reference for reference in due(*given) if not reference.startswith("DR")]


BUGS: dict[str, tuple[Plant, str]] = {
    "the store loses an owed message": (instead(cases, "owe", _loses_a_message), "I3"),
    "the store changes a date": (instead(house, "keep", _changes_a_date), "I5"),
    "one step decides another date, and the next step rights it": (
        instead(writing, "derive", _decides_a_date), "I5",
    ),
    "a line is not what was sealed": (instead(cases, "_as_stored", _changes_a_line), "I2"),
    "what failed is saved all the same": (
        instead(Pages, "failed", _saves_all_the_same), "not the steps that were kept",
    ),
    "what was saved is not there": (
        instead(Pages, "commit", _saves_nothing), "not the steps that were kept",
    ),
    "a step that was kept is said to be refused": (
        instead(casework, "advance", _refuses_what_it_kept), "said to be unsaved, and it is there",
    ),
    "a step is said to be kept, and it is not": (
        instead(casework, "advance", _keeps_it_elsewhere), "said to be kept, and it is not there",
    ),
    "a mail that was not sent counts as accepted": (
        instead(smtp, "failed", _believes_a_no), "taken 0 times, with 1 reasons",
    ),
    "a mail that was accepted is sent again": (
        instead(Run, "settle", _settles_wrongly), "taken 2 times, with 1 reasons",
    ),
    "a message is tried once and never again": (
        instead(outbox, "_is_ready", _gives_up), "is owed",
    ),
    "a mail has another Message-ID": (
        instead(smtp.Connection, "give", _renames), "never owed to them",
    ),
    "a try belongs to no message": (instead(Outbox, "settle", _keeps_a_stray_try), "I6"),
    "a missed date is recorded a day late": (
        instead(watch, "london_date", _a_day_late), "missed on",
    ),
    "the sweep overlooks some cases": (
        instead(cases.Cases, "due", _overlooks), "it is not recorded",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few months show it: without that, a year in which nothing is found says nothing."""
    plant, words = BUGS[bug]
    plant(monkeypatch)
    found = (Year(seed, ENOUGH).live().found for seed in SOME)
    assert any(words in finding for findings in found for finding in findings)


def test_a_year_with_a_finding_is_told_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever plays a seed again reads what happened, line by line, and what was found."""
    instead(watch, "london_date", _a_day_late)(monkeypatch)
    assert main(["1"]) == 1
    said = capsys.readouterr().out
    assert "Seed 1: " in said
    assert "findings." in said
    assert "missed on" in said
    assert "the process died" in said


def test_what_nobody_foresaw_is_a_finding_with_a_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the program ends the year, and is told like any other finding."""
    monkeypatch.setattr(cases, "owe", None)
    assert Year(1).live().found == ["TypeError: 'NoneType' object is not callable"]
