"""S6: what is written straight to the wire is what the libraries would have built."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.errors import Refused
from engine.outbox import Message
from notifications.calendar_entry import entry_of, uid
from notifications.letterhead import Letterhead, is_address
from notifications.message import _line, compose
from tests.notifications.by_the_library import built, calendar
from tests.notifications.mailroom import ABOUT, NOON, a_letterhead, a_message, opened

DATED = {"clock": "agency_return/T1/1", "sequence": "3", "due": "2026-11-27T15:00:00+00:00"}
HOUR = {"due_words": "15:00 on Friday 27 November 2026"}
TOLD = sorted({*ABOUT} - {"reference", "due", "due_words", "kind", "urgent", "task"})
WORDS = st.text(max_size=120) | st.sampled_from(
    [
        "Ünïcode naïve café’s “answer” – 你好 😀",
        "a long subject " * 30,
        "x" * 400,
        "é" * 300,
        "a\r\nBcc: thief@evil.example",
        "=?utf-8?q?=0D=0ABcc:_thief@evil.example?=",
        "a =?utf-8?b?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?= b",
        "x\udcffy\x00\u2028\u202ez",
        "; , \\ : \" ' = ?",
        "\\" * 300,
        "ends with a blank ",
        "--=_alternative",
        ".",
        "From here on",
    ]
)
LOCAL = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(\.[a-z0-9=?+-]{1,30})?", fullmatch=True)
DOMAIN = st.from_regex(r"([a-z0-9]{1,20}\.){1,6}[a-z]{2,9}", fullmatch=True)
NAMES = st.sampled_from(["Waymark", "Łódź reviews", 'The "A" Team, Ltd', "A. (B) <C>", "n" * 120])


def _facts(message: Message) -> dict[str, str]:
    return {key: _line(value) for key, value in message.about.items()}


def _written(message: Message, head: Letterhead) -> tuple[bytes, bytes] | None:
    """A mail, as it is written and as the library builds it; None where it may not leave."""
    try:
        ours = compose(message, head, NOON)
    except Refused:
        return None
    facts = _facts(message)
    entry = entry_of(message, facts, head, NOON)
    return ours, built(message, facts, head, NOON, entry)


@example({"title": "x" * 400}, "a@x.example", "Waymark", "waymark.example", True)
@example({"title": "Ü" * 400}, f"{'a' * 64}@{'x' * 60}.example", "Ł", "w." + "x" * 60, False)
@given(
    st.dictionaries(st.sampled_from(TOLD), WORDS, max_size=4),
    st.builds("{}@{}".format, LOCAL, DOMAIN).filter(is_address),
    NAMES,
    DOMAIN,
    st.booleans(),
)
def test_a_mail_is_byte_for_byte_what_the_mail_library_builds(
    about: dict[str, str], recipient: str, name: str, domain: str, dated: bool
) -> None:
    """Whatever words, names and addresses: the same headers, the same parts, the same bytes."""
    told = about | (DATED if dated else {})
    message = a_message(about=told, recipient=recipient)
    both = _written(message, a_letterhead(sender_name=name, domain=domain))
    if both is None:
        return
    ours, library = both
    assert ours == library
    assert ours.isascii()
    mail = opened(ours)
    assert mail.defects == []
    assert "Bcc" not in mail


def test_an_identity_that_would_begin_another_header_is_never_written() -> None:
    """A value that no check of ours has seen cannot add a header either."""
    message = a_message()
    for harm in ("<a@b.example>\r\nBcc: c@d.example", "<a@b.example>\n\n<html>"):
        changed: dict[str, Any] = {"message_id": harm}
        try:
            compose(a_message(**changed), a_letterhead(), NOON)
        except ValueError:
            continue
        raise AssertionError(message)


@given(st.dictionaries(st.sampled_from(TOLD), WORDS, max_size=4), st.booleans(), st.booleans())
def test_a_date_is_what_the_calendars_library_would_have_entered(
    about: dict[str, str], hour: bool, met: bool
) -> None:
    """Every property with its parameters and value, in lines of at most 75 octets."""
    # That library takes a backslash before an n for a line end; ours does not.
    plain = {key: value.replace("\\", "/") for key, value in about.items()}
    told = plain | DATED | (HOUR if hour else {})
    message = a_message(about=told, **({"anchor": "met:x"} if met else {}))
    facts, head = _facts(message), a_letterhead()
    entry = entry_of(message, facts, head, NOON + timedelta(seconds=1))
    assert entry is not None
    identity = uid(message.case, facts["clock"], head.domain)
    theirs = calendar(message, facts, head, NOON + timedelta(seconds=1), entry, identity)
    assert Calendar.from_ical(entry.text).to_ical() == theirs.to_ical()
    lines = entry.text.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)


@given(WORDS)
def test_a_calendars_text_comes_back_as_it_was(words: str) -> None:
    """Unfolded and read as RFC 5545 says, the description says what the entry does."""
    message = a_message(about=DATED | {"asks": words})
    entry = entry_of(message, _facts(message), a_letterhead(), NOON)
    assert entry is not None
    unfolded = entry.text.replace("\r\n ", "")
    found = next(line for line in unfolded.split("\r\n") if line.startswith("DESCRIPTION:"))
    signs = {"n": "\n"}
    read = re.sub(r"\\(.)", lambda m: signs.get(m[1], m[1]), found.removeprefix("DESCRIPTION:"))
    assert read == entry.words.partition("\n")[2]
