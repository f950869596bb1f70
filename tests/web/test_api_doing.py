"""The API: doing something once, at the revision that was looked at, with every reason told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from engine.errors import HouseDown
from store.house import DatabaseStore
from tests.cli.test_shapes import check_case
from tests.web.programs import (
    CHAIR,
    INCIDENT,
    MANAGER,
    NOTIFY,
    NURSE,
    PARTNER,
    Program,
    problem,
    refer,
    revision,
)
from tests.web.rooms import practice
from web.api.doing import DOORS
from workflows import upkeeping
from workflows.wiring import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("doing") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def manager(premises: Premises) -> Program:
    return Program(premises, MANAGER)


def opening(**facts: str) -> dict[str, Any]:
    return {"process": "rapid_review", "facts": {**INCIDENT, **facts}}


def count(premises: Premises) -> int:
    with premises.store.begin() as work:
        return len(work.cases.references())


def test_every_step_of_a_review_can_be_taken(premises: Premises, manager: Program) -> None:
    """Each answers with the case as it now is, in the shape of the commands."""
    partner = Program(premises, PARTNER)
    opened = partner.post("/cases", opening())
    assert opened.status_code == 201
    reference = opened.json()["reference"]
    assert opened.headers["location"] == f"/api/v1/cases/{reference}"
    other, nurse = refer(premises), Program(premises, NURSE)
    agencies = [{"name": "School", "email": NURSE}, {"name": "Trust", "email": "a@trust.example"}]
    steps: list[tuple[Program, str, dict[str, Any]]] = [
        (partner, "actions/notify", {"facts": NOTIFY, "reason": "so agreed", "revision": 1}),
        (manager, "facts", {"facts": {"media_interest": "no"}, "reason": "asked by phone"}),
        (manager, "agencies", {"agencies": agencies}),
        (nurse, "tasks/T1/answer", {"with": "received"}),
        (manager, "deadlines/agency_return/T2/extend", {"to": "2025-04-17", "reason": "x"}),
        (manager, "holds", {"kind": "coroner", "from": "2025-03-17", "reason": "inquest"}),
        (manager, "holds/coroner/release", {"on": "2025-03-17"}),
        (manager, "links", {"other": other, "kind": "rapid_review"}),
        (manager, "meetings", {"on": "2025-03-17", "invited": 4, "present": 3,
                               "agencies": [{"name": "School", "how": "present"}]}),
        (manager, "notes", {"text": "A note."}),
        (manager, "recusals", {"who": CHAIR, "reason": "knows the family"}),
    ]  # fmt: skip
    assert len(steps) == len(DOORS) - 1
    for number, (program, path, body) in enumerate(steps, start=2):
        answer = program.post(f"/cases/{reference}/{path}", body)
        assert answer.status_code == 200, (path, answer.text)
        check_case(answer.json())
        assert answer.json()["revision"] == number, path
        assert answer.headers["etag"] == f'"{number}"'
    assert revision(premises, reference) == len(DOORS)


def test_a_refusal_lists_every_reason(premises: Premises, manager: Program) -> None:
    """What is wrong with the request, all of it; then what is wrong with the step, all of it."""
    before = count(premises)
    body = {"process": "rapid_review", "facts": {"incident_on": "2025-02-31", "colour": "red"}}
    reasons = problem(manager.post("/cases", body), 422)
    assert any("incident_on" in reason for reason in reasons)
    assert any("colour" in reason for reason in reasons)
    assert any("outcome_for_child" in reason for reason in reasons)
    shapeless = {"on": "soon", "invited": "4", "present": True, "colour": "red", "agencies": {}}
    reasons = problem(manager.post(f"/cases/{refer(premises)}/meetings", shapeless), 422)
    assert [reason.partition(":")[0].split("'")[-1] for reason in reasons[1:]] == [
        "on", "invited", "present", "agencies",
    ]  # fmt: skip
    assert "colour" in reasons[0]
    assert count(premises) == before + 1


def test_nobody_overwrites_what_they_have_not_seen(premises: Premises, manager: Program) -> None:
    """By a field or by a header; the second is told that somebody was faster."""
    reference = refer(premises)
    path = f"/cases/{reference}/notes"
    assert manager.post(path, {"text": "first", "revision": 1}).status_code == 200
    assert "it is now 2" in problem(manager.post(path, {"text": "x", "revision": 1}), 409)[0]
    problem(manager.post(path, {"text": "x"}, if_match='"1"'), 409)
    for mark in ("1", 'W/"2"', '"x"', '"1", "2"'):
        problem(manager.post(path, {"text": "x"}, if_match=mark), 400)
    problem(manager.post(path, {"text": "x", "revision": 1}, if_match='"2"'), 400)
    assert manager.post(path, {"text": "second"}, if_match='"2"').status_code == 200
    assert manager.post(path, {"text": "third"}, if_match="*").status_code == 200
    other = refer(premises)
    linked = {"other": other, "kind": "rapid_review", "revision": 1}
    problem(manager.post(f"/cases/{reference}/links", linked), 409)
    assert (revision(premises, reference), revision(premises, other)) == (4, 1)


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    premises: Premises, manager: Program
) -> None:
    """What would be due and who would be told; also with a key, which stays free."""
    before = count(premises)
    answer = manager.post("/cases?dry_run=true", opening(), idempotency_key="dry")
    assert answer.status_code == 200
    assert answer.json()["dry_run"] is True
    assert answer.json()["told"][0]["recipient"]
    assert count(premises) == before
    assert manager.post("/cases", opening(), idempotency_key="dry").status_code == 201
    reference = refer(premises)
    for door in ("notes", "links"):
        body = {"notes": {"text": "x"}, "links": {"other": refer(premises), "kind": "rapid_review"}}
        answer = manager.post(f"/cases/{reference}/{door}?dry_run=true", body[door])
        assert answer.json()["revision"] == 2
    assert revision(premises, reference) == 1
    problem(manager.post("/cases?dry_run=maybe", opening()), 422)


def test_the_same_request_sent_again_does_nothing_again(
    premises: Premises, manager: Program
) -> None:
    """Same answer, word for word, though the case has moved on since."""
    first = manager.post("/cases", opening(), idempotency_key="key-1")
    reference = first.json()["reference"]
    manager.post(f"/cases/{reference}/notes", {"text": "meanwhile"})
    again = manager.post("/cases", opening(), idempotency_key="key-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = manager.post("/cases", opening(abuse_link="known"), idempotency_key="key-1")
    assert "another request" in problem(other, 422)[0]
    elsewhere = manager.post(f"/cases/{reference}/notes", {"text": "x"}, idempotency_key="key-1")
    problem(elsewhere, 422)
    assert revision(premises, reference) == 2


def test_a_key_counts_for_one_token_and_for_a_day(premises: Premises, manager: Program) -> None:
    """Another program's key is another key; a day later the same is a new request."""
    reference, now = refer(premises), premises.house.clock.now()
    path, body = f"/cases/{reference}/notes", {"text": "A note."}
    assert manager.post(path, body, idempotency_key="k").json()["revision"] == 2
    other = Program(premises, MANAGER)
    assert other.post(path, body, idempotency_key="k").json()["revision"] == 3
    premises.store.set_practice_now(now + timedelta(hours=24))
    assert manager.post(path, body, idempotency_key="k").json()["revision"] == 2
    premises.store.set_practice_now(now + timedelta(hours=24, seconds=1))
    assert manager.post(path, body, idempotency_key="k").json()["revision"] == 4
    assert manager.post(path, body, idempotency_key="k").json()["revision"] == 4
    premises.store.set_practice_now(now)


def test_what_was_refused_may_be_sent_again_under_its_key(
    premises: Premises, manager: Program
) -> None:
    """Nothing was done, so nothing is kept, and the right request takes the key."""
    path = f"/cases/{refer(premises)}/notes"
    problem(manager.post(path, {"text": " "}, idempotency_key="wrong-1"), 422)
    assert manager.post(path, {"text": "right"}, idempotency_key="wrong-1").status_code == 200
    for key in ("", "a b", "x" * 201):
        problem(manager.post(path, {"text": "x"}, idempotency_key=key), 400)


@pytest.mark.parametrize("what", ["open", "note"])
def test_of_the_same_request_sent_many_times_at_once_one_is_done(
    premises: Premises, manager: Program, what: str
) -> None:
    """All get the one answer, or are told to ask again in a moment."""
    reference, before = refer(premises), count(premises)
    path = "/cases" if what == "open" else f"/cases/{reference}/notes"
    body = opening() if what == "open" else {"text": "Once."}
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(manager.post, path, body, idempotency_key=what) for _ in range(6)]
        answers = [each.result() for each in sent]
    done = [answer for answer in answers if answer.status_code in (200, 201)]
    assert len({answer.content for answer in done}) == 1
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert sum("idempotency-replayed" not in answer.headers for answer in done) == 1
    assert count(premises) == before + (what == "open")
    assert revision(premises, reference) == (2 if what == "note" else 1)


def test_an_answer_is_kept_with_its_step_or_neither_is(
    premises: Premises, manager: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the house goes down at the commit, the same request is done when it is sent again."""
    path, body = f"/cases/{refer(premises)}/notes", {"text": "A note."}
    with monkeypatch.context() as broken:
        broken.setattr("store.unit.Unit.commit", _down)
        answer = manager.post(path, body, idempotency_key="lost")
        assert "retry-after" in answer.headers
        assert "disk" not in problem(answer, 503)[0]
    assert manager.post(path, body, idempotency_key="lost").json()["revision"] == 2
    assert manager.post(path, body, idempotency_key="lost").json()["revision"] == 2


def _down(_: object) -> None:
    raise HouseDown("The disk of database host 10.0.0.7 is full.")


def test_a_house_that_is_down_says_so_and_nothing_else(
    premises: Premises, manager: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the entrance already; and what nobody foresaw has a reference and no detail."""
    monkeypatch.setattr(DatabaseStore, "begin", _down)
    assert "10.0.0.7" not in problem(manager.get("/cases"), 503)[0]

    def broken(_: object) -> None:
        raise KeyError("Canary Wren Featherstone")

    monkeypatch.setattr(DatabaseStore, "begin", broken)
    answer = manager.get("/cases")
    assert "reference" in problem(answer, 500)[0]
    log = (premises.home / "waymark.log").read_text("utf-8")
    assert "Featherstone" not in answer.text + log
    assert answer.json()["reasons"][0].split()[-1] in log


def test_what_a_key_guards_is_kept_only_as_a_keyed_digest(
    premises: Premises, manager: Program
) -> None:
    """A body may name a child; neither it nor a digest anybody could make again is kept."""
    manager.post("/cases", opening(), idempotency_key="named")
    with premises.store.begin() as work:
        kept = work.tokens.answered(manager.token.id, "named")
    assert kept
    assert len(kept.request) == 64
    assert "Featherstone" not in json.dumps([kept.request, kept.body])


def test_a_sweep_lets_go_of_answers_that_are_a_day_old(
    premises: Premises, manager: Program
) -> None:
    """They are kept for as long as they are of use, and no longer."""
    now, path = premises.house.clock.now(), f"/cases/{refer(premises)}/notes"
    manager.post(path, {"text": "x"}, idempotency_key="old")
    for hours, there in ((23, True), (25, False)):
        premises.store.set_practice_now(now + timedelta(hours=hours))
        upkeeping.sweep(premises)
        with premises.store.begin() as work:
            assert (work.tokens.answered(manager.token.id, "old") is not None) is there
    premises.store.set_practice_now(now)
