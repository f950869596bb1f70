"""A visit that ends while somebody types: nothing is saved, and what they typed is still there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.visits import IDLE, SHORT
from tests.web.rooms import Browser, bring, practice, signed_in
from tests.web.test_console import CHAIR, MANAGER, PARTNER, everything, refer, told
from web.beside import GRAVE
from web.offered import STEPS
from workflows.catalogue import PROCESSES
from workflows.wiring import Premises

OURS = {"sec-fetch-site": "same-origin"}
TYPED = 'Two lines,\nand "quotes" & <b>marks</b>.'


@pytest.fixture
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("again") / "house") as made:
        yield made


def fields_of(page: Any) -> dict[str, str]:
    """What the hidden fields of the form in the middle of a page hold."""
    form = page.text.split("<main", 1)[1]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def typed(premises: Premises, browser: Browser, reference: str) -> tuple[str, dict[str, str]]:
    """A note that somebody has typed into its form, as it will be sent, and where to."""
    path = f"/cases/{reference}/step/note"
    token = fields_of(browser.get(path))["guard"]
    return path, {"guard": token, "text": TYPED, "go": "save"}


def test_what_was_typed_outlives_the_visit_and_is_gone_on_with_after_signing_in(
    premises: Premises,
) -> None:
    """Sent too late it is kept in the page alone; after signing in beside it, it goes on to the
    look before saving, and is saved from there."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path, form = typed(premises, browser, reference)
    premises.store.set_practice_now(premises.house.clock.now() + IDLE + timedelta(minutes=1))
    before = everything(premises, reference)
    late = browser.client.post(path, data=form, headers=OURS)
    assert late.status_code == 403
    assert "Your visit has ended" in told(late)
    assert fields_of(late)["text"] == TYPED
    assert "<b>marks" not in late.text
    still = browser.client.post(path, data=fields_of(late), headers=OURS)
    assert fields_of(still)["text"] == TYPED
    bring(browser.client, signed_in(premises, MANAGER))
    again = browser.client.post(path, data=fields_of(still), headers=OURS)
    assert again.status_code == 403
    assert "You are signed in as Business manager" in " ".join(told(again).split())
    assert everything(premises, reference) == before
    look = browser.client.post(path, data={**fields_of(again), "go": "preview"}, headers=OURS)
    assert look.status_code == 200
    assert "Check before you save" in told(look)
    assert everything(premises, reference) == before
    saved = browser.client.post(path, data={**fields_of(look), "go": "save"}, headers=OURS)
    assert saved.status_code == 303
    with premises.store.begin() as work:
        assert work.cases.events(reference)[-1].data["text"] == TYPED


def test_a_look_that_was_open_for_too_long_is_not_saved_without_another_look(
    premises: Premises,
) -> None:
    """The button of the kept page never saves: whoever signs in sees first what would change."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path, form = typed(premises, browser, reference)
    bring(browser.client, signed_in(premises, CHAIR))
    page = browser.client.post(path, data=form, headers=OURS)
    assert "go" not in fields_of(page)
    assert 'name="go" value="preview"' in page.text


def test_nothing_is_carried_for_a_form_that_another_site_may_have_sent(
    premises: Premises,
) -> None:
    """Only where the browser says it came from here; else it is refused as it always was."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path, form = typed(premises, browser, reference)
    strange: tuple[dict[str, str], ...] = (
        {}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"}, {"origin": "https://evil.example"}, {"origin": "null"},
    )  # fmt: skip
    stranger = Browser(premises)
    for headers in strange:
        page = browser.client.post(path, data={**form, "guard": "0" * 64}, headers=headers)
        assert (page.status_code, TYPED in html.unescape(page.text)) == (403, False)
        page = stranger.client.post(path, data=form, headers=headers)
        assert (page.status_code, TYPED in html.unescape(page.text)) == (404, False)
    own = browser.client.post(
        path, data={**form, "guard": ""}, headers={"origin": "http://testserver"}
    )
    assert fields_of(own)["text"] == TYPED


def test_the_forms_of_the_sign_in_itself_are_not_carried(premises: Premises) -> None:
    """A code is never copied into another page: it is asked for again."""
    browser = Browser(premises)
    browser.get("/sign-in")
    page = browser.client.post("/sign-in/code", data={"code": "ABCD-EFGH"}, headers=OURS)
    assert (page.status_code, "ABCD" in page.text) == (403, False)


def test_a_page_that_is_not_for_somebody_stays_shut_whatever_they_typed(
    premises: Premises,
) -> None:
    """Somebody who signed in and may not come in is told that there is no such page."""
    browser = Browser(premises, CHAIR)
    page = browser.client.post(
        "/bank-holidays/proclaim", data={"name": TYPED, "go": "save"}, headers=OURS
    )
    assert page.status_code == 404
    assert "marks" not in page.text


# What ends a case, or begins work on an ended one again, whatever its process.
GRAVEST = {
    "rapid_review": {"notify_only", "decline", "transfer", "reply_agrees", "maintain", "reverse",
                     "withdraw", "reopen"},
    "practice_review": {"close", "not_publish", "end_early", "supersede"},
    "child_death_review": {"out_of_scope", "duplicate", "in_error", "transfer", "feed_back",
                           "reopen"},
    "dispute": {"withdraw", "redirect", "overtake", "take_back", "close"},
}  # fmt: skip


def test_these_are_the_gravest_steps_and_every_process_says_which_are_its_own() -> None:
    """Nobody lists them by hand in a process: they follow from where an action leads."""
    assert {key: process.gravest for key, process in PROCESSES.items()} == GRAVEST
    assert {"recuse"} == GRAVE
    assert set(dict(STEPS)) > GRAVE


@pytest.mark.parametrize("step", ["do/decline", "step/recuse"])
def test_whoever_takes_one_of_the_gravest_steps_has_just_signed_in(
    premises: Premises, step: str
) -> None:
    """It is asked before they type; other steps and the case itself wait for nothing."""
    reference, browser = refer(premises), Browser(premises, PARTNER if "do" in step else MANAGER)
    path = f"/cases/{reference}/{step}"
    assert browser.get(path).status_code == 200
    later(premises, SHORT + timedelta(minutes=1))
    assert browser.get(path).headers["location"] == f"/sign-in?to={path}&again=1"
    for other in ("", "/step/note", "/do/notify"):
        assert browser.get(f"/cases/{reference}{other}").status_code == 200
    assert "asks who you are once more" in told(browser.get(f"/sign-in?to={path}&again=1"))
    bring(browser.client, signed_in(premises, PARTNER if "do" in step else MANAGER))
    assert browser.get(path).status_code == 200


def test_a_grave_step_that_took_long_to_type_is_kept_until_its_person_signed_in_once_more(
    premises: Premises,
) -> None:
    """Begun in time and sent too late: nothing is saved or lost, and the look comes first."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path = f"/cases/{reference}/step/recuse"
    token = fields_of(browser.get(path))["guard"]
    form = {"guard": token, "who": CHAIR, "reason": TYPED, "go": "save"}
    later(premises, SHORT + timedelta(minutes=1))
    before = everything(premises, reference)
    late = browser.client.post(path, data=form, headers=OURS)
    assert late.status_code == 403
    assert "you signed in more than ten minutes ago" in " ".join(told(late).split())
    assert 'href="/sign-in?again=1"' in late.text
    assert fields_of(late)["reason"] == TYPED
    still = browser.client.post(path, data={**fields_of(late), "go": "preview"}, headers=OURS)
    assert still.status_code == 403
    bring(browser.client, signed_in(premises, MANAGER))
    again = browser.client.post(path, data=fields_of(still), headers=OURS)
    look = browser.client.post(path, data={**fields_of(again), "go": "preview"}, headers=OURS)
    assert "Check before you save" in told(look)
    assert everything(premises, reference) == before
    saved = browser.client.post(path, data={**fields_of(look), "go": "save"}, headers=OURS)
    assert saved.status_code == 303
    with premises.store.begin() as work:
        assert CHAIR in work.cases.open(reference).recused


def test_a_grave_step_sent_by_who_knows_whom_is_not_carried(premises: Premises) -> None:
    """Where the browser does not say that it came from here, it leads to the sign-in alone."""
    reference, browser = refer(premises), Browser(premises, MANAGER)
    path = f"/cases/{reference}/step/recuse"
    form = {"guard": fields_of(browser.get(path))["guard"], "reason": TYPED, "go": "save"}
    later(premises, SHORT + timedelta(minutes=1))
    led = browser.client.post(path, data=form)
    assert led.headers["location"] == f"/sign-in?to={path}&again=1"
    assert "marks" not in led.text


def later(premises: Premises, by: timedelta) -> None:
    premises.store.set_practice_now(premises.house.clock.now() + by)
