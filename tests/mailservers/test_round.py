"""Through real mail servers and back: Postfix with STARTTLS, Dovecot over IMAP, our own door."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import trustme

from tests.cli.conftest import *  # noqa: F403 - the practice house its tests begin with
from tests.cli.desk import Desk, asked, inside
from tests.cli.driver import MANAGER, Home
from tests.mailservers.servers import (
    DOMAIN,
    LEAD,
    PASSWORD,
    SCHOOLS,
    USER,
    Servers,
    free_port,
    running,
)  # fmt: skip
from workflows.mailing import door_of

pytestmark = pytest.mark.mailservers
NOBODY = f"nobody@{SCHOOLS}"
SETTINGS = """\
partnership = "Northmoor Safeguarding Children Partnership"
phone = "01632 960000"
[mail]
host = "127.0.0.1"
port = {smtp}
security = "starttls"
ca_file = "{cafile}"
sender = "reviews@{domain}"
replies = "replies@{domain}"
bounces = "bounces@{domain}"
[mail.inbox]
host = "127.0.0.1"
port = {imaps}
security = "tls"
username = "{user}"
"""


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with running() as found:
        yield found


@pytest.fixture
def ask(house: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[Servers, str], Desk]:
    """Let the house use some servers, and ask somebody at the school."""

    def asking(servers: Servers, who: str) -> Desk:
        monkeypatch.setenv("WAYMARK_MAIL__INBOX__PASSWORD", PASSWORD)
        desk = asked(house, who)
        text = SETTINGS.format(smtp=servers.smtp, cafile=servers.cafile, domain=DOMAIN,
                               imaps=servers.imaps, user=USER)  # fmt: skip
        (house.folder / "settings.toml").write_text(text, "utf-8")
        return desk

    return asking


def come(look: Callable[[], object]) -> None:
    """Wait until something has come by mail."""
    until = time.monotonic() + 60
    while not look():
        assert time.monotonic() < until, "it has not come"
        time.sleep(0.2)


def received(servers: Servers, message_id: str) -> EmailMessage | None:
    """A mail in the mailbox of the school's lead, as they would read it."""
    trust = ssl.create_default_context(cafile=str(servers.cafile))
    with imaplib.IMAP4_SSL("127.0.0.1", servers.imaps, ssl_context=trust) as wire:
        wire.login(LEAD, PASSWORD)
        if wire.select(readonly=True)[1] == [b"0"]:
            return None
        found = wire.fetch("1:*", "(BODY.PEEK[])")[1]
    mails = (message_from_bytes(part[1], policy=default) for part in found
             if isinstance(part, tuple))  # fmt: skip
    return next((m for m in mails if str(m["Message-ID"]).strip() == message_id), None)


def answered(servers: Servers, mail: EmailMessage, words: str) -> None:
    """Press reply, write, and send it through the relay."""
    reply = EmailMessage()
    reply["From"], reply["To"] = LEAD, mail["Reply-To"]
    reply["Subject"], reply["Message-ID"] = (
        f"Re: {mail['Subject']}",
        f"<{time.time_ns()}@{SCHOOLS}>",
    )
    reply.set_content(words)
    trust = ssl.create_default_context(cafile=str(servers.cafile))
    with smtplib.SMTP("127.0.0.1", servers.smtp, timeout=30) as wire:
        wire.starttls(context=trust)
        wire.send_message(reply)


def test_a_question_goes_out_and_its_answer_comes_back(
    servers: Servers, ask: Callable[[Servers, str], Desk]
) -> None:
    """Over STARTTLS that is verified, to a mailbox; the reply proposes, and a person confirms."""
    desk = ask(servers, LEAD)
    desk.home.do("deliver")
    shown = desk.home.do("outbox", "show", str(desk.message.id))
    assert shown["state"] == "accepted"
    assert "queued as" in shown["last_words"]
    assert shown["last_words"].endswith(shown["attempts"][-1]["queue_id"])
    come(lambda: received(servers, desk.message.message_id))
    mail = received(servers, desk.message.message_id)
    assert mail is not None
    assert "ESMTPS" in " ".join(mail.get_all("Received", ()))
    answered(servers, mail, "Nil return.")
    come(lambda: desk.home.do("collect")["proposed"])
    assert desk.task["status"] == "open"
    number = next(x["id"] for x in desk.listed() if x["status"] == "proposed")
    desk.home.do("letters", "confirm", str(number), "--as", MANAGER)
    assert desk.task["answer"] == "nil"
    assert desk.home.do("verify")["ok"] is True


def test_mail_to_nobody_comes_back_and_marks_its_message(
    servers: Servers, ask: Callable[[Servers, str], Desk]
) -> None:
    """Dovecot knows no such mailbox, Postfix reports it to the signed address: somebody is told."""
    desk = ask(servers, NOBODY)
    desk.home.do("deliver")
    number = str(desk.message.id)
    assert desk.home.do("outbox", "show", number)["state"] == "accepted"
    come(lambda: desk.home.do("collect") and _refused(desk, number))
    shown = desk.home.do("outbox", "show", number)
    assert "User doesn't exist" in shown["last_words"]
    events = desk.home.do("show", desk.reference)["events"]
    (event,) = (e for e in events if e["kind"] == "deputised" and e["data"]["who"] == NOBODY
                and e["data"].get("task"))  # fmt: skip
    assert event["data"]["told"] == [MANAGER]
    assert "NOT REACHED" in desk.home.say("show", desk.reference)
    assert desk.home.do("verify")["ok"] is True


def _refused(desk: Desk, number: str) -> bool:
    return bool(desk.home.do("outbox", "show", number)["state"] == "refused")


def test_a_relay_whose_certificate_is_not_to_be_trusted_gets_nothing(
    servers: Servers, ask: Callable[[Servers, str], Desk], tmp_path: Path
) -> None:
    """Real Postfix, another authority: nothing is accepted, and the house is told why."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    desk = ask(Servers(servers.smtp, servers.imaps, other, servers.folder), LEAD)
    found = desk.home.do("deliver")
    assert found["accepted"] == 0
    assert "could not prove who it is" in found["trouble"]
    assert desk.home.do("outbox", "show", str(desk.message.id))["state"] == "owed"


@contextmanager
def shut(house: Home) -> Iterator[tuple[int, Callable[[], None]]]:
    """A port on which the house's door is not open yet, and what opens it."""
    port = free_port()
    with ExitStack() as stack:

        def opened() -> None:
            premises = stack.enter_context(inside(house))
            door = door_of(premises.settings, premises.house, port=port, lmtp=True)
            door.start()
            stack.callback(door.stop)

        yield port, opened


def test_letters_come_by_the_houses_own_door(
    ask: Callable[[Servers, str], Desk], house: Home
) -> None:
    """Postfix hands them over by LMTP; while the door is shut it keeps them."""
    with shut(house) as (port, opened), running(port) as servers:
        desk = ask(servers, NOBODY)
        desk.home.do("deliver")
        come(lambda: "status=deferred" in (servers.folder / "log" / "postfix.log").read_text())
        assert desk.listed() == []
        opened()
        come(lambda: _refused(desk, str(desk.message.id)))
        assert "bounce" in {letter["kind"] for letter in desk.listed()}
        assert desk.home.do("verify")["ok"] is True
