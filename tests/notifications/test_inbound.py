"""A letter that comes in is told apart: an answer, a machine's reply, a bounce or neither."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.inbound import KINDS, Letter, letter, read
from notifications.parts import DEEPEST, HEAD, HEAD_LINES, LARGEST, MARKS, PARTS
from notifications.reply_text import MOST_WORDS
from tests.notifications import letters
from tests.notifications.letters import DOMAIN, HOUSE, KEY, ORIGINAL, PERSON, THREAD, VERP, mail

ANSWERS = tuple(letters.answers())
MACHINES = (*letters.automatic(), *letters.away())
HEAD_OF_ALL = f"From: {PERSON}\nTo: {HOUSE}\nMessage-ID: <1@agency.example>\n".encode()
SILENT = dict.fromkeys(("In-Reply-To", "References", "Date", "Message-ID"), "")
LINES = st.text(st.characters(categories=("L", "N", "Po")), min_size=1, max_size=30)


def seen(message: EmailMessage | bytes) -> Letter:
    """What is read of a mail, without the net that would hide a fault."""
    return letter(bytes(message), DOMAIN)


def boxed(levels: int) -> bytes:
    """An answer inside so many boxes."""
    boxes = (f"Content-Type: multipart/mixed; boundary=b{i}.\n\n--b{i}.\n" for i in range(levels))
    return HEAD_OF_ALL + "".join(boxes).encode() + b"\nReceived.\n"


def in_parts(number: int) -> bytes:
    """A mail of so many small parts."""
    start = HEAD_OF_ALL + b"Content-Type: multipart/mixed; boundary=b\n\n"
    return start + b"\n--b\n\nReceived." * number + b"\n--b--\n"


def with_headers(number: int) -> bytes:
    """An answer under so many more headers."""
    return HEAD_OF_ALL + b"X-More: x\n" * number + b"\nReceived.\n"


def test_the_corpus_is_large() -> None:
    """At least 200 letters, of every kind but the unreadable."""
    assert len(ANSWERS) + len(MACHINES) + len(list(letters.bounces())) >= 200
    assert {sample.kind for sample in (*ANSWERS, *MACHINES)} == {"answer", "automatic", "away"}


@pytest.mark.parametrize("quoting", [quoting.__name__ for quoting in letters.QUOTINGS])
def test_an_answer_is_its_new_words_alone(quoting: str) -> None:
    """What was quoted, signed or added by a gateway is cut; the first line proposes an answer."""
    for sample in (sample for sample in ANSWERS if sample.name.startswith(f"{quoting}:")):
        found = seen(sample.raw)
        told = (found.kind, found.words, found.answer)
        assert told == ("answer", sample.words, sample.answer), sample.name


@pytest.mark.parametrize("sample", MACHINES, ids=lambda sample: sample.name)
def test_what_a_machine_wrote_is_told_apart(sample: letters.Sample) -> None:
    """An automatic reply is one by its headers, its subject or its calendar."""
    found = seen(sample.raw)
    assert (found.kind, found.words) == (sample.kind, sample.words)


@pytest.mark.parametrize("sign", letters.REPLIERS)
def test_a_machine_never_answers(sign: str) -> None:
    """S8: whatever its words and its quoting, an automatic reply never counts as an answer."""
    for words, quoting in ((w, q) for w in letters.WORDINGS for q in letters.QUOTINGS):
        found = seen(mail(*quoting(words), headers=letters.REPLIERS[sign]))
        assert found.kind in ("automatic", "away"), (words, quoting)
        assert found.answer == ""


def test_a_bounce_never_answers() -> None:
    """S8: nor does a bounce, of any format."""
    for bounced in letters.bounces():
        found = seen(bounced.raw)
        assert (found.kind, found.answer, found.keys) == ("report", "", (KEY,)), bounced.name


@pytest.mark.parametrize("report", ["disposition-notification", "feedback-report"])
def test_other_reports_never_answer(report: str) -> None:
    """S8: nor does a receipt or a complaint, though it says yes."""
    message = mail("Yes")
    message.add_attachment(b"x: y", maintype="message", subtype=report)
    message.replace_header("Content-Type", f'multipart/report; report-type="{report}"')
    message.set_boundary("=_report")
    assert (seen(message).kind, seen(message).answer) == ("report", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Auto-Response-Suppress": "All"},
        {"Auto-Submitted": "no"},
        {"Precedence": "first-class"},
        {"Return-Path": f"<{PERSON}>"},
        {"Subject": "Re: Automatic reply: RR-2026-0001"},
        {"Subject": "Re: Undeliverable: RR-2026-0001"},
    ],
    ids=str,
)
def test_what_is_no_sign_of_a_machine(headers: dict[str, str]) -> None:
    """A person's mail program may ask for no automatic replies, or answer one."""
    assert (seen(mail("Received.", headers=headers)).kind) == "answer"


@pytest.mark.parametrize(
    "words",
    [
        "I was out of the office yesterday, sorry. Nil return.",
        "The nurse is on leave; ask the duty desk.",
        "Is this an automated message?",
        "My mail came back: user unknown, 550 5.1.1 Recipient address rejected.",
    ],
)
def test_a_person_may_write_as_machines_do(words: str) -> None:
    """Words of a machine in somebody's own sentence make no machine of them."""
    assert seen(mail(words)).kind == "answer"


@pytest.mark.parametrize("words", letters.OUT_OF_OFFICE)
def test_when_somebody_is_back(words: str) -> None:
    """The day of return is read day before month, and not at all where it is in doubt."""
    message = mail(words, headers=letters.REPLIERS["exchange"])
    assert seen(message).back_on == letters.OUT_OF_OFFICE[words]


def test_a_year_is_never_guessed_without_the_day_of_the_letter() -> None:
    """Without a date of its own, a letter names no year; with one, the next such day is meant."""
    words, reply = "I am on leave, back on 5 January.", letters.REPLIERS["exchange"]
    assert seen(mail(words, headers=reply | {"Date": ""})).back_on is None
    december = reply | {"Date": "Mon, 21 Dec 2026 09:00:00 +0000"}
    assert seen(mail(words, headers=december)).back_on == date(2027, 1, 5)
    assert seen(mail(words, headers=reply)).back_on is None


@given(LINES, st.sampled_from(["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"]))
def test_a_key_is_found_wherever_the_letter_was_sent(word: str, header: str) -> None:
    """Every key at the house's domain, in small letters; none of another domain."""
    key = "".join(c for c in word if c.isascii() and c.isalnum()) or "k"
    sent = f"Desk <a+{key}@{DOMAIN.upper()}>, b+x@{DOMAIN}.evil.example, c@{DOMAIN}"
    raw = f"From: {PERSON}\n{header}: {sent}\n\nYes".encode()
    assert seen(raw).keys == (key.lower(),)
    assert len(seen(raw).recipients) == 3


def test_several_keys() -> None:
    """More than one key is possible, each told once."""
    raw = f'To: "x+no@{DOMAIN}" <{HOUSE}>, {VERP}\nCc: x+two@{DOMAIN}\n\nYes'.encode()
    assert seen(raw).keys == (KEY, "two")


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        (PERSON.upper(), PERSON),
        (f'"thief@evil.example" <{PERSON}>', PERSON),
        (f"thief@evil.example <{PERSON}>", PERSON),
        (f"{PERSON} (thief@evil.example)", PERSON),
        (f"{PERSON}, thief@evil.example", ""),
        (f"{PERSON}\nFrom: thief@evil.example", ""),
        ("undisclosed", ""),
        ("", ""),
    ],
)
def test_who_wrote(said: str, sender: str) -> None:
    """One plain address; where there are two or none, nobody is taken to have written."""
    assert seen(f"To: {HOUSE}\nFrom: {said}\n\nYes".encode()).sender == sender


def test_what_it_answers_and_when() -> None:
    """The letters before it, the most recent first, and the moment in UTC."""
    known = f"<first@{DOMAIN}> {THREAD} {ORIGINAL}"
    when = {"References": known, "Date": "Fri, 09 Jan 2026 12:30:00 +0200"}
    found = seen(mail("Yes", headers=when))
    assert found.in_reply_to == (ORIGINAL, THREAD, f"<first@{DOMAIN}>")
    assert found.sent_at == datetime(2026, 1, 9, 10, 30, tzinfo=UTC)
    assert found.sent_at.tzinfo is UTC
    nothing = seen(mail("Yes", headers=SILENT))
    assert (nothing.message_id, nothing.in_reply_to, nothing.sent_at) == ("", (), None)


@given(st.lists(LINES, min_size=1, max_size=5))
def test_html_says_what_its_plain_text_says(lines: list[str]) -> None:
    """Text in tags reads as the same text without, character for character."""
    page = "".join(f"<p class='x'>{escape(line)}</p>\n" for line in lines)
    wanted = seen(mail("\n".join(lines))).words
    assert seen(mail("", f"<style>p {{}}</style><body>{page}</body>")).words == wanted


@given(st.lists(st.integers(0, 3_000), max_size=4))
def test_what_was_sent_along(sizes: list[int]) -> None:
    """Files are counted, with their bytes as they were before they were encoded; a logo is not."""
    message = mail("Attached")
    for size in sizes:
        message.add_attachment(b"x" * size, maintype="application", subtype="pdf", filename="f")
    message.add_attachment(
        b"logo", maintype="image", subtype="png", cid="<logo>", disposition="inline"
    )
    found = seen(message)
    assert (found.attachments, found.attachment_bytes) == (len(sizes), sum(sizes))
    assert (found.kind, found.answer, found.size) == ("answer", "received", len(bytes(message)))


@pytest.mark.parametrize(
    ("made", "most"), [(boxed, DEEPEST), (in_parts, PARTS - 1), (with_headers, HEAD_LINES - 4)]
)
def test_each_bound_holds_to_the_last(made: object, most: int) -> None:
    """At the bound a letter is read; one more, or very many more, and only its headers are."""
    assert callable(made)
    assert seen(made(most)).kind == "answer"
    for many in (most + 1, 10_000, 100_000):
        found = seen(made(many))
        assert (found.kind, found.words, found.answer) == ("unreadable", "", "")
        assert (found.sender, found.keys) == (PERSON, (KEY,))
        assert found.message_id == "<1@agency.example>"


def test_boundaries_are_counted() -> None:
    """So are the lines that might part a letter."""
    start = HEAD_OF_ALL + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nReceived."
    assert seen(start + b"\n--x" * (MARKS - 1)).kind == "answer"
    assert seen(start + b"\n--x" * MARKS).kind == "unreadable"


@pytest.mark.parametrize("largest", [LARGEST, 1_000])
def test_too_large(largest: int) -> None:
    """Above the limit nothing but the headers is read, and the letter says so."""
    start = HEAD_OF_ALL + b"\nReceived.\n"
    whole = start + b"x" * (largest - len(start))
    fits, large = letter(whole, DOMAIN, largest), letter(whole + b"x", DOMAIN, largest)
    assert (fits.kind, fits.too_large, fits.answer) == ("answer", False, "received")
    assert (large.kind, large.too_large, large.words) == ("unreadable", True, "")
    assert (large.sender, large.keys, large.size) == (PERSON, (KEY,), largest + 1)


@pytest.mark.parametrize("line", [b"From: ", b"\n", b"", b"Subject: x\n "], ids=repr)
def test_one_line_of_thirty_megabytes(line: bytes) -> None:
    """As a header, as a body or as neither, it is unreadable and nothing of it is kept."""
    found = seen(line + b"a" * 30_000_000)
    assert (found.kind, found.too_large) == ("unreadable", True)
    assert len(repr(found)) < 1_000
    assert seen(line + b"a" * (2 * HEAD)).sender == ""


def test_words_are_bounded() -> None:
    """No more than 10,000 characters are kept, none of them invisible."""
    found = seen(mail("é\u202e\u200b\x07" * 12_000 + "\n" * 9))
    assert MOST_WORDS / 2 < len(found.words) <= MOST_WORDS
    assert found.words.replace("\n", "").isprintable()
    assert set(found.words) == {"é", " "}


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff\xfe\x00", b"no header at all", b"\r\n\r\nYes"])
def test_what_is_no_letter(raw: bytes) -> None:
    """Bytes without headers are unreadable; reading never fails."""
    assert read(raw, DOMAIN) == seen(raw)
    assert seen(raw).kind == "unreadable"
    assert "unreadable" in KINDS


def test_a_sealed_or_broken_letter_is_unreadable() -> None:
    """What is encrypted, or has a broken head where a sign may hide, is not taken for an answer."""
    sealed = f"From: {PERSON}\nContent-Type: application/pkcs7-mime\n\nYes"
    assert seen(sealed.encode()).kind == "unreadable"
    broken = f"From: {PERSON}\nno header\nAuto-Submitted: auto-replied\n\nYes"
    assert seen(broken.encode()).kind == "unreadable"


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What people write stays out of every log."""
    caplog.set_level(0)
    for raw in (*(s.raw for s in (*ANSWERS, *MACHINES)), *(b.raw for b in letters.bounces())):
        read(raw, DOMAIN)
    assert caplog.records == []


def test_the_heavy_library_waits_until_it_is_needed() -> None:
    """A command that reads no bounce does not load what reads them."""
    code = "import sys, notifications.inbound; sys.exit('flufl.bounce' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
