"""S6: nothing put into a notice adds a header, a line or markup to the mail."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Refused
from notifications.message import LONGEST, compose
from tests.notifications.mailroom import ABOUT, NOON, a_letterhead, a_message, opened
from tests.notifications.test_templates import Page, _html, _text

PAYLOADS = {
    "cr": "x\rBcc: thief@evil.example\r\rBody",
    "lf": "x\nBcc: thief@evil.example\n\nBody",
    "crlf": "x\r\nBcc: thief@evil.example\r\n\r\nBody",
    "nul": "x\x00y",
    "separators": "x\u2028Bcc: a\u2029b\x85c\x0bd\x0ce",
    "bidi": "x\u202eelpmaxe\u2066y\u2069\u200b\u200f",
    "long": "x " * 5_000,
    "one long word": "x" * 10_000,
    "html": "<script>alert(1)</script><img src=x onerror=y><b>bold</b>&amp;\"'",
    "closing": "</td></tr></table></body></html><h1>Other</h1>",
    "comment": "<!-- x --> <!--% if x %--> ]]>",
    "encoded": "=?utf-8?q?=0D=0ABcc:_thief@evil.example?=",
    "encoded in words": "a =?utf-8?q?=0D=0A?= =?utf-8?b?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?= b",
    "surrogate": "x\udcffy",
    "boundary": "--===============0==--",
}
USUAL = opened(compose(a_message(), a_letterhead(), NOON))
SHAPE = Page(_html(USUAL)).tags()
# Optional facts add a row each; everything else must keep the shape of the page.
OPTIONAL = {"raw_due_words", "citation", "provisional", "previous_due_words", "urgent"}
INVISIBLE = "\x00\r\x0b\x0c\x85\u2028\u2029\u202e\u2066\u2069\u200b\u200f"


def _written(key: str, value: str) -> EmailMessage:
    return opened(compose(a_message(about={key: value}), a_letterhead(), NOON))


def _check(key: str, value: str) -> None:
    mail = _written(key, value)
    expected = {*USUAL.keys(), *(["Importance"] if key == "urgent" else [])}
    assert set(mail.keys()) == expected
    assert len(mail.keys()) == len(expected)
    assert mail.defects == []
    assert mail["To"] == "person1@agency.example"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    page = Page(_html(mail))
    assert page.faults == []
    assert {*page.tags()} == {*SHAPE}
    if key not in OPTIONAL:
        assert page.tags() == SHAPE
    for form in (mail["Subject"], _text(mail), _html(mail)):
        assert not set(INVISIBLE) & set(form)
    assert len(_text(mail)) < 3_000 + 5 * LONGEST
    assert len(mail["Subject"]) <= 200
    assert not any(line.startswith("Bcc:") for line in _text(mail).splitlines())


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p != "comment"])
@pytest.mark.parametrize("key", sorted(ABOUT))
def test_no_value_adds_a_header_a_line_or_markup(key: str, payload: str) -> None:
    """Line ends, control and direction characters go, length is cut, HTML is shown as text."""
    _check(key, PAYLOADS[payload])


@pytest.mark.parametrize("payload", ["crlf", "html", "closing", "bidi", "encoded"])
@pytest.mark.parametrize("key", ["reference", "title", "asks", "otherwise", "because"])
@pytest.mark.parametrize("kind", ["not_reached", "replied", "late"])
def test_nor_in_the_mails_of_answering(kind: str, key: str, payload: str) -> None:
    """What a deputy or whoever keeps the case is told takes no header, line or markup either."""
    mail, usual = (
        opened(compose(a_message(kind=kind, about=about), a_letterhead(), NOON))
        for about in ({key: PAYLOADS[payload]}, {})
    )
    assert mail.keys() == usual.keys()
    page = Page(_html(mail))
    assert page.faults == []
    assert page.tags() == Page(_html(usual)).tags()
    assert not any(line.startswith("Bcc:") for line in _text(mail).splitlines())


@given(st.sampled_from(sorted(ABOUT)), st.text(max_size=60).filter(lambda t: "{" not in t))
def test_no_text_at_all_adds_anything(key: str, value: str) -> None:
    """The same for any text whatever."""
    try:
        mail = compose(a_message(about={key: value}), a_letterhead(), NOON)
    except Refused:
        return
    read = opened(mail)
    assert set(read.keys()) <= {*USUAL.keys(), "Importance"}
    page = Page(_html(read))
    assert page.faults == []
    assert set(page.tags()) == set(SHAPE)


def test_markup_is_shown_as_text() -> None:
    """A tag in a value is read by a person, not by the mail program."""
    html = _html(_written("asks", "<b>now</b>"))
    assert "&lt;b&gt;now&lt;/b&gt;" in html


def test_the_templates_own_marks_in_a_value_are_refused() -> None:
    """A value that looks like a template was never meant for a mail."""
    with pytest.raises(Refused, match="unfilled place"):
        _written("asks", PAYLOADS["comment"])
