"""A practice house with cases and a browser for it, without a network in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from config.directory import read_people
from config.mail import is_loopback
from engine import browsers
from engine.length import parse_instant
from engine.visits import Visit
from web import guard, mark
from web.entrance import console_of
from workflows.wiring import Premises, set_up

SAMPLE = Path(__file__).parents[2] / "config" / "sample_directory.csv"
TEST_CLIENT = "testclient"
_TOKEN = re.compile(r'name="guard" value="([0-9a-f]{64})"')


class Browser:
    """One person's browser: it keeps the cookie and sends back the token of the last form."""

    def __init__(
        self,
        premises: Premises,
        email: str = "",
        at: str = "testserver",
        client: str = "testclient",
    ) -> None:
        self.premises = premises
        scheme = "http" if is_loopback(at) else "https"
        self.client = TestClient(
            console_of(premises),
            f"{scheme}://{at}",
            client=(client, 50_000),
            follow_redirects=False,
        )
        if email:
            bring(self.client, signed_in(premises, email))
            make_known(self.client, premises, email)

    @property
    def cookie(self) -> str:
        """The visitor's cookie as the browser holds it."""
        name = guard.cookie_name(self.client.base_url.scheme == "https")
        return [str(each.value) for each in self.client.cookies.jar if each.name == name][-1]

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, Any] | None = None, shown: str = "") -> Any:
        """Send a form that stands on the page shown, or on the one it is sent to."""
        page = self.client.get(shown or path)
        found = _TOKEN.search(page.text)
        token = found[1] if found else ""
        return self.client.post(path, data={"guard": token, **(fields or {})})


def bring(client: TestClient, visit: str) -> None:
    """Let a client bring a visitor's cookie, whichever way it comes."""
    for secure in (True, False):
        client.cookies.set(guard.cookie_name(secure), visit)


def make_known(client: TestClient, premises: Premises, email: str) -> None:
    """Let a client be the browser in which somebody signed in before."""
    for secure in (True, False):
        client.cookies.set(guard.cookie_name(secure, base=mark.COOKIE), known(premises, email))


def known(premises: Premises, email: str) -> str:
    """The mark of a browser in which somebody signed in twice."""
    secret, found = premises.store.secret, ""
    for chance in ("1", "2"):
        found = browsers.next_mark(secret, email, browsers.Browser("", found), chance)
    return found


def signed_in(premises: Premises, email: str, says: str = TEST_CLIENT) -> str:
    """The cookie of a visit that has just begun, in a browser that says this of itself."""
    cookie = browsers.bound(premises.store.secret, guard.new_pass(), says)
    now = premises.house.clock.now()
    with premises.store.begin() as work:
        work.visits.begin(Visit(guard.digest_of(cookie), email, now, now))
        work.commit()
    return cookie


@contextmanager
def practice(home: Path) -> Iterator[Premises]:
    """A new practice house with the sample directory, on a working morning in March 2025."""
    premises = set_up(home, practice=True)
    with premises.store.begin() as work:
        work.people.put(read_people(SAMPLE.read_text("utf-8")))
        work.commit()
    premises.store.set_practice_now(parse_instant("2025-03-17T10:00"))
    try:
        yield premises
    finally:
        premises.store.close()
