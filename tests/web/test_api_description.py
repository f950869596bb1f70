"""The API describes itself: OpenAPI 3.1, true to its doors, its processes and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from engine.tokens import ACT, READ
from tests.web.programs import INCIDENT, MANAGER, NOTIFY, PARTNER, Program, refer
from tests.web.rooms import practice
from web.api.entrance import DOORS
from workflows.catalogue import PROCESSES
from workflows.wiring import Premises


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("description") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def described(premises: Premises) -> Any:
    return Program(premises, MANAGER, (READ,)).get("/openapi.json").json()


def test_the_description_is_openapi_and_has_every_door(described: Any) -> None:
    """Whatever reads OpenAPI 3.1 can read it; nothing is served that it leaves out."""
    OpenAPIV31SpecValidator(described).validate()
    assert described["openapi"] == "3.1.0"
    found = {
        operation["operationId"]: operation["security"][0]["token"]
        for path in described["paths"].values()
        for operation in path.values()
    }
    assert found == {door.name: [door.scope] for door in DOORS}
    assert set().union(*map(set, found.values())) == {READ, ACT}


def test_the_facts_of_every_process_are_described(described: Any) -> None:
    """With their words; what identifies a child is marked as never given back."""
    for key, process in PROCESSES.items():
        facts = described["components"]["schemas"][f"Facts_{key}"]["properties"]
        assert facts.keys() == process.fact_by_key.keys()
        hidden = {name for name, fact in facts.items() if fact.get("writeOnly")}
        assert hidden == process.identifying


def test_what_is_answered_is_what_is_described(premises: Premises, described: Any) -> None:
    """Every door that looks, and opening and doing, against the schema of its answer."""
    reference, program = refer(premises), Program(premises, PARTNER)
    paths = {
        "Cases": "/cases", "WholeCase": f"/cases/{reference}", "Due": "/due",
        "Proof": f"/cases/{reference}/deadlines/notification/why", "Processes": "/processes",
        "Process": "/processes/dispute", "Day": "/days/add?date=2025-03-17&n=1",
        "Days": "/days/between?from=2025-03-17&to=2025-04-17", "Description": "/openapi.json",
    }  # fmt: skip
    assert paths.keys() == {door.shape for door in DOORS if door.method == "GET"}
    for shape, path in paths.items():
        validator(described, shape).validate(program.get(path).json())
    opened = program.post("/cases", {"process": "rapid_review", "facts": INCIDENT})
    done = program.post(f"/cases/{reference}/actions/notify", {"facts": NOTIFY})
    refused = program.post(f"/cases/{reference}/actions/notify", {"facts": NOTIFY})
    for answer, shape in ((opened, "Receipt"), (done, "Receipt"), (refused, "Problem")):
        validator(described, shape).validate(answer.json())
    assert refused.status_code == 422


def validator(described: Any, shape: str) -> Any:
    components = {"components": described["components"]}
    return Draft202012Validator({"$ref": f"#/components/schemas/{shape}", **components})


def test_what_may_be_sent_is_what_is_described(described: Any) -> None:
    """A right body fits its schema; a fact nobody knows and a field too many do not."""
    body = described["paths"]["/cases"]["post"]["requestBody"]["content"]["application/json"]
    schema = {**body["schema"], "components": described["components"]}
    check = Draft202012Validator(schema).is_valid
    assert check({"process": "rapid_review", "facts": INCIDENT})
    assert not check({"process": "rapid_review", "facts": {"colour": "red"}})
    assert not check({"process": "nothing"})
    assert not check({"process": "rapid_review", "colour": "red"})
