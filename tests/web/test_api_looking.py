"""The API: what a program that looks is answered is what the commands print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine import casework
from engine.asking import Agency
from engine.casework import Caller
from tests.cli.driver import Home
from tests.web.programs import (
    AUDITOR,
    CANARY,
    COORDINATOR,
    MANAGER,
    NOTIFY,
    PARTNER,
    Program,
    problem,
    refer,
)
from tests.web.rooms import practice
from workflows.wiring import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("looking") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def manager(premises: Premises) -> Program:
    return Program(premises, MANAGER, ("read",))


@pytest.fixture(scope="module")
def review(premises: Premises) -> str:
    """A rapid review that was notified, with an agency asked and a note."""
    reference, me = refer(premises), Caller(MANAGER, "test")
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFY)
    agency = Agency("School", "lead@school.example")
    casework.ask(premises.house, reference, me, [agency])
    casework.note(premises.house, reference, me, "Something private.")
    return reference


def test_the_answers_are_those_of_the_commands(
    premises: Premises, manager: Program, review: str
) -> None:
    """One shape for both: whoever reads the one can read the other."""
    home = Home(premises.home)
    pairs: list[tuple[str, tuple[str, ...]]] = [
        (f"/cases/{review}", ("show", review, "--as", MANAGER)),
        (f"/cases/{review}/deadlines/notification/why", ("why", review, "notification")),
        (f"/cases/{review}/deadlines/agency_return/T1/why", ("why", review, "agency_return/T1")),
        ("/due", ("due",)),
        ("/due?by=2025-03-20", ("due", "--by", "2025-03-20")),
        ("/processes", ("process", "list")),
        ("/processes/dispute", ("process", "show", "dispute")),
        ("/days/add?date=2024-12-20&n=15", ("days", "add", "2024-12-20", "15")),
        ("/days/add?date=2024-12-20&n=-15", ("days", "add", "2024-12-20", "-15")),
        ("/days/between?from=2024-12-20&to=2025-01-15",
         ("days", "between", "2024-12-20", "2025-01-15")),
    ]  # fmt: skip
    for path, words in pairs:
        answer = manager.get(path)
        assert answer.status_code == 200, answer.text
        assert ordered(answer.json()) == ordered(home.do(*words)), path
    listed = manager.get("/cases?open=true&process=rapid_review").json()["cases"]
    assert ordered(listed) == ordered(
        home.do("list", "--open", "--process", "rapid_review")["cases"]
    )


def ordered(found: Any) -> Any:
    """Lists of processes in one order: a house keeps them by key, the commands as declared."""
    if isinstance(found, dict) and "processes" in found:
        return sorted(found["processes"], key=lambda row: str(row["key"]))
    return found


def test_an_answer_may_not_be_kept_and_carries_the_revision(manager: Program, review: str) -> None:
    """No proxy keeps what it passes on; the mark can be given back with what is done."""
    answer = manager.get(f"/cases/{review}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["etag"] == f'"{answer.json()["revision"]}"'


def test_pages_of_cases_follow_each_other_without_a_gap(premises: Premises) -> None:
    """Each case stands on one page, whatever is opened or closed in between."""
    manager = Program(premises, MANAGER)
    before = [refer(premises) for _ in range(5)]
    seen: list[str] = []
    path = "/cases?limit=2&open=true"
    while path:
        answer = manager.get(path)
        page = answer.json()
        assert len(page["cases"]) <= 2
        seen += [row["reference"] for row in page["cases"]]
        link = answer.headers.get("link", "")
        assert link == (f'<{page["next"]}>; rel="next"' if page["next"] else "")
        path = (page["next"] or "").removeprefix("/api/v1")
        if len(seen) == 2:
            refer(premises)
    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)
    assert seen == sorted(seen)


def test_what_is_overdue_can_be_listed_alone(premises: Premises, manager: Program) -> None:
    """A filter leaves out what it says, and an unknown process is no empty list."""
    rows = manager.get("/cases?overdue=true&limit=200").json()["cases"]
    assert all(row["overdue"] for row in rows)
    problem(manager.get("/cases?process=nothing"), 404)
    assert Program(premises, COORDINATOR).get("/cases?process=rapid_review").json() == {
        "cases": [],
        "next": None,
    }


@pytest.mark.parametrize(
    "path",
    ["/cases?limit=0", "/cases?limit=201", "/cases?limit=x", "/cases?open=perhaps",
     "/days/add?date=2024-13-01&n=1", "/days/add?date=2024-12-20", "/days/add?n=1",
     "/days/add?date=2024-12-20&n=1.5", "/days/add?date=2024-12-20&n=99999", "/due?by=soon",
     "/days/between?from=2024-12-20&to=9999-12-31", "/cases?after=%00", "/days/add?date=%00&n=1"],
)  # fmt: skip
def test_what_cannot_be_read_behind_the_question_mark_is_refused(
    manager: Program, path: str
) -> None:
    problem(manager.get(path), 422)


def test_an_auditor_reads_the_record_and_never_what_people_wrote(
    premises: Premises, review: str
) -> None:
    """The same keys, who did what and when; no fact, no note, no reason, nothing to do."""
    answer = Program(premises, AUDITOR).get(f"/cases/{review}")
    found = answer.json()
    assert found.keys() == Program(premises, MANAGER).get(f"/cases/{review}").json().keys()
    assert [event["kind"] for event in found["events"]] == ["opened", "moved", "asked", "noted"]
    for word in ("Something private.", "threshold is met", "serious_harm", CANARY):
        assert word not in answer.text
    problem(Program(premises, AUDITOR).post(f"/cases/{review}/notes", {"text": "x"}), 404)


def test_every_reading_of_a_case_is_kept(premises: Premises) -> None:
    """Who read what of it, by the API as on a page."""
    reference, program = refer(premises), Program(premises, PARTNER)
    program.get(f"/cases/{reference}")
    program.get(f"/cases/{reference}/deadlines/notification/why")
    Program(premises, COORDINATOR).get(f"/cases/{reference}")
    with premises.store.begin() as work:
        read = [(access.email, access.what) for access in work.visits.accesses(reference)]
    assert read == [(PARTNER, "case"), (PARTNER, "why")]
