"""The API: whose token opens what, and that nothing opens without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from engine import bearers
from engine.roles import Directory
from engine.tokens import ACT, READ
from store.people import People
from tests.web.programs import (
    CHAIR,
    COORDINATOR,
    INCIDENT,
    MANAGER,
    PARTNER,
    Program,
    problem,
    refer,
    revision,
)
from tests.web.rooms import bring, practice, signed_in
from web.api.doors import ROOT, Door
from web.api.entrance import DOORS
from web.whole import pages_of
from workflows.wiring import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("doors") / "house") as made:
        yield made


def address(door: Door, reference: str) -> str:
    path = door.path.replace("{ref}", reference).replace("{key}", "rapid_review")
    return ROOT + re.sub(r"{[^}]*}", "notification", path)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_door_opens_without_a_token_that_is_good(premises: Premises, door: Door) -> None:
    """None, a made-up one, another word for it, or a cookie of the console: all are the same."""
    client = TestClient(pages_of(premises))
    bring(client, signed_in(premises, MANAGER))
    said = set()
    for brought in ("", "Bearer", "Bearer waymark_made_up", "Basic YTpi", "Bearer a b", "Bearer é"):
        headers = {"authorization": brought.encode("latin-1")} if brought else {}
        answer = client.request(door.method, address(door, "RR-2025-0001"), headers=headers)
        said.add(tuple(problem(answer, 401)))
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert len(said) == 1


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_door_opens_for_its_scope_and_for_no_smaller_one(premises: Premises, door: Door) -> None:
    """A token that may look does nothing; it is told which scope it would need."""
    assert door.scope == (READ if door.method == "GET" else ACT)
    looker = Program(premises, MANAGER, (READ,))
    where = address(door, refer(premises))
    answer = looker.client.request(door.method, where, headers=looker.headers())
    if door.scope == READ:
        assert answer.status_code in (200, 422), answer.text
    else:
        assert "act" in problem(answer, 403)[0]


def test_a_door_cannot_be_declared_without_a_scope() -> None:
    """Forgetting it is a fault of the program, and not an open door."""
    with pytest.raises(ValueError, match="scope"):
        replace(DOORS[0], scope="")


def test_a_token_opens_nothing_once_it_is_revoked_or_over(premises: Premises) -> None:
    """At once, and to the second."""
    program, other = Program(premises, MANAGER), Program(premises, MANAGER)
    assert program.get("/processes").status_code == 200
    bearers.revoke(premises.house, program.token.id)
    problem(program.get("/processes"), 401)
    then = premises.house.clock.now()
    premises.store.set_practice_now(other.token.ends_at - timedelta(seconds=1))
    assert other.get("/processes").status_code == 200
    premises.store.set_practice_now(other.token.ends_at)
    problem(other.get("/processes"), 401)
    premises.store.set_practice_now(then)


def test_a_token_opens_nothing_once_its_person_is_gone(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never did more than its person may, and they may nothing any more."""
    program = Program(premises, MANAGER)
    monkeypatch.setattr(People, "directory", lambda _: Directory())
    problem(program.get("/processes"), 401)


def test_the_record_names_the_person_and_the_token(premises: Premises) -> None:
    """Who did it, and by which program."""
    program = Program(premises, PARTNER, label="case system")
    opened = program.post("/cases", {"process": "rapid_review", "facts": INCIDENT})
    event = program.get(f"/cases/{opened.json()['reference']}").json()["events"][0]
    assert event["actor"] == PARTNER
    assert event["account"] == f"api token {program.token.id} (case system)"


def test_a_case_that_is_not_for_somebody_looks_like_one_that_is_not_there(
    premises: Premises,
) -> None:
    """Whoever has no part in it, or was kept off it, learns nothing, however they ask."""
    reference, absent = refer(premises), "RR-2025-9999"
    path = f"/cases/{reference}/recusals"
    kept_off = {"who": CHAIR, "reason": "knows the family"}
    assert Program(premises, MANAGER).post(path, kept_off).status_code == 200
    bodies = {
        "facts": {"facts": {"media_interest": "no"}}, "notes": {"text": "x"},
        "agencies": {"agencies": []}, "holds": {"kind": "coroner", "from": "2025-03-17"},
        "links": {"other": reference, "kind": "rapid_review"}, "recusals": kept_off,
        "meetings": {"on": "2025-03-17", "invited": 1, "present": 1},
        "tasks/T1/answer": {"with": "nil"}, "holds/coroner/release": {"on": "2025-03-17"},
        "deadlines/notification/extend": {"to": "2025-04-17"}, "actions/notify": {},
    }  # fmt: skip
    assert {door.path for door in DOORS if door.method == "POST"} >= {"/cases/{ref}/notes"}
    assert len(bodies) == sum(door.path.startswith("/cases/{ref}/") for door in DOORS) - 1
    for email in (COORDINATOR, CHAIR):
        program = Program(premises, email)
        assert reference not in program.get("/cases").text
        assert reference not in program.get("/due").text
        for part in ("", "/deadlines/notification/why"):
            here = program.get(f"/cases/{reference}{part}")
            assert problem(here, 404) == problem(program.get(f"/cases/{absent}{part}"), 404)
        for part, body in bodies.items():
            here = program.post(f"/cases/{reference}/{part}", body)
            nowhere = program.post(f"/cases/{absent}/{part}", body)
            assert problem(here, 404) == problem(nowhere, 404), part
    assert revision(premises, reference) == 2


def test_people_of_another_area_find_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Their roles are those of their own area."""
    with practice(tmp_path_factory.mktemp("area") / "house") as made:
        reference = refer(made)
        program = Program(made, MANAGER)
        assert program.get(f"/cases/{reference}").status_code == 200
        with made.store.begin() as work:
            person = work.people.directory().find(MANAGER)
            assert person
            work.people.put([replace(person, area="Elsewhere")])
            work.commit()
        made.store._roll.area = "Northmoor"
        problem(program.get(f"/cases/{reference}"), 404)
        assert program.get("/cases").json()["cases"] == []


def test_a_case_is_linked_only_to_one_that_may_be_read_too(premises: Premises) -> None:
    """Whether there is another case is told to nobody who may not read it."""
    mine, theirs = refer(premises), refer(premises)
    recused = Program(premises, PARTNER)
    body = {"who": PARTNER, "reason": "knows the family"}
    assert recused.post(f"/cases/{theirs}/recusals", body).status_code == 200
    here = recused.post(f"/cases/{mine}/links", {"other": theirs, "kind": "rapid_review"})
    nowhere = recused.post(
        f"/cases/{mine}/links", {"other": "RR-2025-9999", "kind": "rapid_review"}
    )
    assert problem(here, 404) == problem(nowhere, 404)


def test_an_address_or_a_method_that_is_not_declared_is_not_served(premises: Premises) -> None:
    """Told as a problem too, with the methods there are."""
    program = Program(premises, MANAGER)
    for path in ("/", "/nothing", "/cases/", "/cases/RR-2025-0001/nothing"):
        problem(program.get(path), 404)
    answer = program.client.delete(f"{ROOT}/cases", headers=program.headers())
    problem(answer, 405)
    assert {"GET", "POST"} <= set(re.findall("[A-Z]+", answer.headers["allow"]))
    assert program.client.head(f"{ROOT}/cases", headers=program.headers()).status_code == 200
