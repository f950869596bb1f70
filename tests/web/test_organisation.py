"""Signing in by way of an organisation: a real provider, and everything it could say wrongly."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from config.sign_in import SignIn
from engine.signing_in import NOT_VOUCHED
from engine.visits import SHORT
from tests.store.holdings import everything
from tests.web.identity import CLIENT, SECRET, Claims, Identity, identity, signed_by
from tests.web.rooms import Browser, practice
from tests.web.tokens import ANSWERED, CHAIR, CLAIMED, SIGNED
from web import mark
from web.errand import COOKIE
from web.organisation import ENDED
from workflows import provider as asking
from workflows.wiring import Premises

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("organisation") / "house") as made:
        yield made


@pytest.fixture(autouse=True)
def anew(home: Premises) -> None:
    """The organisation of each test is another one: whoever was bound before is bound anew."""
    with home.store.begin() as work:
        for bond in work.bonds.list():
            work.bonds.release(bond.email, home.house.clock.now(), "the test before")
        work.commit()


@pytest.fixture
def there() -> Iterator[Identity]:
    """The provider of the organisation, at which the chair signs in."""
    with identity(CHAIR) as found:
        yield found


@pytest.fixture
def premises(home: Premises, there: Identity) -> Premises:
    return of(home, there)


def of(home: Premises, there: Identity, answers: str = f"http://{HOST}", **given: Any) -> Premises:
    """The house with the settings of this provider."""
    asking._described.cache_clear()
    known = {"issuer": there.issuer, "client_id": CLIENT, "client_secret": SecretStr(SECRET)}
    settings = home.settings.model_copy(
        update={
            "sign_in": SignIn(**{**known, "label": "Northmoor Council", **given}),
            "mail": home.settings.mail.model_copy(update={"answers": answers}),
        }
    )
    return replace(home, settings=settings)


def out(browser: Browser, to: str = "/cases") -> str:
    """Go to the provider and sign in there; the address it sends the browser back to."""
    led = browser.get(f"/sign-in/organisation?to={to}")
    assert led.status_code == 303, led.text
    handed = httpx2.get(led.headers["location"])
    assert handed.status_code == 303, handed.text
    return within(handed.headers["location"])


def within(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def is_in(browser: Browser) -> bool:
    return bool(browser.get("/cases").status_code == 200)


def words(answer: Any) -> str:
    """What a page says, whoever it is said to."""
    return re.sub(r'value="[^"]*"', "", answer.text)


def test_whoever_the_organisation_vouches_for_has_a_visit_as_after_a_code(
    premises: Premises, there: Identity
) -> None:
    """The cookie is new, the page that was wanted comes next, and nobody was added."""
    browser = Browser(premises, at=HOST, client=HOST)
    assert "Sign in with Northmoor Council" in browser.get("/sign-in").text
    before = browser.cookie
    people = everything(premises.settings.database_url)["person"]
    done = browser.get(out(browser))
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert browser.cookie != before
    assert COOKIE not in browser.client.cookies
    assert is_in(browser)
    assert mark.COOKIE in browser.client.cookies
    held = everything(premises.settings.database_url)
    assert [m["recipient"] for m in held["outbox"]] == [CHAIR]  # told of a browser that was new
    assert held["person"] == people
    assert [v["email"] for v in held["visit"]] == [CHAIR]
    assert there.asked.count("token") == 1


def test_letters_of_an_address_count_in_any_case(premises: Premises, there: Identity) -> None:
    there.email = CHAIR.upper()
    browser = Browser(premises, at=HOST, client=HOST)
    browser.get(out(browser))
    assert is_in(browser)


def test_what_goes_out_tells_nothing_and_can_be_used_by_nobody_else(
    home: Premises, there: Identity
) -> None:
    """No secret, no page that was wanted; the cookie is out of reach of scripts."""
    browser = Browser(of(home, there, answers="https://reviews.example.org/"))
    led = browser.get("/sign-in/organisation?to=/cases/RR-2026-0001")
    query = parse_qs(urlsplit(led.headers["location"]).query)
    assert query["redirect_uri"] == ["https://reviews.example.org/sign-in/organisation/back"]
    assert "RR-2026" not in led.headers["location"]
    assert led.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
    cookie = led.headers["set-cookie"].lower()
    assert {"httponly", "secure", "samesite=lax"} <= set(re.split(r";\s*", cookie))
    for hidden in (SECRET, query["nonce"][0], query["state"][0]):
        assert hidden not in led.headers["set-cookie"] + led.text


def refused(premises: Premises, there: Identity) -> str:
    """The page of somebody who comes back and is not let in."""
    browser = Browser(premises, at=HOST, client=HOST)
    answer = browser.get(out(browser))
    assert answer.status_code == 403
    assert not is_in(browser)
    return words(answer)


@pytest.fixture
def unknown(premises: Premises, there: Identity) -> str:
    """What somebody is told whom the directory does not have."""
    there.email = "nobody@northmoor-council.example"
    found = refused(premises, there)
    there.email = CHAIR
    assert NOT_VOUCHED in found
    assert "sign in by email instead" in found
    assert "nobody@" not in found
    return found


@pytest.mark.parametrize("sign", SIGNED.values(), ids=SIGNED)
def test_a_token_that_is_not_signed_by_the_provider_opens_nothing(
    premises: Premises, there: Identity, unknown: str, sign: Callable[[Identity, Claims], str]
) -> None:
    """Whichever way of signing it names, in the words for somebody who is not known."""
    there.sign = sign
    assert refused(premises, there) == unknown


@pytest.mark.parametrize("changed", CLAIMED.values(), ids=CLAIMED)
def test_a_token_that_says_something_else_opens_nothing(
    premises: Premises, there: Identity, unknown: str, changed: Claims
) -> None:
    """Who is in the directory is told to nobody by what a refusal says."""
    there.claims = lambda claims: {
        name: value for name, value in {**claims, **changed}.items() if value is not None
    }
    assert refused(premises, there) == unknown


@pytest.mark.parametrize("answer", ANSWERED.values(), ids=ANSWERED)
def test_an_answer_of_another_shape_opens_nothing(
    premises: Premises, there: Identity, unknown: str, answer: Any
) -> None:
    there.answer = lambda _: answer
    assert refused(premises, there) == unknown


def test_a_good_token_for_two_houses_is_taken_where_it_was_made_for_this_one(
    premises: Premises, there: Identity
) -> None:
    """The bad tokens above are refused for what is wrong with them, and not for being there."""
    there.claims = lambda claims: {**claims, "aud": [CLIENT, "another house"], "azp": CLIENT}
    browser = Browser(premises, at=HOST, client=HOST)
    browser.get(out(browser))
    assert is_in(browser)


def test_the_way_back_works_once_in_the_browser_that_went_and_for_ten_minutes(
    home: Premises, premises: Premises, there: Identity
) -> None:
    """Replayed, stolen, altered or late: each has ended, and the code stays unasked."""
    browser, thief = (
        Browser(premises, at=HOST, client=HOST),
        Browser(premises, at=HOST, client=HOST),
    )
    address, kept = out(browser), browser.client.cookies[COOKIE]
    out(thief)
    asked = there.asked.count("token")
    altered = re.sub(r"state=.", "state=~", address)
    for who, where in ((thief, address), (browser, altered)):
        said = who.get(where)
        assert (said.status_code, ENDED in said.text) == (400, True)
        assert not is_in(who)
    browser.client.cookies.set(COOKIE, kept)
    assert browser.get(address).headers["location"] == "/cases"
    again = Browser(premises, at=HOST, client=HOST)
    again.client.cookies.set(COOKIE, kept)
    assert ENDED in again.get(address).text
    assert not is_in(again)
    late = Browser(premises, at=HOST, client=HOST)
    address = out(late)
    home.store.set_practice_now(home.house.clock.now() + SHORT + timedelta(seconds=1))
    assert ENDED in late.get(address).text
    assert there.asked.count("token") == asked + 1


def test_a_code_that_somebody_else_was_given_is_of_no_use(
    premises: Premises, there: Identity
) -> None:
    """Put into another browser's way back, it does not fit what that browser had sent."""
    browser, other = (
        Browser(premises, at=HOST, client=HOST),
        Browser(premises, at=HOST, client=HOST),
    )
    mine, theirs = out(browser), out(other)
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    answer = browser.get(re.sub(r"code=[^&]*", f"code={code}", mine))
    assert (answer.status_code, NOT_VOUCHED in answer.text) == (403, True)
    assert not is_in(browser)


def test_an_answer_that_names_another_issuer_is_not_even_asked_about(
    premises: Premises, there: Identity
) -> None:
    """RFC 9207: what another provider sent is not taken to this one."""
    browser = Browser(premises, at=HOST, client=HOST)
    address = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", out(browser))
    assert browser.get(address).status_code == 403
    assert "token" not in there.asked


@pytest.mark.parametrize(
    "cookie", ["", "x", "1.2", "-1.a.b", "9" * 31 + ".a.L2Nhc2Vz", "1..L2", "é"]
)
def test_a_way_back_without_a_way_out_is_no_way(premises: Premises, cookie: str) -> None:
    browser = Browser(premises, at=HOST, client=HOST)
    header = {"cookie": f"{COOKIE}={cookie}".encode()}
    answer = browser.client.get("/sign-in/organisation/back?state=&code=x", headers=header)
    assert (answer.status_code, ENDED in answer.text) == (400, True)


def test_cancelling_is_told_and_email_is_offered(premises: Premises, there: Identity) -> None:
    """What the provider says of it is not repeated: anybody could write it into an address."""
    there.refuses = "access_denied<b>"
    browser = Browser(premises, at=HOST, client=HOST)
    answer = browser.get(out(browser))
    assert answer.status_code == 403
    assert "Northmoor Council did not sign you in" in answer.text
    assert "sign in by email instead" in answer.text
    assert "access_denied" not in answer.text
    assert not is_in(browser)


@pytest.mark.parametrize("down", ["openid-configuration", "token", "keys"])
def test_where_the_provider_is_away_one_signs_in_by_email_instead(
    premises: Premises, there: Identity, down: str
) -> None:
    browser = Browser(premises, at=HOST, client=HOST)
    there.down = {down}
    if down == "openid-configuration":
        answer = browser.get("/sign-in/organisation")
    else:
        answer = browser.get(out(browser))
    assert answer.status_code == 503
    assert "The sign-in of Northmoor Council does not answer" in answer.text
    assert "sign in by email instead" in answer.text
    assert not is_in(browser)


def test_a_provider_that_cannot_be_reached_is_away(home: Premises, there: Identity) -> None:
    """Nothing listens there, and the page comes all the same."""
    gone = Browser(of(home, there, issuer=f"http://{HOST}:1"), at=HOST, client=HOST)
    assert gone.get("/sign-in/organisation").status_code == 503


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://login.example.org"},
        {"authorization_endpoint": "http://login.example.org/authorize"},
        {"token_endpoint": "http://login.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_describes_another_or_is_not_encrypted_is_not_followed(
    premises: Premises, there: Identity, described: Claims
) -> None:
    there.described = described
    asking._described.cache_clear()
    assert Browser(premises, at=HOST, client=HOST).get("/sign-in/organisation").status_code == 503


def test_a_provider_that_takes_the_secret_in_the_form_gets_it_there(
    premises: Premises, there: Identity
) -> None:
    there.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    browser = Browser(premises, at=HOST, client=HOST)
    browser.get(out(browser))
    assert is_in(browser)


def test_a_new_key_of_the_provider_is_taken_at_once(premises: Premises, there: Identity) -> None:
    """Nobody has to start the house again when an organisation changes its keys."""
    for _ in range(2):
        browser = Browser(premises, at=HOST, client=HOST)
        browser.get(out(browser))
        assert is_in(browser)
        there.key = RSAKey.generate_key(2048, {"kid": "2", "use": "sig"})
        there.sign = lambda there, claims: signed_by(there.key, claims, kid="2")


def test_where_the_organisation_is_the_only_way_no_code_is_mailed(
    home: Premises, there: Identity
) -> None:
    """The form is not shown, and what is sent all the same goes nowhere."""
    house = of(home, there, only=True)
    browser = Browser(house, at=HOST, client=HOST)
    page = browser.get("/sign-in").text
    assert 'name="email"' not in page
    before = everything(house.settings.database_url)["outbox"]
    for path in ("/sign-in", "/sign-in/code"):
        token = browser.post(
            path, {"email": CHAIR, "number": "1", "code": "x"}, shown="/notify-a-death"
        )
        assert token.status_code == 404
    assert everything(house.settings.database_url)["outbox"] == before
    there.down = {"token"}
    assert "by email" not in browser.get(out(browser)).text
    there.down = set()
    browser.get(out(browser))
    assert is_in(browser)


def test_a_house_without_an_organisation_has_no_such_way(home: Premises) -> None:
    browser = Browser(home, at=HOST, client=HOST)
    for path in ("/sign-in/organisation", "/sign-in/organisation/back?state=x&code=y"):
        assert browser.get(path).status_code == 404
    assert "organisation" not in browser.get("/sign-in").text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_the_way_back_never_leads_to_another_site(
    premises: Premises, there: Identity, to: str
) -> None:
    """Nor where the browser's own cookie was written by somebody else."""
    browser = Browser(premises, at=HOST, client=HOST)
    assert browser.get(out(browser, to)).headers["location"] == "/"
    address, cookie = out(browser), browser.client.cookies[COOKIE]
    began, chance, _, again = cookie.split(".")
    browser.client.cookies.clear()
    written = base64.urlsafe_b64encode(to.encode()).decode()
    browser.client.cookies.set(COOKIE, f"{began}.{chance}.{written}.{again}")
    assert browser.get(address).headers["location"] == "/"


AGAIN = "/cases&again=1"


@pytest.mark.parametrize("ago", [None, 3600], ids=["does not say", "signed in an hour ago"])
def test_whoever_is_to_sign_in_once_more_does_so_at_the_organisation_too(
    premises: Premises, there: Identity, ago: int | None
) -> None:
    """A sign-in that was open there is not enough, whatever the browser was made to leave out."""
    browser = Browser(premises, CHAIR, at=HOST, client=HOST)
    led = browser.get(f"/sign-in/organisation?to={AGAIN}").headers["location"]
    assert parse_qs(urlsplit(led).query)["prompt"] == ["login"]
    there.claims = lambda claims: claims if ago is None else {**claims, "auth_time": _ago(ago)}
    before = browser.cookie
    done = browser.get(out(browser, AGAIN))
    assert (done.status_code, browser.cookie) == (403, before)
    there.claims = lambda claims: {**claims, "auth_time": _ago(1)}
    assert browser.get(out(browser, AGAIN)).headers["location"] == "/cases"
    assert browser.cookie != before


def test_nobody_makes_of_once_more_an_ordinary_way_in(premises: Premises, there: Identity) -> None:
    browser = Browser(premises, CHAIR, at=HOST, client=HOST)
    address, cookie = out(browser, AGAIN), browser.client.cookies[COOKIE]
    assert cookie.endswith(".1")
    browser.client.cookies.set(COOKIE, f"{cookie[:-1]}0", domain=HOST, path="/")
    assert browser.get(address).status_code == 400


def _ago(seconds: int) -> int:
    return int(time.time()) - seconds
