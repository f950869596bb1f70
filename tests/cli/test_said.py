"""What somebody said of a task without settling it stands in `show`, with the command for it."""

from __future__ import annotations

import shlex
from datetime import date
from typing import Any

import pytest

from engine import answering
from engine.replies import Reply
from tests.cli.desk import SCHOOL, Desk, asked, inside
from tests.cli.driver import MANAGER, NURSE, Home

COLLEAGUE = "head.teacher@northmoor-schools.example"


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


def reply(desk: Desk, kind: str, words: str = "", by: str = "") -> dict[str, Any]:
    """Say something with the link of the email; what `show` then has of it."""
    day = date.fromisoformat(by) if by else None
    with inside(desk.home) as premises:
        answering.respond(premises.house, desk.key, kind, Reply(kind, day, words))
    return dict(desk.task["said"])


def typed(desk: Desk, said: dict[str, Any]) -> None:
    """Type every command as it stands there."""
    shown = desk.home.say("show", desk.reference)
    for line in said["next"]:
        assert line in shown
        program, *words = shlex.split(line)
        assert program == "waymark"
        desk.home.do(*words)


def test_a_later_date_stands_there_with_the_command_that_grants_it(desk: Desk) -> None:
    """Typed as it stands, the date is extended; then it says that the date allows for it."""
    said = reply(desk, "later", "The file is at court.", "2025-02-03")
    assert said["words"].startswith("cannot by then: wants Monday 3 February 2025")
    assert "The file is at court." in desk.home.say("show", desk.reference)
    typed(desk, said)
    after = desk.home.do("show", desk.reference)
    assert next(d for d in after["deadlines"] if d["task"] == "T1")["due"] == "2025-02-03"
    assert after["tasks"][0]["said"]["next"] == []
    assert "the date allows for it now" in desk.home.say("show", desk.reference)


def test_a_date_that_cannot_be_moved_says_why(desk: Desk) -> None:
    """Whoever may not extend it reads the reason, and is offered no command."""
    reply(desk, "later", "The file is at court.", "2025-02-03")
    desk.home.do("recuse", desk.reference, "--who", MANAGER, "--as", MANAGER, "--reason", "known")
    said = desk.home.do("show", desk.reference, "--as", MANAGER)["tasks"][0]["said"]
    assert MANAGER not in " ".join(said["next"])


@pytest.mark.parametrize("agency", ["another agency", "the same agency"])
def test_somebody_else_who_is_known_is_asked_with_two_commands(desk: Desk, agency: str) -> None:
    """Excuse who is the wrong one, ask the right one; the directory knows their agency."""
    right = NURSE
    if agency == "the same agency":
        right = COLLEAGUE
        file = desk.home.folder.parent / "more.csv"
        file.write_text(
            f"email,name,agency,roles,area\n{right},Head,Northmoor Schools,agency_lead,\n"
        )
        desk.home.do("people", "import", str(file))
    said = reply(desk, "not_me", f"Please ask {right}.")
    assert [person["email"] for person in said["known"]] == [right]
    assert f"{right} is in the directory" in desk.home.say("show", desk.reference)
    typed(desk, said)
    first, second = desk.home.do("show", desk.reference)["tasks"]
    assert (first["answer"], second["status"], second["recipient"]) == ("waived", "open", right)
    assert desk.home.do("verify")["ok"] is True


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Ask nobody@elsewhere.example", "nobody@elsewhere.example is not in the directory"),
        ("The head of year, I think", "no address was given"),
        (f"Not me, {SCHOOL}", "not me: names"),
    ],
)
def test_somebody_who_is_not_known_is_named_and_no_command_is_offered(
    desk: Desk, words: str, told: str
) -> None:
    said = reply(desk, "not_me", words)
    assert told in said["words"]
    assert told in desk.home.say("show", desk.reference)
    assert (said["known"], said["next"]) == ([], [])


def test_a_conflict_stands_there_with_the_command_that_keeps_them_off(desk: Desk) -> None:
    said = reply(desk, "conflict", "I know the family.")
    assert "conflict of interest" in desk.home.say("show", desk.reference)
    typed(desk, said)
    assert desk.home.do("show", desk.reference)["recused"] == [SCHOOL]
    assert desk.task["said"]["next"] == []


def test_nothing_typed_steers_a_terminal_or_a_shell(desk: Desk) -> None:
    """A command is made of what the directory says, quoted; words stay on one line."""
    said = reply(desk, "not_me", f"x\x1b[2J\n$(touch /tmp/x);{NURSE}`")
    assert [person["email"] for person in said["known"]] == [NURSE]
    for line in said["next"]:
        assert "touch" not in line
    shown = desk.home.say("show", desk.reference)
    assert "\x1b" not in shown
    assert sum(NURSE in line for line in shown.splitlines()) == 2


def test_what_was_typed_is_in_no_message(desk: Desk) -> None:
    """Whoever keeps the case is told that somebody said something, and reads it in the house."""
    reply(desk, "later", "Quillfeather is at court.", "2025-02-03")
    reply(desk, "not_me", "Quillfeather knows.")
    assert not [r for r in desk.home.rows("SELECT * FROM outbox") if "Quillfeather" in repr(r)]


def test_a_letter_that_waits_is_named_with_the_command_that_reads_it(desk: Desk) -> None:
    desk.collect(desk.letter())
    assert desk.task["told"]["letters"] == [1]
    assert "their letter 1 waits to be confirmed" in desk.home.say("show", desk.reference)
    assert "waymark letters show 1" in desk.home.say("show", desk.reference)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER)
    assert "settled  T1 Agency return: Northmoor Schools: nil" in desk.home.say(
        "show", desk.reference
    )
