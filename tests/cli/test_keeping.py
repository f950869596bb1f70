"""Founding, migrating, backing up and restoring a house; its clock and its people."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from notifications.catcher import Catcher
from store import schema
from tests.cli.driver import MANAGER, SAMPLE, Home, command, notify, refer


def test_a_new_house_is_private_and_whole(tmp_path: Path) -> None:
    """Settings, secret and database are for their owner's eyes; the processes are published."""
    home = Home(tmp_path / "new" / "house")
    made = home.do("init")
    assert made == {"home": str(home.folder), "practice": False}
    for name in ("settings.toml", "secret.key", "waymark.db"):
        assert stat.S_IMODE((home.folder / name).stat().st_mode) == 0o600
    assert home.do("clock", "show")["practice"] is False
    assert home.do("verify") == {"ok": True, "cases": 0, "events": 0, "faults": []}
    before = home.dump()
    assert "already" in home.refused("init")[0]
    assert home.dump() == before


def test_a_real_house_keeps_the_worlds_time(tmp_path: Path) -> None:
    """Its clock can be read, never set or moved."""
    home = Home(tmp_path / "real")
    home.do("init")
    for words in (["set", "2024-12-20"], ["forward", "5d"]):
        assert "real house" in home.refused("clock", *words)[0]


def test_a_practice_clock_is_set_and_moved(house: Home) -> None:
    """A day alone is its midnight; days, hours and minutes are added; London time is shown."""
    assert house.at("2025-06-10")["now"] == "2025-06-10T00:00:00+01:00"
    assert house.at("2025-06-10T14:20:30.9Z")["now"] == "2025-06-10T15:20:30+01:00"
    assert house.do("clock", "forward", "5d")["now"] == "2025-06-15T15:20:30+01:00"
    assert house.do("clock", "forward", "3h")["now"] == "2025-06-15T18:20:30+01:00"
    assert house.do("clock", "forward", "30m")["now"] == "2025-06-15T18:50:30+01:00"
    assert house.do("clock", "show") == {"now": "2025-06-15T18:50:30+01:00", "practice": True}
    assert house.say("clock", "show") == "Sunday 15 June 2025 at 18:50 (practice clock)\n"


@pytest.mark.parametrize(
    "words",
    [["set", "soon"], ["set", "2025-02-30"], ["set", "2025-03-30T01:30"], ["set", "0001-01-01"],
     ["set", "9999-12-31"], ["forward", "5"], ["forward", "-1d"], ["forward", "0d"],
     ["forward", "99999d"]],
    ids=" ".join,
)  # fmt: skip
def test_a_clock_is_not_set_to_what_is_no_time(house: Home, words: list[str]) -> None:
    """Impossible instants, a time London skipped, and times beyond every calendar are refused."""
    before = house.dump()
    assert house.run("clock", words[0], "--json", "--", words[1]).code in (1, 2)
    assert house.dump() == before


def test_people_are_imported_once(house: Home, tmp_path: Path) -> None:
    """Importing again changes nobody; a changed row changes one person; nobody is removed."""
    again = house.do("people", "import", str(SAMPLE))
    assert again["added"] == again["changed"] == 0
    assert again["unchanged"] == again["people"] == len(house.do("people", "list")["people"])
    one = tmp_path / "one.csv"
    one.write_text(
        f"name,email,agency,roles\nNew name,{MANAGER.upper()},Northmoor,business_manager\n"
    )
    assert house.do("people", "import", str(one)) == {
        "added": 0, "changed": 1, "unchanged": 0, "people": 1}  # fmt: skip
    listed = {p["email"]: p for p in house.do("people", "list")["people"]}
    assert len(listed) == again["people"]
    assert listed[MANAGER]["name"] == "New name"
    assert listed[MANAGER]["roles"] == ["business_manager"]
    assert "Business manager" in house.say("people", "list")


def test_migrating_twice_is_harmless(house: Home) -> None:
    """The second time nothing is left to bring up to date."""
    refer(house)
    first = house.do("migrate")
    before = house.dump()
    second = house.do("migrate")
    assert second["schema_before"] == second["schema"] == first["schema"]
    assert house.dump() == before


def test_a_house_is_migrated_in_two_parts(house: Home) -> None:
    """Before the new release is started what the old one bears; afterwards the rest."""
    url = f"sqlite:///{house.folder / 'waymark.db'}"
    refer(house)
    ready = house.do("migrate", "--pre")
    assert (ready["schema"], ready["post_open"]) == (schema.EDITIONS[0], True)
    assert "waymark migrate --post" in house.say("migrate", "--pre")
    for words in (["--post"], ["--pre", "--post"]):
        done = house.do("migrate", *words)
        assert (done["schema"], done["post_open"]) == (schema.EDITIONS[-1], False)
    schema.downgrade(url, "0007")
    assert "0008, on the way, is one it cannot bear" in house.refused("migrate", "--pre")[0]
    assert "the pre part comes first" in house.refused("migrate", "--post")[0]
    assert schema.current(url) == "0007"
    assert house.do("migrate")["schema_before"] == "0007"
    schema.downgrade(url, "0010")
    assert house.do("migrate", "--pre")["schema"] == schema.EDITIONS[0]


def test_a_restored_house_mails_nothing_until_it_is_released(
    house: Home, tmp_path: Path, catcher: Catcher
) -> None:
    """Its messages may have been sent since the backup: it is on hold, and says so."""
    opened = refer(house)
    file = tmp_path / "kept" / "house.backup"
    file.parent.mkdir()
    assert house.do("backup", str(file)) == {
        "file": str(file), "bytes": file.stat().st_size, "cases": 1, "events": 1, "sealed": 1,
        "messages": opened["owed"],
    }  # fmt: skip
    shutil.copy(house.folder / "secret.key", file.parent)
    house.mail_to(catcher.port)
    assert house.do("deliver")["accepted"] == opened["owed"]

    again = Home(tmp_path / "again")
    assert again.do("restore", str(file)) == {"home": str(again.folder), "on_hold": True}
    again.mail_to(catcher.port)
    shown = again.do("show", opened["reference"])
    assert shown["events"] == house.do("show", opened["reference"])["events"]
    assert shown["owed"] == opened["owed"]
    held = again.do("deliver")
    assert (held["accepted"], held["on_hold"]) == (0, True)
    assert "on hold" in again.say("deliver")
    assert len(catcher.caught) == opened["owed"]
    assert again.do("verify")["ok"] is True
    assert again.do("house", "release") == {"on_hold": False}
    assert again.do("deliver")["accepted"] == opened["owed"]
    ids = [caught.message_id for caught in catcher.caught]
    assert len(set(ids)) == opened["owed"]
    assert again.do("house", "hold") == {"on_hold": True}


def test_a_backup_never_replaces_anything(house: Home, tmp_path: Path) -> None:
    """An existing file, a missing folder, a house that is there: each is refused."""
    file = tmp_path / "one.backup"
    house.do("backup", str(file))
    content = file.read_bytes()
    house.refused("backup", str(file))
    house.refused("backup", str(tmp_path / "nowhere" / "one.backup"))
    house.refused("restore", str(file), "--secret", str(house.folder / "secret.key"))
    assert file.read_bytes() == content


def test_a_restore_that_is_refused_leaves_nothing(house: Home, tmp_path: Path) -> None:
    """No backup, no secret, a secret cut short, a file that is no backup: no house comes of it."""
    file, short, text = (tmp_path / name for name in ("one.backup", "short.key", "text.backup"))
    house.do("backup", str(file))
    short.write_text("abc")
    text.write_text("This is no backup.")
    key = ("--secret", str(house.folder / "secret.key"))
    new = Home(tmp_path / "deep" / "new")
    for words in ([str(tmp_path / "none"), *key], [str(file)], [str(text), *key],
                  [str(file), "--secret", str(short)]):  # fmt: skip
        new.refused("restore", *words)
        assert not (tmp_path / "deep").exists()


def test_a_database_that_has_lost_its_secret_is_left_alone(house: Home, tmp_path: Path) -> None:
    """A new house is never made over records whose secret went astray."""
    (house.folder / "secret.key").rename(tmp_path / "secret.key")
    assert "secret.key" in house.refused("init", "--practice")[0]
    assert house.run("list").code == 3
    (tmp_path / "secret.key").rename(house.folder / "secret.key")
    assert house.do("verify")["ok"] is True


def test_init_does_not_mix_two_databases(house: Home, tmp_path: Path) -> None:
    """Settings that name another database than --database are not passed over in silence."""
    new = Home(tmp_path / "new")
    new.folder.mkdir()
    (new.folder / "settings.toml").write_text(f'database = "sqlite:///{tmp_path}/one.db"\n')
    assert (
        "another database" in new.refused("init", "--database", f"sqlite:///{tmp_path}/two.db")[0]
    )
    assert [path.name for path in new.folder.iterdir()] == ["settings.toml"]
    new.do("init", "--database", f"sqlite:///{tmp_path}/one.db")
    assert (tmp_path / "one.db").exists()


def test_a_checkpoint_finds_a_cut_tail(house: Home, tmp_path: Path) -> None:
    """Seals alone cannot see that a record's end was cut off; a checkpoint kept outside can."""
    reference: str = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    notify(house, reference)
    kept = tmp_path / "heads.json"
    assert house.do("checkpoint", str(kept)) == {"file": str(kept), "cases": 1}
    assert house.do("verify", "--against", str(kept))["ok"] is True
    (last,) = house.rows("SELECT max(sequence) FROM event")[0]
    house.rows(f"DELETE FROM event WHERE sequence = {last}")
    said = house.run("verify", "--against", str(kept), "--json")
    assert said.code == 1
    assert said.json["ok"] is False
    assert f"{reference}: event {last} is missing; the record was cut short" in said.json["faults"]
    assert "NOT WHOLE" in house.run("verify").out


def test_verify_names_the_first_bad_line(house: Home) -> None:
    """An event changed behind the house's back is found, with its place in the record."""
    reference: str = refer(house)["reference"]
    house.rows("UPDATE event SET actor = 'somebody.else@example.org' WHERE sequence = 1")
    said = house.run("verify", reference, "--json")
    assert said.code == 1
    assert said.json["faults"] == [f"{reference}: event 1 was changed after it was sealed"]


def test_a_checkpoint_is_read_and_written_with_care(house: Home, tmp_path: Path) -> None:
    """Files that are missing, are none, or are there already are refused in words."""
    refer(house)
    (tmp_path / "noise").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "list.json").write_text(json.dumps([1, 2]))
    for name in ("missing", "noise", "list.json"):
        house.refused("verify", "--against", str(tmp_path / name))
    house.refused("checkpoint", str(tmp_path / "noise"))
    house.refused("checkpoint", str(tmp_path / "nowhere" / "heads"))
    assert command("verify", "--home", str(tmp_path / "none")).code == 3
