"""R26: a case ends under the version it was opened under, whatever is published meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.timescales import load
from engine import casework, publishing, upkeep, verification
from engine.casework import House
from engine.errors import Refused
from engine.length import Length
from engine.proof import explain
from engine.rules import Rule, Rulebook
from store.house import DatabaseStore
from store.memory import MemoryStore
from tests.desk import Desk
from tests.proof import houses, oracle, versions
from tests.proof.houses import HandClock, InHouse
from tests.proof.plays import Play
from tests.workflows.review_roads import RAPID
from workflows.catalogue import PROCESSES
from workflows.rapid_review import RAPID_REVIEW

AnyStore = MemoryStore | DatabaseStore
SEEDS = range(4)


@pytest.fixture(params=houses.KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    made = houses.make(request.param, tmp_path)
    yield made
    made.close()


def publish_second_versions(store: AnyStore) -> None:
    with store.begin() as work:
        for process in PROCESSES.values():
            work.library.publish(versions.second(process))
        work.library.keep_rules(versions.longer(load()))
        work.commit()


def everything(store: AnyStore, bench: InHouse) -> object:
    """A case with its whole record, as one value."""
    with store.begin() as work:
        return work.cases.open(bench.reference), tuple(work.cases.events(bench.reference))


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_an_open_case_goes_on_as_if_nothing_had_been_published(key: str, store: AnyStore) -> None:
    """The same people do the same in a house that stands still: not one date or seal differs."""
    still = houses.make("memory", Path())
    here: list[tuple[InHouse, Play]] = []
    there: list[tuple[InHouse, Play]] = []
    for found, house in ((here, store), (there, still)):
        found += [houses.begin(house, key, seed, moves=6 + 4 * seed) for seed in SEEDS]
    publish_second_versions(store)
    for (bench, played), (bench_there, played_there) in zip(here, there, strict=True):
        houses.go_on(played, 40)
        houses.go_on(played_there, 40)
        assert bench.case.version == "1"
        assert everything(store, bench) == everything(still, bench_there)
    assert upkeep.verify(House(store, HandClock(houses.latest(store)))).faults == []


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_new_case_opens_under_the_second_version_and_its_numbers(
    key: str, store: AnyStore
) -> None:
    first, _ = houses.begin(store, key, 1, moves=4)
    publish_second_versions(store)
    second, _ = houses.begin(store, key, 1, moves=4)
    assert (first.case.version, second.case.version) == ("1", "2")
    assert second.case.digest == publishing.digest(versions.second(PROCESSES[key]))
    old = {d.identity: d for d in first.case.deadlines}
    for deadline in second.case.deadlines:
        before = old[deadline.identity]
        assert Length.parse(deadline.length).number == Length.parse(before.length).number + 3
        why = verification.why(second.house, second.reference, _name(deadline.key, deadline.task))
        assert why["citation"] == "Second edition"
        assert why["check"]["due"] == why["due"]
        assert "(second version)" in why["label"]
    assert upkeep.verify(second.house).faults == []


def _name(key: str, task: str) -> str:
    return f"{key}/{task}" if task else key


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_changed_content_under_an_old_version_is_refused(key: str, store: AnyStore) -> None:
    """Both under the version in use and under one that is past; the same content is welcome."""
    publish_second_versions(store)
    for process in (PROCESSES[key], versions.second(PROCESSES[key])):
        with store.begin() as work:
            assert work.library.publish(process) == publishing.digest(process)
            with pytest.raises(Refused, match=process.version):
                work.library.publish(replace(process, purpose="Something else."))
        with store.begin() as work:
            assert work.library.process(publishing.digest(process)) == process
            assert work.library.current(key)[1].version == "2"


def test_a_changed_rulebook_leaves_the_dates_of_open_cases_alone(store: AnyStore) -> None:
    """Even when the next step counts every date again, and when a date is proved."""
    benches = [houses.begin(store, key, 1, moves=5)[0] for key in sorted(PROCESSES)]
    before = {b.reference: [(d.identity, d.due) for d in b.case.deadlines] for b in benches}
    with store.begin() as work:
        work.library.keep_rules(versions.longer(load()))
        work.commit()
    for bench in benches:
        keeper = Desk.actor(bench.situation.process.keepers[0])
        caller = casework.Caller(keeper.email)
        casework.note(bench.house, bench.reference, caller, "Everything is counted again.")
        assert [(d.identity, d.due) for d in bench.case.deadlines] == before[bench.reference]
        for deadline in bench.case.deadlines:
            why = verification.why(bench.house, bench.reference, _name(deadline.key, deadline.task))
            assert why["citation"] != "Second edition"


# ------------------------------------------------------------------------ dated relaxations

FROM, TO = date(2026, 3, 23), date(2026, 6, 30)


def relaxed() -> Rulebook:
    """As in March 2020: for some weeks a longer time, with an authority of its own."""
    (rule,) = (r for r in load().rules if (r.process, r.timescale) == ("rapid_review",) * 2)
    override = replace(
        rule,
        length=Length.parse("30wd"),
        citation="A made-up letter of the department",
        since=FROM,
        until=TO,
        override=True,
    )
    return Rulebook("relaxed", (*load().rules, override))


def notified(day: date, rules: Rulebook) -> Desk:
    desk = Desk(RAPID_REVIEW, rules, f"{day.isoformat()}T10:00")
    known = {"incident_on": day.isoformat(), "aware_at": f"{day.isoformat()}T08:00"}
    desk.open("police", **{**RAPID[0].facts, **known})
    desk.do("notify", "local_authority", **{**RAPID[1].facts, "notified_on": day.isoformat()})
    return desk


def test_a_relaxation_applies_to_the_clocks_that_start_between_its_dates_and_to_no_other() -> None:
    """Every start from a week before to a week after: only those between both days are longer."""
    day = FROM - timedelta(days=7)
    while day <= TO + timedelta(days=7):
        desk = notified(day, relaxed())
        length = "30wd" if FROM <= day <= TO else "15wd"
        assert desk.deadline("rapid_review").length == length
        assert desk.due("rapid_review") == oracle.later(day, length).isoformat()
        assert desk.deadline("notification").length == "5wd"
        day += timedelta(days=1)


def test_a_clock_that_runs_when_a_relaxation_begins_or_ends_keeps_its_own_length() -> None:
    for day, due in ((FROM - timedelta(days=1), "15wd"), (TO, "30wd")):
        desk = notified(day, relaxed())
        first = desk.due("rapid_review")
        desk.later(days=5).record("business_manager", reason="Counted again.")
        assert desk.due("rapid_review") == first == oracle.later(day, due).isoformat()


def test_a_relaxation_goes_before_an_ordinary_row_that_begins_while_it_lasts() -> None:
    change = date(2026, 5, 1)
    rules = Rulebook("both", tuple(_changed(relaxed().rules, change)))
    for day, length in ((change, "30wd"), (TO, "30wd"), (TO + timedelta(days=1), "12wd")):
        assert notified(day, rules).due("rapid_review") == oracle.later(day, length).isoformat()


def test_a_relaxation_is_cited_where_it_applies() -> None:
    for day, citation in ((FROM, "A made-up letter"), (TO + timedelta(days=1), "Child Safeguard")):
        desk = notified(day, relaxed())
        why = explain(desk.situation, desk.deadline("rapid_review"))
        assert why["citation"].startswith(citation)
        assert why["check"]["due"] == why["due"]


def test_a_new_row_of_the_rulebook_is_for_clocks_that_start_from_its_day() -> None:
    """An ordinary change of a number: the row before it ends, and running clocks keep theirs."""
    change = date(2026, 5, 1)
    rules = tuple(_changed(load().rules, change))
    for back, length in ((1, "15wd"), (0, "12wd")):
        day = change - timedelta(days=back)
        desk = notified(day, Rulebook("changed", rules))
        assert desk.due("rapid_review") == oracle.later(day, length).isoformat()


def _changed(rules: tuple[Rule, ...], change: date) -> Iterator[Rule]:
    for rule in rules:
        if rule.timescale != "rapid_review" or rule.override:
            yield rule
            continue
        yield replace(rule, until=change - timedelta(days=1))
        yield replace(rule, since=change, length=Length.parse("12wd"))
