"""A letter that names no message: guessed where it was retyped, suggested where a person taught it.

S8: whatever is guessed, nothing is answered by it.
"""

from __future__ import annotations

import pytest

from tests.cli.desk import DOMAIN, SCHOOL, STRANGER, Desk, asked, counts
from tests.cli.driver import MANAGER, Home

PLAIN = f"reviews@{DOMAIN}"


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


def guessed(desk: Desk, subject: str, sender: str = SCHOOL, to: str = PLAIN) -> dict[str, object]:
    """Collect a letter that names no message; what the house makes of it."""
    before = desk.settled
    desk.collect(desk.letter(sender=sender, To=to, Subject=subject))
    assert desk.settled == before
    return desk.last()


@pytest.mark.parametrize(
    "typed",
    [
        lambda key: key.upper(),
        lambda key: key.replace("i", "1").replace("l", "1").replace("o", "0").replace("b", "8"),
        lambda key: key.replace("l", "I").replace("o", "O"),
        lambda key: " ".join(key.replace(".", " . ", 1)[i : i + 6] for i in range(0, 40, 6)),
        lambda key: key.replace("1", "l", 1) if key.startswith("1") else key,
    ],
    ids=["shouted", "digits for letters", "letters alike", "with spaces", "a letter in its number"],
)
def test_a_key_that_was_retyped_is_recognised(desk: Desk, typed: object) -> None:
    """In the subject, with the slips people make; it proposes and says that it was guessed."""
    assert callable(typed)
    letter = guessed(desk, f"our return, {typed(desk.key)}")
    assert (letter["status"], letter["message"]) == ("proposed", desk.message.id)
    assert "retyped" in str(letter["reason"])


def test_a_key_that_was_retyped_in_an_address(desk: Desk) -> None:
    wrong = desk.key.replace("l", "1").replace("i", "1").replace("o", "0")
    letter = guessed(desk, "return", to=f"replies+{wrong}@{DOMAIN}")
    assert (letter["status"], letter["message"]) == ("proposed", desk.message.id)


def test_a_guess_by_a_stranger_waits_for_a_person(desk: Desk) -> None:
    """Whoever is not known does not even propose."""
    letter = guessed(desk, f"our return, {desk.key.upper()}", STRANGER)
    assert (letter["status"], letter["proposed"]) == ("unmatched", "")
    assert "not in the directory" in str(letter["reason"])


@pytest.mark.parametrize("written", ["{}", "re: {}", "rr 2024 0001", "RR-2O24-OOO1", "Rr2024-1"])
def test_the_case_in_the_subject_is_enough_where_one_thing_was_asked(
    desk: Desk, written: str
) -> None:
    letter = guessed(desk, written.format(desk.reference))
    assert (letter["status"], letter["message"]) == ("proposed", desk.message.id)
    assert "names the case" in str(letter["reason"])


@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        ("RR-2024-0001", STRANGER),
        ("RR-2024-0002", SCHOOL),
        ("our return", SCHOOL),
        ("RR-2024-0001", "head.of.safeguarding@westfield-hospital.example"),
    ],
    ids=["a stranger", "no such case", "no case", "another agency"],
)
def test_what_cannot_be_told_is_not_guessed(desk: Desk, subject: str, sender: str) -> None:
    letter = guessed(desk, subject, sender)
    assert (letter["status"], letter["message"], letter["suggested"]) == ("unmatched", None, None)


def test_a_colleague_is_suggested_and_no_more(desk: Desk) -> None:
    """Somebody of the agency that was asked, and a person says whether it is so."""
    colleague = "head.teacher@northmoor-schools.example"
    letter = guessed(desk, desk.reference, colleague)
    assert (letter["status"], letter["message"], letter["proposed"]) == ("unmatched", None, "")
    assert letter["suggested"] == desk.message.id
    assert "agency" in str(letter["reason"])
    assert f"perhaps for message {desk.message.id}" in desk.home.say("letters", "show", "1")
    desk.home.do("letters", "assign", "1", "--as", MANAGER)
    assert (desk.last()["status"], desk.last()["message"]) == ("proposed", desk.message.id)


def test_what_a_person_assigned_once_is_suggested_the_next_time(desk: Desk) -> None:
    """The same address, whatever its subject; or the same domain, where its subject is built so."""
    colleague = "office@northmoor-schools.example"
    assert guessed(desk, "Return 1 of ours", colleague)["suggested"] is None
    desk.home.do("letters", "assign", "1", str(desk.message.id), "--as", MANAGER)
    letter = guessed(desk, "Something else", colleague)
    assert (letter["suggested"], letter["status"]) == (desk.message.id, "unmatched")
    assert "assigned there before" in str(letter["reason"])
    other = "desk@northmoor-schools.example"
    assert guessed(desk, "RE: return 2 of ours", other)["suggested"] == desk.message.id
    assert guessed(desk, "Another matter", other)["suggested"] is None
    assert guessed(desk, "Return 3 of ours", STRANGER)["suggested"] is None


def test_nothing_is_suggested_for_what_is_settled(desk: Desk) -> None:
    colleague = "office@northmoor-schools.example"
    guessed(desk, "Return", colleague)
    desk.home.do("letters", "assign", "1", str(desk.message.id), "--as", MANAGER)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "nil")
    desk.collect(desk.letter(sender=colleague, To=PLAIN, Subject="Return"))
    assert desk.last()["suggested"] is None


def test_without_a_suggestion_the_message_must_be_named(desk: Desk) -> None:
    guessed(desk, "our return")
    assert desk.home.refused("letters", "assign", "1", "--as", MANAGER) == [
        "nothing is suggested for letter 1; name the message"
    ]


def test_a_machine_is_never_guessed(desk: Desk) -> None:
    """An automatic reply with the case in its subject belongs nowhere."""
    raw = desk.letter(To=PLAIN, Subject=f"Re: {desk.reference}", Auto_Submitted="auto-replied")
    assert desk.collect(raw) == counts(read=1, kept=0, unmatched=1)
    assert (desk.last()["message"], desk.last()["suggested"]) == (None, None)


def test_a_subject_is_looked_at_and_kept_nowhere_but_in_the_letter(desk: Desk) -> None:
    """It may name a child; neither a list nor any other column of the house repeats it."""
    guessed(desk, "Wren Featherstone-Canary, our return")
    columns = "digest, fingerprint, sender, words, proposed, status, reason, shape"
    assert "Canary" not in str(desk.home.rows(f"SELECT {columns} FROM letter"))
    assert "Canary" not in desk.home.say("letters", "list")
