"""A person sees where they are signed in, and ends what is not theirs; nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta

from engine.visits import IDLE, SHORT, Visit
from tests.web.rooms import Browser
from tests.web.test_sign_in import CHAIR, ask, code_of, enter, forward, mails
from web import guard
from web.doors import KEEPERS, SIGNED_IN
from web.entrance import DOORS
from workflows.wiring import Premises

OTHER = "business.manager@northmoor-partnership.example"
HERE = "/visits"


def listed(browser: Browser) -> list[str]:
    """The names of the other visits on the page."""
    page = browser.get(HERE)
    assert page.status_code == 200
    assert page.text.count("This is the visit you are in") == 1
    return re.findall(r'name="end" value="([0-9a-f]{8})"', page.text)


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/").status_code == 200)


def test_one_of_several_visits_is_ended_and_the_others_go_on(premises: Premises) -> None:
    here, library, theirs = (
        Browser(premises, CHAIR),
        Browser(premises, CHAIR),
        Browser(premises, OTHER),
    )
    (name,) = listed(here)
    here.post(HERE, {"end": name})
    assert (is_in(here), is_in(library), is_in(theirs)) == (True, False, True)
    assert listed(here) == []
    assert "You are signed in nowhere else" in here.get(HERE).text


def test_all_others_are_ended_at_once_also_one_that_waits_for_a_second_code(
    premises: Premises,
) -> None:
    """Whoever has the first code only is turned back as well."""
    here, others = Browser(premises, CHAIR), [Browser(premises, CHAIR) for _ in range(3)]
    now = premises.house.clock.now()
    half = Visit(guard.digest_of(guard.new_pass()), CHAIR, now, now, half=True)
    with premises.store.begin() as work:
        work.visits.begin(half)
        work.commit()
    assert "Waits for the code of your app" in here.get(HERE).text
    here.post(HERE, {"end": "others"})
    assert is_in(here)
    assert not any(map(is_in, others))
    with premises.store.begin() as work:
        found = work.visits.find(half.digest)
    assert found is not None
    assert found.ended is not None


def test_nobody_ends_the_visit_of_somebody_else_nor_this_one(premises: Premises) -> None:
    """Whatever name is sent: theirs is not looked for, and one's own ends by signing out."""
    here, theirs = Browser(premises, CHAIR), Browser(premises, OTHER)
    with premises.store.begin() as work:
        names = [v.digest[:8] for who in (CHAIR, OTHER) for v in work.visits.of(who)]
    for name in (*names, "", "0" * 8, "OTHERS", "x" * 10_000):
        assert here.post(HERE, {"end": name}).status_code == 303
    assert (is_in(here), is_in(theirs)) == (True, True)


def test_a_visit_that_ended_by_itself_is_not_shown(premises: Premises) -> None:
    here, idle = Browser(premises, CHAIR), Browser(premises, CHAIR)
    assert is_in(idle)
    forward(premises, IDLE - timedelta(minutes=1))
    assert is_in(here)
    forward(premises, timedelta(minutes=2))
    assert listed(here) == []


def test_whoever_signed_in_a_while_ago_does_so_once_more_before_a_visit_is_ended(
    premises: Premises,
) -> None:
    """Somebody at a machine that was left alone does not lock its person out elsewhere."""
    here, library = Browser(premises, CHAIR), Browser(premises, CHAIR)
    forward(premises, SHORT + timedelta(minutes=1))
    (name,) = listed(here)
    led = here.post(HERE, {"end": name})
    assert led.headers["location"] == f"/sign-in?to={HERE}&again=1"
    assert is_in(library)
    page = here.get(led.headers["location"]).text
    assert "Sign in once more" in page
    assert f'value="{CHAIR}"' in page
    fields, before = ask(here, to=HERE, shown=led.headers["location"]), here.cookie
    done = enter(here, fields, code_of(premises, mails(premises)[-1]))
    assert done.headers["location"] == HERE
    assert here.cookie != before
    (name,) = listed(here)
    here.post(HERE, {"end": name})
    assert (is_in(here), is_in(library)) == (True, False)


def test_whoever_is_signed_in_is_asked_again_only_where_it_matters(premises: Premises) -> None:
    """What changes how somebody signs in, or dates of every review; of steps, the gravest alone."""
    browser = Browser(premises, CHAIR)
    assert browser.get("/sign-in").headers["location"] == "/"
    own = {door.name for door in DOORS if door.fresh and door.who == SIGNED_IN}
    assert own == {"end-visits", "change-authenticator"}
    others = {door.name for door in DOORS if door.fresh and door.who == KEEPERS}
    assert others == {"proclaim-form", "proclaim"}
    assert sum(door.fresh for door in DOORS) == len(own) + len(others)
