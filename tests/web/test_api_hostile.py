"""What is sent to the API, however hostile, is refused in words; nothing identifying comes back."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from engine.tokens import ACT
from tests.web.programs import (
    CANARY,
    COORDINATOR,
    INCIDENT,
    MANAGER,
    NOTIFY,
    PARTNER,
    Program,
    problem,
    refer,
    revision,
    tokens,
)
from tests.web.rooms import practice
from tests.workflows.deaths import DEATH
from web.api.entrance import DOORS, LARGEST
from web.api.fields import Kind
from workflows.wiring import Premises

SCRIPT = '"><script>alert(1)</script>{{ 7*7 }}'
HOSTILE: tuple[Any, ...] = (
    "", " ", "x" * 10_000, SCRIPT, "\x00", "\ud83d", "first\r\nBcc: x@y.example\r\n\r\nsecond",
    "\u202egnirts", "é" * 9_000, "%00%", "../../etc/passwd", "' OR 1=1 --", None, True, -1,
    10**400, 1.5, [], {}, [[]], [{}], ["x"], {"x": {}}, {"": ""}, {"\ud83d": "\x00"},
    {"name": "x"}, [{"name": 1, "email": 2}], [{"name": "\x00", "email": "\ud83d"}],
)  # fmt: skip
WRITING = [door for door in DOORS if door.method == "POST"]


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("hostile") / "house") as made:
        yield made


@pytest.fixture(scope="module")
def manager(premises: Premises) -> Program:
    return Program(premises, MANAGER)


@pytest.fixture(scope="module")
def review(premises: Premises) -> str:
    return refer(premises)


@pytest.mark.parametrize("door", WRITING, ids=lambda door: door.name)
def test_whatever_a_field_holds_it_is_taken_or_refused_in_words(
    premises: Premises, manager: Program, review: str, door: Any
) -> None:
    """Every field of every body with every attack, alone and all together: never a fault."""
    for attack in HOSTILE:
        bodies = [{**fitting(door), f.name: attack} for f in door.fields]
        bodies += [{f.name: attack for f in door.fields}, {f"{attack}"[:80]: attack}]
        path = re.sub(r"{[^}]*}", "notification", door.path.replace("{ref}", review))
        for body in bodies:
            sent = json.dumps(body).encode()
            answer = manager.raw(f"{path}?dry_run=true", sent)
            assert answer.status_code < 500, (body, answer.text)
            if answer.status_code != 200:
                problem(answer, answer.status_code)
            assert answer.headers["content-type"].startswith("application/")
            assert not any("Bcc" in value for value in answer.headers.values())
    assert revision(premises, review) == 1


def fitting(door: Any) -> dict[str, Any]:
    """A body in which every field has something of its kind."""
    values = {
        Kind.TEXT: "x", Kind.LINE: "x", Kind.DAY: "2025-03-17", Kind.NUMBER: 1,
        Kind.FACTS: {"media_interest": "no"}, Kind.AGENCIES: [{"name": "A", "email": "a@b"}],
        Kind.SEATS: [{"name": "A", "how": "present"}],
    }  # fmt: skip
    return {field.name: values[field.kind] for field in door.fields}


@pytest.mark.parametrize(
    "attack", ["%00", "%ED%A0%BD", "%FF", "x" * 5_000, "%3Cscript%3E", "..%2F"]
)
def test_whatever_an_address_holds_there_is_nothing_there(
    manager: Program, review: str, attack: str
) -> None:
    """No fault, no echo as markup, no file of the machine."""
    for path in (f"/cases/{attack}", f"/cases/{attack}/deadlines/{attack}/why",
                 f"/processes/{attack}"):  # fmt: skip
        problem(manager.get(path), 404)
    for path in (f"/cases/{review}/deadlines/{attack}/why",):
        assert manager.get(path).status_code in (404, 422)
    for path in (f"actions/{attack}", f"tasks/{attack}/answer", f"holds/{attack}/release"):
        body = {"answer": {"with": "nil"}, "release": {"on": "2025-03-17"}}
        answer = manager.post(f"/cases/{review}/{path}", body.get(path.rpartition("/")[2], {}))
        assert answer.status_code in (404, 422), answer.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"{", 400), (b"[]", 400), (b'"x"', 400), (b"null", 400), (b"\xff\xfe", 400),
        (b'{"text": NaN}', 400), (b'{"text": "a", "text": "b"}', 400), (b"[" * 200_000, 400),
        (b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400), (b'{"revision": 1e999}', 422),
        (b'{"revision": ' + b"9" * 5_000 + b"}", 400), (b"{}", 422), (b"", 422),
        (b" " * (LARGEST + 1), 413), (b'{"text": "\\u0000"}', 422), (b'{"text": "\\ud800"}', 422),
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_no_fit_body_is_refused_by_its_own_status(
    premises: Premises, manager: Program, review: str, sent: bytes, status: int
) -> None:
    """Malformed, too large, or not what is asked for: each has its own, and nothing is done."""
    problem(manager.raw(f"/cases/{review}/notes", sent), status)
    assert revision(premises, review) == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "x" * 99])
def test_a_body_that_is_not_called_json_is_not_read(
    manager: Program, review: str, kind: str
) -> None:
    """So no form of another site's page can act, whatever it carries."""
    problem(manager.raw(f"/cases/{review}/notes", b'{"text": "x"}', kind), 415)


def test_what_was_typed_comes_back_as_it_was(premises: Premises, manager: Program) -> None:
    """Markup and letters of any script are text, in JSON that no browser takes for a page."""
    reference = refer(premises)
    text = f"{SCRIPT} \U0001f600 line\nline é"
    assert manager.post(f"/cases/{reference}/notes", {"text": text}).status_code == 200
    answer = manager.get(f"/cases/{reference}")
    assert answer.json()["events"][-1]["data"]["text"] == text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_identifies_a_child_is_taken_and_never_given_back(premises: Premises) -> None:
    """In no answer of any door, done, dry, refused, sent again or looked at."""
    coordinator = Program(premises, COORDINATOR)
    days = {"died_on": "2025-03-14", "died_at": "2025-03-14T09:00", "aware_at": "2025-03-14T10:00"}
    facts = {**DEATH, **days, "siblings": CANARY, "parents": CANARY, "nhs_number": "9434765919"}
    said = []
    body = {"process": "child_death_review", "facts": facts}
    for headers in ({}, {"idempotency_key": "death"}, {"idempotency_key": "death"}):
        said.append(coordinator.post("/cases", body, **headers))
    said.append(coordinator.post("/cases?dry_run=true", body))
    assert [answer.status_code for answer in said] == [201, 201, 201, 200]
    program = Program(premises, PARTNER)
    body = {"process": "rapid_review", "facts": INCIDENT}
    opened = program.post("/cases", body, idempotency_key="x")
    assert opened.status_code == 201, opened.text
    said += [opened, program.post("/cases", body, idempotency_key="x")]
    path = f"/cases/{opened.json()['reference']}"
    again = {"facts": {**NOTIFY, "child_name": CANARY, "incident_on": "3000-01-01"}}
    said += [program.post(f"{path}/{part}", again) for part in ("actions/notify", "facts")]
    agency = {"agencies": [{"name": CANARY, "email": "a@b.example"}]}
    said.append(Program(premises, MANAGER).post(f"{path}/agencies", agency))
    said += [program.get(each) for each in (path, "/cases", "/due", "/openapi.json")]
    said.append(coordinator.get(f"/cases/{said[0].json()['reference']}"))
    text = "".join(answer.text for answer in said)
    assert {answer.status_code for answer in said} == {200, 201, 422}
    for word in ("Featherstone", "9434765919"):
        assert word not in text
    assert program.get(path).json()["facts"]["child_name"] == "(kept apart)"


def test_a_token_stands_in_no_log_and_no_words_about_it(
    premises: Premises, caplog: pytest.LogCaptureFixture
) -> None:
    """Only a digest of it is kept, and that is told to nobody either."""
    caplog.set_level(logging.DEBUG)
    program = Program(premises, MANAGER, (ACT,))
    for path in ("/cases", "/nothing", f"/cases?after={program.value}"):
        program.get(path)
    kept = next(token for token in tokens(premises) if token.id == program.token.id)
    logged = "".join(record.getMessage() for record in caplog.records if "httpx" not in record.name)
    log = premises.home / "waymark.log"
    text = logged + (log.read_text("utf-8") if log.exists() else "") + repr(kept)
    assert program.value not in text
    assert kept.digest not in text
    with premises.store.begin() as work:
        assert program.value not in repr(work.tokens.list())
    assert program.value.encode() not in (premises.home / "waymark.db").read_bytes()
