"""`waymark health`: words for a person, one document for a program, a code for a supervisor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from notifications.catcher import Catcher
from tests.cli.driver import Home, refer


def age(house: Home, name: str) -> None:
    """Let a round have been done an hour ago."""
    ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    house.rows(f"UPDATE tick SET done_at = '{ago}' WHERE name = '{name}'")


def test_a_new_house_is_not_well_until_time_is_kept(house: Home, catcher: Catcher) -> None:
    """A sweep and a delivery, by hand or by a heartbeat, make it well."""
    house.mail_to(catcher.port)
    said = house.run("health")
    assert said.code == 1
    assert "NOT WELL" in said.out
    assert said.out.count("has been done ever") == 2
    house.do("sweep")
    house.do("deliver")
    found = house.do("health")
    assert (found["ok"], found["faults"]) == (True, [])
    assert [tick["name"] for tick in found["ticks"]] == ["deliver", "sweep"]
    assert {tick["outcome"] for tick in found["ticks"]} == {"done"}
    assert "The house is well." in house.say("health")


def test_a_silent_heartbeat_is_told_with_its_age(house: Home) -> None:
    """E3: after ten minutes the code is 1; without a mail server the sweep alone counts."""
    house.do("sweep")
    assert house.do("health")["ok"] is True
    age(house, "sweep")
    said = house.run("health", "--json")
    assert said.code == 1
    assert said.json["ok"] is False
    assert "for 60 minutes" in said.json["faults"][0]
    assert 3600 <= said.json["ticks"][0]["age_seconds"] < 3660


def test_a_statutory_message_that_waits_an_hour_is_told(house: Home, catcher: Catcher) -> None:
    """R7: held up by the house being on hold; the words say so, and no case is named."""
    house.mail_to(catcher.port)
    reference = refer(house)["reference"]
    house.at("2025-01-02T09:00")
    house.do("house", "hold")
    house.do("sweep")
    house.do("clock", "forward", "1h")
    house.do("sweep")
    house.do("deliver")
    said = house.run("health")
    assert said.code == 1
    assert "60 minutes" in said.out
    assert "waymark house release" in said.out
    assert reference not in said.out
    house.do("house", "release")
    house.do("deliver")
    assert house.do("health")["oldest_statutory"] is None


def test_a_refused_delivery_leaves_no_tick(house: Home) -> None:
    """A refusal changes nothing, and a house that cannot deliver must not look as if it did."""
    house.refused("deliver")
    assert house.do("outbox", "list")["messages"] == []
    house.do("sweep")
    assert [tick["name"] for tick in house.do("health")["ticks"]] == ["sweep"]


def test_a_backup_is_a_round_too(house: Home) -> None:
    house.do("backup", str(house.folder / "copy"))
    ticks = house.run("health", "--json").json["ticks"]
    assert [tick["name"] for tick in ticks] == ["back_up"]
