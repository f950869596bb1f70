"""Answering from an email: looking changes nothing, pressing the button changes once."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.casework import House
from engine.keys import key_of
from tests.cli.conftest import *  # noqa: F403 - the house of the commands, and its catcher
from tests.cli.driver import MANAGER, Home, deadline, notify, refer
from web.answers import HEADERS, LARGEST, app_of
from workflows.rapid_review import RAPID_REVIEW
from workflows.wiring import enter

SCHOOL = "safeguarding.lead@northmoor-schools.example"


class Reader:
    """Somebody who was asked for a return, at the pages of the house."""

    def __init__(self, house: Home, client: TestClient, reference: str, core: House) -> None:
        self.house, self.client, self.reference, self.core = house, client, reference, core

    def key(self, recipient: str, task: str = "T1") -> str:
        """The key in the first email that asked this person."""
        with self.core.store.begin() as work:
            message = next(m for m in work.outbox.list(case=self.reference)
                           if m.recipient == recipient and m.about["task"] == task)  # fmt: skip
        return key_of(self.core.store.secret, message)

    def look(self, key: str) -> str:
        return self.client.get(f"/r/{key}").text

    def say(self, key: str, status: int = 200, **fields: Any) -> str:
        answer = self.client.post(f"/r/{key}", data=fields)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    @property
    def case(self) -> Any:
        return self.house.do("show", self.reference)

    @property
    def task(self) -> Any:
        return self.case["tasks"][0]


@pytest.fixture
def reader(house: Home) -> Iterator[Reader]:
    reference = refer(house)["reference"]
    house.at("2025-01-02T10:00")
    notify(house, reference)
    house.do("ask", reference, "--as", MANAGER, "--agency", f"Northmoor Schools={SCHOOL}")
    with enter(Path(house.folder)) as premises:
        client = TestClient(app_of(premises), raise_server_exceptions=False)
        yield Reader(house, client, reference, premises.house)


def test_looking_changes_nothing_and_one_press_changes_once(reader: Reader) -> None:
    """D3: mail scanners follow links; a second press is told politely that it is done."""
    key, before = reader.key(SCHOOL), reader.house.dump()
    for _ in range(10):
        assert reader.client.get(f"/r/{key}").status_code == 200
        assert reader.client.head(f"/r/{key}").status_code == 200
    assert reader.house.dump() == before
    assert "Thank you" in reader.say(key, choice="nil")
    task, done = reader.task, reader.house.dump()
    assert (task["status"], task["answer"]) == ("done", "nil")
    assert "This was answered already. Thank you" in reader.say(key, 422, choice="received")
    assert "This was answered already" in reader.look(key)
    assert reader.house.dump() == done


def test_the_page_says_what_the_email_says(reader: Reader) -> None:
    """What, by when, what otherwise, which case; the date is the one that holds today."""
    page = html.unescape(reader.look(reader.key(SCHOOL)))
    due = reader.task["due_words"]
    for words in ("Agency return", due, reader.reference, "You will be reminded"):
        assert words in page
    clock = deadline(reader.case, "agency_return/T1")
    later = reader.house.do("days", "add", clock["due"], "2")["date"]
    reader.house.do("extend", reader.reference, "agency_return/T1", "--to", later,
                    "--reason", "agreed", "--as", MANAGER)  # fmt: skip
    assert due not in reader.look(reader.key(SCHOOL))


def test_every_other_answer_is_told_to_those_who_keep_the_case(reader: Reader) -> None:
    """A later day, another person or a conflict: recorded, told without its words, still open."""
    key = reader.key(SCHOOL)
    said: dict[str, dict[str, Any]] = {
        "later": {"by": "2025-01-20", "words_later": "Our lead is away until then."},
        "not_me": {"words_not_me": "the deputy head at the other site"},
        "conflict": {"words_conflict": "I taught a sibling"},
        "acknowledge": {},
    }
    for choice, fields in said.items():
        assert "Thank you" in reader.say(key, choice=choice, **fields)
        assert reader.task["status"] == "open"
        assert reader.task["reply"].partition(" ")[0] == choice
    told = [m for m in reader.house.do("outbox", "list")["messages"] if m["kind"] == "replied"]
    assert [m["recipient"] for m in told] == [MANAGER] * 3
    shown = [reader.house.do("outbox", "show", str(m["id"]))["about"] for m in told]
    assert not any("away" in str(a) or "deputy" in str(a) or "sibling" in str(a) for a in shown)
    assert "said: I have it and will see to it" in reader.house.say("show", reader.reference)
    assert "we have this reply already" in reader.say(key, 422, choice="acknowledge").lower()
    assert reader.house.do("verify")["ok"] is True


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "choose one of the answers"),
        ({"choice": "waived"}, "choose one of the answers"),
        ({"choice": "declined"}, "choose one of the answers"),
        ({"choice": "later"}, "give the day by which it can be done"),
        ({"choice": "later", "by": "soon", "words_later": "x"}, "write the day like 2026-01-31"),
        ({"choice": "later", "by": "2024-12-01", "words_later": "x"}, "is not in the future"),
        ({"choice": "later", "by": "9999-12-31", "words_later": "x"}, "check the year"),
        ({"choice": "later", "by": "2025-01-20"}, "why the date cannot be kept"),
        ({"choice": "not_me"}, "name the right person"),
        ({"choice": "not_me", "words_not_me": "x" * 2_001}, "at most 2000 letters"),
        ({"choice": "not_me", "words_not_me": "a\x00b"}, ""),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(
    reader: Reader, fields: dict[str, str], reason: str
) -> None:
    """Nothing is saved; what was typed is still there, and so is every reason."""
    before = reader.house.dump()
    page = reader.say(reader.key(SCHOOL), 422, **fields)
    assert "Your answer was not saved" in page
    assert reason.lower() in page.lower()
    assert reader.house.dump() == before


def test_every_wrong_key_looks_the_same(reader: Reader) -> None:
    """Guessed, cut short, another's, absent: one page, and it tells nothing."""
    key, chance = reader.key(SCHOOL), random.Random(8)
    number, mark = key.split(".")
    others = [f"{n}.{mark}" for n in (1, int(number) + 1, 10**9)]
    guesses = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=20)) for _ in range(99)]
    wrong = [key[:-1], f"{key}a", "", "x", "0", *others, *(f"{number}.{g}" for g in guesses)]
    pages = {(a.status_code, a.text) for k in wrong if k for a in [reader.client.get(f"/r/{k}")]}
    posts = {(a.status_code, a.text) for k in wrong if k
             for a in [reader.client.post(f"/r/{k}", data={"choice": "nil"})]}  # fmt: skip
    assert len(pages) == 1
    assert pages == posts
    assert reader.task["status"] == "open"


def test_a_key_in_capitals_is_the_same_key(reader: Reader) -> None:
    assert reader.client.get(f"/r/{reader.key(SCHOOL).upper()}").status_code == 200


def test_the_key_of_a_cancelled_task_or_an_old_message_has_ended(reader: Reader) -> None:
    """What is asked no more can be answered no more."""
    key = reader.key(SCHOOL)
    reader.house.at("2025-08-01T09:00")
    assert "This link has ended" in html.unescape(reader.look(key))
    assert "This link has ended" in reader.say(key, 422, choice="nil")


def test_another_reader_of_the_same_task_answers_only_what_they_may(reader: Reader) -> None:
    """A reminder goes to others too; its key is theirs, and so are their powers."""
    reader.house.through("2025-03-01T09:00")
    with reader.core.store.begin() as work:
        copies = [m for m in work.outbox.list(case=reader.reference)
                  if m.about["task"] == "T1" and m.recipient not in (SCHOOL, MANAGER)]  # fmt: skip
    keepers = RAPID_REVIEW.keepers
    others = [m for m in copies if "schools" not in m.recipient and m.role not in keepers]
    assert others
    page = reader.say(key_of(reader.core.store.secret, others[0]), 422, choice="nil")
    assert "Your answer was not saved" in page
    assert reader.task["status"] == "open"


def test_every_answer_of_the_pages_is_guarded(reader: Reader) -> None:
    """No store, no referrer, no frames, no scripts, no cookies, whatever was asked for."""
    key = reader.key(SCHOOL)
    asked = [reader.client.get(f"/r/{key}"), reader.client.get("/r/1.x"), reader.client.get("/"),
             reader.client.put(f"/r/{key}"), reader.client.post(f"/r/{key}", content=b"\xff=\xff"),
             reader.client.post(f"/r/{key}", content=b"x" * (LARGEST + 1))]  # fmt: skip
    for answer in asked:
        assert HEADERS.items() <= dict(answer.headers).items() or all(
            answer.headers[name] == value for name, value in HEADERS.items()
        )
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text
    assert asked[-1].status_code == 413
    assert "text/css" in reader.client.get("/answers.css").headers["content-type"]


def test_what_is_typed_is_shown_as_text(reader: Reader) -> None:
    """Markup in a field comes back as the letters it was."""
    attack = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    page = reader.client.post(
        f"/r/{reader.key(SCHOOL)}", data={"choice": "later", "words_later": attack, "by": attack}
    ).text
    assert "<img" not in page
    assert "<script" not in page
    assert len(re.findall(r"<input", page)) == page.count("<input")


def test_a_house_that_is_down_says_so_in_words(reader: Reader) -> None:
    """No trace of the insides, and nothing half done."""
    key = reader.key(SCHOOL)
    reader.house.rows("ALTER TABLE outbox RENAME TO elsewhere")
    answer = reader.client.get(f"/r/{key}")
    assert answer.status_code in (500, 503)
    assert "nothing was saved" in answer.text
    assert "elsewhere" not in answer.text
    reader.house.rows("ALTER TABLE elsewhere RENAME TO outbox")
