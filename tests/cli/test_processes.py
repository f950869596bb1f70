"""The processes from the command line: listed, shown, drawn, timed and proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.driver import Home, command, refer

KEYS = ("rapid_review", "practice_review", "child_death_review", "dispute")


def test_the_processes_are_listed() -> None:
    """Each by its key and label, in a house or without one."""
    listed = {one["key"]: one for one in command("process", "list", "--json").json["processes"]}
    assert set(KEYS) <= set(listed)
    assert all(isinstance(listed[key]["version"], str) for key in KEYS)
    assert all(key in command("process", "list").out for key in KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_process_is_shown_drawn_and_proved(key: str) -> None:
    """Its stages, actions and facts by key; a Mermaid drawing; and the proof that it can run."""
    shown = command("process", "show", key, "--json").json
    assert shown["key"] == key
    stages = {stage["key"] for stage in shown["stages"]}
    for action in shown["actions"]:
        assert set(action["from"]) <= stages
        assert action["to"] is None or action["to"] in stages
        assert all(isinstance(action[name], str) for name in ("label", "when", "needs"))
    facts = {fact["key"] for fact in shown["facts"]}
    assert all(set(action["facts"]) <= facts for action in shown["actions"])
    assert all(clock["rules"] for clock in shown["timescales"])
    drawn = command("process", "diagram", key, "--json").json
    assert drawn["key"] == key
    assert all(stage in drawn["mermaid"] for stage in stages)
    assert command("process", "diagram", key).out.strip() == drawn["mermaid"].strip()
    proved = command("process", "check", key, "--json").json
    assert proved["ok"] is True
    (one,) = proved["processes"]
    assert one["faults"] == []
    assert one["proved"]
    assert shown["label"] in command("process", "show", key).out


def test_timescales_say_how_long_and_by_whose_authority() -> None:
    """Every row has a length, a standing and a citation; a key chooses one process."""
    rows = command("process", "timescales", "--json").json["timescales"]
    assert {row["process"] for row in rows} >= set(KEYS)
    assert all(row["length"] and row["citation"] for row in rows)
    mine = command("process", "timescales", "dispute", "--json").json["timescales"]
    assert mine == [row for row in rows if row["process"] == "dispute"]
    assert "statutory" not in {row["standing"] for row in mine}


def test_an_unknown_process_is_refused_with_those_there_are(house: Home) -> None:
    """Whatever is asked of it."""
    for words in (["show"], ["diagram"], ["check"], ["timescales"]):
        reasons = house.refused("process", *words, "rapid_rewiew")
        assert all(key in reasons[0] for key in KEYS)
    house.refused("open", "rapid_rewiew", "--as", "named.nurse@westfield-hospital.example")


def own_rules(house: Home, text: str) -> None:
    (house.folder / "timescales.toml").write_text(text, encoding="utf-8")


SHIPPED = Path(__file__).resolve().parents[2] / "config" / "timescales.toml"


def test_a_houses_own_timescales_take_effect_when_they_are_adopted(house: Home) -> None:
    """`process check` reads the file, `migrate` adopts it, and cases already open keep theirs."""
    first: str = refer(house)["reference"]
    text = SHIPPED.read_text("utf-8").replace(
        'timescale = "threshold_meeting"\nlength = "1wd"',
        'timescale = "threshold_meeting"\nlength = "2wd"',
    )
    own_rules(house, text)
    assert house.do("process", "check")["ok"] is True

    def length() -> str:
        rows = house.do("process", "timescales", "rapid_review")["timescales"]
        (found,) = (row["length"] for row in rows if row["timescale"] == "threshold_meeting")
        return str(found)

    assert length() == "1wd"
    house.do("migrate", "--pre")
    assert length() == "1wd", "an earlier release may not be able to read them"
    house.do("migrate")
    assert length() == "2wd"
    shown = {d["key"]: d["length"] for d in house.do("show", first)["deadlines"]}
    assert shown["threshold_meeting"] == "1wd"
    again = {d["key"]: d["length"] for d in refer(house)["deadlines"]}
    assert again["threshold_meeting"] == "2wd"
    assert house.do("verify")["ok"] is True


def test_every_fault_of_a_timescales_file_is_told_at_once(house: Home) -> None:
    """With its row, before anything is changed; nothing is adopted by halves."""
    own_rules(
        house,
        'edition = "x"\n[[rule]]\nprocess = "rapid_review"\ntimescale = "notification"\n'
        'length = "5 days"\nstanding = "lawful"\ncitation = ""\nsince = 2018-06-29\n'
        '[[rule]]\nprocess = "Rapid"\nsince = "soon"\n',
    )
    for words in (["process", "check"], ["migrate"]):
        reasons = house.refused(*words)
        for word in ("length", "standing", "citation", "rule 2", "process", "since"):
            assert any(word in reason for reason in reasons), (word, reasons)
    own_rules(house, 'edition = "x\n[[rule')
    assert "not TOML" in house.refused("migrate")[0]
    new = Home(house.folder.parent / "new")
    new.folder.mkdir()
    own_rules(new, "edition = 1")
    new.refused("init")
    assert [path.name for path in new.folder.iterdir()] == ["timescales.toml"]
