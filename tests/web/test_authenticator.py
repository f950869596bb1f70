"""An authenticator app beside the code by email: set up, asked for, lost and removed."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from config.sign_in import SignIn
from engine import authenticating
from engine.authenticators import (
    MOST_TRIES,
    ON_ALREADY,
    SPARE,
    TOO_MANY,
    WRONG,
    Authenticator,
    secret_of,
)
from engine.codes import HAPPENED
from engine.keyring import Secret
from engine.visits import LONGEST, SHORT
from store.connection import parse, whole
from tests.store.holdings import everything
from tests.web import test_organisation
from tests.web.identity import identity
from tests.web.rooms import Browser, bring
from tests.web.test_sign_in import CHAIR, ask, code_of, enter, forward, mails
from web import mark, totp
from workflows.wiring import Premises

OTHER = "business.manager@northmoor-partnership.example"
HERE, ASKED = "/authenticator", "/sign-in/authenticator"


class Telephone:
    """A person's telephone, with the world's time and the app that shows the codes."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 9, 0, 10, tzinfo=UTC)
        self.secret = ""

    def now(self) -> datetime:
        return self.time

    def code(self, beside: int = 0) -> str:
        """The code of this half minute, or of one before or after it."""
        return pyotp.TOTP(self.secret).at(self.time, counter_offset=beside)

    def next(self) -> str:
        """Wait for the next code."""
        self.time += timedelta(seconds=30)
        return self.code()


@pytest.fixture
def telephone(monkeypatch: pytest.MonkeyPatch) -> Telephone:
    found = Telephone()
    monkeypatch.setattr(totp, "WallClock", lambda: found)
    return found


def set_up(premises: Premises, telephone: Telephone, email: str = CHAIR) -> list[str]:
    """Set an app up on its person's own page; the codes to keep."""
    browser = Browser(premises, email)
    shown = browser.post(HERE, {"go": "begin"})
    telephone.secret = secret_on(shown)
    done = browser.post(HERE, {"go": "confirm", "code": telephone.code()})
    assert done.status_code == 200, done.text
    spare = re.findall(r"<li><strong>([2-9A-Z]{4}-[2-9A-Z]{4})</strong>", done.text)
    assert len(set(spare)) == SPARE
    return spare


def secret_on(page: Any) -> str:
    found = re.search(r"<strong>([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})</strong>", page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def with_code(premises: Premises, browser: Browser, email: str = CHAIR) -> Any:
    """Sign in with the code by email, as far as that goes."""
    fields = ask(browser, email)
    return enter(browser, fields, code_of(premises, mails(premises)[-1]))


def half(premises: Premises) -> Browser:
    """The browser of somebody of whom the app is asked next."""
    browser = Browser(premises)
    led = with_code(premises, browser)
    assert (led.status_code, led.headers["location"]) == (303, f"{ASKED}?to=%2Fcases")
    assert "Look at your authenticator app" in browser.get(led.headers["location"]).text
    return browser


def typed(browser: Browser, code: str, to: str = "/cases") -> Any:
    return browser.post(ASKED, {"code": code, "to": to})


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/cases").status_code == 200)


def test_an_app_is_asked_for_after_the_code_by_email(
    premises: Premises, telephone: Telephone
) -> None:
    """Until it is answered nothing is open; then it is as after a code, with another cookie."""
    set_up(premises, telephone)
    browser = half(premises)
    before = browser.cookie
    assert not is_in(browser)
    assert browser.get(HERE).status_code == 303
    done = typed(browser, telephone.next()[:3] + " " + telephone.code()[3:])
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert browser.cookie != before
    assert is_in(browser)
    left = Browser(premises)
    bring(left.client, before)
    assert not is_in(left)
    assert left.get(ASKED).status_code == 303


def test_an_app_is_asked_for_after_an_organisation_too(
    premises: Premises, telephone: Telephone
) -> None:
    """Both ways in are one: neither goes round the app."""
    set_up(premises, telephone)
    with identity(CHAIR) as there:
        house = test_organisation.of(premises, there)
        browser = Browser(house, at=test_organisation.HOST, client=test_organisation.HOST)
        led = browser.get(test_organisation.out(browser))
        assert led.headers["location"] == f"{ASKED}?to=%2Fcases"
        assert not is_in(browser)
        assert typed(browser, telephone.next()).status_code == 303
        assert is_in(browser)


def test_nobody_else_is_asked(premises: Premises, telephone: Telephone) -> None:
    """An app that was never confirmed is asked of nobody either."""
    set_up(premises, telephone)
    browser = Browser(premises)
    assert with_code(premises, browser, OTHER).headers["location"] == "/cases"
    assert is_in(browser)
    assert browser.post(HERE, {"go": "begin"}).status_code == 200
    again = Browser(premises)
    assert with_code(premises, again, OTHER).headers["location"] == "/cases"


def test_each_code_is_taken_once_and_none_from_before_it(
    premises: Premises, telephone: Telephone
) -> None:
    """Also the one that confirmed the app: what was seen over a shoulder is of no use."""
    set_up(premises, telephone)
    browser = half(premises)
    assert WRONG in typed(browser, telephone.code()).text
    code = telephone.next()
    assert typed(browser, code).status_code == 303
    thief = half(premises)
    for again in (code, telephone.code(-1)):
        assert (typed(thief, again).status_code, is_in(thief)) == (422, False)


def test_only_the_codes_of_this_moment_and_those_beside_it_count(
    premises: Premises, telephone: Telephone
) -> None:
    """A telephone may be half a minute from the world's time, and no more."""
    set_up(premises, telephone)
    telephone.time += timedelta(minutes=10)
    browser = half(premises)
    for beside in (-2, 2):
        assert typed(browser, telephone.code(beside)).status_code == 422
    assert typed(browser, telephone.code(-1)).status_code == 303
    assert typed(half(premises), telephone.code(1)).status_code == 303


@pytest.mark.parametrize(
    "code", ["", "000000", "12345", "1234567", "٠١٢٣٤٥", "x" * 5_000, "AAAA-BBBB"]
)
def test_what_is_no_code_is_refused_in_words(
    premises: Premises, telephone: Telephone, code: str
) -> None:
    set_up(premises, telephone)
    telephone.next()
    browser = half(premises)
    answer = typed(browser, code if code != telephone.code() else "111111")
    assert (answer.status_code, WRONG in answer.text) == (422, True)
    assert not is_in(browser)


def test_only_so_many_codes_are_tried_in_an_hour_however_often_one_begins(
    premises: Premises, telephone: Telephone
) -> None:
    """The right one is not taken any more either, until the hour is over."""
    set_up(premises, telephone)
    telephone.next()
    tries = MOST_TRIES - 1  # the one that confirmed the app counts too
    for browser in (half(premises), half(premises)):
        for _ in range(tries // 2 + 1):
            answer = typed(browser, "AAAA-AAAA")
    assert TOO_MANY in answer.text
    browser = half(premises)
    answer = typed(browser, telephone.code())
    assert (answer.status_code, TOO_MANY in answer.text) == (422, True)
    forward(premises, timedelta(hours=1))
    assert typed(half(premises), telephone.code()).status_code == 303


def test_a_code_that_was_kept_stands_in_for_the_telephone_once(
    premises: Premises, telephone: Telephone
) -> None:
    """In small letters and without its dash as well."""
    first, second, *_ = set_up(premises, telephone)
    browser = half(premises)
    assert typed(browser, first.lower().replace("-", "")).status_code == 303
    assert is_in(browser)
    assert f"{SPARE - 1} are left" in browser.get(HERE).text
    again = half(premises)
    assert typed(again, first).status_code == 422
    assert typed(again, second).status_code == 303


def test_codes_that_were_kept_before_they_were_salted_are_taken_still(
    premises: Premises, telephone: Telephone
) -> None:
    """Each once; other ones that are made take their place."""
    set_up(premises, telephone)
    old = ["K7QM-2XPD", "2222-3333"]
    quick = [quick_digest(premises, code) for code in old]
    with premises.store.begin() as work:
        found = work.authenticators.of(CHAIR)
        assert found
        work.authenticators.spare(found.id, quick)
        work.commit()
    assert typed(half(premises), "2222-3334").status_code == 422
    assert typed(half(premises), old[0]).status_code == 303
    assert typed(half(premises), old[0]).status_code == 422
    assert typed(half(premises), old[1]).status_code == 303


def quick_digest(premises: Premises, code: str) -> str:
    """What was kept of a code before."""
    words = "\n".join(("spare code", CHAIR, code.lower().replace("-", "")))
    return hmac.new(premises.store.secret.latest.key, words.encode(), hashlib.sha256).hexdigest()


def test_the_question_waits_for_ten_minutes(premises: Premises, telephone: Telephone) -> None:
    """Afterwards one begins again, and half a visit never becomes a whole one by itself."""
    set_up(premises, telephone)
    browser = half(premises)
    forward(premises, SHORT + timedelta(seconds=1))
    assert browser.get(ASKED).headers["location"] == "/sign-in"
    answer = browser.post(ASKED, {"code": telephone.next()}, shown="/sign-in")
    assert (answer.status_code, is_in(browser)) == (422, False)
    assert "Sign in again from the start" in answer.text
    forward(premises, LONGEST)
    assert not is_in(browser)


def test_nothing_changes_before_a_code_of_the_app_was_taken(
    premises: Premises, telephone: Telephone
) -> None:
    """A wrong code shows the same picture again; beginning again shows another one."""
    browser = Browser(premises, CHAIR)
    first = secret_on(browser.post(HERE, {"go": "begin"}))
    wrong = browser.post(HERE, {"go": "confirm", "code": "000000"})
    assert (wrong.status_code, WRONG in wrong.text) == (422, True)
    assert secret_on(wrong) == first
    telephone.secret = secret_on(browser.post(HERE, {"go": "begin"}))
    assert telephone.secret != first
    old = pyotp.TOTP(first).at(telephone.time)
    assert browser.post(HERE, {"go": "confirm", "code": old}).status_code == 422
    assert with_code(premises, Browser(premises)).headers["location"] == "/cases"
    assert browser.post(HERE, {"go": "confirm", "code": telephone.code()}).status_code == 200
    half(premises)


def test_an_app_that_is_on_is_not_replaced_or_stopped_without_a_code(
    premises: Premises, telephone: Telephone
) -> None:
    """Whoever finds somebody's browser open cannot make it their own."""
    set_up(premises, telephone)
    browser = Browser(premises, CHAIR)
    for go in ("begin", "confirm", "renew", "stop", "", "x"):
        answer = browser.post(HERE, {"go": go, "code": "AAAA-AAAA"})
        assert answer.status_code == (422 if len(go) > 1 else 200)
        assert (ON_ALREADY in answer.text) == (go == "begin")
        assert telephone.secret not in answer.text.replace(" ", "")
    assert is_in(browser)
    half(premises)
    assert browser.post(HERE, {"go": "stop", "code": telephone.next()}).status_code == 303
    assert with_code(premises, Browser(premises)).headers["location"] == "/cases"
    (kept,) = everything(premises.settings.database_url)["authenticator"]
    assert kept["removed_by"] == CHAIR


def test_an_app_that_was_not_confirmed_does_nothing_else(
    premises: Premises, telephone: Telephone
) -> None:
    """No codes to keep, and nothing to stop, for one that is not asked for."""
    browser = Browser(premises, CHAIR)
    telephone.secret = secret_on(browser.post(HERE, {"go": "begin"}))
    for go in ("renew", "stop"):
        assert browser.post(HERE, {"go": go, "code": telephone.code()}).status_code == 422
    held = everything(premises.settings.database_url)
    assert held["spare"] == []
    assert held["authenticator"][0]["removed_at"] is None


def test_new_codes_to_keep_take_the_place_of_the_old(
    premises: Premises, telephone: Telephone
) -> None:
    """For a code of the app alone: one that was found cannot make ten others."""
    old, *_ = set_up(premises, telephone)
    browser = Browser(premises, CHAIR)
    assert browser.post(HERE, {"go": "renew", "code": old}).status_code == 422
    page = browser.post(HERE, {"go": "renew", "code": telephone.next()})
    fresh = re.findall(r"<li><strong>([2-9A-Z-]{9})</strong>", page.text)
    assert len(set(fresh)) == SPARE
    waiting = half(premises)
    assert typed(waiting, old).status_code == 422
    assert typed(waiting, fresh[0]).status_code == 303


def test_a_lost_telephone_is_no_locked_door(premises: Premises, telephone: Telephone) -> None:
    """Somebody who looks after the house removes the app; who and when is kept."""
    set_up(premises, telephone)
    waiting = half(premises)
    removed = authenticating.remove(premises.house, CHAIR.upper(), "root")
    assert (removed.email, removed.removed_by) == (CHAIR, "root")
    assert typed(waiting, telephone.next()).status_code == 422
    assert with_code(premises, Browser(premises)).headers["location"] == "/cases"
    set_up(premises, telephone)
    half(premises)
    with premises.store.begin() as work:
        assert [a.is_on for a in work.authenticators.list()] == [False, True]


def test_somebody_who_left_the_directory_is_not_let_in_by_an_app(
    premises: Premises, telephone: Telephone
) -> None:
    set_up(premises, telephone)
    browser = half(premises)
    gone(premises, CHAIR)
    assert typed(browser, telephone.next()).status_code == 422
    assert not is_in(browser)


def gone(premises: Premises, email: str) -> None:
    """Take somebody out of the directory, as a restored backup would."""
    with whole(parse(premises.settings.database_url)) as connection:
        connection.execute(text("DELETE FROM person WHERE email = :who"), {"who": email})
        connection.execute(text("UPDATE house SET directory_revision = directory_revision + 1"))
        connection.commit()


def test_no_secret_of_an_app_is_kept_anywhere(premises: Premises, telephone: Telephone) -> None:
    """Whoever reads the database can make no code, and knows none of those that were kept."""
    spare = set_up(premises, telephone)
    stored = (premises.home / "waymark.db").read_bytes()
    held = str(everything(premises.settings.database_url)).encode()
    raw = pyotp.TOTP(telephone.secret).byte_secret()
    for hidden in (telephone.secret.encode(), raw, raw.hex().encode(), *map(str.encode, spare)):
        assert hidden not in stored
        assert hidden not in held
        assert hidden.lower().replace(b"-", b"") not in held
    for code in spare:
        assert quick_digest(premises, code).encode() not in held
    assert held.count(b"$scrypt$") >= SPARE


def test_the_picture_and_the_letters_say_the_same_and_need_no_script(premises: Premises) -> None:
    """A telephone that cannot see it types it; the picture runs and loads nothing."""
    page = Browser(premises, CHAIR).post(HERE, {"go": "begin"})
    secret = secret_on(page)
    address = re.search(r'href="(otpauth://totp/[^"]+)"', page.text)
    assert address
    parsed = pyotp.parse_uri(address[1].replace("&amp;", "&"))
    assert (parsed.secret, parsed.name) == (secret, CHAIR)
    picture = re.search(r"<svg .*</svg>", page.text)
    assert picture
    assert "style" not in picture[0]
    assert totp.picture(address[1].replace("&amp;", "&")) == picture[0]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


def test_forms_of_the_app_are_taken_from_this_house_alone(
    premises: Premises, telephone: Telephone
) -> None:
    """Nobody is led to set up, stop or answer an app by another site."""
    set_up(premises, telephone)
    browser, waiting = Browser(premises, CHAIR), half(premises)
    for who, path in ((browser, HERE), (waiting, ASKED)):
        fields = {"go": "stop", "code": telephone.next()}
        assert who.client.post(path, data=fields).status_code == 403
    half(premises)


def test_another_house_makes_other_secrets() -> None:
    """What is kept in the rows is of no use without the house's own key."""
    app = Authenticator(1, CHAIR, "chance", datetime(2026, 1, 1, tzinfo=UTC))
    assert secret_of(Secret.of(b"a"), app) != secret_of(Secret.of(b"b"), app)
    assert "chance" not in repr(app)


def test_whoever_changed_their_app_is_led_to_their_other_visits(
    premises: Premises, telephone: Telephone
) -> None:
    """Set up, renewed or stopped: where else they are signed in is one press away."""
    browser = Browser(premises, CHAIR)
    telephone.secret = secret_on(browser.post(HERE, {"go": "begin"}))
    for go in ("confirm", "renew", "stop"):
        page = browser.post(HERE, {"go": go, "code": telephone.code()})
        telephone.next()
        assert page.status_code == (303 if go == "stop" else 200), go
        shown = page if page.status_code == 200 else browser.get(HERE)
        assert 'you stay so: <a class="govuk-link" href="/visits">' in shown.text, go


def test_an_app_is_set_up_by_whoever_has_just_signed_in(
    premises: Premises, telephone: Telephone
) -> None:
    """Somebody who finds a browser open cannot put an app of their own in the way."""
    browser = Browser(premises, CHAIR)
    forward(premises, SHORT + timedelta(minutes=1))
    led = browser.post(HERE, {"go": "begin"})
    assert led.headers["location"] == f"/sign-in?to={HERE}&again=1"
    assert everything(premises.settings.database_url)["authenticator"] == []
    fields = ask(browser, to=HERE, shown=led.headers["location"])
    enter(browser, fields, code_of(premises, mails(premises)[-1]))
    assert "Point the app at this picture" in browser.post(HERE, {"go": "begin"}).text


@pytest.fixture
def strict(premises: Premises) -> Premises:
    """A house in which an app is asked of everybody."""
    settings = premises.settings.model_copy(update={"sign_in": SignIn(app=True)})
    return replace(premises, settings=settings)


def first(premises: Premises) -> Browser:
    """The browser of somebody who has no app yet, where everybody is asked for one."""
    browser = Browser(premises)
    led = with_code(premises, browser)
    page = browser.get(led.headers["location"])
    assert "Set up an authenticator app first" in page.text
    assert not is_in(browser)
    return browser


def enrolled(browser: Browser, telephone: Telephone) -> Any:
    telephone.secret = secret_on(browser.post(ASKED, {"go": "begin", "to": "/cases"}))
    return browser.post(
        ASKED, {"go": "confirm", "code": telephone.next(), "to": "/cases"}, shown=ASKED
    )


def test_where_everybody_is_asked_for_an_app_nobody_is_in_without_one(
    strict: Premises, telephone: Telephone
) -> None:
    """Whoever has none sets one up on the way, keeps its codes, and is in under a new cookie."""
    browser = first(strict)
    before = browser.cookie
    done = enrolled(browser, telephone)
    assert done.status_code == 200
    assert done.text.count("<li><strong>") == SPARE
    assert '<a class="govuk-link" href="/cases">I have kept them</a>' in done.text
    assert browser.cookie != before
    assert is_in(browser)
    left = Browser(strict)
    bring(left.client, before)
    assert not is_in(left)
    assert typed(half(strict), telephone.next()).status_code == 303


def test_a_wrong_code_sets_up_no_app_on_the_way_in(strict: Premises, telephone: Telephone) -> None:
    browser = first(strict)
    telephone.secret = secret_on(browser.post(ASKED, {"go": "begin"}))
    wrong = browser.post(ASKED, {"go": "confirm", "code": telephone.code(5)}, shown=ASKED)
    assert (wrong.status_code, WRONG in wrong.text) == (422, True)
    assert secret_on(wrong) == telephone.secret
    assert not is_in(browser)


def test_whoever_reads_the_mail_of_somebody_with_an_app_cannot_set_up_another(
    strict: Premises, telephone: Telephone
) -> None:
    """Neither after the app was set up, nor where both began before it was."""
    thief, owner = first(strict), first(strict)
    assert enrolled(owner, telephone).status_code == 200
    for browser in (thief, half(strict)):
        again = browser.post(ASKED, {"go": "begin"})
        assert (again.status_code, ON_ALREADY in again.text) == (422, True)
        kept = browser.post(ASKED, {"go": "confirm", "code": telephone.next()}, shown=ASKED)
        assert kept.status_code == 303
        assert not is_in(browser)


def test_nobody_sets_up_an_app_on_the_way_who_gave_no_code_by_email(
    strict: Premises, telephone: Telephone
) -> None:
    browser = Browser(strict)
    for go in ("begin", "confirm"):
        led = browser.post(ASKED, {"go": go, "code": "123456"}, shown="/sign-in")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in")
    assert not is_in(browser)


def test_whoever_takes_too_long_to_set_up_an_app_begins_again(
    strict: Premises, telephone: Telephone
) -> None:
    browser = first(strict)
    telephone.secret = secret_on(browser.post(ASKED, {"go": "begin"}))
    forward(strict, SHORT + timedelta(minutes=1))
    late = browser.post(ASKED, {"go": "confirm", "code": telephone.next()}, shown="/sign-in")
    assert (late.status_code, late.headers["location"]) == (303, "/sign-in")
    assert not is_in(browser)


def test_an_app_may_be_changed_for_another_where_everybody_has_one(
    strict: Premises, telephone: Telephone
) -> None:
    """It is stopped with a code, its page says what follows, and the next way in sets one up."""
    browser = first(strict)
    enrolled(browser, telephone)
    assert "Everybody signs in with an app here." in browser.get(HERE).text
    assert browser.post(HERE, {"go": "stop", "code": telephone.next()}).status_code == 303
    assert enrolled(first(strict), telephone).status_code == 200


def test_an_organisation_does_not_go_round_the_app_that_everybody_is_asked_for(
    premises: Premises, telephone: Telephone
) -> None:
    with identity(CHAIR) as there:
        house = test_organisation.of(premises, there, app=True)
        browser = Browser(house, at=test_organisation.HOST, client=test_organisation.HOST)
        led = browser.get(test_organisation.out(browser))
        assert led.headers["location"] == f"{ASKED}?to=%2Fcases"
        assert not is_in(browser)
        assert enrolled(browser, telephone).status_code == 200
        assert is_in(browser)


def test_a_browser_is_known_once_its_person_came_all_the_way_in(
    premises: Premises, telephone: Telephone
) -> None:
    """A code by email alone, of somebody who has an app, leaves no mark and tells of no visit."""
    set_up(premises, telephone)
    browser = half(premises)
    assert not has_mark(browser)
    assert told_of(premises) == 0
    assert typed(browser, telephone.next()).status_code == 303
    assert has_mark(browser)
    assert told_of(premises) == 1


def has_mark(browser: Browser) -> bool:
    return any(mark.COOKIE in each.name for each in browser.client.cookies.jar)


def told_of(premises: Premises) -> int:
    """How often people were told of a visit in a browser that was new to them."""
    with premises.store.begin() as work:
        return sum(bool(m.about.get(HAPPENED)) for m in work.outbox.list())
