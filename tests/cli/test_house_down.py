"""When the house cannot work: code 3, one line with a reference, and nothing is half-written."""

from __future__ import annotations

import json
import re
import socket
import stat
from pathlib import Path
from unittest import mock

import pytest

from store import sqlite
from tests.cli.driver import MANAGER, NURSE, SAMPLE, Home, given, refer

SECRET = "Xylophone-7731"
REFERRAL = {
    "incident_on": "2024-12-18",
    "aware_at": "2024-12-20T16:40",
    "outcome_for_child": "serious_harm",
    "abuse_link": "suspected",
}


def settings(house: Home, text: str) -> None:
    (house.folder / "settings.toml").write_text(text, encoding="utf-8")


def log(house: Home) -> str:
    return (house.folder / "waymark.log").read_text(encoding="utf-8")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_no_house_says_how_to_make_one(tmp_path: Path) -> None:
    """Whatever was asked, and nothing is left behind in the folder that was named."""
    home = Home(tmp_path / "none")
    for words in (["list"], ["open", "rapid_review", "--as", NURSE], ["migrate"], ["sweep"],
                  ["backup", str(tmp_path / "x")], ["people", "import", str(SAMPLE)]):  # fmt: skip
        assert "waymark init" in home.down(*words)
    assert list(tmp_path.iterdir()) == []


def test_broken_settings_list_every_problem(house: Home) -> None:
    """Misspelt names, wrong kinds, what does not go together; never a value."""
    settings(house, f'area = "x\n[mail]\npassword = "{SECRET}"')
    assert "line 1" in house.down("list")
    settings(house, f'aera = "x"\n[mail]\nhots = "y"\nport = "no"\npassword = "{SECRET}"\n')
    told = house.down("list")
    assert all(word in told for word in ("aera", "hots", "port", "username"))
    assert SECRET not in told + log(house)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://waymark:{SECRET}@127.0.0.1:{{port}}/waymark",
        f"mysql://waymark:{SECRET}@127.0.0.1/waymark",
        "sqlite:////nowhere/at/all.db",
    ],
    ids=["away", "unknown", "missing"],
)
def test_a_database_that_is_away(house: Home, url: str) -> None:
    """A server that does not answer, a kind no house knows, a file that is not there."""
    before = house.dump()
    settings(house, f'database = "{url.format(port=closed_port())}"\n')
    for words in (["list"], ["open", "rapid_review", "--as", NURSE, *given(REFERRAL)], ["sweep"]):
        told = house.down(*words)
        assert told.endswith(".")
        assert SECRET not in told
    assert SECRET not in log(house)
    assert house.dump() == before


def test_a_new_house_in_a_database_that_is_away_is_not_begun(tmp_path: Path) -> None:
    """The folder, the settings and the secret are taken away again."""
    home = Home(tmp_path / "a" / "b")
    url = f"postgresql://waymark:{SECRET}@127.0.0.1:{closed_port()}/waymark"
    said = home.run("init", "--database", url, "--json")
    assert said.code == 3
    assert SECRET not in said.out + said.err
    assert "WAYMARK_DATABASE" in said.err
    assert list(tmp_path.iterdir()) == []
    home.do("init")


@pytest.mark.parametrize("content", [b"", b"This is no database." * 500], ids=["empty", "noise"])
def test_a_damaged_database_is_left_alone(house: Home, content: bytes) -> None:
    """Neither read as if it were new, nor made over."""
    for name in ("waymark.db", "waymark.db-wal", "waymark.db-shm"):
        (house.folder / name).unlink(missing_ok=True)
    (house.folder / "waymark.db").write_bytes(content)
    for words in (["list"], ["migrate"], ["sweep"]):
        assert "backup" in house.down(*words)
    assert content == b"" or (house.folder / "waymark.db").read_bytes() == content
    assert content or "CREATE TABLE" not in house.dump()


def test_on_a_full_disk_nothing_is_half_written(
    house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step is refused as a whole, in plain words; with room again it is done."""
    reference = refer(house)["reference"]
    before = house.dump()
    full = (*sqlite.PRAGMAS, "PRAGMA max_page_count=1")
    monkeypatch.setattr(sqlite.engine_on, "__defaults__", (full,))
    told = set()
    for _ in range(40):
        said = house.run("note", reference, "x" * 3000, "--as", MANAGER, "--json")
        if said.code:
            told.add(said.json["error"])
            break
        before = house.dump()
    assert told == {"The disk is full; nothing was saved. Make room on the disk, then do it again."}
    assert house.down("open", "rapid_review", "--as", NURSE, *given(REFERRAL))
    assert house.dump() == before
    monkeypatch.undo()
    house.do("note", reference, "x" * 3000, "--as", MANAGER)
    refer(house)
    assert house.do("verify")["ok"] is True


def test_when_the_bank_holidays_have_ended_dates_are_refused(house: Home) -> None:
    """In 2045 a case cannot be counted: refused whole, with what to do; the sweep still warns."""
    house.at("2045-06-01T10:00")
    facts = REFERRAL | {"incident_on": "2045-05-18", "aware_at": "2045-05-20T06:40"}
    (reason,) = house.refused("open", "rapid_review", "--as", NURSE, *given(facts))
    assert "bank holiday list" in reason
    assert house.do("list")["cases"] == []
    assert "ended" in house.do("sweep")["warning"]
    house.at("2035-06-01T10:00")
    facts = REFERRAL | {"incident_on": "2035-05-18", "aware_at": "2035-05-20T06:40"}
    opened = house.open("rapid_review", NURSE, **facts)
    assert all(clock["provisional"] for clock in opened["deadlines"])
    assert opened["reference"] == "RR-2035-0001"


def test_an_unforeseen_fault_is_one_line_and_a_log_entry(house: Home) -> None:
    """The log has the kind and the place, for its owner's eyes; neither has what was typed."""
    reference = refer(house)["reference"]
    fault = RuntimeError(f"bad value {SECRET}")
    with mock.patch("engine.record.note", side_effect=fault):
        told = house.down("note", reference, SECRET, "--as", MANAGER)
    assert "Something went wrong" in told
    kept = log(house)
    assert SECRET not in kept + told
    (line,) = kept.splitlines()
    entry = json.loads(line)
    assert set(entry) == {"at", "detail", "event", "level", "reference"}
    assert re.fullmatch(r"[0-9]{4}-[^ ]+Z", entry["at"])
    assert re.fullmatch(r"[0-9a-f]{8}", entry["reference"])
    assert entry["detail"].startswith("RuntimeError ")
    assert "cases.py" in entry["detail"]
    assert stat.S_IMODE((house.folder / "waymark.log").stat().st_mode) == 0o600


def test_a_fault_behind_a_fault_is_in_the_log(house: Home) -> None:
    """What the driver calls it helps whoever mends the house."""
    (house.folder / "waymark.db").unlink()
    house.down("list")
    assert "HouseDown" in log(house)
    assert "SQLITE_CANTOPEN" in log(house)


def test_without_a_log_the_line_is_still_told(house: Home) -> None:
    """Where the log cannot be written the reference goes to the support team with the time."""
    (house.folder / "waymark.log").mkdir()
    (house.folder / "waymark.db").unlink()
    said = house.run("list")
    assert said.code == 3
    assert re.search(r"\(Reference [0-9a-f]{8}; tell the support team, with the time\.\)", said.err)
