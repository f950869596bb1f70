"""A calendar feed of one's own: the dates one was told about, and nothing else about anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from httpx import Response
from icalendar import Calendar
from starlette.testclient import TestClient

from engine import casework
from engine.casework import Caller
from notifications.calendar_entry import uid
from tests.cli.canaries import Canaries
from tests.cli.driver import MANAGER, Home, deadline, notify, refer
from web.answers import app_of
from workflows.wiring import Premises, enter

SCHOOL = "safeguarding.lead@northmoor-schools.example"
PAGES = "https://reviews.example.org/waymark"


def _read(value: object) -> str:
    written = getattr(value, "to_ical", None)
    return written().decode() if written else str(value)


class Feed(NamedTuple):
    """What a calendar program is told of a person's calendar."""

    address: str
    name: str
    password: str

    @property
    def with_key(self) -> str:
        """The address for a program that can send no password."""
        return f"/calendar/{self.password}.ics"


class Reader:
    """A person's calendar program, and the house it asks."""

    def __init__(self, house: Home, premises: Premises, reference: str) -> None:
        self.house, self.premises, self.reference = house, premises, reference
        self.client = TestClient(app_of(premises), raise_server_exceptions=False)

    @property
    def own(self) -> str:
        """The identity of the date by which the school was asked to send its return."""
        return uid(self.reference, "agency_return/T1/1", self.premises.settings.mail_domain)

    def feed(self, email: str = SCHOOL, *more: str) -> Feed:
        """What the house prints for a person: an address without a key, a name and a password."""
        found = self.house.do("people", "feed", email, *more)
        address = str(found["address"])
        assert address.startswith(f"{PAGES}/calendar/")
        return Feed(address.removeprefix(PAGES), str(found["name"]), str(found["password"]))

    def read(self, feed: Feed | str, **headers: str) -> Response:
        """What a program finds; it sends a password where it was given one."""
        if isinstance(feed, str):
            return self.client.get(feed, headers=headers)
        return self.client.get(feed.address, auth=(feed.name, feed.password), headers=headers)

    def keys_in_addresses(self) -> None:
        """Let the house answer addresses with a key in them."""
        file = self.house.folder / "settings.toml"
        file.write_text(f'{file.read_text()}calendar_keys = "address"\n', "utf-8")
        with enter(Path(self.house.folder)) as premises:
            self.client = TestClient(app_of(premises), raise_server_exceptions=False)

    def entries(self, feed: Feed | str) -> dict[str, dict[str, str]]:
        calendar = Calendar.from_ical(self.read(feed).content)
        assert calendar["METHOD"] == "PUBLISH"
        return {
            str(event["UID"]): {name: _read(event[name]) for name in event}
            for event in calendar.walk("VEVENT")
        }


@pytest.fixture
def reader(house: Home) -> Iterator[Reader]:
    house.mail_to(25)
    with (house.folder / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(f'answers = "{PAGES}"\n')
    reference = str(refer(house)["reference"])
    house.at("2025-01-02T10:00")
    notify(house, reference)
    house.do("ask", reference, "--as", MANAGER, "--agency", f"Northmoor Schools={SCHOOL}")
    with enter(Path(house.folder)) as premises:
        yield Reader(house, premises, reference)


def test_a_feed_has_the_dates_its_person_was_told_about(reader: Reader) -> None:
    """Only those; with the identity that the mailed entry has, so that none stands there twice."""
    entries = reader.entries(reader.feed())
    clock = deadline(reader.house.do("show", reader.reference), "agency_return/T1")
    name = reader.own
    with reader.premises.store.begin() as work:
        told = {m.about["clock"] for m in work.outbox.told(SCHOOL)}
    domain = reader.premises.settings.mail_domain
    assert set(entries) == {uid(reader.reference, each, domain) for each in told if each}
    assert entries[name]["DTSTART"] == clock["due"][:10].replace("-", "")
    assert reader.reference in entries[name]["SUMMARY"]
    assert "ATTENDEE" not in entries[name]
    assert "ORGANIZER" not in entries[name]
    others = reader.entries(reader.feed(MANAGER))
    assert name not in others


def test_a_date_that_moves_moves_there_and_one_that_is_met_goes(reader: Reader) -> None:
    """A later day under the same identity and a higher sequence; then nothing."""
    feed = reader.feed()
    before = reader.entries(feed)
    reader.house.do("extend", reader.reference, "agency_return/T1", "--to", "2025-02-03",
                    "--reason", "agreed", "--as", MANAGER)  # fmt: skip
    after = reader.entries(feed)
    assert set(after) == set(before)
    name = reader.own
    assert after[name]["DTSTART"] == "20250203"
    assert int(after[name]["SEQUENCE"]) > int(before[name]["SEQUENCE"])
    reader.house.do("answer", reader.reference, "T1", "--as", SCHOOL, "--with", "nil")
    assert name not in reader.entries(feed)


def test_a_password_ends_when_another_is_made(reader: Reader) -> None:
    """Whoever had the old one finds what they would find if it had never been one, or if there were
    no such calendar at all: a question for a password."""
    old = reader.feed()
    assert reader.feed() == old
    new = reader.feed(SCHOOL, "--renew")
    assert new.address == old.address
    assert new.password != old.password
    assert reader.read(new).status_code == 200
    number, mark = new.password.split(".")
    wrong = [old.password, "", "x", number, mark, f"{new.password}a", new.password[:-1],
             f"9{number}.{mark}", f"\u202e{mark}"]  # fmt: skip
    found = [reader.read(new._replace(password=each)) for each in wrong]
    found += [reader.read(new._replace(address="/calendar/999.ics")), reader.read(new.address)]
    headers = (b"", b"Basic", b"Basic \xe9", b"Basic =", b"Bearer " + new.password.encode())
    found += [reader.client.get(new.address, headers={"authorization": h}) for h in headers]
    assert len({(a.status_code, a.text, a.headers["www-authenticate"]) for a in found}) == 1
    assert found[0].status_code == 401
    assert found[0].headers["www-authenticate"].startswith("Basic ")


def test_no_key_of_a_calendar_stands_in_its_address(reader: Reader) -> None:
    """The number alone is there, and the password is sent beside it; in the address the same key is
    none, and that looks like every address that was never one."""
    feed = reader.feed()
    number = feed.password.partition(".")[0]
    assert feed.address == f"/calendar/{number}.ics"
    assert reader.house.do("people", "feed", SCHOOL)["address_with_key"] == ""
    wrong = [feed.with_key, feed.with_key.replace(".ics", "a.ics"), "/calendar/9.x.ics",
             "/calendar/999." + "a" * 26 + ".ics", "/calendar/..ics", "/calendar/\u202e.ics",
             "/calendar/007.ics"]  # fmt: skip
    found = {(a.status_code, a.text) for a in map(reader.read, wrong)}
    assert len(found) == 1
    assert next(iter(found))[0] == 404


def test_a_house_may_let_programs_without_passwords_read_by_the_address(reader: Reader) -> None:
    """mail.calendar_keys: the key may then stand in it, and a program that sends it goes on."""
    reader.keys_in_addresses()
    feed = reader.feed()
    printed = reader.house.do("people", "feed", SCHOOL)["address_with_key"]
    assert printed == f"{PAGES}{feed.with_key}"
    assert reader.entries(feed.with_key) == reader.entries(feed)
    reader.feed(SCHOOL, "--renew")
    assert reader.read(feed.with_key).status_code == 404
    assert reader.read(feed).status_code == 401


def of_old(reader: Reader, feed: Feed, serial: int) -> str:
    """The address that release 0.1 gave a calendar with this number and serial: of 100 bits."""
    number = feed.password.partition(".")[0]
    words = f"feed\n{number}\n{SCHOOL}\n{serial}".encode()
    digest = hmac.new(reader.premises.store.secret.latest.key, words, hashlib.sha256).digest()
    return f"/calendar/{number}.{base64.b32encode(digest).decode().lower()[:20]}.ics"


def test_a_calendar_that_was_subscribed_under_release_0_1_goes_on(reader: Reader) -> None:
    """At its address, whatever the house says of new ones, until its person is given another."""
    reader.feed()
    reader.house.rows("UPDATE feed SET serial = 3")
    feed = reader.feed()
    old = of_old(reader, feed, 3)
    assert reader.entries(old) == reader.entries(feed) == reader.entries(feed.with_key)
    new = reader.feed(SCHOOL, "--renew")
    codes = [reader.read(each).status_code for each in (new, old, feed, feed.with_key)]
    assert codes == [200, 404, 401, 404]


def test_an_address_given_out_now_has_no_short_form(reader: Reader) -> None:
    """A hundred and thirty bits; what release 0.1 would have made of it opens nothing."""
    reader.keys_in_addresses()
    for more in ((), ("--renew",), ("--renew",)):
        feed = reader.feed(SCHOOL, *more)
        assert re.fullmatch(r"[0-9]+\.[a-z2-7]{26}", feed.password)
        serial = reader.house.rows("SELECT serial FROM feed")[0][0]
        assert reader.read(feed).status_code == 200
        assert reader.read(of_old(reader, feed, serial)).status_code == 404


def test_one_calendar_is_one_persons(reader: Reader) -> None:
    """The mark of one with the number of another opens nothing, nor the password of another."""
    one, other = reader.feed(), reader.feed(MANAGER)
    mixed = one.password.partition(".")[0] + "." + other.password.partition(".")[2]
    for password in (mixed, other.password):
        assert reader.read(one._replace(password=password)).status_code == 401


def test_a_program_that_has_it_already_gets_nothing_anew(reader: Reader) -> None:
    """An entity tag that changes with the dates alone; private, and nobody in between keeps it."""
    feed = reader.feed()
    first = reader.read(feed)
    assert first.headers["content-type"].startswith("text/calendar")
    assert first.headers["cache-control"] == "private, no-cache"
    again = reader.read(feed, **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    reader.house.at("2025-01-03T10:00")
    assert reader.read(feed).headers["etag"] == first.headers["etag"]
    reader.house.do("extend", reader.reference, "agency_return/T1", "--to", "2025-02-03",
                    "--reason", "agreed", "--as", MANAGER)  # fmt: skip
    changed = reader.read(feed, **{"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_recused_person_reads_no_date_of_the_case(reader: Reader) -> None:
    feed = reader.feed()
    assert reader.entries(feed)
    casework.recuse(reader.premises.house, reader.reference, Caller(SCHOOL), SCHOOL, "I know them")
    assert reader.entries(feed) == {}


def test_no_case_text_is_in_a_feed(reader: Reader) -> None:
    """S5: canaries in every fact of a case; the words of a calendar are the process's own."""
    canaries = Canaries("rapid_review")
    facts = [f"--fact={key}={value}" for key, value in canaries.facts.items()]
    reader.house.run("record", reader.reference, "--as", MANAGER, *facts)
    text = reader.read(reader.feed(MANAGER)).text
    unfolded = text.replace("\r\n ", "")
    assert reader.reference in unfolded
    for value in (*canaries.facts.values(), *canaries.texts.values()):
        assert value not in unfolded


def test_a_feed_is_for_somebody_the_house_knows(reader: Reader) -> None:
    """In the directory, or once asked for something; and only where pages are served."""
    said = reader.house.refused("people", "feed", "nobody@elsewhere.example")
    assert any("in the directory" in reason for reason in said)
    assert reader.house.refused("people", "feed", "nobody at elsewhere")
    reader.house.mail_to(25)
    assert any(
        "mail.answers" in reason for reason in reader.house.refused("people", "feed", SCHOOL)
    )
