"""The console: who may come in, what a person sees, and that nothing is done by looking."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import casework
from engine.asking import Agency
from engine.casework import Caller
from engine.outbox import Attempt, Verdict
from tests.web.rooms import Browser, bring, practice
from tests.workflows.deaths import DEATH
from web.board import A_PAGE
from web.doors import ANYBODY
from web.entrance import DOORS
from workflows.wiring import Premises

PARTNER = "safeguarding.partner@northmoor-council.example"
MANAGER = "business.manager@northmoor-partnership.example"
CHAIR = "panel.chair@northmoor-partnership.example"
COORDINATOR = "child.death.coordinator@northmoor-icb.example"
AUDITOR = "auditor@northmoor-partnership.example"
ADMINISTRATOR = "administrator@northmoor-partnership.example"
INCIDENT = {
    "incident_on": "2025-03-13",
    "aware_at": "2025-03-14T16:40",
    "outcome_for_child": "serious_harm",
    "abuse_link": "suspected",
    "child_name": "Canary Wren Featherstone",
}

DIED = {
    "died_on": "2025-03-16", "died_at": "2025-03-16T14:20", "aware_at": "2025-03-16T14:20",
}  # fmt: skip
VIEWS = dict.fromkeys(("la_view", "icb_view", "police_view"), "notify")
NOTIFIED = {**VIEWS, "threshold_rationale": "x", "notified_on": "2025-03-17"}


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    """One house for all these tests; each opens cases of its own."""
    with practice(tmp_path_factory.mktemp("console") / "house") as made:
        yield made


OPEN_TO_ALL = {
    "/sign-in", "/sign-in/code", "/sign-in/authenticator", "/sign-in/organisation",
    "/sign-in/organisation/back", "/sign-out", "/notify-a-death", "/words",
}  # fmt: skip


def refer(premises: Premises) -> str:
    step = casework.open_case(premises.house, "rapid_review", Caller(PARTNER, "test"), INCIDENT)
    return step.case.reference


def told(answer: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_every_door_says_who_may_come_in_and_nobody_else_does(premises: Premises) -> None:
    """S2: a page that is not for everybody leads a stranger to the sign-in, or is not there."""
    reference = refer(premises)
    stranger = Browser(premises)
    shut = [door for door in DOORS if door.who != ANYBODY]
    assert len(shut) > 15
    for door in shut:
        path = re.sub(r"{[^}]*}", reference, door.path)
        answer = stranger.client.request(door.method, path)
        assert answer.status_code in (303, 404), (door.name, answer.status_code)
        assert reference not in answer.text, door.name


def test_only_these_doors_are_open_to_anybody() -> None:
    """Ways in, the form to notify a death and what the words mean; a practice house's own apart."""
    open_to_all = {door.path for door in DOORS if door.who == ANYBODY and not door.practice}
    assert open_to_all == OPEN_TO_ALL


def test_a_review_is_opened_by_a_form_a_look_and_a_button(premises: Premises) -> None:
    """What will change, what falls due and who will be told is shown before anything is saved."""
    browser = Browser(premises, MANAGER)
    form = {
        "incident_on-day": "13", "incident_on-month": "3", "incident_on-year": "2025",
        "aware_at-day": "14", "aware_at-month": "3", "aware_at-year": "2025",
        "aware_at-time": "16:40", "outcome_for_child": "serious_harm", "abuse_link": "suspected",
    }  # fmt: skip
    before = len(list_of(premises))
    look = browser.post("/open/rapid_review", {**form, "go": "preview"})
    assert look.status_code == 200
    assert "Friday 21 March 2025" in told(look)
    assert "safeguarding.partner@northmoor-police.example" in told(look)
    assert len(list_of(premises)) == before
    saved = browser.post("/open/rapid_review", {**form, "go": "save"})
    assert saved.status_code == 303
    assert len(list_of(premises)) == before + 1
    page = browser.get(saved.headers["location"])
    assert "Notify the National Panel" in told(page)


def test_a_refusal_lists_every_reason_beside_its_field_and_keeps_what_was_typed(
    premises: Premises,
) -> None:
    """Nothing is saved, nothing is lost, and no key of a fact stands in the words."""
    browser = Browser(premises, MANAGER)
    typed = {"incident_on-day": "31", "incident_on-month": "2", "incident_on-year": "2025"}
    answer = browser.post("/open/rapid_review", {**typed, "go": "preview"})
    words = told(answer)
    assert answer.status_code == 422
    assert "Needed: The outcome for the child" in words
    assert "(outcome_for_child)" not in words
    assert (
        'id="incident_on-day" name="incident_on-day" type="text" inputmode="numeric" value="31"'
        in (answer.text)
    )


def test_a_form_that_was_not_shown_by_this_house_changes_nothing(premises: Premises) -> None:
    """A page of somebody else cannot act in a visitor's name: no token, another's token, another
    site."""
    browser = Browser(premises, MANAGER)
    other = Browser(premises, CHAIR)
    reference = refer(premises)
    path = f"/cases/{reference}/step/note"
    page = other.get(path)
    token = re.search(r'name="guard" value="([0-9a-f]{64})"', page.text)
    assert token
    for fields, headers in (
        ({"text": "x", "go": "save"}, {}),
        ({"text": "x", "go": "save", "guard": "0" * 64}, {}),
        ({"text": "x", "go": "save", "guard": token[1]}, {}),
    ):
        answer = browser.client.post(path, data=fields, headers=headers)
        assert answer.status_code == 403
    own = re.search(r'name="guard" value="([0-9a-f]{64})"', browser.get(path).text)
    assert own
    foreign = browser.client.post(
        path,
        data={"text": "x", "go": "save", "guard": own[1]},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert foreign.status_code == 403
    assert revision(premises, reference) == 1


def test_two_people_who_looked_at_the_same_case_do_not_overwrite_each_other(
    premises: Premises,
) -> None:
    """The second is told that somebody else has moved it, and what they typed is still there."""
    reference = refer(premises)
    browser = Browser(premises, PARTNER)
    path = f"/cases/{reference}/do/notify"
    form = {
        "la_view": "notify", "icb_view": "notify", "police_view": "notify",
        "threshold_rationale": "The threshold is met.", "notified_on-day": "17",
        "notified_on-month": "3", "notified_on-year": "2025", "seen": "1", "go": "save",
    }  # fmt: skip
    casework.note(premises.house, reference, Caller(MANAGER, "test"), "Somebody was faster.")
    answer = browser.post(path, form)
    assert answer.status_code == 422
    assert "somebody else has changed" in told(answer).lower()
    assert "The threshold is met." in answer.text
    assert revision(premises, reference) == 2


def test_a_case_that_is_not_for_somebody_looks_like_one_that_is_not_there(
    premises: Premises,
) -> None:
    """S3: the coordinator of another process finds nothing on the board, by address or by proof."""
    reference = refer(premises)
    browser = Browser(premises, COORDINATOR)
    assert reference not in browser.get("/cases?show=all").text
    absent = reference[:-4] + "9999"
    for path in ("/cases/{}", "/cases/{}/why/notification", "/cases/{}/do/notify"):
        here, nowhere = browser.get(path.format(reference)), browser.get(path.format(absent))
        assert here.status_code == nowhere.status_code == 404
        assert told(here).replace(reference, "X") == told(nowhere).replace(absent, "X")


def test_the_board_is_read_page_by_page_and_a_hidden_case_is_no_place_on_it(
    tmp_path: Path,
) -> None:
    """Each review stands on one page; naming one that is not theirs tells nobody where it is."""
    with practice(tmp_path / "house") as premises:
        references = [refer(premises) for _ in range(A_PAGE + 5)]
        browser, stranger = Browser(premises, MANAGER), Browser(premises, COORDINATOR)
        first = on_board(browser, "")
        assert len(first) == A_PAGE
        second = on_board(browser, f"?after={first[-1]}")
        assert sorted(first + second) == references
        assert on_board(browser, "?after=RR-2025-9999") == first
        hidden = stranger.get(f"/cases?after={first[0]}").text
        assert hidden == stranger.get("/cases?after=RR-2025-9999").text


def on_board(browser: Browser, query: str) -> list[str]:
    return re.findall(r'href="/cases/(RR-\d{4}-\d{4})"', browser.get(f"/cases{query}").text)


def test_an_auditor_reads_the_record_and_never_what_people_wrote(premises: Premises) -> None:
    """They see that a note was made, by whom and when, and neither its words nor any fact."""
    reference = refer(premises)
    casework.note(premises.house, reference, Caller(MANAGER, "test"), "Something private.")
    page = told(Browser(premises, AUDITOR).get(f"/cases/{reference}"))
    assert "Note" in page
    assert "Something private." not in page
    assert "Serious harm" not in page
    assert Browser(premises, ADMINISTRATOR).get(f"/cases/{reference}").status_code == 404


def test_what_identifies_a_child_stands_on_no_page(premises: Premises) -> None:
    """S5: the name that was recorded is kept apart, on the case, its record and its messages."""
    reference = refer(premises)
    browser = Browser(premises, MANAGER)
    for path in (f"/cases/{reference}", f"/messages?case={reference}", "/cases?show=all", "/"):
        assert "Featherstone" not in browser.get(path).text
    assert "kept apart" in told(browser.get(f"/cases/{reference}"))


def test_a_message_shows_the_evidence_of_each_try(premises: Premises) -> None:
    """When, what the server said and calls it, and which wording its mail had."""
    refer(premises)
    with premises.store.begin() as work:
        now = premises.house.clock.now()
        message = work.outbox.claim(now, now + timedelta(hours=1), "courier", 1)[0]
        words = "250 2.0.0 Ok: queued as 4Xk9Vt2Q"
        tried = Attempt(now, "courier", Verdict.ACCEPTED, 250, words, "after_dot", "1a2b3c4d")
        work.outbox.settle(message, tried)
        work.commit()
    page = " ".join(told(Browser(premises, MANAGER).get(f"/messages/{message.id}")).split())
    assert "250 2.0.0 Ok: queued as 4Xk9Vt2Q 4Xk9Vt2Q 1a2b3c4d" in page


def test_every_reading_of_a_case_is_kept(premises: Premises) -> None:
    """S10: who read what of it and when, whether they came by the case or by a proof."""
    reference = refer(premises)
    browser = Browser(premises, MANAGER)
    browser.get(f"/cases/{reference}")
    browser.get(f"/cases/{reference}/why/notification")
    with premises.store.begin() as work:
        read = [(access.email, access.what) for access in work.visits.accesses(reference)]
    assert read == [(MANAGER, "case"), (MANAGER, "why")]


def test_looking_changes_nothing(premises: Premises) -> None:
    """Every page that is looked at leaves the case, its record and what is owed as they were."""
    reference = refer(premises)
    browser = Browser(premises, MANAGER)
    before = everything(premises, reference)
    for door in DOORS:
        if door.method == "GET":
            browser.get(re.sub(r"{[^}]*}", reference, door.path))
    for step in ("record", "ask", "answer", "extend", "hold", "release", "link", "note", "recuse"):
        assert browser.get(f"/cases/{reference}/step/{step}").status_code == 200
    assert everything(premises, reference) == before


def test_signing_out_ends_the_visit_at_once(premises: Premises) -> None:
    """The cookie that was used is worth nothing afterwards, wherever it was copied to."""
    browser = Browser(premises, MANAGER)
    cookie = browser.cookie
    assert browser.get("/cases").status_code == 200
    assert browser.post("/sign-out", shown="/cases").status_code == 303
    again = Browser(premises)
    bring(again.client, cookie)
    assert again.get("/cases").status_code == 303


def test_no_page_may_be_kept_framed_or_run_foreign_scripts(premises: Premises) -> None:
    """Every page says so to the browser, the refusals too."""
    browser = Browser(premises, MANAGER)
    for path in ("/cases", "/nowhere", "/cases/RR-2025-9999", "/words"):
        headers = browser.get(path).headers
        assert headers["cache-control"] == "no-store"
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_a_form_of_two_hundred_megabytes_is_refused(premises: Premises) -> None:
    """It is not read to its end, and the house goes on."""
    browser = Browser(premises, MANAGER)
    answer = browser.client.post("/open/rapid_review", content=b"x" * 2_000_000)
    assert answer.status_code == 413


def list_of(premises: Premises) -> tuple[str, ...]:
    with premises.store.begin() as work:
        return tuple(work.cases.references())


def revision(premises: Premises, reference: str) -> int:
    with premises.store.begin() as work:
        return work.cases.open(reference).revision


def everything(premises: Premises, reference: str) -> Any:
    with premises.store.begin() as work:
        return work.cases.open(reference), len(work.outbox.list()), work.cases.events(reference)


def test_the_folder_of_the_page_files_is_shipped() -> None:
    """The look of the pages comes with the program, and nothing is fetched from anywhere."""
    static = Path(__file__).parents[2] / "web" / "static"
    kept = {each.name for each in static.iterdir()}
    assert {"app.css", "start.js", "ends.js", "LICENCES.txt"} <= kept
    for name in ("start.js", "ends.js"):
        assert (static / name).read_text() == (static.parent / "front-end" / name).read_text()
    style = (static / "app.css").read_text("utf-8")
    assert "@import" not in style
    assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", style)


def test_what_a_form_can_ask_for_keeps_nobody_from_it(premises: Premises) -> None:
    """Missing facts are asked for; a missing role, or a task of others, is told with its reason."""
    reference = refer(premises)
    page = Browser(premises, PARTNER).get(f"/cases/{reference}")
    assert f"/cases/{reference}/do/notify" in page.text
    assert f"/cases/{reference}/do/transfer" not in page.text
    assert "This may be done by: Business manager" in told(page)
    casework.advance(premises.house, reference, Caller(PARTNER, "test"), "notify", NOTIFIED)
    casework.ask(
        premises.house, reference, Caller(MANAGER, "test"), [Agency("Police", "p@police.example")]
    )
    safe = ("children_safe", "child_voice_asked", "curiosity_asked", "family_history_asked")
    answers = dict.fromkeys(safe, "yes")
    casework.advance(premises.house, reference, Caller(MANAGER, "test"), "ask_agencies", answers)
    waits = Browser(premises, MANAGER).get(f"/cases/{reference}")
    assert f"/cases/{reference}/do/convene" not in waits.text
    assert "has not been answered" in told(waits)


def test_raising_a_dispute_asks_first_whether_a_child_is_in_danger(premises: Premises) -> None:
    form = Browser(premises, MANAGER).get("/open/dispute").text
    first = re.search(r'id="f-(\w+)"', form)
    assert first
    assert first[1] == "immediate_risk"


def test_my_work_asks_the_database_as_often_for_many_reviews_as_for_one(
    tmp_path: Path,
) -> None:
    """Its cases are read together, and never one by one."""
    with practice(tmp_path / "lists") as made:
        browser, counts = Browser(made, MANAGER), []
        # The first look also reads the process and the people, which are then remembered.
        for _ in range(3):
            refer(made)
            asked: list[str] = []
            made.store.database.watch = asked.append
            assert browser.get("/").status_code == 200
            made.store.database.watch = None
            counts.append(len(asked))
            refer(made)
    assert counts[1] == counts[2]


def test_a_fact_called_reason_and_why_it_is_recorded_are_two_things(premises: Premises) -> None:
    """Each is kept as what it is."""
    reference = refer(premises)
    fields = {"reason": "A fact.", "why-recorded": "It was left out.", "go": "save"}
    saved = Browser(premises, MANAGER).post(f"/cases/{reference}/step/record", fields)
    assert saved.status_code == 303
    with premises.store.begin() as work:
        data = work.cases.events(reference)[-1].data
    assert data["facts"] == {"reason": "A fact."}
    assert data["reason"] == "It was left out."


def test_a_case_somebody_may_not_read_cannot_be_found_by_linking_it(premises: Premises) -> None:
    """S3: one that is there and hidden is refused in the words of one that is not there."""
    opened = casework.open_case(
        premises.house, "child_death_review", Caller(COORDINATOR, "test"), {**DEATH, **DIED}
    )
    mine, hidden = refer(premises), opened.case.reference
    fields = {"other": hidden, "kind": "child_death_review", "go": "save"}
    there = Browser(premises, PARTNER).post(f"/cases/{mine}/step/link", fields)
    nowhere = Browser(premises, PARTNER).post(
        f"/cases/{mine}/step/link", {**fields, "other": "CD-2025-0404"}
    )
    assert there.status_code == nowhere.status_code == 422
    assert told(there).replace(hidden, "X") == told(nowhere).replace("CD-2025-0404", "X")


def test_a_step_on_a_case_that_has_moved_on_is_not_taken(premises: Premises) -> None:
    """A note written beside an older picture of the case is kept on its page, and not saved."""
    reference = refer(premises)
    browser = Browser(premises, MANAGER)
    browser.post(f"/cases/{reference}/step/note", {"text": "First.", "seen": "1", "go": "save"})
    late = browser.post(
        f"/cases/{reference}/step/note", {"text": "Second.", "seen": "1", "go": "save"}
    )
    assert late.status_code == 422
    assert "Second." in late.text
    assert "look again and decide again" in told(late)


def test_whoever_has_many_dates_begins_with_the_earliest(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """My work shows the first ones, and says that there are more."""
    monkeypatch.setattr("web.my_work.SHOWN", 2)
    for _ in range(3):
        refer(premises)
    words = " ".join(told(Browser(premises, PARTNER).get("/")).split())
    assert "These are the 2 earliest; there are more." in words
    assert "More than 2 dates are yours to keep" in words
    assert len(re.findall(r"[A-Z]{2}-\d{4}-\d{4}", words)) <= 2 * 2
