"""Tokens by command: made once, listed without their value, ended at once."""

from __future__ import annotations

import pytest

from tests.cli.driver import MANAGER, Home
from web.api.secret import PREFIX, digest_of


def test_a_token_is_shown_once_and_only_its_digest_is_kept(house: Home) -> None:
    """Whoever reads the house's files, or the list, cannot use it."""
    made = house.do("token", "new", "--for", MANAGER.upper(), "--scope", "act", "--label", "System")
    assert made["token"].startswith(PREFIX)
    assert (made["email"], made["scopes"], made["label"]) == (MANAGER, ["act"], "System")
    said = house.say("token", "list") + house.run("token", "list", "--json").out
    for hidden in (made["token"], digest_of(made["token"])):
        assert hidden not in said
    assert made["token"].encode() not in (house.folder / "waymark.db").read_bytes()
    second = house.do("token", "new", "--for", MANAGER)
    assert second["scopes"] == ["read"]
    assert second["token"] != made["token"]


def test_a_token_is_ended_for_good(house: Home) -> None:
    """A second time says the same; one that never was is refused."""
    made = house.do("token", "new", "--for", MANAGER, "--days", "1")
    number = str(made["id"])
    ended = house.do("token", "revoke", number)
    house.at("2025-01-06T10:00")
    assert house.do("token", "revoke", number) == ended
    assert [row["open"] for row in house.do("token", "list")["tokens"]] == [False]
    assert house.run("token", "revoke", "99", "--json").json["refused"] is True


@pytest.mark.parametrize(
    "words",
    [
        ["--for", "nobody@away.example", "--scope", "all", "--days", "0", "--label", "x" * 61],
        ["--for", "nobody", "--days", "1"],
        ["--for", MANAGER, "--days", "367"],
        ["--for", MANAGER, "--days", "-5"],
        ["--for", MANAGER, "--label", "two\nlines"],
    ],
)
def test_a_token_nobody_could_answer_for_is_not_made(house: Home, words: list[str]) -> None:
    """Every reason is told, and nothing is kept."""
    said = house.run("token", "new", *words, "--json")
    assert said.code == 1
    assert len(said.json["reasons"]) == (4 if "all" in words else 1)
    assert house.do("token", "list") == {"tokens": []}
