"""Other programs at the API of a house: a token each, and requests as they would send them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient

from engine import bearers, casework
from engine.casework import Caller
from engine.tokens import ACT, Token
from web.api.doors import ROOT
from web.api.secret import PREFIX, digest_of
from web.whole import pages_of
from workflows.wiring import Premises

PARTNER = "safeguarding.partner@northmoor-council.example"
MANAGER = "business.manager@northmoor-partnership.example"
CHAIR = "panel.chair@northmoor-partnership.example"
COORDINATOR = "child.death.coordinator@northmoor-icb.example"
AUDITOR = "auditor@northmoor-partnership.example"
NURSE = "named.nurse@westfield-hospital.example"
CANARY = "Canary Wren Featherstone"
INCIDENT = {
    "incident_on": "2025-03-13",
    "aware_at": "2025-03-14T16:40",
    "outcome_for_child": "serious_harm",
    "abuse_link": "suspected",
    "child_name": CANARY,
}
NOTIFY = {
    "la_view": "notify",
    "icb_view": "notify",
    "police_view": "notify",
    "threshold_rationale": "The threshold is met.",
    "notified_on": "2025-03-17",
}


class Program:
    """Another system with a token of somebody's."""

    def __init__(
        self, premises: Premises, email: str, scopes: Sequence[str] = (ACT,), label: str = ""
    ) -> None:
        self.premises = premises
        self.value = f"{PREFIX}{email}{len(tokens(premises))}"
        now = premises.house.clock.now()
        ends = now + timedelta(days=30)
        digest = digest_of(self.value)
        made = Token(0, digest, email, frozenset(scopes), label, "root", now, ends)
        self.token = bearers.issue(premises.house, made)
        self.client = TestClient(pages_of(premises), follow_redirects=False)

    def headers(self, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"authorization": f"Bearer {self.value}", **named}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers=self.headers(**headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(ROOT + path, json=body, headers=self.headers(**headers))

    def raw(self, path: str, sent: bytes, kind: str = "application/json") -> Any:
        headers = self.headers(content_type=kind)
        return self.client.post(ROOT + path, content=sent, headers=headers)


def tokens(premises: Premises) -> Sequence[Token]:
    with premises.store.begin() as work:
        return work.tokens.list()


def refer(premises: Premises) -> str:
    """A new rapid review, which knows a child's name."""
    step = casework.open_case(premises.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
    return step.case.reference


def revision(premises: Premises, reference: str) -> int:
    with premises.store.begin() as work:
        return work.cases.open(reference).revision


def problem(answer: Any, status: int) -> list[str]:
    """The reasons of a problem, which has the shape every problem has."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found.keys() == {"type", "title", "status", "refused", "reasons"}
    assert found["status"] == status
    assert found["reasons"], found
    assert "Traceback" not in answer.text
    return list(found["reasons"])
