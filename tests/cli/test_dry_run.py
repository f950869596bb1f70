"""`--dry-run`: what a step would change and who would be told, and nothing of it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import casework
from engine.casework import Caller, House
from notifications.catcher import Catcher
from tests.cli.canaries import Play
from tests.cli.driver import LOCAL_AUTHORITY, MANAGER, NURSE, Home, Said, command, notify, refer
from tests.proof import houses
from tests.proof.houses import HandClock
from tests.proof.plays import first_moment
from tests.workflows.disputes import RAISED
from workflows.catalogue import PROCESSES

TOLD = ("recipient", "role", "kind", "title", "urgent")
DRY = ("open", "do", "record", "ask", "answer", "extend", "hold", "release", "meeting", "note",
       "recuse")  # fmt: skip
Document = dict[str, Any]


def owed(house: Home, after: int) -> list[Document]:
    """What the outbox has owed since a number, as a dry run tells it."""
    urgent = dict(house.rows("SELECT id, urgent FROM outbox"))
    found = [m for m in house.do("outbox", "list")["messages"] if m["id"] > after]
    return [{**{key: m.get(key) for key in TOLD}, "urgent": bool(urgent[m["id"]])} for m in found]


def last_number(house: Home) -> int:
    return max((number for (number,) in house.rows("SELECT id FROM outbox")), default=0)


class Twice(Play):
    """Works a case as people do, and tries each step dry before it is taken."""

    taken, refused = 0, 0

    def run(self, *words: str) -> Said:
        before, number = self.house.dump(), last_number(self.house)
        dry = self.house.run(*words, "--dry-run", "--json")
        assert self.house.dump() == before, words
        real = super().run(*words)
        assert dry.code == real.code, (words, dry, real)
        if real.code:
            self.refused += 1
            assert dry.json == real.json
        else:
            self.taken += 1
            self.compare(dry.json, real.json, number)
        return real

    def compare(self, dry: Document, real: Document, number: int) -> None:
        """The same case, stage, dates and tasks; and each message told of is then owed."""
        assert dry["dry_run"] is True
        assert list(dry) == [*real, "dry_run"]
        assert {**dry, "told": real["told"]} == {**real, "dry_run": True}
        assert [tuple(m) for m in dry["told"]] == [TOLD] * real["owed"]
        assert _sorted(dry["told"]) == _sorted(owed(self.house, number))


def _sorted(messages: list[Document]) -> list[Document]:
    return sorted(messages, key=lambda m: tuple(map(str, m.values())))


@pytest.mark.parametrize("key", sorted(PROCESSES))
def test_a_step_does_what_its_dry_run_told(house: Home, catcher: Catcher, key: str) -> None:
    """A case worked for days, each step tried dry first: the same dates, messages and refusals."""
    house.mail_to(catcher.port)
    play = Twice(house, key, seed=3)
    play.open()
    for _ in range(5):
        play.day()
    assert play.taken > 5
    assert play.refused > 1


def test_a_dry_opening_uses_up_no_reference(house: Home) -> None:
    """However often it is tried, the next case has the next number."""
    for _ in range(3):
        assert refer_dry(house)["reference"] == "RR-2024-0001"
    assert refer(house)["reference"] == "RR-2024-0001"
    assert refer_dry(house)["reference"] == refer(house)["reference"] == "RR-2024-0002"


def refer_dry(house: Home, *more: str) -> Document:
    facts = {"incident_on": "2024-12-18", "aware_at": "2024-12-20T16:40",
             "outcome_for_child": "serious_harm", "abuse_link": "suspected"}  # fmt: skip
    document: Document = house.open("rapid_review", NURSE, "--dry-run", *more, **facts)
    return document


def test_a_person_reads_that_nothing_was_saved(house: Home) -> None:
    """First that, then the case as it would be, then each message with its reader and role."""
    reference = refer(house)["reference"]
    words = ("record", reference, "--as", MANAGER, "--fact", "media_interest=no", "--dry-run")
    document = house.do(*words)
    lines = house.say(*words).splitlines()
    assert lines[0] == "Nothing was saved. It would leave the case like this:"
    assert lines[1] == f"{reference}  Rapid review  stage: Referred"
    count = document["owed"]
    assert f"  It would owe {count} message" in "\n".join(lines)
    assert sum(line.startswith("    ") for line in lines) == len(document["told"]) == count
    assert "Nothing was saved" not in house.say(*words[:-1])


def test_each_reader_is_named_with_role_and_words(house: Home) -> None:
    """One line a message, as in the document; an urgent one says so."""
    reference = refer(house)["reference"]
    house.at("2024-12-30T12:00")
    facts = ("la_view=notify", "icb_view=notify", "police_view=notify",
             "threshold_rationale=Serious harm.", "notified_on=2024-12-30")  # fmt: skip
    options = [word for fact in facts for word in ("--fact", fact)]
    words = ("do", "notify", reference, "--as", LOCAL_AUTHORITY, *options, "--dry-run")
    said, document = house.say(*words), house.do(*words)
    for message in document["told"]:
        assert f"    {message['recipient']} (" in said
        assert f": {message['title']}" in said
    assert house.do("show", reference)["stage"] == "referred"
    assert notify(house, reference)["stage"] == "notified"


def test_a_revision_that_has_passed_is_refused_dry_as_well(house: Home) -> None:
    """--seen is looked at before anything else."""
    reference = refer(house)["reference"]
    house.do("note", reference, "A note.", "--as", MANAGER)
    words = ("do", "withdraw", reference, "--as", MANAGER, "--seen", "1")
    assert house.refused(*words, "--dry-run") == house.refused(*words)


def test_bad_words_are_refused_before_and_alike(house: Home) -> None:
    """A fact that is none, an unknown person, process or case: the same reasons, the same code."""
    reference = refer(house)["reference"]
    for words in (
        ("do", "notify", reference, "--as", MANAGER, "--fact", "notified_on"),
        ("do", "nothing", reference, "--as", MANAGER),
        ("do", "notify", "RR-2024-0099", "--as", MANAGER),
        ("open", "nothing", "--as", MANAGER),
        ("open", "rapid_review", "--as", "nobody@nowhere.example"),
        ("extend", reference, "notification", "--to", "2025-02-30", "--as", MANAGER),
    ):
        assert house.refused(*words, "--dry-run") == house.refused(*words)


@pytest.mark.parametrize("name", DRY)
def test_every_step_on_one_case_can_be_tried(name: str) -> None:
    assert "--dry-run" in command(name, "--help").out


def test_a_link_cannot_be_tried(house: Home) -> None:
    """It is a step on two cases, and a receipt tells of one; so it is wrong usage."""
    said = house.run("link", "RR-1", "RR-2", "--kind", "dispute", "--as", MANAGER, "--dry-run")
    assert said.code == 2


@pytest.mark.parametrize("kind", houses.KINDS)
def test_a_house_in_a_dry_run_keeps_no_step_of_casework(kind: str, tmp_path: Path) -> None:
    """In either store: no case, no number, no message; not on either side of a link."""
    store = houses.make(kind, tmp_path)
    clock, who = HandClock(first_moment(1)), Caller("practitioner@police.example")
    real, dry = House(store, clock), House(store, clock, dry_run=True)
    first, second = (casework.open_case(real, "dispute", who, RAISED).case for _ in range(2))
    keeper = Caller("business_manager@council.example")
    tried = casework.open_case(dry, "dispute", who, RAISED).case.reference
    assert casework.link(dry, first.reference, keeper, second.reference, "dispute").events
    assert casework.note(dry, first.reference, keeper, "A note.").events
    with store.begin() as work:
        assert set(work.cases.references()) == {first.reference, second.reference}
        assert [work.cases.open(c.reference) for c in (first, second)] == [first, second]
        assert {m.case for m in work.outbox.list()} == {first.reference, second.reference}
    assert casework.open_case(real, "dispute", who, RAISED).case.reference == tried
    store.close()
