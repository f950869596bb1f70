"""A bounce says who did not get which mail, whether to try again, and the server's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces import LONGEST_WORDS, Bounce, bounce, found_in
from notifications.parts import parse
from tests.notifications import letters
from tests.notifications.letters import DOMAIN, KEY, ORIGINAL, PERSON, Bounced, Failure, mail

BOUNCED = tuple(letters.bounces())
USUAL = letters.FAILURES[0]


def told(raw: bytes, domain: str = DOMAIN) -> Bounce:
    """The bounce in a mail, without the net that would hide a fault."""
    found = found_in(parse(raw), domain)
    assert found is not None
    return found


@pytest.mark.parametrize("bounced", BOUNCED, ids=lambda bounced: bounced.name)
def test_every_format_tells_the_same(bounced: Bounced) -> None:
    """Whoever wrote it, a failure reads alike: recipient, status, kind, words, mail and key."""
    found, failure = told(bounced.raw), bounced.failure
    assert (found.recipient, found.status, found.kind) == (PERSON, failure.status, failure.kind)
    assert (found.message_id, found.keys) == (ORIGINAL, (KEY,))
    assert failure.said.format(who=PERSON) in found.words


@given(st.integers(0, 999), st.integers(0, 999), st.sampled_from(["4", "5"]))
def test_the_status_decides(subject: int, detail: int, kind: str) -> None:
    """RFC 3463: 4 passes; 5.7 is about us; a full mailbox and a timeout pass; the rest lasts."""
    status = f"{kind}.{subject}.{detail}"
    soft = kind == "4" or status in ("5.2.2", "5.4.7")
    wanted = "soft" if soft else "ours" if subject == 7 else "hard"
    assert told(letters.postfix(Failure("failed", status, "No.", ""))).kind == wanted


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("552 Quota exceeded", "soft"),
        ("451 try again later", "soft"),
        ("452 no", "soft"),
        ("550 Blocked as spam", "ours"),
        ("550 no such user", "hard"),
        ("no", "hard"),
    ],
)
def test_without_a_status_the_words_decide(said: str, kind: str) -> None:
    """Where a server states no more than 5.0.0, its code and words are looked at."""
    assert told(letters.postfix(Failure("failed", "5.0.0", said, ""))).kind == kind


@pytest.mark.parametrize("action", ["relayed", "delivered", "expanded", ""])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    """A report of success is none, and neither is one that says nothing."""
    assert found_in(parse(letters.postfix(Failure(action, "2.1.5", "250 ok", "")))) is None


def test_a_failure_counts_before_a_delay() -> None:
    """Of several recipients, the one that failed is told."""
    other = "Final-Recipient: rfc822; other@agency.example\nAction: delayed\nStatus: 4.4.1\n\n"
    raw = letters.postfix(USUAL).replace(b"Final-Recipient", other.encode() + b"Final-Recipient")
    assert (told(raw).recipient, told(raw).kind) == (PERSON, "hard")


def test_the_address_we_wrote_to_is_the_one_told() -> None:
    """Where mail was passed on to another address, the one the house knows is named."""
    final = f"Final-Recipient: rfc822; {PERSON}".encode()
    moved = b"Final-Recipient: rfc822; new@elsewhere.example\nOriginal-Recipient: rfc822;"
    raw = letters.postfix(USUAL).replace(final, moved + PERSON.upper().encode())
    assert told(raw).recipient == PERSON


@given(st.text(max_size=2_000))
def test_the_words_are_one_bounded_line(said: str) -> None:
    """Whatever a server says, at most 300 characters of it are kept, all of them printable."""
    raw = letters.postfix(USUAL).replace(b"Recipient address", said.encode("utf-8", "replace"))
    found = found_in(parse(raw))
    assert found is None or (len(found.words) <= LONGEST_WORDS and found.words.isprintable())


def test_long_words_are_cut() -> None:
    """The first 300 characters stay."""
    raw = letters.postfix(Failure("failed", "5.1.1", "550 " + "word " * 500, ""))
    assert len(told(raw).words) in (LONGEST_WORDS, LONGEST_WORDS - 1)


def test_whose_key_it_is() -> None:
    """Only a key the house gave to its envelopes counts, at the domain that is asked about."""
    raw = letters.postfix(USUAL)
    assert told(raw, "").keys == told(raw, DOMAIN.upper()).keys == (KEY,)
    assert told(raw, "elsewhere.example").keys == ()
    assert told(raw.replace(b"bounces+", b"replies+")).keys == ()
    delivered = raw.replace(b"\nTo: ", b"\nTo: someone@agency.example\nDelivered-To: ")
    assert told(delivered).keys == (KEY,)


def test_which_mail_it_was() -> None:
    """From its copy; without one, as the bounce answers it; else unknown."""
    raw = letters.postfix(USUAL).replace(f"Message-ID: {ORIGINAL}".encode(), b"")
    assert told(raw).message_id == ""
    assert told(b"In-Reply-To: <2@waymark.example>\n" + raw).message_id == "<2@waymark.example>"


@pytest.mark.parametrize("form", letters.FORMATS, ids=lambda form: form.__name__)
def test_a_person_who_passes_a_bounce_on_has_not_bounced(form: object) -> None:
    """A bounce that somebody forwards, as text or as a file, is their letter."""
    assert callable(form)
    raw: bytes = form(USUAL)
    assert found_in(parse(bytes(mail(raw.decode())))) is None
    message = mail("See attached.")
    message.add_attachment(mail(raw.decode()))
    assert found_in(parse(bytes(message))) is None


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mx.example", "postmaster@mx.example"])
def test_a_server_is_known_by_its_name_alone(sender: str) -> None:
    """Some mailboxes drop the empty return path, and a subject may be in any language."""
    raw = letters.qmail(USUAL).replace(b"Return-Path: <>\n", b"")
    raw = raw.replace(b"MAILER-DAEMON@mx.example", sender.encode())
    assert told(raw.replace(b"Subject: failure notice", b"Subject: hello")).recipient == PERSON


def test_letters_are_no_bounces() -> None:
    """No answer and no automatic reply is taken for a bounce."""
    for sample in (*letters.answers(), *letters.automatic(), *letters.away()):
        assert bounce(sample.raw) is None, sample.name


@pytest.mark.parametrize("raw", [b"", b"\xff", b"Content-Type: multipart/report\n\n"])
def test_bytes_or_parts_make_no_difference(raw: bytes) -> None:
    """A mail is read alike from its bytes and taken apart; nothing makes it fail."""
    assert bounce(raw) is bounce(parse(raw)) is None
    whole = letters.qmail(USUAL)
    assert bounce(whole, DOMAIN) == bounce(parse(whole), DOMAIN) == told(whole)
