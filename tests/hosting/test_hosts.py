"""A host: houses are added, listed and worked in; a broken one stops nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Absent, HouseDown
from tests.cli.driver import command
from tests.hosting.conftest import NAMES, Hosted
from workflows.hosting import Host


def test_a_broken_house_stops_no_other(plain_host: Hosted) -> None:
    """Its settings faulty: the others are swept and told well; it is named, and the code is 1."""
    (plain_host.home(NAMES[1]).folder / "settings.toml").write_text("nonsense =")
    folder = str(plain_host.folder)
    said = command("host", "rounds", "--home", folder, "--json")
    assert said.code == 1
    assert list(said.json["broken"]) == [NAMES[1]]
    assert said.json["houses"] == 3
    listed = command("host", "list", "--home", folder, "--json")
    assert listed.code == 1
    assert [(one["name"], one["ok"]) for one in listed.json["houses"]] == [
        (NAMES[0], True), (NAMES[1], False), (NAMES[2], True),
    ]  # fmt: skip
    assert "not usable" in listed.json["houses"][1]["faults"][0]


@pytest.mark.parametrize(
    ("name", "setting"),
    [("WAYMARK_DATABASE", "database"), ("WAYMARK_SIGN_IN__CLIENT_SECRET", "sign_in")],
)
def test_the_environment_may_set_nothing_for_every_house(
    plain_host: Hosted, monkeypatch: pytest.MonkeyPatch, name: str, setting: str
) -> None:
    """A database named there would be everybody's: no house is opened, and no value is repeated."""
    monkeypatch.setenv(name, "postgresql://u:Canary-77@127.0.0.1/x")
    for words in (["list"], ["rounds"], ["add", "dunmore"]):
        said = command("host", *words, "--home", str(plain_host.folder))
        assert said.code == 3
        assert f"The environment sets {setting}" in said.err
        assert "Canary-77" not in said.err


@pytest.mark.parametrize(
    "name", ["", "A", "two words", "../up", "a" * 41, "public", "alderley", "-a"]
)
def test_a_name_that_will_not_do_is_refused(plain_host: Hosted, name: str) -> None:
    """And nothing is left behind."""
    before = sorted(plain_host.folder.rglob("*"))
    said = command("host", "add", "--home", str(plain_host.folder), "--", name)
    assert said.code == 1
    assert sorted(plain_host.folder.rglob("*")) == before


def test_how_many_houses_hold_connections_is_bounded(plain_host: Hosted) -> None:
    """The one that has not been visited for longest lets go of its own."""
    host = Host(plain_host.folder, most=2)
    for name in (*NAMES, *NAMES):
        with host.visit(name) as premises, premises.store.begin() as work:
            assert work.cases.references() == ()
        assert len(host._open) <= 2
    assert list(host._open) == list(NAMES[1:])
    with pytest.raises(Absent):
        host.visit("nowhere").__enter__()
    with pytest.raises(Absent):
        host.visit("../houses/alderley").__enter__()
    host.close()


def test_a_host_is_made_once(tmp_path: Path) -> None:
    folder = str(tmp_path / "host")
    assert command("host", "list", "--home", folder).code == 3
    assert command("host", "init", folder).code == 0
    assert command("host", "init", folder).code == 1
    assert command("host", "init", str(tmp_path / "b"), "--database", "sqlite:///x.db").code == 1
    assert command("host", "list", "--home", folder, "--json").json == {"houses": []}
    (tmp_path / "host" / "host.toml").write_text('databse = "x"')
    with pytest.raises(HouseDown, match="nothing else"):
        Host(tmp_path / "host")
