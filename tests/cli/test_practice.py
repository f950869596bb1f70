"""The demonstration and the practice year."""

from __future__ import annotations

from pathlib import Path

from tests.cli.driver import Home, command, refer

SPAN = ("--from", "2024-12-12", "--to", "2024-12-27")


def simulate(folder: Path, seed: str) -> dict[str, object]:
    said = command("simulate", *SPAN, "--seed", seed, "--json", "--home", str(folder))
    assert said.code == 0, said
    counts: dict[str, object] = said.json
    return counts


def test_the_same_seed_plays_the_same_weeks(tmp_path: Path) -> None:
    """Counts, cases and messages are equal for one seed and differ for another."""
    first, again = simulate(tmp_path / "a", "3"), simulate(tmp_path / "b", "3")
    assert first == again
    assert first["verify"] == {**first["verify"], "ok": True, "faults": []}  # type: ignore[dict-item]
    assert type(first["opened"]) is int
    assert first["opened"] > 0
    other = simulate(tmp_path / "c", "4")
    assert {**other, "seed": 3} != first
    house = Home(tmp_path / "a")
    messages = house.do("outbox", "list")["counts"]
    assert messages == first["messages"]
    assert messages["accepted"] == first["caught"]


def test_practice_never_runs_time_backwards(house: Home) -> None:
    """A house with cases is not taken back to before them; impossible spans are refused."""
    refer(house)
    assert "begin no earlier" in house.refused("simulate", *SPAN)[0]
    house.refused("simulate", "--from", "2025-01-10", "--to", "2024-12-01")
    house.refused("simulate", "--from", "2025-01-10", "--to", "2045-12-01")
    house.refused("simulate", "--from", "2025-01-10", "--to", "2025-02-30")


def test_practice_leaves_the_houses_own_settings_alone(house: Home) -> None:
    """Its mail goes to a catcher for that time only."""
    house.mail_to(2525)
    before = (house.folder / "settings.toml").read_bytes()
    house.do("simulate", "--from", "2024-12-21", "--to", "2024-12-23")
    assert (house.folder / "settings.toml").read_bytes() == before


def test_a_real_house_is_no_place_for_practice(tmp_path: Path) -> None:
    """Neither the demonstration nor the practice year touches one."""
    home = Home(tmp_path / "real")
    home.do("init")
    for words in (["demo"], ["simulate", *SPAN]):
        assert "real house" in home.refused(*words)[0]


def test_the_demonstration_tells_one_story_of_each_process(tmp_path: Path) -> None:
    """With --json it is one document, and everything in the house it leaves agrees."""
    home = Home(tmp_path / "demo")
    told = home.do("demo")
    assert told["home"] == str(home.folder)
    assert told["verify"]["ok"] is True
    assert {case["process"] for case in told["cases"]} == {
        "rapid_review", "practice_review", "child_death_review", "dispute"}  # fmt: skip
    for case in told["cases"]:
        times = [event["at"] for event in home.do("show", case["reference"])["events"]]
        assert times == sorted(times)
    assert told["caught"] == told["messages"]["accepted"] > 0
    assert told["messages"]["owed"] == told["messages"]["refused"] == 0
    assert len(list((home.folder / "caught").glob("*.eml"))) == told["caught"]
