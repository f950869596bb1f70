"""What the browser is told with every answer, whichever door, file, refusal or fault it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine.errors import Absent, HouseDown
from tests.web.rooms import bring, practice, signed_in
from tests.web.test_console import MANAGER
from web import entrance, guard, health
from web.api import entrance as api
from web.api.doors import ROOT
from web.host import HostPages
from web.shield import HEADERS, TLS_ONLY
from web.whole import pages_of
from workflows.wiring import Premises, set_up

HERE = "127.0.0.1"
FILES = ("/static/app.css", "/static/start.js", "/answers.css", "/answers.js", "/calendar/1.x.ics",
         "/calendar/1.ics", "/r/1.x", "/r/", "/r/1")  # fmt: skip
NOWHERE = ("/static/", "/static/../guard.py", "/.git/config", "/nowhere", f"{ROOT}/nowhere")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")


@pytest.fixture(scope="module")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Premises]:
    with practice(tmp_path_factory.mktemp("shield") / "house") as made:
        yield made


def client_of(premises: Premises, at: str = "https://reviews.example.org") -> TestClient:
    """A visitor's browser, whose way leads through a server that ends TLS unless it is here."""
    here = at.endswith(HERE)
    return TestClient(
        pages_of(premises), at, client=(HERE if here else "192.0.2.7", 50_000),
        follow_redirects=False, raise_server_exceptions=False,
    )  # fmt: skip


def addresses() -> Iterator[str]:
    """Every address there is, and some there are not."""
    for door in entrance.DOORS:
        yield re.sub(r"{[^}]*}", "1", door.path)
    for each in api.DOORS:
        yield ROOT + re.sub(r"{[^}]*}", "1", each.path)
    yield from ("/health", "/ready", "/metrics", *FILES, *NOWHERE)


def unguarded(answer: Any) -> Iterator[str]:
    """What an answer leaves unsaid that every answer must say."""
    policy = answer.headers.get("content-security-policy", "")
    for part in ("default-src", "base-uri 'none'", "frame-ancestors 'none'"):
        if part not in policy:
            yield part
    if "default-src 'none'" not in policy and "object-src 'none'" not in policy:
        yield "object-src"
    if "unsafe" in policy or "*" in policy:
        yield "a policy that lets anything in"
    if answer.headers.get("x-content-type-options") != "nosniff":
        yield "nosniff"
    if answer.headers.get("referrer-policy") not in ("no-referrer", "same-origin"):
        yield "referrer-policy"
    if answer.headers.get("strict-transport-security") != TLS_ONLY:
        yield "strict-transport-security"
    if "access-control-allow-origin" in answer.headers or "server" in answer.headers:
        yield "a header that should not be there"


def test_every_answer_tells_the_browser_what_it_may_do(premises: Premises) -> None:
    """With every method: pages, files, the API, what machines ask, and what is not there."""
    client, missing = client_of(premises), {}
    for address in addresses():
        # A visit of its own for each: so many requests are too many for one.
        bring(client, signed_in(premises, MANAGER))
        for method in METHODS:
            if found := list(unguarded(client.request(method, address))):
                missing[f"{method} {address}"] = found
    assert missing == {}


def test_a_fault_is_guarded_as_well_and_tells_nothing_of_itself(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it comes from: a page, an endpoint of the API, a question of a machine."""

    def broken(*_: object) -> None:
        raise ValueError("secret.key of Wren Featherstone")

    monkeypatch.setattr(health, "signs_of", broken)
    monkeypatch.setattr("web.visits.Visits.who", broken)
    monkeypatch.setattr("engine.bearers.bearer", broken)
    client = client_of(premises)
    bring(client, signed_in(premises, MANAGER))
    for address in ("/health", "/cases", f"{ROOT}/cases"):
        answer = client.get(address, headers={"authorization": "Bearer waymark_x"})
        assert answer.status_code == 500
        assert list(unguarded(answer)) == []
        assert not re.search(r"Wren|secret\.key|Traceback|ValueError|\.py", answer.text)


@contextmanager
def _down(_name: str) -> Iterator[Premises]:
    raise HouseDown("the database is away")
    yield


@contextmanager
def _nobody(_name: str) -> Iterator[Premises]:
    raise Absent(["there is no such house"])
    yield


@pytest.mark.parametrize(("visit", "status"), [(_down, 503), (_nobody, 404)])
def test_what_a_host_says_of_no_house_is_guarded(visit: Any, status: int) -> None:
    """A house that cannot be opened just now, and a name nobody has."""
    host: Any = SimpleNamespace(most=2, names=lambda: (), visit=visit)
    answer = TestClient(HostPages(host), "https://reviews.example.org").get("/northmoor/")
    assert answer.status_code == status
    assert list(unguarded(answer)) == []


def test_no_method_but_those_of_its_doors_does_anything(premises: Premises) -> None:
    """TRACE and its like are not taken; a folder is never listed, nor anything above it shown."""
    client = client_of(premises)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"):
        for address in ("/cases", "/health", "/static/app.css", f"{ROOT}/cases", "/r/1.x"):
            assert client.request(method, address).status_code in (404, 405)
    for address in NOWHERE:
        assert client.get(address).status_code == 404


def test_text_says_which_letters_it_is_written_in(premises: Premises) -> None:
    client = client_of(premises)
    bring(client, signed_in(premises, MANAGER))
    for address in addresses():
        kind = client.get(address).headers.get("content-type", "")
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind, address
        else:
            assert kind in ("", "application/json", "application/problem+json"), address


def test_the_cookie_of_a_visit_is_for_this_host_over_tls_and_for_no_script(
    premises: Premises,
) -> None:
    """Also behind a server that ends TLS and speaks plainly to the house."""
    for at in ("https://reviews.example.org", "http://reviews.example.org"):
        cookies = SimpleCookie(client_of(premises, at).get("/sign-in").headers["set-cookie"])
        (name,) = cookies
        cookie = cookies[name]
        assert name == "__Host-waymark"
        assert (cookie["secure"], cookie["httponly"]) == (True, True)
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert cookie["samesite"] == "lax"
        assert re.fullmatch(r"[\w-]{43}", cookie.value), "256 bits of chance"


def test_on_its_own_machine_a_house_asks_for_no_tls(premises: Premises) -> None:
    """Nobody else can be there; anybody who comes through a proxy is not."""
    here = client_of(premises, f"http://{HERE}")
    answer = here.get("/sign-in")
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["set-cookie"].startswith(f"{guard.COOKIE}=")
    assert "secure" not in answer.headers["set-cookie"].lower()
    for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"):
        handed = here.get("/sign-in", headers={name: "192.0.2.7"})
        assert handed.headers["set-cookie"].startswith("__Host-waymark=")
        assert handed.headers["strict-transport-security"] == TLS_ONLY


def test_signing_out_is_one_press_away_on_every_page(premises: Premises) -> None:
    """Every page of the console that is shown to somebody who signed in, refusals too."""
    client, shown = client_of(premises), []
    bring(client, signed_in(premises, MANAGER))
    for door in entrance.DOORS:
        if door.method == "GET" and not door.practice:
            page = client.get(re.sub(r"{[^}]*}", "rapid_review", door.path))
            if page.status_code != 303:
                assert 'action="/sign-out"' in page.text, door.path
                shown.append(page.status_code)
    assert {200, 404} <= set(shown)


def test_a_new_house_knows_nobody(tmp_path: Path) -> None:
    """There is no account anybody could guess: people come from a file, and from nowhere else."""
    made = set_up(tmp_path / "house", practice=False)
    try:
        with made.store.begin() as work:
            assert work.people.directory().people == ()
            assert list(work.tokens.list()) == []
    finally:
        made.store.close()


def test_the_headers_for_all_let_nothing_be_loaded() -> None:
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")
