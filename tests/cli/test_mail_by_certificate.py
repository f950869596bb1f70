"""The house signs in to its mail servers by a certificate, and no password is known to anybody."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.certificates import Papers, papers
from tests.cli.driver import Home, refer
from tests.faults.smtp_script import ScriptedServer

MAIL = """[mail]
host = "127.0.0.1"
port = {port}
security = "starttls"
sender = "reviews@example.org"
ca_file = "{ca}"
{own}
"""
INBOX = """[mail.inbox]
host = "127.0.0.1"
port = {port}
username = "reviews"
"""


@pytest.fixture
def shown(tmp_path: Path) -> Papers:
    """One authority's certificate; it serves both sides of a connection."""
    return papers(tmp_path / "papers")


def asking(shown: Papers) -> ssl.SSLContext:
    """What a server speaks TLS by that lets in nobody without a certificate of its authority."""
    context = shown.server()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(str(shown.ca))
    return context


def set_up(house: Home, shown: Papers, own: str, port: int = 1, inbox: int = 0) -> None:
    text = MAIL.format(port=port, ca=shown.ca, own=own)
    text += INBOX.format(port=inbox) if inbox else ""
    (house.folder / "settings.toml").write_text(text, "utf-8")


async def test_mail_leaves_by_a_certificate_and_without_it_stays(
    house: Home, shown: Papers, tmp_path: Path
) -> None:
    """No AUTH is said; a certificate of another authority, or none, takes nothing away."""
    refer(house)
    other = papers(tmp_path / "other")
    async with ScriptedServer(trust=asking(shown)) as server:
        for own in ("", other.lines):
            set_up(house, shown, own, server.port)
            away = await asyncio.to_thread(house.do, "deliver")
            assert (away["accepted"], server.mails) == (0, [])
        set_up(house, shown, shown.lines, server.port)
        house.at("2024-12-20T20:45")
        sent = await asyncio.to_thread(house.do, "deliver")
        assert sent["accepted"] == len(server.mails) > 0
        assert not [said for said in server.commands if said.startswith("AUTH")]
        assert (await asyncio.to_thread(house.do, "doctor"))["ok"] is True


def test_a_certificate_that_cannot_be_used_is_told(house: Home, shown: Papers) -> None:
    """By the doctor, and by a delivery; every message waits."""
    refer(house)
    shown.key.write_text("nothing", "utf-8")
    set_up(house, shown, shown.lines)
    assert "mail.private_key: the two files" in house.run("doctor", "--json").json["reasons"][0]
    assert "certificate cannot be used" in house.do("deliver")["trouble"]


@contextmanager
def mailbox(tls: ssl.SSLContext, welcome: bool) -> Iterator[tuple[int, list[bytes]]]:
    """An empty mailbox that is signed in to by what TLS said; its port, and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        arguments = (listening, tls, welcome, heard)
        threading.Thread(target=_serve, args=arguments, daemon=True).start()
        yield listening.getsockname()[1], heard


def _serve(
    listening: socket.socket, tls: ssl.SSLContext, welcome: bool, heard: list[bytes]
) -> None:
    with suppress(OSError):
        while True:
            caller, _ = listening.accept()
            with suppress(OSError), tls.wrap_socket(caller, server_side=True) as safe:
                _talk(safe, welcome, heard)


def _talk(safe: ssl.SSLSocket, welcome: bool, heard: list[bytes]) -> None:
    with safe.makefile("rwb", buffering=0) as wire:
        wire.write(b"* OK IMAP4rev1\r\n")
        while line := wire.readline():
            heard.append(line)
            tag, verb = line.split()[:2]
            if verb == b"AUTHENTICATE":
                wire.write(b"+ \r\n")
                heard.append(wire.readline())
                if not welcome:
                    wire.write(tag + b" NO it opens nothing here\r\n")
                    continue
            answers = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=EXTERNAL\r\n",
                       b"SELECT": b"* 0 EXISTS\r\n", b"UID": b"* SEARCH\r\n"}  # fmt: skip
            wire.write(answers.get(verb, b"") + tag + b" OK done\r\n")


def test_a_mailbox_is_read_by_a_certificate(house: Home, shown: Papers) -> None:
    """SASL EXTERNAL (RFC 4422): the name of the mailbox, and no password."""
    with mailbox(asking(shown), welcome=True) as (port, heard):
        set_up(house, shown, shown.lines, inbox=port)
        assert house.do("collect")["read"] == 0
    at = next(place for place, line in enumerate(heard) if b"AUTHENTICATE EXTERNAL" in line)
    assert base64.b64decode(heard[at + 1]) == b"reviews"
    assert b"LOGIN" not in b"".join(heard)


def test_a_certificate_that_opens_no_mailbox_is_told_in_words(house: Home, shown: Papers) -> None:
    """Refused by the mailbox, or by TLS; what is unread there waits."""
    with mailbox(asking(shown), welcome=False) as (port, _):
        set_up(house, shown, shown.lines, inbox=port)
        assert "refused the house's certificate" in house.down("collect")
        set_up(house, shown, "", inbox=port)
        assert "mail.inbox.password" in house.down("collect")
