"""The link in an email: for whoever it was sent to, for one task, and in no other mail."""

from __future__ import annotations

import re
from email import message_from_bytes

import pytest

from engine.errors import Refused
from engine.keys import fits, key_of, number_in
from notifications.catcher import Catcher
from notifications.courier import deliver
from notifications.letterhead import is_address
from notifications.message import compose
from tests.notifications.mailroom import (
    HandClock,
    Mailroom,
    a_letterhead,
    a_message,
    a_post,
    opened,
)

SECRET = b"a secret of thirty-two bytes....."
PAGES = "https://reviews.example.org"
HEAD = a_letterhead(answers=PAGES, replies="reviews@example.org", secret=SECRET)


def links(text: str) -> list[str]:
    return re.findall(rf"{PAGES}/\S+?(?=[\s\"<])", text)


def test_text_and_page_carry_the_link_of_the_message() -> None:
    """Whatever a reader's program shows, the same address stands there, whole on one line."""
    message = a_message(7)
    mail = opened(compose(message, HEAD))
    expected = f"{PAGES}/r/{key_of(SECRET, message)}"
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert links(body.get_content()) == [expected]


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
    assert not fits(b"another secret", key, message)
    assert key_of(SECRET, a_message(7)) == key


@pytest.mark.parametrize(
    "text", ["", ".", "7", "7.", "07.a", "-7.a", "7.aaaa", "x.y", "7." + "1" * 20]
)
def test_what_is_no_key_has_no_number(text: str) -> None:
    assert number_in(text) == 0


@pytest.mark.parametrize("pages", ["http://example.org", "ftp://x", "https://", "https://a b"])
def test_pages_are_served_encrypted_or_on_this_machine(pages: str) -> None:
    """A key that crosses a network in the clear would be anybody's."""
    with pytest.raises(Refused, match="answer pages"):
        a_letterhead(answers=pages)
    assert a_letterhead(answers="http://127.0.0.1:8080").answers
