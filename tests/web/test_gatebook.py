"""Who came in and who was turned away stands in the log, and nobody's name does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from config.premises import LOG
from engine.codes import MOST_TRIES
from engine.tokens import READ
from tests.web.programs import Program
from tests.web.rooms import Browser, practice
from tests.web.test_console import MANAGER, refer
from tests.web.test_sign_in import CHAIR, ask, code_of, enter, mails
from web import gatebook, guard
from web.answers import app_of
from web.gatebook import Gatebook
from workflows.wiring import Premises

NURSE = "named.nurse@westfield-hospital.example"


@pytest.fixture
def premises(tmp_path: Path) -> Iterator[Premises]:
    with practice(tmp_path / "house") as made:
        yield made


def told(home: Path) -> list[dict[str, Any]]:
    """What the log says, without when."""
    file = home / LOG
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    found = [json.loads(line) for line in lines]
    assert all(line.pop("at").endswith("Z") and "left_out" not in line for line in found)
    return found


def events(premises: Premises) -> list[str]:
    return [line["event"] for line in told(premises.home)]


def people_without(premises: Premises, email: str) -> None:
    """Take somebody's roles away, as an import of their row without roles does."""
    with premises.store.begin() as work:
        person = work.people.directory().find(email)
        assert person is not None
        work.people.put([replace(person, roles=frozenset())])
        work.commit()


def test_each_way_of_signing_in_that_ends_well_or_not_is_logged(premises: Premises) -> None:
    """Asked for, wrong, right, and out again; the visit is found by its first letters."""
    browser = Browser(premises)
    fields = ask(browser)
    enter(browser, fields, "22222222")
    enter(browser, fields, code_of(premises, mails(premises)[0]))
    visit = guard.digest_of(browser.cookie)
    browser.post("/sign-out", shown="/cases")
    ask(Browser(premises), "nobody@example.org")
    kinds = [
        "code_asked", "turned_away", "signed_in", "browser_is_new", "signed_out", "code_not_sent",
    ]  # fmt: skip
    assert events(premises) == kinds
    lines = told(premises.home)
    assert (lines[1]["status"], lines[1]["page"]) == (422, "web.sign_in")
    assert lines[2]["visit"] == lines[3]["visit"] == visit[:8]
    with premises.store.begin() as work:
        found = work.visits.find(visit)
    assert found is not None
    assert found.email == CHAIR


def test_a_visit_that_its_person_ended_from_another_is_logged(premises: Premises) -> None:
    here, library = Browser(premises, CHAIR), Browser(premises, CHAIR)
    here.post("/visits", {"end": "others"})
    (line,) = told(premises.home)
    visit = guard.digest_of(library.cookie)[:8]
    assert (line["event"], line["visit"]) == ("visit_ended", visit)


def test_a_door_that_stayed_shut_is_logged_with_whose_visit_it_was(premises: Premises) -> None:
    """A page of another role, a review of others, a form of another site."""
    reference, browser = refer(premises), Browser(premises, CHAIR)
    other = Browser(premises, NURSE)
    assert browser.get("/audit").status_code == 404
    assert other.get(f"/cases/{reference}").status_code == 404
    assert browser.client.post("/open/rapid_review", data={}).status_code == 403
    lines = told(premises.home)
    assert [(line["status"], line["page"]) for line in lines] == [
        (404, "web.audit_page"), (404, "web.case_page"), (403, "web.deed")]  # fmt: skip
    visits = [guard.digest_of(each.cookie)[:8] for each in (browser, other, browser)]
    assert [line["visit"] for line in lines] == visits


def test_a_token_that_opens_nothing_is_logged_and_one_of_too_small_a_scope(
    premises: Premises,
) -> None:
    program = Program(premises, MANAGER, (READ,))
    assert program.post("/cases", {}).status_code == 403
    assert program.client.get("/api/v1/cases").status_code == 401
    taken, first, second = told(premises.home)
    assert taken == {"event": "token_taken", "level": "info", "token": program.token.id}
    assert (first["status"], first["token"]) == (403, program.token.id)
    assert second["status"] == 401
    assert "token" not in second


def test_the_use_of_a_token_is_logged_once_a_minute(premises: Premises) -> None:
    """Each token for itself; a program that asks often does not push other lines out."""
    one, other = Program(premises, MANAGER), Program(premises, CHAIR)
    for program in (one, one, other, one):
        assert program.get("/processes").status_code == 200
    assert [line["token"] for line in told(premises.home)] == [one.token.id, other.token.id]
    now = [0.0]
    book = Gatebook(premises.home, lambda: now[0])
    for now[0] in (0.0, 59.0, 60.0):
        book.token_taken(7)
    assert [line["token"] for line in told(premises.home)[2:]] == [7, 7]


def test_a_guessed_link_is_logged_and_its_guess_is_not(premises: Premises) -> None:
    guess = "12.aaaaaaaaaaaaaaaaaaaa"
    client = TestClient(app_of(premises), "https://reviews.example.org")
    assert client.get(f"/r/{guess}").status_code == 404
    assert client.post("/r/", data={"key": guess}).status_code == 404
    foreign = {"sec-fetch-site": "cross-site"}
    assert client.post("/r/", data={"key": guess}, headers=foreign).status_code == 403
    assert client.get("/r/12").status_code == 403
    assert [line["status"] for line in told(premises.home)] == [404, 404, 403, 403]
    assert guess.partition(".")[2] not in (premises.home / LOG).read_text("utf-8")


def test_nobody_and_nothing_typed_is_named(premises: Premises) -> None:
    """Neither an address, a code, a cookie, a token, a review nor a word of a form."""
    reference, browser = refer(premises), Browser(premises)
    fields = ask(browser, CHAIR)
    for _ in range(MOST_TRIES):
        enter(browser, fields, "wren featherstone")
    Browser(premises, CHAIR).get(f"/messages?case={reference}&person=wren.featherstone")
    Program(premises, MANAGER).post(
        f"/cases/{reference}/notes", {"text": 7, "wren": "featherstone"}
    )
    log = (premises.home / LOG).read_text("utf-8").lower()
    assert log.count("turned_away") == MOST_TRIES + 2
    for name in (CHAIR, MANAGER, "wren", "featherstone", reference.lower(), browser.cookie.lower()):
        assert name not in log


def test_a_flood_does_not_fill_the_disk(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many lines a minute, and in the next one how many were left out."""
    monkeypatch.setattr(gatebook, "MOST", 3)
    now = 0.0
    book = Gatebook(premises.home, lambda: now)
    for _ in range(10):
        book.turned_away(404, "web.page")
    assert events(premises) == ["turned_away"] * 3
    now = 60.0
    book.turned_away(404, "web.page")
    assert events(premises)[3:] == ["lines_left_out", "turned_away"]
    assert told(premises.home)[3]["count"] == 7


def test_what_went_well_is_no_line(premises: Premises) -> None:
    """Reading is kept where it belongs, with who read: beside the record."""
    Browser(premises, MANAGER).get(f"/cases/{refer(premises)}")
    assert events(premises) == []


def test_signing_in_again_ends_the_visit_before_in_that_browser(premises: Premises) -> None:
    """Its cookie opens nothing any more; the visit in another browser goes on."""
    browser, other = Browser(premises, CHAIR), Browser(premises, CHAIR)
    before = browser.cookie
    number = ask_again(browser)
    done = enter(browser, number, code_of(premises, mails(premises)[-1]))
    assert done.status_code == 303
    with premises.store.begin() as work:
        old, new = (work.visits.find(guard.digest_of(c)) for c in (before, browser.cookie))
    assert old is not None
    assert new is not None
    assert (old.ended is None, new.ended is None) == (False, True)
    assert other.get("/cases").status_code == 200


def ask_again(browser: Browser) -> dict[str, str]:
    """Ask for a code while signed in, by a form of this house."""
    page = browser.post("/sign-in", {"email": CHAIR, "to": "/cases"}, shown="/cases")
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.text))


def test_whoever_holds_no_role_any_more_is_out_at_once(premises: Premises) -> None:
    """An open visit, a token and a new code: none of them opens anything."""
    browser, program = Browser(premises, CHAIR), Program(premises, CHAIR)
    waiting = Browser(premises)
    fields = ask(waiting)
    code = code_of(premises, mails(premises)[0])
    assert browser.get("/cases").status_code == 200
    people_without(premises, CHAIR)
    assert browser.get("/cases").status_code == 303
    assert program.get("/cases").status_code == 401
    assert enter(waiting, fields, code).status_code == 422
    ask(Browser(premises))
    assert len(mails(premises)) == 1


def test_signing_out_clears_what_the_browser_kept(premises: Premises) -> None:
    done = Browser(premises, CHAIR).post("/sign-out", shown="/cases")
    assert done.headers["clear-site-data"] == '"cache", "storage"'
