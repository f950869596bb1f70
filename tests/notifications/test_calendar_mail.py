"""The mail that carries a date: its parts, and that nothing but the date gets into a calendar."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.errors import Refused
from notifications.message import KINDS, _line, compose
from tests.notifications.mailroom import ABOUT, NOON, a_letterhead, a_message
from tests.notifications.test_calendar_entry import (
    DATED,
    PROPERTIES,
    TOLD,
    TREE,
    _bytes,
    _event,
    _mail,
)
from tests.notifications.test_injection import PAYLOADS
from tests.notifications.test_templates import _html, _seen, _text


# A code to sign in with belongs to no case and has no date.
@pytest.mark.parametrize("kind", sorted(KINDS - {"closed", "sign_in"}))
def test_the_parts_of_a_mail_with_a_date(kind: str) -> None:
    """Words, the same words in HTML and the date as alternatives; then the date as a file."""
    mail = _mail(kind=kind)
    assert [p.get_content_type() for p in mail.walk()] == TREE
    _, inner, _, _, shown, kept = mail.walk()
    assert [*mail.iter_parts()] == [inner, kept]
    assert dict(shown["content-type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert kept.get_content_disposition() == "attachment"
    assert kept.get_filename() == "date.ics"
    assert kept.get_payload(decode=True) == shown.get_payload(decode=True)
    assert not any(part.defects for part in mail.walk())
    assert ABOUT["asks"] in _text(mail)
    assert ABOUT["asks"] in _seen(_html(mail))


def _check_calendar(content: bytes) -> None:
    """The shape of every entry: one event, its properties once each, lines a program can read."""
    calendar: Any = Calendar.from_ical(content)
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    (event,) = calendar.subcomponents
    assert {*event} == PROPERTIES
    assert not event.errors
    lines = content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(0 < len(line) <= 75 for line in lines)
    assert not {b"\r", b"\n"} & {bytes([c]) for line in lines for c in line}
    names = [line.partition(b":")[0].partition(b";")[0] for line in lines if line[:1] != b" "]
    frame = [b"BEGIN", b"VERSION", b"PRODID", b"METHOD", b"BEGIN", b"END", b"END"]
    assert sorted(names) == sorted([*frame, *(name.encode() for name in PROPERTIES)])


CALENDAR_PAYLOADS = {
    "property": "x\nATTACH:https://evil.example/\nSUMMARY:y",
    "component": "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nEND:VALARM",
    "written": "x\\nATTENDEE:mailto:thief@evil.example\\;\\,\\\\n",
    "folded": "x\r\n ATTACH:y" + "\\" * 200,
    "parameter": "\";RSVP=TRUE:^n^'mailto:thief@evil.example",
    "wide": "–é你😀" * 100,
    "marks": "--=_mixed\n--=_alternative--\n--=_mixed--",
}


@pytest.mark.parametrize("payload", sorted({*PAYLOADS, *CALENDAR_PAYLOADS} - {"comment"}))
@pytest.mark.parametrize("key", sorted(ABOUT | DATED))
def test_no_value_adds_a_property_or_a_component(key: str, payload: str) -> None:
    """Whatever stands in a fact is text in the calendar, or the mail goes without an entry."""
    mail = _mail(about={key: (PAYLOADS | CALENDAR_PAYLOADS)[payload]})
    content = _bytes(mail)
    if key in {"due", "sequence"}:
        assert content is None
        return
    assert [p.get_content_type() for p in mail.walk()] == TREE
    assert mail.defects == []
    assert content is not None
    _check_calendar(content)


@given(st.sampled_from(sorted(TOLD | {"clock"})), st.text(max_size=90))
def test_no_text_at_all_adds_anything(key: str, value: str) -> None:
    """The same for any text whatever; what is read back is what the mail says."""
    try:
        mail = _mail(about={key: value})
    except Refused:
        return
    content = _bytes(mail)
    assert (content is None) == (key == "clock" and not _line(value))
    if content is not None:
        _check_calendar(content)


def test_words_beyond_ascii_reach_the_calendar_over_seven_bits() -> None:
    """The mail has seven bits only, and the calendar has every letter."""
    asks = "Please read the naïve café’s “answer”, in full; 你好 😀 " + "é" * 80
    about = DATED | {"asks": asks, "title": "Ünïcode; due"}
    raw = compose(a_message(about=about), a_letterhead(), NOON)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    event = _event(message_from_bytes(raw, policy=policy.default))
    assert f"What is asked: {asks}" in str(event["description"]).splitlines()
    assert str(event["summary"]).endswith("Ünïcode; due")


@pytest.mark.parametrize("local", ["a+b", "a?subject=x&c", "a%41", "o'hara", "a/b{c}|d^e`f#g=h"])
def test_any_plain_address_stands_whole_in_the_calendar(local: str) -> None:
    """An address with unusual characters is neither cut nor read as something else."""
    attendee = str(_event(_mail(recipient=f"{local}@agency.example"))["attendee"])
    assert unquote(attendee) == f"mailto:{local}@agency.example"
    assert not {*attendee} & {*"?#&"}


def test_the_entry_is_looked_over_like_the_rest_of_the_mail() -> None:
    """What only the calendar says is read by the same eyes before it leaves."""
    only_there = f"{ABOUT['otherwise']} Why then: {ABOUT['standing_words']}"
    assert only_there not in " ".join(_text(_mail()).split())
    assert only_there in " ".join(str(_event(_mail())["description"]).split())
    with pytest.raises(Refused, match="may not leave the house"):
        compose(a_message(about=DATED), a_letterhead(), NOON, forbidden=[only_there])


def test_written_twice_it_is_the_same_mail_whatever_was_written_between() -> None:
    """Nothing in a mail with a date is left to chance or kept from another one."""
    message, other = a_message(about=DATED), a_message(2, about=DATED | {"asks": "Other"})
    first = compose(message, a_letterhead(), NOON)
    for _ in range(3):
        compose(other, a_letterhead(), NOON + timedelta(hours=1))
        assert compose(message, a_letterhead(), NOON) == first


def test_another_process_writes_the_same_mail() -> None:
    """A courier that takes over a message sends what the first one would have sent."""
    program = (
        "import sys; from notifications.message import compose;"
        "from tests.notifications.mailroom import *;"
        f"sys.stdout.buffer.write(compose(a_message(about={DATED!r}), a_letterhead(), NOON))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == compose(a_message(about=DATED), a_letterhead(), NOON)
