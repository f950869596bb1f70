"""Letters from the command line: a reply proposes, a person confirms, a machine never answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import dealing
from engine.case import Step
from engine.casework import Caller
from engine.errors import HouseDown, Stale
from store.letters import Letters
from store.unit import Unit
from tests.cli.desk import DOMAIN, SCHOOL, STRANGER, Desk, asked, counts, inside
from tests.cli.driver import MANAGER, NURSE, Home

CANARY = "Wren Featherstone-Canary"


@pytest.fixture
def desk(house: Home) -> Desk:
    return asked(house)


def test_a_reply_proposes_and_a_person_confirms(desk: Desk) -> None:
    """S8: the reply alone leaves the task open; confirming answers once and names the letter."""
    before = desk.settled
    assert desk.collect(desk.letter()) == counts(read=1, proposed=1)
    assert desk.settled == before
    letter = desk.last()
    assert (letter["status"], letter["proposed"], letter["case"]) == (
        "proposed", "nil", desk.reference,
    )  # fmt: skip
    done = desk.home.do("letters", "confirm", "1", "--as", MANAGER)
    assert (done["status"], done["answer"], done["reference"]) == (
        "confirmed", "nil", desk.reference,
    )  # fmt: skip
    assert (desk.task["status"], desk.task["answer"]) == ("done", "nil")
    settled = desk.last()
    assert (settled["status"], settled["settled_by"]) == ("confirmed", MANAGER)
    assert settled["settled_at"] == "2025-01-02T10:00:00+00:00"
    (told,) = desk.home.rows("SELECT kind, actor, data FROM event ORDER BY sequence DESC LIMIT 1")
    assert told[:2] == ("answered", MANAGER)
    assert "letter 1" in told[2]
    assert desk.home.do("verify")["ok"] is True
    again = desk.home.refused("letters", "confirm", "1", "--as", MANAGER)
    assert again == ["Letter 1 is confirmed; only a proposed one can be confirmed."]


def test_another_answer_than_the_proposed_one_can_be_confirmed(desk: Desk) -> None:
    """A person reads the words and knows better; an answer the task does not take is refused."""
    desk.collect(desk.letter("We hold three files on this.\n\nWill send them."))
    assert desk.last()["proposed"] == ""
    reasons = desk.home.refused("letters", "confirm", "1", "--as", MANAGER)
    assert "the letter proposes no answer; give one" in reasons[0]
    reasons = desk.home.refused("letters", "confirm", "1", "--as", MANAGER, "--with", "agree")
    assert "'agree' is not an answer here" in reasons[0]
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "received")
    assert desk.task["answer"] == "received"


def test_a_reply_that_settles_nothing_is_confirmed_too(desk: Desk) -> None:
    """Not me, and later by a day, reach the record with the words that were written."""
    desk.collect(desk.letter("Not me."), desk.letter("We need more time, as term has ended."))
    desk.home.do("letters", "confirm", "1", "--as", MANAGER)
    assert (desk.task["status"], desk.task["reply"]) == ("open", "not_me")
    words = ("letters", "confirm", "2", "--as", MANAGER, "--with", "later")
    assert desk.home.refused(*words) == ["give the day by which it can be done"]
    desk.home.do(*words, "--by", "2025-01-20")
    assert desk.task["reply"] == "later 2025-01-20"


def test_only_who_keeps_the_case_deals_with_its_letters(desk: Desk) -> None:
    """Neither who was asked, nor another agency, nor nobody."""
    desk.collect(desk.letter())
    number = str(desk.message.id)
    for who in (SCHOOL, NURSE, STRANGER):
        for words in (
            ("letters", "confirm", "1", "--as", who),
            ("letters", "dismiss", "1", "--as", who, "--reason", "No."),
            ("letters", "assign", "1", number, "--as", who),
        ):
            assert desk.home.refused(*words)
    assert desk.last()["status"] == "proposed"


def test_a_strangers_letter_is_matched_and_not_proposed(desk: Desk) -> None:
    """A forwarded email lets its reader write; a person looks before it counts for anything."""
    assert desk.collect(desk.letter(sender=STRANGER)) == counts(read=1, unmatched=1)
    letter = desk.last()
    assert (letter["status"], letter["proposed"], letter["message"]) == (
        "unmatched", "", desk.message.id,
    )  # fmt: skip
    assert "not in the directory" in letter["reason"]
    assert desk.home.refused("letters", "confirm", "1", "--as", MANAGER, "--with", "nil")
    desk.home.do("letters", "assign", "1", str(desk.message.id), "--as", MANAGER)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "nil")
    assert desk.task["answer"] == "nil"


@pytest.mark.parametrize("spoil", ["another's number", "cut", "guessed", "another domain"])
def test_a_wrong_key_matches_nothing(desk: Desk, spoil: str) -> None:
    """A key that was cut, guessed, renumbered or sent elsewhere is no key."""
    number, mark = desk.key.split(".")
    to = {
        "another's number": f"replies+{int(number) - 1}.{mark}@{DOMAIN}",
        "cut": f"replies+{desk.key[:-1]}@{DOMAIN}",
        "guessed": f"replies+{number}.{'a' * 26}@{DOMAIN}",
        "another domain": f"replies+{desk.key}@elsewhere.example",
    }[spoil]
    letter = desk.letter(To=to, Subject="Our return")
    assert desk.collect(letter) == counts(read=1, unmatched=1)
    assert (desk.last()["message"], desk.last()["case"]) == (None, None)


def test_a_reply_without_its_key_is_matched_by_what_it_answers(desk: Desk) -> None:
    """Where a mail system wrote to the plain address, and made all letters of the key small."""
    plain = f"reviews@{DOMAIN}"
    named = desk.letter(To=plain, In_Reply_To=desk.message.message_id)
    older = desk.letter(
        To=plain, References=f"<x@y.example> {desk.message.message_id} <z@y.example>"
    )
    shouted = desk.letter(To=f"REPLIES+{desk.key.upper()}@{DOMAIN.upper()}")
    bare = desk.letter(To=plain, Subject="Re: our return")
    found = desk.collect(named, older, shouted, bare)
    assert found == counts(read=4, proposed=3, unmatched=1)
    assert [letter["message"] for letter in desk.listed()] == [*[desk.message.id] * 3, None]


def test_the_same_letter_twice_is_one(desk: Desk) -> None:
    """Read again, sent again, or come by another way: known."""
    first = desk.letter()
    again = desk.file(b"Received: from elsewhere\n" + first.read_bytes())
    assert desk.collect(first, first, again) == counts(read=3, proposed=1, known=2)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER)
    assert desk.collect(again) == counts(read=1, known=1)
    assert len(desk.listed()) == 1


def test_a_letter_about_what_is_settled_waits_for_a_person(desk: Desk) -> None:
    """It may correct the answer; it proposes none."""
    desk.home.do("answer", desk.reference, "T1", "--as", MANAGER, "--with", "received")
    assert desk.collect(desk.letter()) == counts(read=1, unmatched=1)
    assert "answered or cancelled before" in desk.last()["reason"]
    number = str(desk.message.id)
    reasons = desk.home.refused("letters", "assign", "1", number, "--as", MANAGER)
    assert "What it belongs to was answered or cancelled before." in reasons


def test_a_proposal_overtaken_by_an_answer_is_refused(desk: Desk) -> None:
    """Answered by telephone meanwhile: confirming changes nothing, and the letter still waits."""
    desk.collect(desk.letter())
    desk.home.do("answer", desk.reference, "T1", "--as", MANAGER, "--with", "received")
    reasons = desk.home.refused("letters", "confirm", "1", "--as", MANAGER)
    assert any("closed already" in reason for reason in reasons)
    assert desk.last()["status"] == "proposed"


def test_the_letter_and_the_record_are_kept_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the letter cannot be settled nothing is answered; where the answer fails it waits."""
    desk.collect(desk.letter())
    before = desk.home.dump()
    for broken in (Letters, Unit):
        with monkeypatch.context() as patch:
            patch.setattr(broken, "settle" if broken is Letters else "keep", no_more)
            assert desk.home.run("letters", "confirm", "1", "--as", MANAGER).code == 3
        assert desk.home.dump() == before
    desk.home.do("letters", "confirm", "1", "--as", MANAGER)


def no_more(*_: object) -> None:
    raise HouseDown("The disk is full.")


def test_two_people_cannot_both_settle_a_letter(desk: Desk) -> None:
    """Who was second is told, and the record has one answer."""
    desk.collect(desk.letter())
    with inside(desk.home) as premises:
        manager, seen = Caller(MANAGER), []
        real = Unit.keep

        def meanwhile(unit: Unit, step: Step) -> None:
            if not seen:
                seen.append(True)
                dealing.dismiss(premises.house, 1, manager, "By telephone.")
            real(unit, step)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Unit, "keep", meanwhile)
            with pytest.raises(Stale, match="Somebody else dealt with letter 1"):
                dealing.confirm(premises.house, 1, manager)
    assert desk.task["status"] == "open"
    assert desk.last()["status"] == "dismissed"


def test_words_that_identify_a_child_do_not_reach_the_record(desk: Desk) -> None:
    """A reply that would be kept with its words is refused where they hold the child's name."""
    desk.home.do("record", desk.reference, "--as", MANAGER, "--fact", f"child_name={CANARY}")
    desk.collect(desk.letter(f"Not me.\n\nAsk whoever saw {CANARY}."))
    reasons = desk.home.refused("letters", "confirm", "1", "--as", MANAGER)
    assert reasons == ["the words hold what identifies a child; leave it out, or ring"]
    assert desk.last()["status"] == "proposed"
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "acknowledge")
    assert CANARY not in str(desk.home.rows("SELECT data FROM event"))


def test_a_dismissed_letter_stays_kept(desk: Desk) -> None:
    """With who put it aside and why; it proposes no more."""
    desk.collect(desk.letter(), desk.letter(To=f"reviews@{DOMAIN}"))
    for number in ("1", "2"):
        assert desk.home.refused("letters", "dismiss", number, "--as", MANAGER, "--reason", " ")
        desk.home.do("letters", "dismiss", number, "--as", MANAGER, "--reason", "By telephone.")
        assert desk.shown(int(number))["words"] == "Nil return."
        assert desk.home.refused("letters", "dismiss", number, "--as", MANAGER, "--reason", "x")
        assert desk.home.refused("letters", "confirm", number, "--as", MANAGER)
    told = {(each["status"], each["reason"], each["settled_by"]) for each in desk.listed()}
    assert told == {("dismissed", "By telephone.", MANAGER)}


def test_an_automatic_reply_cannot_be_made_an_answer(desk: Desk) -> None:
    """S8: not by confirming it and not by assigning it."""
    found = desk.collect(
        desk.letter("Nil return.", Auto_Submitted="auto-replied"),
        desk.letter("Nil return.", Auto_Submitted="auto-replied", To=f"reviews@{DOMAIN}"),
    )
    assert found == counts(read=2, kept=1, unmatched=1)
    for number in ("1", "2"):
        assert desk.home.refused("letters", "confirm", number, "--as", MANAGER, "--with", "nil")
        to = ("letters", "assign", number, str(desk.message.id), "--as", MANAGER)
        assert "no person wrote this letter, so it answers nothing" in desk.home.refused(*to)
    assert desk.task["status"] == "open"


def test_the_words_are_shown_once_and_behind_a_warning(desk: Desk) -> None:
    """Lists, refusals, messages, the record of the case and the log never repeat them."""
    desk.collect(desk.letter(f"Received. {CANARY} is known to us."))
    shown = desk.home.say("letters", "show", "1")
    warned, _, words = shown.partition("keep them to yourself.\n")
    assert CANARY in words
    assert CANARY not in warned
    assert CANARY not in desk.home.say("letters", "list") + str(desk.listed())
    desk.home.refused("letters", "confirm", "1", "--as", MANAGER)
    desk.home.do("letters", "confirm", "1", "--as", MANAGER, "--with", "received")
    kept = desk.home.rows("SELECT data FROM event") + desk.home.rows("SELECT about FROM outbox")
    assert CANARY not in str(kept)
    for path in desk.home.folder.rglob("*.log"):
        assert CANARY not in path.read_text("utf-8")


def test_what_is_no_letter_is_kept_all_the_same(desk: Desk) -> None:
    """Whatever comes is kept, byte for byte; what cannot be read proposes nothing."""
    odd = desk.file(b"\x00\xff\xfe no mail at all")
    nothing = desk.file(b"")
    assert desk.collect(odd, nothing) == counts(read=2, unmatched=2)
    kept = [raw for (raw,) in desk.home.rows("SELECT raw FROM letter ORDER BY id")]
    assert kept == [odd.read_bytes(), nothing.read_bytes()]


def test_a_letter_or_a_file_that_is_not_there(desk: Desk, tmp_path: Path) -> None:
    """Refused in words; and with no mailbox set, collecting says what to set."""
    assert desk.home.refused("letters", "show", "9") == [
        "There is no letter 9. `waymark letters list` names them all."
    ]
    assert desk.home.refused("collect", str(tmp_path / "no.eml")) == [
        "no.eml: there is no such file"
    ]
    assert "set mail.inbox.host" in desk.home.refused("collect")[0]
    desk.collect(desk.letter())
    assert desk.home.refused("letters", "assign", "1", "999", "--as", MANAGER)
