"""Every page anybody can open: as each role, by the link of an email, and without an account.

The pages are made by the house without a network, and told apart by their markup: a page in which
nothing is new is one that was seen already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

from httpx import Response
from jinja2 import Environment, Template
from pydantic import SecretStr
from pyotp import TOTP
from starlette.testclient import TestClient

from config.premises import CAUGHT
from config.sign_in import SignIn
from engine import casework
from engine.asking import Agency
from engine.casework import Caller
from engine.keys import has_link
from engine.outbox import Message
from engine.roles import ROLES, Person
from engine.visits import Visit
from notifications.message import compose
from tests.web import desk
from tests.web.rooms import Browser, bring, practice, signed_in
from tests.web.test_console import INCIDENT, NOTIFIED
from tests.web.walking import Walk, kind_of
from tests.workflows.deaths import DEATH, SCOPE
from tests.workflows.disputes import RAISED
from tests.workflows.review_roads import PRACTICE
from web import guard
from web.entrance import DOORS
from web.whole import pages_of
from workflows.mailing import letterhead_of, take_letter
from workflows.wiring import Premises

HERE = "127.0.0.1"
SITE = f"http://{HERE}/"
NOBODY, LINK = "nobody", "the reader of an email"
PASSED = frozenset(("sign-out", "move-clock"))  # what they lead to is seen without them
A_FEW, MORE = 2, 8  # pages of one kind, for each role; and for whoever has none
DIED = {"died_on": "2025-03-16", "died_at": "2025-03-16T14:20", "aware_at": "2025-03-16T14:20"}
AGENCIES = "Northmoor Council;Northmoor Police"


@dataclass(frozen=True)
class Shown:
    """A page as its reader got it: whose eyes, where, with which status, and its text."""

    who: str
    address: str
    status: int
    text: str

    def __str__(self) -> str:
        return f"{self.who} at {self.address} ({self.status})"


@dataclass
class Album:
    """One page of each kind of markup there is."""

    pages: list[Shown] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    readers: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)

    def keep(self, who: str, address: str, answer: Response) -> None:
        if "html" not in kind_of(answer) or answer.is_redirect:
            return
        self.readers.add(who)
        found = parts(answer.text)
        if not found <= self.known:
            self.known |= found
            self.pages.append(Shown(who, address, answer.status_code, answer.text))


def parts(text: str) -> set[str]:
    """Each tag of a page without words, names and addresses; and which heading follows which."""
    headings = pairwise(_HEADING.findall(text))
    return {_VALUE.sub("", tag) for tag in _TAG.findall(text)} | {" ".join(p) for p in headings}


_SECRET = re.compile(r"<strong>([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})</strong>")
_TAG = re.compile(r"<[a-z][^>]*>")
_HEADING = re.compile(r"<h[1-6]")
_VALUE = re.compile(r'(?<!class)(?<!type)(?<!role)="[^"]*"')


@contextmanager
def everybody(folder: Path) -> Iterator[tuple[TestClient, Album]]:
    """A practice house with a case of each process, and all that anybody sees of it."""
    album = Album()
    with practice(folder) as premises, recorded(album.templates):
        furnish(premises)
        for role, person in holders(premises).items():
            walked(premises, album, role, person.email)
        walked(premises, album, NOBODY, "")
        by_link(premises, album)
        again(premises, album)
        by_app(premises, album)
        by_organisation(premises, album)
        yield home(premises), album


@contextmanager
def recorded(templates: set[str]) -> Iterator[None]:
    """Note each template that is used meanwhile."""
    own = Environment.get_template

    def noted(environment: Environment, name: str, *given: Any, **more: Any) -> Template:
        templates.add(name)
        return own(environment, name, *given, **more)

    with mock.patch.object(Environment, "get_template", noted):
        yield


def home(premises: Premises) -> TestClient:
    """A browser on the machine of the house."""
    return TestClient(
        pages_of(premises), SITE.rstrip("/"), client=(HERE, 50_000), follow_redirects=False
    )


def holders(premises: Premises) -> dict[str, Person]:
    """Somebody who holds each role there is, and as few others as can be."""
    with premises.store.begin() as work:
        people = work.people.directory().people
    return {
        role: min((p for p in people if p.holds(role)), key=lambda p: len(p.roles))
        for role in ROLES
    }


def furnish(premises: Premises) -> None:
    """A case of each process with people asked, and letters that came in."""
    house, held = premises.house, holders(premises)

    def by(role: str) -> Caller:
        return Caller(held[role].email, "test")

    def begun(process: str, role: str, facts: dict[str, str]) -> str:
        return casework.open_case(house, process, by(role), facts).case.reference

    review = begun("rapid_review", "local_authority", INCIDENT)
    casework.advance(house, review, by("local_authority"), "notify", NOTIFIED)
    police = Agency("Northmoor Police", held["agency_author"].email)
    casework.ask(house, review, by("business_manager"), [police])
    begun("rapid_review", "police", INCIDENT)
    death = begun("child_death_review", "practitioner", DEATH | DIED)
    casework.advance(house, death, by("cdop_coordinator"), "accept", SCOPE)
    begun("dispute", "practitioner", {**RAISED, "agencies": AGENCIES})
    first = PRACTICE[0]
    begun("practice_review", first.role, first.facts)
    for number in "12":
        letter = f"From: a@agency.example\nTo: b@house.example\nSubject: {number}\n\nYes.\n"
        take_letter(premises.settings, house, letter.encode())
    caught = premises.home / CAUGHT
    caught.mkdir()
    with premises.store.begin() as work:
        message = work.outbox.list()[0]
    mail = compose(message, letterhead_of(premises.settings, premises.store))
    (caught / f"{'f' * 32}.eml").write_bytes(mail)


def walked(premises: Premises, album: Album, who: str, email: str) -> None:
    """Follow every link and send every form, with words that fit and words that do not."""
    visit = signed_in(premises, email) if email else guard.new_pass()

    def heard(address: str, answer: Response) -> None:
        album.keep(who, address, answer)

    walk = Walk(
        home(premises),
        SITE,
        premises.store.secret,
        visit,
        heard,
        few=A_FEW if email else MORE,
        leaving=PASSED,
    )
    walk.all(*(SITE + door.path.lstrip("/") for door in DOORS if "{" not in door.path))
    missing = {d.name for d in DOORS if d.method == "GET" and "{" not in d.path} - set(walk.opened)
    assert not missing, (who, missing)


def by_link(premises: Premises, album: Album) -> None:
    """What the reader of an email finds behind its link, from its question to a decision."""

    def seen(answer: Response) -> None:
        album.keep(LINK, str(answer.url), answer)

    without = home(premises)
    for path in ("/r/", "/r/1", "/r/1/code"):
        seen(without.get(path))
    for path in ("/r/", "/r/1/close"):
        seen(without.post(path, data={"key": "not it"}))
    for message in linked(premises):
        browser = desk.Browser(premises, message)
        seen(browser.get())
        seen(browser.post(choice="nothing of the kind"))
        seen(browser.post("/code"))
        if browser.codes():
            seen(browser.post("/open", code="not it"))
            seen(browser.post("/open", code=browser.codes()[-1]))
            for choice in browser.choices():
                seen(browser.get("/decide", choice=choice))
                seen(browser.post("/decide", choice=choice, seen="of before"))
            seen(browser.post("/close"))
        answers = re.findall(r'name="choice" value="([a-z_]+)"', browser.get().text)
        for answer in answers[:1]:
            seen(browser.post(choice=answer))


def again(premises: Premises, album: Album) -> None:
    """A form sent after the visit ended, from a page of the house."""
    headers, address = {"sec-fetch-site": "same-origin"}, f"{SITE}cases/RR-2025-0001/step/note"
    sent = home(premises).post(address, data={"text": "x"}, headers=headers)
    album.keep(NOBODY, address, sent)
    # A visit whose cookie comes from another kind of browser: what was typed, and a page.
    for ask in (lambda b: b.client.post(address, data={"text": "x"}), lambda b: b.get("/cases")):
        copied = Browser(premises, holders(premises)["administrator"].email, at=HERE, client=HERE)
        copied.client.headers.update({**headers, "user-agent": "another"})
        album.keep(NOBODY, address, ask(copied))


def by_app(premises: Premises, album: Album) -> None:
    """An authenticator app, from the page where it is set up to its question on the way in."""
    person = holders(premises)["administrator"].email
    browser = Browser(premises, person, at=HERE, client=HERE)

    def seen(answer: Response) -> str:
        album.keep("administrator", str(answer.url), answer)
        return answer.text

    letters = _SECRET.search(seen(browser.post("/authenticator", {"go": "begin"})))
    assert letters
    codes = TOTP(letters[1].replace(" ", ""))
    seen(browser.post("/authenticator", {"go": "confirm", "code": "not it"}))
    seen(browser.post("/authenticator", {"go": "confirm", "code": codes.now()}))
    seen(browser.post("/authenticator", {"go": "stop", "code": "not it"}))
    waiting = half_in(premises, person)
    seen(waiting.get("/sign-in/authenticator"))
    seen(waiting.post("/sign-in/authenticator", {"code": "not it"}))
    seen(browser.get("/sign-in?to=/authenticator&again=1"))
    # Where everybody is asked for one: somebody who has none sets it up on the way in.
    first = half_in(premises, holders(premises)["auditor"].email)
    seen(first.get("/sign-in/authenticator"))
    seen(first.post("/sign-in/authenticator", {"go": "begin"}))
    seen(first.post("/sign-in/authenticator", {"go": "confirm", "code": "not it"}))


def half_in(premises: Premises, email: str) -> Browser:
    """The browser of somebody of whom an app is asked next."""
    cookie, now = guard.new_pass(), premises.house.clock.now()
    with premises.store.begin() as work:
        work.visits.begin(Visit(guard.digest_of(cookie), email, now, now, half=True))
        work.commit()
    waiting = Browser(premises, at=HERE, client=HERE)
    bring(waiting.client, cookie)
    return waiting


def by_organisation(premises: Premises, album: Album) -> None:
    """The sign-in of an organisation, offered and away."""
    named = SignIn(
        issuer=f"{SITE}nobody-there",
        client_id="waymark",
        client_secret=SecretStr("any"),
        label="Northmoor Council",
    )
    mail = premises.settings.mail.model_copy(update={"answers": SITE.rstrip("/")})
    settings = premises.settings.model_copy(update={"sign_in": named, "mail": mail})
    browser = Browser(replace(premises, settings=settings), at=HERE, client=HERE)
    for path in ("/sign-in", "/sign-in/organisation", "/sign-in/organisation/back?state=x"):
        answer = browser.get(path)
        album.keep(NOBODY, str(answer.url), answer)


def linked(premises: Premises) -> list[Message]:
    """A message that carries a link, of each kind, to each role, in each process."""
    with premises.store.begin() as work:
        found = [m for m in work.outbox.list() if has_link(m)]
    return list({(m.case[:4], m.kind, m.role): m for m in found}.values())
