"""The link in an email: for whoever it was sent to, for one task, and in no other mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest

from engine.errors import Refused
from engine.guessing import retyped
from engine.keyring import Secret
from engine.keys import SHORT_UNTIL, fits, key_of, number_in, resembles
from engine.letters import Incoming, Kind
from notifications.catcher import Catcher
from notifications.courier import deliver
from notifications.letterhead import is_address
from notifications.message import compose, envelope_sender
from tests.notifications.mailroom import (
    HandClock,
    Mailroom,
    a_letterhead,
    a_message,
    a_post,
    opened,
)

SECRET = Secret.of(b"a secret of thirty-two bytes.....")
PAGES = "https://reviews.example.org"
HEAD = a_letterhead(answers=PAGES, replies="reviews@example.org", secret=SECRET)


def links(text: str) -> list[str]:
    return re.findall(rf"{PAGES}/\S+?(?=[\s\"<])", text)


def test_text_and_page_carry_the_link_of_the_message() -> None:
    """Whatever a reader's program shows, the same address stands there, whole on one line; and the
    key in words, for whoever has to type it."""
    message = a_message(7)
    key = key_of(SECRET, message)
    mail = opened(compose(message, HEAD))
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert links(body.get_content()) == [f"{PAGES}/r/#{key}"]
        said = " ".join(body.get_content().split())
        assert f"asks for the key in this email, it is: {key}" in said


@pytest.mark.parametrize(("answers", "page"), [("", "/r/"), ("/under/a/path/", "/under/a/path/r/")])
def test_a_link_sends_no_key_to_any_server(answers: str, page: str) -> None:
    """A browser keeps what stands behind the # to itself: it asks for one page in every mail."""
    for number in (7, 8):
        body = opened(compose(a_message(number), replace(HEAD, answers=PAGES + answers)))
        text = body.get_body(("plain",))
        assert text is not None
        (link,) = links(text.get_content())
        asked = urlsplit(link)
        assert (asked.path, asked.query) == (page, "")
        assert asked.fragment == key_of(SECRET, a_message(number))


def test_a_reply_goes_to_the_address_of_the_message() -> None:
    """A mail system that makes letters small does not break it, and it fits an address."""
    message = a_message(7)
    address = opened(compose(message, HEAD))["Reply-To"]
    assert address == f"reviews+{key_of(SECRET, message)}@example.org"
    assert address == address.lower()
    assert is_address(address)


async def test_a_report_of_failure_comes_back_to_the_message_it_is_about() -> None:
    """The envelope's sender carries the key; the reader sees the house's own address."""
    head = a_letterhead(bounces="bounces@example.org", secret=SECRET)
    room = Mailroom([a_message(1), a_message(2, about={"task": ""})])
    with Catcher() as catcher:
        post = a_post(catcher.port, letterhead=head)
        assert (await deliver(room.store, HandClock(), post)).accepted == 2
        senders = [mail.sender for mail in catcher.caught]
        shown = {message_from_bytes(mail.content)["From"] for mail in catcher.caught}
    assert senders == [
        f"bounces+{key_of(SECRET, room.messages[n])}@example.org" for n in sorted(room.messages)
    ]
    assert shown == {"Waymark <reviews@waymark.example>"}


def test_a_message_about_no_task_has_no_link() -> None:
    """Nothing is asked in it, so there is nothing to answer."""
    mail = opened(compose(a_message(about={"task": ""}), HEAD))
    assert PAGES not in mail.as_string()
    assert mail["Reply-To"] == HEAD.reply_to


def test_without_pages_there_is_no_link() -> None:
    """A house that serves none sends people nowhere."""
    mail = opened(compose(a_message(), a_letterhead()))
    assert "/r/" not in mail.as_string()
    assert "Answer on a page" not in mail.as_string()


def test_a_key_fits_its_own_message_and_no_other() -> None:
    """Another number, reader, task, mark or secret: all wrong."""
    message = a_message(7)
    key = key_of(SECRET, message)
    assert number_in(key) == 7
    assert fits(SECRET, key, message)
    others = [
        a_message(8),
        a_message(7, recipient="x@agency.example"),
        a_message(7, about={"task": "T2"}),
        a_message(7, message_id="<x@waymark.example>"),
    ]
    assert not any(fits(SECRET, key, other) for other in others)
    assert not fits(Secret.of(b"another secret"), key, message)
    assert key_of(SECRET, a_message(7)) == key


def test_a_key_has_a_hundred_and_thirty_bits() -> None:
    """Twenty-six letters of thirty-two; cut or lengthened by any it opens nothing."""
    message = a_message(7)
    key = key_of(SECRET, message)
    number, mark = key.split(".")
    assert re.fullmatch("[a-z2-7]{26}", mark)
    parts = [f"{number}.{mark[:long]}" for long in range(26)]
    assert not any(fits(SECRET, part, message) for part in [*parts, f"{key}a", f"{key}{mark}"])


def said(subject: str) -> Incoming:
    """A letter with this subject, which names no message."""
    return Incoming("", (), (), "x@agency.example", Kind.ANSWER, subject=subject)


# As release 0.1 wrote it into the mail of this message, with this secret.
OF_OLD = "7.673uy6ca7sxc3brb4dcr"


def test_a_key_that_release_0_1_mailed_goes_on_working() -> None:
    """Also in capitals, or copied by hand into a sentence; it fits no other message."""
    message = a_message(7)
    assert key_of(SECRET, message) != OF_OLD
    assert number_in(OF_OLD) == 7
    assert fits(SECRET, f" {OF_OLD.upper()} ", message)
    for after in ("", " thanks", " ok that is all", "."):
        assert retyped(said(f"yes, 7 . 673u y6ca 7sxc 3brb 4dcr{after}"), SECRET, {7: message}.get)
    assert not fits(SECRET, OF_OLD[:-1], message)
    assert not fits(SECRET, OF_OLD.replace("7.", "8."), a_message(8))


def test_a_short_key_of_mail_owed_since_july_2027_is_none() -> None:
    """By then every house mails long ones: nothing may be opened with fewer bits for ever."""
    for owed, counts in ((SHORT_UNTIL - timedelta(seconds=1), True), (SHORT_UNTIL, False)):
        message = a_message(7, owed_at=owed)
        assert fits(SECRET, key_of(SECRET, message), message)
        assert fits(SECRET, OF_OLD, message) is counts
        assert resembles(SECRET, OF_OLD[2:], message) is counts


@pytest.mark.parametrize(("letters", "keyed"), [(26, True), (27, False), (64, False)])
def test_an_address_with_a_key_is_never_too_long_to_be_one(letters: int, keyed: bool) -> None:
    """Where both are longer than an address may be, the mail is sent without the key."""
    own = f"{'r' * letters}@example.org"
    head = a_letterhead(replies=own, bounces=own, secret=SECRET)
    message = a_message(2**31 - 1)
    reply = opened(compose(message, head))["Reply-To"]
    assert is_address(reply)
    assert envelope_sender(message, head) == reply
    assert (reply != own) is keyed


@pytest.mark.parametrize(
    "text", ["", ".", "7", "7.", "07.a", "-7.a", "7.aaaa", "x.y", "7." + "1" * 20, "7." + "a" * 25]
)
def test_what_is_no_key_has_no_number(text: str) -> None:
    assert number_in(text) == 0


@pytest.mark.parametrize("pages", ["http://example.org", "ftp://x", "https://", "https://a b"])
def test_pages_are_served_encrypted_or_on_this_machine(pages: str) -> None:
    """A key that crosses a network in the clear would be anybody's."""
    with pytest.raises(Refused, match="answer pages"):
        a_letterhead(answers=pages)
    assert a_letterhead(answers="http://127.0.0.1:8080").answers


def test_a_key_speaks_of_no_message_that_cannot_be() -> None:
    """A number beyond what a database counts to is nobody's, and never that of another message."""
    rest = "a" * 26
    assert number_in(f"{2**31 - 1}.{rest}") == 2**31 - 1
    for nobodys in (f"{2**31}.{rest}", f"0.{rest}", f"1.{rest}a", "1", ""):
        assert number_in(nobodys) == 0, nobodys
