"""The house's own door: stored before yes is said, one answer for each fault, never a relay."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.errors import HouseDown
from notifications.door import Door, is_ours
from tests.certificates import papers

OWN = ("replies@house.example", "Bounces@House.example", "")
KEYED = "replies+19.q2ewy5u2vzqnqj47xsiafm3d7k@house.example"
RAW = b"From: a@b.example\r\nSubject: x\r\n\r\n.Received.\r\n"


@contextmanager
def a_door(
    take: Callable[[bytes], object], tls: ssl.SSLContext | None = None, **more: object
) -> Iterator[Door]:
    door = Door(OWN, take, **more)  # type: ignore[arg-type]
    door.tls = tls
    door.start()
    try:
        yield door
    finally:
        door.stop()


def client(door: Door) -> smtplib.SMTP:
    kind = smtplib.LMTP if door.lmtp else smtplib.SMTP
    return kind("127.0.0.1", door.port, timeout=20)


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_letter_is_stored_before_yes_is_said(lmtp: bool) -> None:
    """As it came, below where it came from and whom it was for; no line of it is lost."""
    kept: list[bytes] = []
    with a_door(kept.append, lmtp=lmtp) as door, client(door) as wire:
        assert wire.sendmail("a@b.example", [KEYED], RAW) == {}
        assert wire.sendmail("", [KEYED.upper()], RAW) == {}
    labels = b"Return-Path: <a@b.example>\r\nDelivered-To: " + KEYED.encode() + b"\r\n"
    assert kept[0] == labels + RAW
    assert kept[1].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("fault", [HouseDown("disk"), RuntimeError("canary"), OSError()])
def test_a_letter_the_house_cannot_store_stays_with_its_server(fault: Exception) -> None:
    """451, in words that say nothing of why; the next letter is heard all the same."""
    kept: list[bytes] = []

    def take(raw: bytes) -> None:
        if not kept:
            kept.append(raw)
            raise fault

    with a_door(take) as door, client(door) as wire:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            wire.sendmail("a@b.example", [KEYED], RAW)
        assert refused.value.smtp_code == 451
        assert b"canary" not in refused.value.smtp_error
        assert wire.sendmail("a@b.example", [KEYED], RAW) == {}


@pytest.mark.parametrize("lmtp", [False, True])
def test_a_door_with_a_certificate_hears_nothing_of_a_letter_in_the_clear(
    lmtp: bool, tmp_path: Path
) -> None:
    """A server that goes on without TLS is told to begin it; one that does hands its letter in."""
    kept: list[bytes] = []
    shown = papers(tmp_path)
    with a_door(kept.append, shown.server(), lmtp=lmtp) as door, client(door) as wire:
        with pytest.raises(smtplib.SMTPSenderRefused) as refused:
            wire.sendmail("a@b.example", [KEYED], RAW)
        assert refused.value.smtp_code == 530
        assert kept == []
        wire.starttls(context=shown.trust())
        assert wire.sendmail("a@b.example", [KEYED], RAW) == {}
    assert len(kept) == 1
    assert kept[0].startswith(b"Return-Path: <a@b.example>")


@pytest.mark.parametrize(
    "address",
    ["somebody@elsewhere.example", "other@house.example", "replies@house.example.evil.example",
     "replies%elsewhere.example@house.example", "@elsewhere.example:replies@house.example"],
)  # fmt: skip
def test_it_never_relays(address: str) -> None:
    with a_door(never) as door, client(door) as wire:
        wire.ehlo_or_helo_if_needed()
        wire.mail("a@b.example")
        assert wire.rcpt(address)[0] in (550, 553)


def never(raw: bytes) -> None:
    raise AssertionError("nothing was to be taken in")


def test_a_letter_too_large_is_refused_as_the_greeting_says() -> None:
    """By its announced size, and by what really comes; the next one is heard."""
    kept: list[bytes] = []
    with a_door(kept.append, largest=5_000) as door, client(door) as wire:
        wire.ehlo()
        assert wire.esmtp_features["size"] == "5000"
        assert wire.mail("a@b.example", ["size=5001"])[0] == 552
        wire.rset()
        wire.mail("a@b.example")
        wire.rcpt(KEYED)
        assert wire.data(RAW + b"x" * 78 + b"\r\n" * 5_000)[0] == 552
        assert kept == []
        wire.sendmail("a@b.example", [KEYED], RAW)
    assert len(kept) == 1


def test_one_recipient_a_letter() -> None:
    """So that there is one answer to a letter in LMTP too; its server hands it in again."""
    with a_door(never) as door, client(door) as wire:
        wire.ehlo_or_helo_if_needed()
        wire.mail("a@b.example")
        assert wire.rcpt(KEYED)[0] == 250
        assert wire.rcpt("replies@house.example")[0] == 452


def test_long_lines_and_eight_bits_come_whole() -> None:
    kept: list[bytes] = []
    raw = "Subject: Zoë\r\n\r\n".encode() + b"\xff" * 20_000 + b"\r\n"
    with a_door(kept.append) as door, client(door) as wire:
        wire.ehlo()
        wire.sendmail("a@b.example", [KEYED], raw, ["BODY=8BITMIME"])
    assert kept[0].endswith(raw)


def test_letters_are_taken_in_one_at_a_time() -> None:
    """Eight servers at once: each hears yes, and no two letters are stored side by side."""
    inside, most, kept = threading.Semaphore(1), [0], []

    def take(raw: bytes) -> None:
        assert inside.acquire(blocking=False)
        most[0] += 1
        kept.append(raw)
        inside.release()

    def hand_in(door: Door) -> None:
        mail = EmailMessage()
        mail.set_content("Received.")
        with client(door) as wire:
            wire.sendmail("a@b.example", [KEYED], mail.as_bytes())

    with a_door(take) as door:
        threads = [threading.Thread(target=hand_in, args=(door,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(kept) == most[0] == 8


def test_a_door_that_was_stopped_is_shut_and_opens_again() -> None:
    kept: list[bytes] = []
    with a_door(kept.append) as door:
        port = door.port
    with pytest.raises(OSError):  # noqa: PT011 - refused in one of several ways
        client(door)
    with a_door(kept.append, port=port) as again:
        assert again.port == port


@pytest.mark.parametrize(
    ("address", "ours"),
    [("Replies@house.example", True), (KEYED, True), ("bounces+1@HOUSE.example", True),
     ("@house.example", False), ("", False), ("replies", False), ("x+replies@house.example", False),
     ("replies@house.example>", False), ("replies+\r\nX: y@house.example", False)],
)  # fmt: skip
def test_what_is_an_address_of_the_house(address: str, ours: bool) -> None:
    assert is_ours(address, OWN) is ours
