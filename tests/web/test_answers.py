"""Answering from an email: looking changes nothing, pressing the button changes once."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine.casework import House
from engine.keys import key_of
from tests.cli.conftest import *  # noqa: F403 - the house of the commands, and its catcher
from tests.cli.driver import MANAGER, Home, deadline, notify, refer
from web.answers import HEADERS, LARGEST, app_of
from workflows.rapid_review import RAPID_REVIEW
from workflows.wiring import enter

PAGES = "https://reviews.example.org"
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

    def enter(self, key: str) -> str:
        """Give a key, as the link's page does; where it leads."""
        answer = self.client.post("/r/", data={"key": key}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.url.join(answer.headers["location"]).path)

    def look(self, key: str) -> str:
        return self.client.get(self.enter(key)).text

    def with_cookie(self, number: int, value: str) -> Iterator[Response]:
        """What somebody finds who wrote a cookie of a link by hand."""
        bring = {"cookie": f"__Host-waymark_link_{number}={value}"}
        yield self.client.get(f"/r/{number}", headers=bring)
        yield self.client.post(f"/r/{number}", data={"choice": "nil"}, headers=bring)

    def say(self, key: str, status: int = 200, **fields: Any) -> str:
        answer = self.client.post(self.enter(key), data=fields)
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
        client = TestClient(app_of(premises), PAGES, raise_server_exceptions=False)
        yield Reader(house, client, reference, premises.house)


def test_looking_changes_nothing_and_one_press_changes_once(reader: Reader) -> None:
    """D3: mail scanners follow links; a second press is told politely that it is done."""
    key, before = reader.key(SCHOOL), reader.house.dump()
    page = reader.enter(key)
    for _ in range(10):
        for address in ("/r/", page, f"/r/{key}"):
            assert reader.client.get(address).status_code == 200
            assert reader.client.head(address).status_code == 200
        assert reader.enter(key) == page
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
    """Guessed, cut short, another's, absent: one page, and it tells nothing. Typed or in an address
    of old, in a form of the page or a cookie that somebody wrote: the same."""
    key, chance = reader.key(SCHOOL), random.Random(8)
    number, mark = key.split(".")
    others = [f"{n}.{mark}" for n in (1, int(number) + 1, 10**9)]
    guesses = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz234567", k=20)) for _ in range(99)]
    wrong = [key[:-1], f"{key}a", "", "x", "0", *others, *(f"{number}.{g}" for g in guesses)]
    pages = {(a.status_code, a.text) for k in wrong if k for a in [reader.client.get(f"/r/{k}")]}
    typed = {(a.status_code, a.text) for k in wrong
             for a in [reader.client.post("/r/", data={"key": k})]}  # fmt: skip
    held = {(a.status_code, a.text) for n, g in ((int(number), guesses[0]), (10**9, mark))
            for a in reader.with_cookie(n, f"{g}.")}  # fmt: skip
    assert len(pages) == 1
    assert pages == typed == held
    assert not reader.client.cookies
    assert reader.task["status"] == "open"


def test_a_key_is_the_same_however_it_was_copied(reader: Reader) -> None:
    """In capitals, with spaces and line ends, or with the address before it, of now or of old."""
    key = reader.key(SCHOOL)
    number, mark = key.split(".")
    ways = [key.upper(), f" {number} . {mark[:9]}\n{mark[9:]} ", f"{PAGES}/r/#{key}",
            f"{PAGES}/under/r/{key}"]  # fmt: skip
    assert {reader.enter(way) for way in ways} == {f"/r/{number}"}
    assert reader.client.get(f"/r/{key.upper()}").status_code == 200
    assert [str(c.value) for c in reader.client.cookies.jar] == [f"{mark}."]


def test_a_page_whose_browser_holds_no_key_asks_for_it(reader: Reader) -> None:
    """Nothing is shown or saved; a number somebody has and one nobody has look alike."""
    number, before = reader.key(SCHOOL).partition(".")[0], reader.house.dump()
    for page, form in (("", None), ("", {"choice": "nil"}), ("/code", None), ("/code", {}),
                       ("/open", {"code": "x"}), ("/decide", None), ("/close", {})):  # fmt: skip
        found = [reader.client.request("POST" if form is not None else "GET", f"/r/{n}{page}",
                                       data=form) for n in (number, "999999")]  # fmt: skip
        assert {answer.status_code for answer in found} == {403}
        assert len({answer.text for answer in found}) == 1
        assert 'name="key"' in found[0].text
        assert ("Nothing was saved" in found[0].text) is (form is not None)
        assert reader.reference not in found[0].text
    assert reader.house.dump() == before


def test_the_key_stands_in_no_address_and_no_page(reader: Reader) -> None:
    """From the link of an email to the thanks, and from a link of old: it goes in the body of one
    form and in a cookie, and is in no address, page, or header that another site sees."""
    key = reader.key(SCHOOL)
    mark = key.partition(".")[2]
    first = reader.client.get(f"/r/#{key}")
    assert mark not in f"{first.request.url.raw_path!r} {first.text}"
    by_form = reader.client.post("/r/", data={"key": key})
    reader.client.cookies.clear()
    by_old = reader.client.get(f"/r/{key}")
    done = reader.client.post(by_old.url, data={"choice": "nil"})
    assert "Thank you" in done.text
    for answer in (by_form, by_old, done):
        assert answer.url.path == f"/r/{key.partition('.')[0]}"
        assert mark not in answer.text
    for sent_on in (*by_form.history, *by_old.history):
        assert mark not in sent_on.headers["location"]
        assert sent_on.headers["referrer-policy"] == "no-referrer"
        assert sent_on.headers["cache-control"] == "no-store"


def test_the_cookie_of_a_key_is_closed_and_ends_within_the_day(reader: Reader) -> None:
    """No script reads it and no other site sends it; where a link of old led here from a mailbox on
    the web, which is another site, a link may bring it, and still no form."""
    key = reader.key(SCHOOL)
    number, mark = key.split(".")
    typed = reader.client.post("/r/", data={"key": key}, follow_redirects=False)
    of_old = reader.client.get(f"/r/{key}", follow_redirects=False)
    for answer, samesite in ((typed, "strict"), (of_old, "lax")):
        assert (answer.status_code, answer.headers["location"]) == (303, number)
        ((name, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
        assert (name, cookie.value) == (f"__Host-waymark_link_{number}", f"{mark}.")
        assert (cookie["httponly"], cookie["secure"]) == (True, True)
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert (cookie["samesite"], int(cookie["max-age"])) == (samesite, 12 * 60 * 60)


def test_the_page_that_takes_a_key_out_of_the_address_has_the_one_script(reader: Reader) -> None:
    """A file of the house and nothing else; it also works by hand, and is never kept."""
    page = reader.client.get("/r/")
    policy = page.headers["content-security-policy"]
    assert policy == f"{HEADERS['Content-Security-Policy']}; script-src 'self'"
    assert page.headers["cache-control"] == "no-store"
    (script,) = re.findall(r"<script[^>]*>[^<]*</script>", page.text)
    assert script == '<script type="module" src="../answers.js"></script>'
    file = reader.client.get("/answers.js")
    assert "text/javascript" in file.headers["content-type"]
    assert "history.replaceState" in file.text
    assert '<form method="post" action="../r/"' in page.text
    assert '<label for="key">' in page.text


def test_another_site_cannot_give_a_browser_a_key(reader: Reader) -> None:
    form, foreign = {"key": reader.key(SCHOOL)}, {"sec-fetch-site": "cross-site"}
    assert reader.client.post("/r/", data=form, headers=foreign).status_code == 403
    assert not reader.client.cookies


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
    page = reader.enter(key)
    asked = [reader.client.get(page), reader.client.get("/r/1.x"), reader.client.get("/"),
             reader.client.put(page), reader.client.post(page, content=b"\xff=\xff"),
             reader.client.post(page, content=b"x" * (LARGEST + 1))]  # fmt: skip
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
        reader.enter(reader.key(SCHOOL)),
        data={"choice": "later", "words_later": attack, "by": attack},
    ).text
    assert "<img" not in page
    assert "<script" not in page
    assert len(re.findall(r"<input", page)) == page.count("<input")


def test_a_house_that_is_down_says_so_in_words(reader: Reader) -> None:
    """No trace of the insides, and nothing half done."""
    page = reader.enter(reader.key(SCHOOL))
    reader.house.rows("ALTER TABLE outbox RENAME TO elsewhere")
    answer = reader.client.get(page)
    assert answer.status_code in (500, 503)
    assert "nothing was saved" in answer.text
    assert "elsewhere" not in answer.text
    reader.house.rows("ALTER TABLE elsewhere RENAME TO outbox")
