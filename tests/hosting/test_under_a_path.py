"""A house under a path of its host: no link, form, redirect, cookie or mail leads out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine.codes import code_in
from engine.outbox import SIGN_IN
from notifications.catcher import Catcher
from notifications.message import compose
from tests.cli.conftest import catcher  # noqa: F401 - where the house mails to
from tests.cli.driver import SETTINGS
from tests.hosting.conftest import NAMES, Hosted, furnish
from tests.web.rooms import signed_in
from tests.web.walking import Page, Walk, addresses_in
from web import guard, mark
from web.entrance import DOORS
from web.host import HostPages
from web.root import rooted
from workflows.hosting import Host
from workflows.mailing import letterhead_of, take_letter
from workflows.wiring import Premises, enter

NAME, HERE = NAMES[0], "127.0.0.1"
SITE = f"http://{HERE}"
UNDER = f"{SITE}/{NAME}/"
A_FEW = 3  # pages of one kind
PEOPLE = ("business.manager", "child.death.coordinator", "administrator")
REDIRECTING = {"dismiss-letter", "move-clock", "sign-out", "sign-in", "board", "step-post"}
WEB = Path(__file__).parents[2] / "web"


def leading_out(address: str, answer: Response) -> Iterator[str]:
    """What of an answer leads out of the house."""
    for header in answer.headers.get_list("set-cookie"):
        ((name, cookie),) = SimpleCookie(header).items()
        path = cookie["path"] or urlsplit(address).path
        if not (SITE + path).startswith(UNDER):
            yield f"{address}: the cookie {name} for {path}"
    for found in addresses_in(answer):
        target = urljoin(address, found)
        inside = target.startswith(UNDER)
        if not inside and (
            target.startswith(SITE) or not found.startswith(("https://", "otpauth://"))
        ):
            yield f"{address}: {found}"


def who(name: str) -> str:
    return f"{name}@{NAME}-partnership.example"


@pytest.fixture
def premises(plain_host: Hosted, catcher: Catcher) -> Iterator[Premises]:  # noqa: F811 - the fixture
    """One house of the host, with a review, a letter, and the mail of a practice house."""
    furnish(plain_host, NAME, 1)
    home = plain_host.home(NAME)
    settings = f'{SETTINGS.format(port=catcher.port)}answers = "{UNDER}"\n'
    (home.folder / "settings.toml").write_text(settings, "utf-8")
    with enter(home.folder) as made:
        with made.store.begin() as work:
            message = work.outbox.list()[0]
        mail = compose(message, letterhead_of(made.settings, made.store))
        folder = home.folder / "caught"
        folder.mkdir()
        (folder / f"{'f' * 32}.eml").write_bytes(mail)
        for number in "12":
            letter = f"From: a@agency.example\nTo: b@house.example\nSubject: {number}\n\nYes.\n"
            take_letter(made.settings, made.house, letter.encode())
        yield made


@pytest.fixture
def client(premises: Premises, plain_host: Hosted) -> Iterator[TestClient]:
    host = Host(plain_host.folder)
    yield TestClient(HostPages(host), SITE, client=(HERE, 50_000), follow_redirects=False)
    host.close()


def test_no_page_leads_out_of_its_house(client: TestClient, premises: Premises) -> None:
    """Every page, followed from the first one as each of those who keep it, and by a stranger."""
    with premises.store.begin() as work:
        emails = {p.email for p in work.people.directory().people}
    people = [next(e for e in emails if e.startswith(name)) for name in PEOPLE]
    out, opened, redirected = list[str](), set[str](), set[str]()
    for email in ("", *people):
        visit = signed_in(premises, email) if email else guard.new_pass()
        walk = Walk(
            client, UNDER, premises.store.secret, visit,
            lambda address, answer: out.extend(leading_out(address, answer)), few=A_FEW,
        )  # fmt: skip
        starts = [UNDER + d.path.lstrip("/") for d in DOORS if "{" not in d.path]
        note = f"{UNDER}cases/RR-2024-0001/step/note"
        walk.all(note, *starts, f"{UNDER}no-such-page", f"{UNDER}static/x.css", UNDER.rstrip("/"))
        if email:
            walk.go("POST", f"{UNDER}sign-out", {})
        opened |= set(walk.opened)
        redirected |= walk.redirected
    assert out == []
    assert {d.name for d in DOORS if d.method == "GET"} - opened == set()
    assert redirected >= REDIRECTING


def test_signing_in_leads_back_to_the_page_that_was_wanted(
    client: TestClient, premises: Premises
) -> None:
    """The same page of the same house; a visit to one house is none to another."""
    wanted = f"/{NAME}/cases/RR-2024-0001"
    asked = client.get(wanted)
    assert asked.headers["location"] == f"/{NAME}/sign-in?to=/cases/RR-2024-0001"
    shown = Page(client.get(asked.headers["location"]).text).forms[0]
    email = who("business.manager")
    sent = client.post(shown.action, data={**shown.fields, "email": email})
    form = Page(sent.text).forms[0]
    with premises.store.begin() as work:
        message = next(m for m in work.outbox.list() if m.kind == SIGN_IN)
    code = code_in(premises.store.secret.latest, message.case, message.anchor, message.recipient)
    entered = client.post(form.action, data={**form.fields, "code": code})
    assert entered.headers["location"] == wanted
    assert client.get(wanted).status_code == 200
    cookies = {(cookie.name, cookie.path) for cookie in client.cookies.jar}
    assert cookies == {(name, f"/{NAME}/") for name in (guard.COOKIE, mark.COOKIE)}
    assert client.get(f"/{NAMES[1]}/cases").status_code == 303


def test_links_in_mail_and_calendars_lead_into_the_house(
    client: TestClient, premises: Premises, plain_host: Hosted
) -> None:
    """As mail.answers has it: the page of the question, and the dates of a person."""
    with premises.store.begin() as work:
        messages = work.outbox.list()
    head = letterhead_of(premises.settings, premises.store)
    mails = [message_from_bytes(compose(m, head), policy=default) for m in messages]
    bodies = [mail.get_body(("plain",)) for mail in mails]
    found = re.findall(rf"{SITE}\S+", " ".join(body.get_content() for body in bodies if body))
    assert found
    for address in found:
        assert address.startswith(f"{UNDER}r/#")
        assert client.get(address).status_code == 200
        form = Page(client.get(address).text).forms[0]
        to = urljoin(address, form.action)
        sent = client.post(to, data={**form.fields, "key": address.partition("#")[2]})
        question = urljoin(to, sent.headers["location"])
        assert question.startswith(f"{UNDER}r/")
        assert client.get(question).status_code == 200
    feed = plain_host.home(NAME).do("people", "feed", messages[0].recipient)
    assert feed["address"].startswith(f"{UNDER}calendar/")
    assert client.get(feed["address"], auth=(feed["name"], feed["password"])).status_code == 200


def test_by_a_name_of_its_own_a_house_has_the_whole_site(client: TestClient) -> None:
    """northmoor.reviews.example: nothing is put before its addresses."""
    asked = client.get("/cases", headers={"host": f"{NAME}.reviews.example"})
    assert asked.headers["location"] == "/sign-in?to=/cases"
    page = client.get("/sign-in", headers={"host": f"{NAME}.reviews.example"})
    assert 'action="/sign-in"' in page.text


def test_a_page_sends_on_in_one_way_alone() -> None:
    """Whatever a page of the console answers with, its root is put before it in one place."""
    sending = {path.name for path in WEB.rglob("*.py") if "RedirectResponse(" in path.read_text()}
    # The pages of a link send on to the page beside them, by its name alone; an organisation's own
    # sign-in is no page of the house.
    assert sending == {"doors.py", "held.py", "organisation.py"}
    giving = {path.name for path in WEB.rglob("*.py") if "guard.give(" in path.read_text()}
    assert giving == {"doors.py"}


def test_text_that_looks_like_an_address_is_left_alone() -> None:
    """What somebody typed is escaped before, so that only addresses of the page are touched."""
    typed = '<p>&lt;a href=&#34;/cases&#34;&gt; href=/cases</p><a href="/cases">x</a><a href="#m">'
    assert rooted(typed, "/n") == typed.replace('href="/cases"', 'href="/n/cases"')
    assert rooted(typed, "") == typed
