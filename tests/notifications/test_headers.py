"""What a mail carries beside its words: seven bits, one recipient, an identity, a thread."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from engine.errors import Refused
from engine.london import in_words
from notifications import templates
from notifications.message import KINDS, POLICY, compose, thread_id
from tests.notifications.mailroom import DOMAIN, NOON, a_letterhead, a_message, opened
from tests.notifications.test_templates import _html, _mail, _text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_mail_has_seven_bits_and_short_lines(kind: str) -> None:
    """Letters beyond ASCII survive a relay that carries only seven bits."""
    about = {
        "asks": "Please read the naïve café’s “answer” – in full… 你好",
        "title": "Ünïcode due",
    }
    raw = compose(a_message(kind=kind, about=about), a_letterhead(), NOON)
    assert raw.isascii()
    assert POLICY.cte_type == "7bit"
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=policy.default)
    # A code to sign in with asks for nothing else.
    words = about["title"] if kind == "sign_in" else about["asks"]
    assert words in _text(mail)
    assert words in _html(mail)
    assert about["title"] in mail["Subject"]


def test_the_headers_of_automatic_mail() -> None:
    """One recipient, an identity that never changes, and nothing that begs for an auto-reply."""
    message = a_message()
    mail = _mail()
    assert mail["To"] == message.recipient
    assert mail["Cc"] is None
    assert mail["Bcc"] is None
    assert mail["From"] == "Waymark <reviews@waymark.example>"
    assert mail["Reply-To"] == "business.manager@partnership.example"
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["Date"].datetime == NOON
    assert mail["X-Waymark-Template"] == f"asked/{templates.version('asked')}"
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_mails_of_one_case_stand_together_and_tell_nothing_of_it() -> None:
    """One thread for each case; the reference cannot be read from it."""
    one, two = _mail(), _mail("late")
    other = opened(compose(a_message(case="RR-2024-0002"), a_letterhead()))
    assert one["References"] == one["In-Reply-To"] == two["References"]
    assert other["References"] != one["References"]
    assert one["References"] == thread_id("RR-2024-0001", DOMAIN)
    assert "2024" not in one["References"].split("@")[0]


def test_without_a_now_the_mail_is_dated_when_it_was_owed() -> None:
    """The date of the mail is handed in, never read from a clock."""
    message = a_message(owed_at=NOON - timedelta(days=1))
    assert opened(compose(message, a_letterhead()))["Date"].datetime == NOON - timedelta(days=1)
    assert opened(compose(message, a_letterhead(), NOON))["Date"].datetime == NOON


def test_written_twice_it_is_the_same_mail() -> None:
    """A repeat after a crash differs in nothing but, perhaps, its date."""
    written = {compose(a_message(), a_letterhead(), NOON) for _ in range(5)}
    assert len(written) == 1


def test_every_wording_has_a_version_of_its_own() -> None:
    """A mail names the wording it was written with."""
    assert len({templates.version(kind) for kind in KINDS}) == len(KINDS)


def test_an_unknown_kind_is_not_guessed_at() -> None:
    """A notice of a kind nobody wrote words for is an error; a path is not a kind."""
    for kind in ("unheard_of", "layout", "../asked", ""):
        with pytest.raises(LookupError):
            compose(a_message(kind=kind), a_letterhead())


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a@b@c", "a b@x.example", "a@x..example", "a@x.example,b@x.example",
     "a@x.example\r\nBcc: c@x.example", "<a@x.example>", "ü@x.example", "@x.example"],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(recipient: str) -> None:
    """A mail goes to one address that can stand in a header and an envelope."""
    with pytest.raises(Refused, match="correct the directory"):
        compose(a_message(recipient=recipient), a_letterhead())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sender": "nobody"}, "sender address"),
        ({"reply_to": "a@b\r\nBcc: c@d"}, "reply address"),
        ({"partnership": ""}, "partnership's name"),
        ({"sender_name": "A\r\nBcc: c@d.example"}, "sender's name"),
        ({"sender_name": "=?utf-8?q?=0D=0ABcc:_c@d.example?="}, "sender's name"),
        ({"phone": " "}, "support telephone"),
        ({"domain": "not a domain"}, "mail domain"),
    ],
)
def test_a_faulty_letterhead_is_refused(change: dict[str, str], reason: str) -> None:
    """Each fault of the letterhead is told in words."""
    with pytest.raises(Refused, match=reason):
        a_letterhead(**change)


def test_dates_may_carry_a_time() -> None:
    """Hour clocks tell the hour."""
    words = in_words(NOON)
    assert words in _text(_mail(about={"due_words": words}))
