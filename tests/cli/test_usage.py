"""How the command line is used: codes, help, --json and --home everywhere, and nothing repeated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.commands import app
from tests.cli.driver import Home, command, program, refer

SECRET_NAME = "Zebedee Quillfeather"


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command by its path."""
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name), found


EVERY = dict(commands(typer.main.get_command(app)))
SURFACE = (
    "init", "demo", "migrate", "backup", "restore", "people/import", "people/list",
    "process/list", "process/show", "process/diagram", "process/check", "process/timescales",
    "open", "do", "record", "ask", "answer", "extend", "hold", "release", "link", "meeting",
    "show", "list", "due", "why", "days/add", "days/between", "days/explain", "holiday/add",
    "sweep", "deliver", "collect", "outbox/list", "outbox/show", "outbox/park", "outbox/release",
    "clock/show", "clock/set", "clock/forward", "simulate", "verify", "export",
)  # fmt: skip


def test_every_promised_command_is_there() -> None:
    """The surface other programs drive is complete."""
    assert {tuple(name.split("/")) for name in SURFACE} <= set(EVERY)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_takes_json_and_home_and_explains_itself(path: tuple[str, ...]) -> None:
    """--json and --home are understood by each; --help is a sentence and ends with code 0."""
    options = {name for option in EVERY[path].params for name in option.opts}
    assert {"--json", "--home"} <= options
    said = command(*path, "--help")
    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith(f"Usage: waymark {' '.join(path)}")


def test_the_list_of_commands_is_never_cut_short() -> None:
    """Each command's line of help can be read to its end on a narrow screen."""
    for group in ([], ["people"], ["process"], ["days"], ["holiday"], ["outbox"], ["clock"]):
        _, _, listed = command(*group, "--help").out.partition("Commands:")
        assert listed
        assert "..." not in listed


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["people"],
        ["nonsense"],
        ["show"],
        ["show", "RR-2024-0001", "too", "many"],
        ["list", "--procss", "x"],
        ["open", "rapid_review"],
        ["meeting", "RR-1", "--on", "2025-01-01", "--invited", "many", "--present", "1"],
        ["outbox", "show", "first"],
        ["outbox", "list", "--state", "lost"],
        ["days", "add", "2024-12-20"],
        ["days", "explain", "2024-12-20"],
        ["simulate", "--from", "2024-01-01"],
        ["do", "notify", "RR-2024-0001", "--as"],
    ],
    ids=lambda words: " ".join(words) or "nothing at all",
)  # fmt: skip
def test_wrong_usage_is_told_with_code_2(words: list[str]) -> None:
    """A command that is not understood says how it is used; with --json as a document as well."""
    said = command(*words)
    assert said.code == 2
    assert said.out == ""
    assert "Usage: waymark" in said.err
    if words and words[-1] != "--as":
        told = command(*words, "--json")
        assert told.code == 2
        assert isinstance(told.json["error"], str)


@pytest.mark.parametrize(
    "words",
    [
        ["record", "RR-2024-0001", "--as", "a@b.example", "--fact", "child_name=Z", SECRET_NAME],
        [SECRET_NAME],
        ["outbox", "show", SECRET_NAME],
        ["outbox", "list", "--state", SECRET_NAME],
        ["show", "RR-2024-0001", f"--{SECRET_NAME}"],
        ["do", "notify", "RR-2024-0001", "--as", "a@b.example", "--seen", SECRET_NAME],
    ],
    ids=["unquoted", "command", "number", "choice", "option", "revision"],
)
def test_wrong_usage_never_repeats_what_was_typed(words: list[str]) -> None:
    """A child's name that slipped out of its quotation marks is not printed again."""
    for said in (command(*words), command(*words, "--json")):
        assert said.code == 2
        assert not [part for part in SECRET_NAME.split() if part in said.out + said.err]


def test_a_mistyped_command_is_guessed() -> None:
    """Near misses are named, for commands and for options."""
    assert "Did you mean sweep?" in command("swep").err
    assert "Did you mean --overdue?" in command("list", "--overdu").err


def test_help_is_the_same_for_a_program_of_its_own(house: Home) -> None:
    """`python -m cli` is `waymark`: the same words, the same code, the same document."""
    refer(house)
    home = str(house.folder)
    for words in (["--help"], ["show", "RR-2024-0001", "--json"], ["show", "RR-1"], ["nonsense"]):
        mine, theirs = command(*words, "--home", home), program(*words, "--home", home)
        if words == ["--help"]:
            mine, theirs = command("--help"), program("--help")
        assert mine == theirs


def test_the_house_is_named_by_home_or_by_the_environment(house: Home, tmp_path: Path) -> None:
    """--home wins over WAYMARK_HOME, and that over ./waymark-home."""
    refer(house)
    named = command("list", "--json", env={"WAYMARK_HOME": str(house.folder)})
    assert len(named.json["cases"]) == 1
    over = command("list", "--home", str(house.folder), env={"WAYMARK_HOME": str(tmp_path / "x")})
    assert over.code == 0
    assert command("list").code == 3
    assert command("init", "--practice").code == 0
    assert (tmp_path / "waymark-home" / "waymark.db").exists()
    assert command("list", "--json").json == {"cases": []}
