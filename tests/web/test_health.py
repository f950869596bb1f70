"""/health, /ready and /metrics: states and numbers for machines, and nobody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from notifications.catcher import Catcher
from tests.cli.conftest import *  # noqa: F403 - the house of the commands, and its catcher
from tests.cli.driver import Home, refer
from tests.cli.test_health import age
from web.health import routes_of
from workflows.wiring import Premises, enter

LABELS = {
    "state": {"owed", "accepted", "refused", "parked", "dropped"},
    "verdict": {"accepted", "deferred", "refused", "unsure"},
    "round": {"sweep", "digest", "deliver", "collect", "back_up", "verify_and_checkpoint"},
}


@pytest.fixture
def premises(house: Home, catcher: Catcher) -> Iterator[Premises]:
    house.mail_to(catcher.port)
    with enter(Path(house.folder)) as premises:
        yield premises


@pytest.fixture
def client(premises: Premises) -> TestClient:
    return TestClient(Starlette(routes=routes_of(premises)))


def numbers(client: TestClient) -> dict[str, float]:
    """Each number by its name and labels, as Prometheus's own parser reads them."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_health_is_red_until_time_is_kept(house: Home, client: TestClient) -> None:
    """E3: 503 and the reasons; 200 once a sweep and a delivery are done; red after 10 minutes."""
    red = client.get("/health")
    assert red.status_code == 503
    assert "NOT WELL" in red.text
    house.do("sweep")
    house.do("deliver")
    green = client.get("/health", headers={"Accept": "application/json"})
    assert green.status_code == 200
    assert green.json()["ok"] is True
    assert green.headers["cache-control"] == "no-store"
    assert numbers(client)["waymark_well"] == 1
    age(house, "sweep")
    late = client.get("/health", headers={"Accept": "application/json"})
    assert (late.status_code, late.json()["ok"]) == (503, False)
    assert client.get("/ready").status_code == 200
    assert numbers(client)["waymark_well"] == 0


def test_what_is_wrong_with_the_database_is_told(
    premises: Premises, client: TestClient, house: Home
) -> None:
    """Away, damaged or empty: not well, not ready, and no metric; in words and as a document."""
    premises.store.close()
    for file in house.folder.glob("waymark.db*"):
        file.unlink()
    for path in ("/health", "/ready", "/metrics"):
        answer = client.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 503
        assert answer.json()["ok"] is False
        assert client.get(path).text.strip() == answer.json()["faults"][0]


def test_the_numbers_are_those_of_the_house(house: Home, client: TestClient) -> None:
    owed = refer(house)["owed"]
    found = numbers(client)
    assert found["waymark_messages owed"] == owed
    assert found["waymark_oldest_owed_timestamp_seconds"] > 0
    assert found["waymark_next_deadline_timestamp_seconds"] > 0
    assert found["waymark_calendar_end_timestamp_seconds"] > 0
    assert found["waymark_database_turns_total"] > 0
    house.do("sweep")
    house.do("deliver")
    found = numbers(client)
    assert (found["waymark_messages owed"], found["waymark_messages accepted"]) == (0, owed)
    assert found["waymark_verdicts_of_a_day accepted"] == owed
    assert found["waymark_oldest_owed_timestamp_seconds"] == 0
    assert found["waymark_tick_failed sweep"] == 0
    assert found["waymark_tick_done_timestamp_seconds sweep"] > 0


def test_no_label_is_a_reference_a_name_or_an_address(house: Home, client: TestClient) -> None:
    """A label is one of a few words of our own."""
    reference = refer(house)["reference"]
    house.do("sweep")
    house.do("deliver")
    text = "\n".join(client.get(path).text for path in ("/metrics", "/health", "/ready"))
    document = client.get("/health", headers={"Accept": "application/json"}).text
    for told in (text, document):
        assert reference not in told
        assert not re.search(r"[\w.]+@[\w.]+", told)
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert value in LABELS[label]


def test_nothing_but_looking_is_possible(client: TestClient) -> None:
    for path in ("/health", "/ready", "/metrics"):
        assert client.post(path).status_code == 405
        assert client.head(path).status_code in (200, 503)
