"""Lists show exactly what a walk over every case would show to whoever asks, and in its order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from engine import awaiting, casework, lists
from engine.case import Case, Deadline
from engine.case_ports import Line, line_of
from engine.casework import Caller
from engine.definition import Process
from engine.errors import Refused
from engine.lists import Look, Order, Place
from engine.machine import actions_from
from engine.ports import Store, UnitOfWork
from engine.readable import Readable
from engine.reading import Reading, parts, reading
from engine.roles import Actor, may
from store import schema
from store.house import DatabaseStore, create_house, open_store
from store.memory import MemoryStore
from store.memory.cases import Cases
from tests import postgres
from tests.desk import AREA, Desk, everybody
from tests.proof.houses import SECRET, begin, furnish, latest
from tests.store.holdings import everything
from web import board
from workflows.catalogue import PROCESSES

CASES, MOVES = 3, 14
# How many parts of somebody are looked through; with none of them, all cases are, in their order.
EVERY = pytest.mark.parametrize(("seed", "crowd"), [(0, 1_000), (1, 0)])
A_PAGE, SHOWN = 3, 4


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A furnished house of every kind."""
    if request.param == "memory":
        yield furnish(MemoryStore(SECRET, area=AREA))
        return
    opened = a_house(request.param, request, tmp_path)
    yield furnish(opened)
    opened.close()


def a_house(kind: str, request: pytest.FixtureRequest, folder: Path) -> DatabaseStore:
    url = f"sqlite:///{folder / 'house.db'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url")
        postgres.empty(url)
    create_house(url, practice=True, area=AREA, mail_domain="mail.example")
    return open_store(url, secret=SECRET)


def filled(store: Store, seed: int) -> datetime:
    """Play some cases of every process, recuse somebody from each, and go on to a later day."""
    for key in sorted(PROCESSES):
        for number in range(CASES):
            bench, _ = begin(store, key, 1000 * seed + number, MOVES)
            with suppress(Refused):
                casework.recuse(bench.house, bench.reference, KEEPER, RECUSED, "a relative")
    return latest(store)


KEEPER = Caller("business_manager@council.example", "account")
RECUSED = "local_authority@council.example"


def visitors(store: Store, seed: int) -> list[Actor]:
    """Some of everybody, whoever was asked for something, and somebody of another area."""
    people = [p for p in everybody().people if p.email != RECUSED]
    some = Random(seed).sample(people, 14) + [p for p in everybody().people if p.email == RECUSED]
    actors = [Actor(p.email, p.agency, p.roles, "account", p.area) for p in some]
    with store.begin() as work:
        cases = [work.cases.open(reference) for reference in work.cases.references()]
    asked = sorted({(t.recipient, t.agency) for case in cases for t in case.tasks})
    roles = frozenset({"practitioner"})
    actors += [Actor(email, agency, roles, "account", AREA) for email, agency in asked]
    manager = Desk.actor("business_manager")
    return [*actors, manager, Desk.actor("auditor"), replace(manager, area="Elsewhere")]


def read(work: UnitOfWork, actor: Actor, enough: Reading) -> Iterator[tuple[Process, Case]]:
    """Every case somebody may read, found by looking at every case there is."""
    for reference in work.cases.references():
        case = work.cases.open(reference)
        process = work.library.process(case.digest)
        if reading(process, case, actor, AREA) in (Reading.WHOLE, enough):
            yield process, case


@EVERY
def test_the_board_shows_what_a_walk_over_every_case_would(
    store: Store, seed: int, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page after page, for any filter, whoever looks, and nothing twice."""
    monkeypatch.setattr(board, "A_PAGE", A_PAGE)
    monkeypatch.setattr(lists, "CROWD", crowd)
    now, seen = filled(store, seed), set()
    for actor in visitors(store, seed):
        with store.begin() as work:
            readable = [line_of(case, now) for _, case in read(work, actor, Reading.RECORD)]
            for show, process in product(("open", "overdue", "all"), ("", "rapid_review")):
                expected = [
                    line
                    for line in readable
                    if process in ("", line.process)
                    and (show == "all" or line.closed_at is None)
                    and (show != "overdue" or line.overdue)
                ]
                which = (process, show != "all", show == "overdue")
                shown = list(leafed(Readable(work, actor, now, *which)))
                assert shown == expected, (actor, show, process)
                seen.add((show, min(len(shown), 4)))
                listed = Readable(work, actor, now, *which).lines(Order.REFERENCE, 999)
                assert [line for line, _ in listed] == sorted(shown, key=lambda x: x.reference)
    assert {show for show, number in seen if number > A_PAGE} == {"open", "overdue", "all"}


def leafed(readable: Readable) -> Iterator[Line]:
    after = ""
    while True:
        lines = [line for line, _ in board.page_of(readable, after)]
        yield from lines[:A_PAGE]
        if len(lines) <= A_PAGE:
            return
        after = lines[A_PAGE - 1].reference


@EVERY
def test_my_work_shows_what_a_walk_over_every_date_would(
    store: Store, seed: int, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earliest of each pile, and whether there are more, whoever looks."""
    monkeypatch.setattr(lists, "CROWD", crowd)
    filled(store, seed)
    full = set()
    for actor in visitors(store, seed):
        with store.begin() as work:
            cases = {case.reference: (p, case) for p, case in read(work, actor, Reading.WHOLE)}
            awaited = [(*cases[r], d) for r, d in work.cases.awaited(None) if r in cases]
            for own in (True, False):
                expected = [
                    (case.reference, deadline)
                    for process, case, deadline in awaited
                    if is_own(process, case, deadline, actor) is own
                ]
                desk = awaiting.Desk(work, actor, AREA, work.library.kept(), SHOWN)
                shown = [(d.case.reference, d.deadline) for d in desk.earliest(own)]
                assert shown == expected[: SHOWN + 1], (actor, own)
                full.add((own, len(expected) > SHOWN))
    assert full == set(product((True, False), repeat=2))


def test_my_work_reads_hardly_more_reviews_than_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thirty open reviews, those with the earliest dates; the others are not looked at."""
    store, asked = furnish(MemoryStore(SECRET, area=AREA)), list[str]()
    for seed in range(30):
        begin(store, "rapid_review", seed, 1)
    sketches = Cases.sketches

    def noted(cases: Cases, references: Sequence[str]) -> Mapping[str, Case]:
        asked.extend(references)
        return sketches(cases, references)

    monkeypatch.setattr(Cases, "sketches", noted)
    with store.begin() as work:
        keeper = Desk.actor("business_manager")
        desk = awaiting.Desk(work, keeper, AREA, work.library.kept(), SHOWN)
        assert max(len(desk.earliest(own)) for own in (True, False)) == SHOWN + 1
    assert len(asked) <= 20


def is_own(process: Process, case: Case, deadline: Deadline, actor: Actor) -> bool:
    """A task is its recipient's; any other date is that of whoever can make the next move."""
    if deadline.task:
        task = case.task(deadline.task)
        assert task
        return task.recipient == actor.email
    actions = set(actions_from(process, case.stage))
    who = {role for t in process.transitions if t.action in actions for role in t.who}
    return may(actor, who, AREA, case.recused)


@pytest.mark.parametrize("seed", range(2))
def test_whoever_has_a_part_in_a_case_is_named_beside_it(store: Store, seed: int) -> None:
    """With the step that gives them the part: a list that looks by name misses no case."""
    filled(store, seed)
    with store.begin() as work:
        for reference in work.cases.references():
            case = work.cases.open(reference)
            for name in parts(work.library.process(case.digest), case):
                look = Look(Order.OPENED, who=name, only_open=False)
                ((*found,),) = work.cases.places([look], None, 999)
                assert Place(case.opened_at, reference) in found


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_house_of_an_earlier_edition_comes_to_list_the_same(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What steps write beside their cases is what a migration finds in a house that lacks it."""
    store = furnish(a_house(kind, request, tmp_path))
    filled(store, 3)
    with store.begin() as work:
        cases = [work.cases.open(reference) for reference in work.cases.references()]
        named = {(n, c.reference) for c in cases
                 for n in parts(work.library.process(c.digest), c)}  # fmt: skip
    url = store.database.url
    store.close()
    before = everything(url)
    schema.downgrade(url, "0009")
    schema.upgrade(url)
    after = everything(url)
    assert after["case"] == before["case"]
    assert {(row["who"], row["case"]) for row in after["part"]} == named
    assert named <= {(row["who"], row["case"]) for row in before["part"]}
    assert any(row["late_from"] for row in after["case"])
